"""Recalls: an owner takes back or puts right what was shared; those who were shown it say what they did."""

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from auth.roles import Action
from foundation.errors import Conflict, Invalid, Missing
from portal.gate import context
from portal.gate.admission import allows
from portal.gate.places import recalls_cursor, recalls_place
from portal.web.forms.fields import keep_problems
from portal.web.forms.recalls import UNTYPED, AcknowledgeForm, RecallForm, What, form_for
from portal.web.keys import key_label, key_labels, people_on
from portal.web.presenting import record_view
from portal.web.records import agency_names, type_named
from sharing.catalogue import PLURALS, SET_HERE, fields_of, person_fields
from sharing.disclosure import RecordPage, read_record
from sharing.recalls.kinds import DONE, KINDS
from sharing.recalls.lists import list_recalls, read_recall
from sharing.recalls.lookers import COPIES
from sharing.recalls.notices import acknowledge, read_notice
from sharing.recalls.recalling import recall, rehearse
from sharing.recalls.scene import Effect
from sharing.receipts.of_record import Receipts, read_receipts
from sharing.vocabulary.words import RECORD_TYPES

blueprint = Blueprint("recalls", __name__)

#: Fields that are put right elsewhere, or follow from others.
_APART = SET_HERE | {"handling", "marking", "date_of_birth", "age_band", "derived_from"}
_PAGE = "subject"
#: What every page of recalls says in words.
_WORDS: Mapping[str, Any] = {
    "kinds": KINDS,
    "done": DONE,
    "copies": COPIES,
    "types": RECORD_TYPES,
    "plurals": PLURALS,
    "key_labels": key_labels,
}


@blueprint.get("/recalls")
@allows(Action.RECALL_ACKNOWLEDGE)
def index() -> str:
    """What waits to be acknowledged, and what the agency has recalled, late ones first."""
    actor = context.actor()
    place = recalls_place(request.args.get("cursor"), actor)
    found = list_recalls(context.system_database(), actor, after=place)
    cursor = recalls_cursor(found.next, actor)
    older = url_for("recalls.index", cursor=cursor) if cursor else ""
    return render_template(
        "pages/recalls/index.html", found=found, older=older, first=place is None, **_WORDS
    )


@blueprint.get("/recalls/<uuid:recall_id>")
@allows(Action.RECALL_ACKNOWLEDGE)
def show(recall_id: object) -> str:
    """One recall of the agency's: who was told, and what each answered."""
    page = read_recall(context.system_database(), context.actor(), str(recall_id))
    return render_template("pages/recalls/show.html", page=page, **_WORDS)


@blueprint.route("/recalls/notices/<uuid:notice_id>", methods=["GET", "POST"])
@allows(Action.RECALL_ACKNOWLEDGE)
def notice(notice_id: object) -> ResponseReturnValue:
    """One notice; a good answer is kept and the list shown again."""
    database, actor, reference = context.system_database(), context.actor(), str(notice_id)
    form, status = AcknowledgeForm(), 200
    told = read_notice(database, actor, reference)
    if form.is_submitted():
        status = 422
        if form.validate():
            try:
                acknowledge(database, actor, reference, form.answer())
            except (Invalid, Conflict) as problem:
                keep_problems(form, problem, fallback="done")
                status = 409 if isinstance(problem, Conflict) else 422
            else:
                flash("Your answer is kept. The owner can see it.")
                return redirect(url_for("recalls.index"), 303)
    names = agency_names()
    return render_template(
        "pages/recalls/notice.html", told=told, form=form, owner=names.get(told.owner, ""), **_WORDS
    ), status


