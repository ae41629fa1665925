"""Writing the terms of a version that nobody else has seen yet: begin, change by form or as text, let go."""

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from auth.agencies import list_agencies
from auth.roles import Action
from foundation import clock
from foundation.errors import Conflict, Invalid, Missing
from portal.gate import context
from portal.gate.admission import allows
from portal.web.forms.drafting import (
    ClauseForm,
    DraftTextForm,
    EditionForm,
    FrameForm,
    HeadsForm,
    NewAgreementForm,
    TextForm,
    clause_data,
    first_day,
    last_day,
)
from portal.web.forms.fields import keep_problems
from portal.web.forms.sentences import PortalForm
from portal.web.terms import may_try, place_of
from sharing.agreements.clause_check import fields_by_class, key_problems
from sharing.agreements.drafting import (
    begin_agreement,
    begin_amendment,
    begin_from_text,
    change_draft,
    change_draft_text,
    discard_draft,
    list_drafts,
    put_clause,
    read_version,
    remove_clause,
)
from sharing.agreements.heads import ASKS, HEADS, derived
from sharing.agreements.stages import STAGE_LABELS
from sharing.agreements.versions import ReadVersion
from sharing.agreements.writing import plain_version, written_agreement
from sharing.vocabulary.words import CLASSES

blueprint = Blueprint("drafting", __name__)

#: About how soon a new agreement begins, and how long it holds, unless somebody says otherwise.
_SOON, _YEAR = timedelta(days=28), timedelta(days=365)
_DRAFT = "/agreements/<string:agreement_id>/versions/<int:number>/draft"


@blueprint.get("/agreements/drafts")
@allows(Action.AGREEMENT_DRAFT)
def index() -> str:
    """The agency's open drafts, and the ways to begin one."""
    found = list_drafts(context.system_database(), context.actor())
    return render_template("pages/drafting/index.html", drafts=found.drafts, agreements=found.amendable)


@blueprint.route("/agreements/drafts/new", methods=["GET", "POST"])
@allows(Action.AGREEMENT_DRAFT)
def new() -> ResponseReturnValue:
    """A new agreement's frame; a good one becomes a draft without clauses."""
    database, actor = context.system_database(), context.actor()
    begins = clock.today() + _SOON
    form = NewAgreementForm(
        data={"parties": [actor.agency_id], "begins": begins, "last": begins + _YEAR - timedelta(days=1)}
    )
    form.offer(_names())
    if form.is_submitted() and form.validate():
        try:
            place = begin_agreement(
                database, actor, form.stem.data or "", form.title.data or "", form.version()
            )
        except Invalid as invalid:
            _keep(form, invalid, {"id": "stem", "title": "title", "parties": "parties"}, "purposes")
        else:
            flash("The draft is begun. Nobody outside your agency knows of it.")
            return redirect(_show(place), 303)
    return _page("new", form)


@blueprint.route("/agreements/drafts/new-from-text", methods=["GET", "POST"])
@allows(Action.AGREEMENT_DRAFT)
def new_from_text() -> ResponseReturnValue:
    """Terms as YAML; good ones become a draft."""
    form = TextForm()
    if form.is_submitted() and form.validate():
        try:
            place = begin_from_text(context.system_database(), context.actor(), form.typed())
        except (Invalid, Conflict) as problem:
            return _page("new_from_text", form, problems=_problems(problem))
        flash("The draft is begun. Nobody outside your agency knows of it.")
        return redirect(_show(place), 303)
    return _page("new_from_text", form, problems={})


@blueprint.post("/agreements/<string:agreement_id>/amendment")
@allows(Action.AGREEMENT_DRAFT)
def amend(agreement_id: str) -> ResponseReturnValue:
    """Begin the version that is to follow, with the same terms."""
    place = begin_amendment(context.system_database(), context.actor(), agreement_id[:40])
    flash("The amendment is begun with the terms as they are. Nobody outside your agency knows of it.")
    return redirect(_show(place), 303)


