"""Danger to life: breaking the glass over one record, confirming it for a colleague, and its review."""

from flask import Blueprint, Response, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from auth.roles import ROLE_LABELS, Action, Role
from auth.sessions import rotate
from foundation.errors import Invalid, Missing
from portal.gate import context
from portal.gate.admission import allows
from portal.gate.identity import give_cookie
from portal.web.forms.fields import keep_problems
from portal.web.forms.glass import GlassForm, ReviewForm
from sharing.catalogue import PLURALS
from sharing.requests.glass import Broken, break_the_glass, confirm
from sharing.requests.notices import mark_seen
from sharing.requests.reviews import list_reviews, read_desk, read_glass, review
from sharing.vocabulary.requests import DANGERS, FINDINGS

blueprint = Blueprint("glass", __name__)


@blueprint.route("/break-glass", methods=["GET", "POST"])
@allows(Action.GLASS_BREAK)
def index() -> ResponseReturnValue:
    """The declaration; a good one opens the record at once, or waits for a second person."""
    database, actor = context.system_database(), context.actor()
    form = GlassForm()
    status = 200
    if form.is_submitted():
        status = 422
        form.offer(())
        form.owner.validate_choice = False
        if form.validate():
            try:
                return _on(break_the_glass(database, actor, form.declared()))
            except Invalid as invalid:
                keep_problems(form, invalid, fallback="reference")
            except Missing as nothing:
                form.reference.errors = (str(nothing),)
                status = 404
    desk = read_desk(database, actor)
    form.offer(desk.owners)
    page = render_template("pages/glass/index.html", form=form, desk=desk, dangers=DANGERS, plurals=PLURALS)
    return page, status


def _on(broken: Broken) -> Response:
    if broken.waits:
        flash("A review is overdue, so a second person has to confirm this within five minutes.")
    elif broken.type in PLURALS:
        return _with_new_token(url_for("records.show", plural=PLURALS[broken.type], record_id=broken.record))
    return _with_new_token(url_for("glass.show", glass_id=broken.id))


def _with_new_token(address: str) -> Response:
    """On to the address, with a new token: a copy of the one before does not reach what was opened."""
    answer = Response(status=303, headers={"Location": address})
    give_cookie(answer, rotate(context.system_database(), context.actor()))
    return answer


@blueprint.get("/break-glass/<uuid:glass_id>")
@allows(Action.SESSION_USE)
def show(glass_id: object) -> str:
    """One broken glass, for those who broke it, those who answer for it, and the owner."""
    return _page(str(glass_id), ReviewForm(formdata=None))


@blueprint.post("/break-glass/<uuid:glass_id>/confirm")
@allows(Action.GLASS_BREAK)
def second(glass_id: object) -> ResponseReturnValue:
    """Confirm it for a colleague: it opens to them, not to whoever confirms."""
    confirm(context.system_database(), context.actor(), str(glass_id))
    flash("Confirmed. It is open to your colleague for 30 minutes.")
    return _with_new_token(url_for("glass.show", glass_id=glass_id))


@blueprint.post("/break-glass/<uuid:glass_id>/seen")
@allows(Action.SESSION_USE)
def seen(glass_id: object) -> ResponseReturnValue:
    """Say that one has seen what one was told of."""
    mark_seen(context.system_database(), context.actor(), str(glass_id))
    return redirect(url_for("home.show"), 303)


@blueprint.get("/break-glass/reviews")
@allows(Action.GLASS_REVIEW)
def reviews() -> str:
    """The agency's broken glass, what waits for a review first."""
    lines = list_reviews(context.system_database(), context.actor())
    return render_template("pages/glass/reviews.html", lines=lines, dangers=DANGERS, findings=FINDINGS)


@blueprint.post("/break-glass/<uuid:glass_id>/review")
@allows(Action.GLASS_REVIEW)
def keep_review(glass_id: object) -> ResponseReturnValue:
    """Keep what the review came to."""
    form = ReviewForm()
    if form.validate():
        try:
            review(
                context.system_database(),
                context.actor(),
                str(glass_id),
                form.finding.data or "",
                form.text.data or "",
            )
        except Invalid as invalid:
            keep_problems(form, invalid, fallback="text")
        else:
            flash("The review is kept. The owner and your colleague are told.")
            return redirect(url_for("glass.reviews"), 303)
    return _page(str(glass_id), form), 422


def _page(glass_id: str, form: ReviewForm) -> str:
    page = read_glass(context.system_database(), context.actor(), glass_id)
    return render_template(
        "pages/glass/show.html",
        page=page,
        form=form,
        role=ROLE_LABELS[Role(page.line.role)],
        danger=DANGERS[page.line.danger],
        finding=FINDINGS.get(page.line.finding, ""),
        plural=PLURALS.get(page.line.type, ""),
        may_read=context.actor().may(Action.RECORD_READ),
    )