@blueprint.route("/records/<string:plural>/<uuid:record_id>/recall", methods=["GET", "POST"])
@allows(Action.RECORD_RELEASE)
def new(plural: str, record_id: object) -> ResponseReturnValue:
    """Choose what is taken back or put right; then say what, why, and what recipients are told."""
    type_, reference = type_named(plural), str(record_id)
    database, actor = context.system_database(), context.actor()
    page = read_record(database, actor, type_, reference)
    if not page.own:
        raise Missing("There is nothing here that you can see.")
    receipts = read_receipts(database, actor, reference)
    options = {what.choice: (what, held) for what, held in _options(page, receipts)}
    chosen = options.get(request.values.get("what", ""))
    view = record_view(page.record, agency_names())
    if chosen is None:
        groups = _grouped([what for what, _ in options.values()])
        return render_template("pages/recalls/choose.html", record=view, groups=groups, plurals=PLURALS)
    what, held = chosen
    form, status, effect = form_for(what, held), 200, None
    if form.is_submitted():
        status, effect, made = _sent(form, what, type_, reference)
        if made is not None:
            return made
    # What came in counts before `data` when the field is printed, and would lose the next race as well.
    form.version.raw_data = None
    form.version.data = page.record.version
    people = people_on(page.record)
    return render_template(
        "pages/recalls/new.html", record=view, what=what, form=form, effect=effect, people=people, **_WORDS
    ), status


def _sent(
    form: RecallForm, what: What, type_: str, reference: str
) -> tuple[int, Effect | None, ResponseReturnValue | None]:
    """The status, what it would do if that was asked, and where to go on once it is done."""
    if not form.validate():
        return 422, None, None
    database, actor, seen = context.system_database(), context.actor(), form.version.data
    try:
        if request.form.get("do") != "recall":
            return 200, rehearse(database, actor, type_, reference, form.act(what), seen=seen), None
        made = recall(database, actor, type_, reference, form.act(what), seen=seen)
    except (Invalid, Conflict) as problem:
        keep_problems(form, problem, fallback="value" if "value" in form else "reason")
        return 409 if isinstance(problem, Conflict) else 422, None, None
    flash("Recalled." if made.told else "Recalled. Nobody had been shown it, so nobody is told.")
    return 200, None, redirect(url_for("recalls.show", recall_id=made.id), 303)


def _options(page: RecordPage, receipts: Receipts) -> list[tuple[What, Any]]:
    """Everything that can be recalled of a record, with what stands there now."""
    live = [each for each in receipts.releases if each.revoked is None]
    words = {each.id: f"{each.recipients}, under {each.agreement}" for each in live}
    found: list[tuple[What, Any]] = [(What("release", each.id, words[each.id]), None) for each in live]
    found += [(What("text", each.id, words[each.id]), each.text) for each in live if each.text]
    record = page.record
    own = (*fields_of(record.type), *(person_fields() if record.type == _PAGE else ()))
    for field in own:
        held = record.fields.get(field.name)
        if _typed(field.name) and field.type not in UNTYPED and held not in (None, "", []):
            found.append((What("field", field.name, key_label(field.name), field), held))
    people = people_on(record)
    for person in record.persons:
        for field in person_fields():
            held = person.fields.get(field.name)
            key = f"persons.{person.link}.{field.name}"
            if _typed(field.name) and field.type not in UNTYPED and held not in (None, "", []):
                found.append((What("field", key, key_label(key, people), field), held))
        if "date_of_birth" in person.fields:
            born = {"date_of_birth": person.fields["date_of_birth"]}
            found.append((What("age", person.link, people[person.link]), born))
    if record.type == _PAGE and "date_of_birth" in record.fields:
        found.append((What("age", "", "The subject"), {"date_of_birth": record.fields["date_of_birth"]}))
    return found


def _typed(name: str) -> bool:
    return name not in _APART


def _grouped(options: list[What]) -> list[tuple[str, list[What]]]:
    titles = {
        "release": "Take a release back",
        "text": "Put a text for sharing right",
        "field": "Correct or delete a field",
        "age": "Put right what is known of an age",
    }
    grouped = [(title, [each for each in options if each.kind == kind]) for kind, title in titles.items()]
    return [(title, inside) for title, inside in grouped if inside]