@blueprint.route(f"{_DRAFT}/frame", methods=["GET", "POST"])
@allows(Action.AGREEMENT_DRAFT)
def frame(agreement_id: str, number: int) -> ResponseReturnValue:
    """Title, parties, purposes and period."""
    found = _draft(agreement_id, number)
    terms = found.terms
    form = FrameForm(
        data={
            "title": found.title,
            "parties": terms.parties,
            "purposes": terms.purposes,
            "begins": first_day(terms),
            "last": last_day(terms),
            "review": terms.review,
            "edition": found.edition,
        }
    )
    form.offer(_names(), terms.purposes)

    def keep(database: Any, actor: Any, place: tuple[str, int], edition: int) -> None:
        review = {} if form.review.data is None else {"review": form.review.data.isoformat()}
        raw = {**plain_version(terms), **form.version(terms)}
        raw.pop("review", None)
        change_draft(database, actor, place, edition, {**raw, **review}, form.title.data or "")

    return _changed("frame", found, form, keep, {"title": "title", "parties": "parties"}, "purposes")


@blueprint.route(f"{_DRAFT}/heads", methods=["GET", "POST"])
@allows(Action.AGREEMENT_DRAFT)
def heads(agreement_id: str, number: int) -> ResponseReturnValue:
    """The nine heads, beside what follows from the terms."""
    found = _draft(agreement_id, number)
    form = HeadsForm(data={**found.terms.heads, "edition": found.edition})

    def keep(database: Any, actor: Any, place: tuple[str, int], edition: int) -> None:
        change_draft(database, actor, place, edition, {**plain_version(found.terms), "heads": form.heads()})

    return _changed(
        "heads",
        found,
        form,
        keep,
        {},
        "purpose",
        heads=HEADS,
        asks=ASKS,
        follows=derived(found.terms, _names()),
    )


@blueprint.route(f"{_DRAFT}/text", methods=["GET", "POST"])
@allows(Action.AGREEMENT_DRAFT)
def text(agreement_id: str, number: int) -> ResponseReturnValue:
    """The whole draft as YAML, which comes back as it was typed with mistakes by line and clause."""
    found = _draft(agreement_id, number)
    written = written_agreement(found.agreement, found.title, [found.terms])
    form = DraftTextForm(data={"text": written, "edition": found.edition})
    if form.is_submitted() and form.validate():
        place = (found.agreement, found.number)
        try:
            change_draft_text(
                context.system_database(), context.actor(), place, int(form.edition.data), form.typed()
            )
        except Conflict as conflict:
            form.now_at(found.edition)
            return _page("text", form, 409, version=found, problems=_problems(conflict))
        except Invalid as invalid:
            return _page("text", form, version=found, problems=_problems(invalid))
        flash("The draft is changed.")
        return redirect(_show(place), 303)
    return _page("text", form, version=found, problems={})


@blueprint.route(f"{_DRAFT}/clauses/new", methods=["GET", "POST"])
@allows(Action.AGREEMENT_DRAFT)
def new_clause(agreement_id: str, number: int) -> ResponseReturnValue:
    """A clause to be added; as a copy of another one if the address names it."""
    found = _draft(agreement_id, number)
    like = request.args.get("like")
    data = clause_data(_clause(found, like)) | {"id": ""} if like else {}
    return _clause_page(found, data, None)


@blueprint.route(f"{_DRAFT}/clauses/<string:clause_id>", methods=["GET", "POST"])
@allows(Action.AGREEMENT_DRAFT)
def clause(agreement_id: str, number: int, clause_id: str) -> ResponseReturnValue:
    """One clause to be changed."""
    found = _draft(agreement_id, number)
    return _clause_page(found, clause_data(_clause(found, clause_id)), clause_id)


@blueprint.post(f"{_DRAFT}/clauses/<string:clause_id>/remove")
@allows(Action.AGREEMENT_DRAFT)
def remove(agreement_id: str, number: int, clause_id: str) -> ResponseReturnValue:
    """Take a clause out."""
    place = place_of(agreement_id, number)
    remove_clause(context.system_database(), context.actor(), place, _edition(), clause_id)
    flash(f"Clause {clause_id} is taken out.")
    return redirect(_show(place), 303)


