"""Requests: one's own and those that one's agency is to answer; asking, answering, approving."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from auth.roles import Action
from foundation.errors import Conflict, Invalid, Missing
from foundation.identifiers import new_id
from portal.gate import context
from portal.gate.admission import allows
from portal.web.asked import (
    about_words,
    asked_view,
    grant_view,
    grouped,
    key_words,
    person_names,
    place,
    view_of,
)
from portal.web.filters import long_time
from portal.web.forms.fields import keep_problems
from portal.web.forms.once import ask_again, key_of, taken_once
from portal.web.forms.requests import (
    PERIODS,
    AnswerForm,
    RefuseForm,
    RequestForm,
    ReturnForm,
    answer_form,
    answer_given,
    floor_words,
    place_of,
    treatment_words,
)
from portal.web.records import agency_names
from sharing.catalogue import PLURALS, fields_of, link_fields, person_fields
from sharing.drafts.keeping import discard_draft, keep_draft, list_drafts, read_draft
from sharing.requests.answering import prepare, refuse
from sharing.requests.approving import approve, send_back
from sharing.requests.asking import ask, read_form, withdraw
from sharing.requests.reading import RequestPage, list_requests, read_request
from sharing.requests.weighing import stopped_words
from sharing.vocabulary.requests import BASES, DAYS, GATEWAYS, KEEPINGS, SECURITIES, URGENCIES

blueprint = Blueprint("requests", __name__)

_FORM = "request"


@blueprint.get("/requests")
@allows(Action.SESSION_USE)
def index() -> str:
    """One's own requests with their state, and those that one's agency is to answer, by when they are due."""
    database, actor = context.system_database(), context.actor()
    found, names = list_requests(database, actor), agency_names()
    drafts = list_drafts(database, actor, _FORM) if actor.may(Action.REQUEST_ASK) else ()
    return render_template(
        "pages/requests/index.html",
        mine=[asked_view(each, names) for each in found.mine],
        to_answer=[asked_view(each, names) for each in found.to_answer],
        answered=[asked_view(each, names) for each in found.answered],
        drafts=drafts,
        urgencies=URGENCIES,
        may_ask=actor.may(Action.REQUEST_ASK),
    )


@blueprint.post("/requests/drafts")
@allows(Action.REQUEST_ASK)
def begin() -> ResponseReturnValue:
    """Keep what was ticked and typed beside a withheld field, and go on to the whole request."""
    answers = {
        "record": request.form.get("record", "")[:40],
        "fields": request.form.getlist("fields")[:100],
        "need": request.form.get("why", "")[:2000],
    }
    draft = keep_draft(context.system_database(), context.actor(), _FORM, answers)
    return redirect(url_for("requests.new", draft=draft), 303)


@blueprint.route("/requests/new", methods=["GET", "POST"])
@allows(Action.REQUEST_ASK)
def new() -> ResponseReturnValue:
    """The request, filled in from the record as far as that goes; what was typed is kept as a draft."""
    database, actor = context.system_database(), context.actor()
    draft = request.args.get("draft") or None
    sent = request.method == "POST"
    kept = dict(read_draft(database, actor, draft).answers) if draft and not sent else _asked_for()
    form = RequestForm(data={**kept, "once": new_id()})
    if not form.record.data:
        return redirect(url_for("requests.index"), 303)
    found = read_form(database, actor, str(form.record.data))
    form.offer([each.key for each in found.askable], found.colleagues)
    if form.is_submitted() and form.validate():
        try:
            new_request, asked = form.asked(), key_of(form, "request")
            made = taken_once(lambda: ask(database, actor, new_request, draft=draft, asked=asked))
        except Invalid as invalid:
            if not ask_again(form, invalid, "request"):
                keep_problems(form, invalid, fallback="fields")
        else:
            flash("Sent. The owner has been asked.")
            return redirect(url_for("requests.show", request_id=made), 303)
    if form.is_submitted():
        draft = keep_draft(database, actor, _FORM, form.typed(), draft)
    names = agency_names()
    view = view_of(found.record, names)
    page = render_template(
        "pages/requests/new.html",
        form=form,
        draft=draft,
        found=found,
        about=about_words(view),
        owner=names.get(found.record.owner, found.record.owner),
        plural=PLURALS.get(found.record.type, ""),
        groups=grouped(found.askable, person_names(view)),
        chosen=form.fields.data or [],
        periods=PERIODS,
    )
    return (page, 422) if form.is_submitted() else page


@blueprint.post("/requests/drafts/<uuid:draft_id>/discard")
@allows(Action.REQUEST_ASK)
def discard(draft_id: object) -> ResponseReturnValue:
    """Let a draft go."""
    discard_draft(context.system_database(), context.actor(), str(draft_id))
    flash("The draft is gone. Nothing was sent.")
    return redirect(url_for("requests.index"), 303)


@blueprint.get("/requests/<uuid:request_id>")
@allows(Action.SESSION_USE)
def show(request_id: object) -> str:
    """One request as this side sees it."""
    return _page(read_request(context.system_database(), context.actor(), str(request_id)))


@blueprint.post("/requests/<uuid:request_id>/withdraw")
@allows(Action.REQUEST_ASK)
def take_back(request_id: object) -> ResponseReturnValue:
    """Take an own request back."""
    withdraw(context.system_database(), context.actor(), str(request_id))
    flash("Withdrawn. Nobody has to answer it.")
    return redirect(url_for("requests.show", request_id=request_id), 303)


@blueprint.post("/requests/<uuid:request_id>/answer")
@allows(Action.REQUEST_ANSWER)
def answer(request_id: object) -> ResponseReturnValue:
    """Prepare an answer, in whole or in part; what was typed comes back if it cannot be taken."""
    database, actor = context.system_database(), context.actor()
    page = read_request(database, actor, str(request_id))
    if page.own:
        raise Missing("There is nothing here that you can see.")
    form = answer_form(page, _fields(page), _persons(page))
    if form.validate():
        try:
            prepare(database, actor, str(request_id), answer_given(form, page))
        except Invalid as invalid:
            placed = Invalid({place_of(name, page): each for name, each in invalid.problems.items()})
            keep_problems(form, placed, fallback="reasons")
        else:
            flash("Prepared. It is granted when it is approved.")
            return redirect(url_for("requests.show", request_id=request_id), 303)
    return _page(page, answering=form), 422


@blueprint.post("/requests/<uuid:request_id>/refuse")
@allows(Action.REQUEST_ANSWER)
def say_no(request_id: object) -> ResponseReturnValue:
    """Refuse, with reasons."""
    database, actor, form = context.system_database(), context.actor(), RefuseForm()
    if form.validate():
        try:
            refuse(database, actor, str(request_id), form.refusal.data or "", form.refusal_note.data or "")
        except Invalid as invalid:
            names = {"reasons": "refusal", "note": "refusal_note"}
            placed = Invalid({names.get(name, name): each for name, each in invalid.problems.items()})
            keep_problems(form, placed, fallback="refusal")
        else:
            flash("Refused. They read your reasons.")
            return redirect(url_for("requests.show", request_id=request_id), 303)
    return _page(read_request(database, actor, str(request_id)), refusing=form), 422


@blueprint.post("/requests/<uuid:request_id>/approve")
@allows(Action.SESSION_USE)
def confirm(request_id: object) -> ResponseReturnValue:
    """Approve exactly what was read; it opens at their next look."""
    typed = request.form
    proposal, digest = typed.get("proposal", "")[:40], typed.get("digest", "")[:64]
    approve(context.system_database(), context.actor(), str(request_id), proposal, digest)
    flash("Granted. It opens at their next look, and ends by itself.")
    return redirect(url_for("requests.show", request_id=request_id), 303)


@blueprint.post("/requests/<uuid:request_id>/return")
@allows(Action.REQUEST_APPROVE)
def give_back(request_id: object) -> ResponseReturnValue:
    """Send a prepared answer back, saying what should change."""
    database, actor, form = context.system_database(), context.actor(), ReturnForm()
    proposal = request.form.get("proposal", "")[:40]
    if form.validate():
        try:
            send_back(database, actor, str(request_id), proposal, form.why.data or "")
        except Invalid as invalid:
            keep_problems(form, invalid, fallback="why")
        except Missing as gone:
            raise Conflict("What was prepared has been changed since you read it.") from gone
        else:
            flash("Sent back. Nothing was granted.")
            return redirect(url_for("requests.show", request_id=request_id), 303)
    return _page(read_request(database, actor, str(request_id)), returning=form), 422


def _asked_for() -> dict[str, Any]:
    """What an address asks for: a record, and some of its fields."""
    return {
        "record": request.args.get("record", "")[:40],
        "fields": request.args.getlist("field")[:100],
    }


def _fields(page: RequestPage) -> dict[str, Any]:
    """The fields that a request can name, by their own name."""
    every = (*fields_of(page.row["type"]), *link_fields(), *person_fields())
    return {each.name: each for each in every}


def _persons(page: RequestPage) -> dict[str, str]:
    return person_names(view_of(page.line.record, agency_names()))


def _page(
    page: RequestPage,
    *,
    answering: AnswerForm | None = None,
    refusing: RefuseForm | None = None,
    returning: ReturnForm | None = None,
) -> str:
    names = agency_names()
    view = view_of(page.line.record, names)
    persons = person_names(view)
    weighed = page.weighed or {}
    if answering is None and page.may_answer:
        answering = answer_form(page, _fields(page), persons)
    forms = [form for form in (answering, refusing, returning) if form is not None and form.errors]
    return render_template(
        "pages/requests/show.html",
        page=page,
        view=asked_view(page.line, names),
        about=about_words(view),
        plural=PLURALS.get(page.row["type"], ""),
        keys=[(key, key_words(key, persons)) for key in sorted(page.line.fields, key=place)],
        persons=persons,
        stopped={
            key: stopped_words(each.stopped) for key, each in weighed.items() if each.stopped is not None
        },
        grants=[grant_view(each, may_revoke=not page.own) for each in page.grants],
        heads=_heads(page),
        answering=answering,
        prepared=_prepared(page, persons),
        refusing=refusing or RefuseForm(formdata=None, data={"refusal_note": page.note}),
        returning=returning or ReturnForm(formdata=None),
        may_read=context.actor().may(Action.RECORD_READ),
        wrong=forms[0] if forms else None,
    )


def _prepared(page: RequestPage, persons: Mapping[str, str]) -> list[tuple[str, str, str]]:
    """What was prepared, line by line: the label, the mark of a field's treatment, and the words."""
    if page.prepared is None:
        return []
    content, fields = page.prepared.content, _fields(page)
    lines = []
    for key in sorted(page.line.fields, key=place):
        slug = content["fields"].get(key, "withhold")
        given = key in content["fields"]
        words = treatment_words(slug, fields[key.rpartition(".")[2]]) if given else "Not granted"
        lines.append((key_words(key, persons), slug, words))
    until = datetime.fromisoformat(content["until"])
    lines.append(("To", "", ", ".join(page.prepared.users) or f"Everybody of {page.line.by_agency}"))
    lines.append(("Until", "", long_time(until)))
    for each in content["passes"]:
        passed = floor_words(each["link"], each["floor"], persons)
        lines.append((f"Passes {passed}", "", each["why"]))
    lines.append(("Reasons", "", content["reasons"]))
    return lines


def _heads(page: RequestPage) -> list[tuple[str, str]]:
    """The heads of the request that have closed lists, in words."""
    row = page.row
    return [
        ("Lawful basis", BASES.get(row["basis"], row["basis"])),
        ("Power or condition", GATEWAYS.get(row["gateway"], row["gateway"])),
        ("Needed for", DAYS.get(row["days"], f"{row['days']} days")),
        ("Kept", KEEPINGS.get(row["keeping"], row["keeping"])),
        ("Kept safe", SECURITIES.get(row["security"], row["security"])),
    ]