@blueprint.post(f"{_DRAFT}/discard")
@allows(Action.AGREEMENT_DRAFT)
def discard(agreement_id: str, number: int) -> ResponseReturnValue:
    """Let the draft go."""
    discard_draft(context.system_database(), context.actor(), place_of(agreement_id, number), _edition())
    flash("The draft is gone. The ledger keeps that there was one.")
    return redirect(url_for("drafting.index"), 303)


def _clause_page(found: ReadVersion, data: Mapping[str, Any], instead_of: str | None) -> ResponseReturnValue:
    agencies = list_agencies(context.system_database())
    kinds = {each.id: each.kind for each in agencies}
    form = ClauseForm(data={**data, "edition": found.edition})
    form.offer(found.terms, {each.id: each.short_name for each in agencies}, kinds)

    def keep(database: Any, actor: Any, place: tuple[str, int], edition: int) -> None:
        typed = form.clause()
        problems: dict[str, str] = {}
        for key, sentence in key_problems(typed, plain_version(found.terms), kinds):
            name = form.name_of(key)
            problems[name] = f"{problems[name]} {sentence}" if name in problems else sentence
        if problems:
            raise Invalid(problems)
        put_clause(database, actor, place, edition, typed, instead_of=instead_of)

    return _changed(
        "clause",
        found,
        form,
        keep,
        {},
        "id",
        instead_of=instead_of,
        by_class=fields_by_class(),
        classes=CLASSES,
    )


#: Keeps what a form says of a draft, given the database, the actor, the place and the edition.
_Keep = Callable[[Any, Any, tuple[str, int], int], None]


def _changed(
    template: str,
    found: ReadVersion,
    form: EditionForm,
    keep: _Keep,
    names: Mapping[str, str],
    fallback: str,
    **more: Any,
) -> ResponseReturnValue:
    """The form; a good one is kept and the draft shown. What was typed stays, whatever is wrong with it."""
    if form.is_submitted() and form.validate():
        place = (found.agreement, found.number)
        try:
            keep(context.system_database(), context.actor(), place, int(form.edition.data))
        except (Invalid, Conflict) as problem:
            _keep(form, problem, names, fallback)
            if isinstance(problem, Conflict):
                form.now_at(found.edition)
                return _page(template, form, 409, version=found, **more)
        else:
            flash("The draft is changed.")
            return redirect(_show(place), 303)
    return _page(template, form, version=found, **more)


def _page(template: str, form: PortalForm, status: int = 422, **more: Any) -> ResponseReturnValue:
    page = render_template(
        f"pages/drafting/{template}.html", form=form, stages=STAGE_LABELS, may_try=may_try(), **more
    )
    wrong = bool(form.errors or more.get("problems"))
    return (page, status) if form.is_submitted() and wrong else page


def _keep(form: PortalForm, problem: Invalid | Conflict, names: Mapping[str, str], fallback: str) -> None:
    """Put sentences beside the fields that they speak of; those about clauses say which."""
    if isinstance(problem, Invalid):
        told = {
            names.get(place, place): sentence if place in names or place in form else f"{place}: {sentence}"
            for place, sentence in problem.problems.items()
        }
        problem = Invalid(told)
    keep_problems(form, problem, fallback=fallback)


def _problems(problem: Invalid | Conflict) -> Mapping[str, str]:
    return problem.problems if isinstance(problem, Invalid) else {"": str(problem)}


def _draft(agreement_id: str, number: int) -> ReadVersion:
    found = read_version(context.system_database(), context.actor(), place_of(agreement_id, number))
    if not found.editable:
        raise Missing("There is nothing here that you can see.")
    return found


def _clause(found: ReadVersion, clause_id: str) -> Mapping[str, Any]:
    for each in found.terms.clauses:
        if each["id"] == clause_id:
            return each
    raise Missing("There is nothing here that you can see.")


def _edition() -> int:
    asked = request.form.get("edition", "", type=str)
    if not asked.isdigit() or len(asked) > 9:
        raise Invalid({"edition": "Open the draft again, then do this."})
    return int(asked)


def _names() -> dict[str, str]:
    return {each.id: each.name for each in list_agencies(context.system_database())}


def _show(place: tuple[str, int]) -> str:
    return url_for("terms.show", agreement_id=place[0], number=place[1])
