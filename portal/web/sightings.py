"""A new sighting: typed, previewed as each audience will see it, sent."""

from collections.abc import Mapping
from datetime import date, datetime, time
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from wtforms.fields import SelectChoice

from auth.actor import Actor
from auth.roles import Action
from foundation import clock
from foundation.errors import Invalid, Missing
from portal.gate import context
from portal.gate.admission import allows
from portal.gate.limits import FORM_KILOBYTES, takes_kilobytes
from portal.web.comparing import columns_of
from portal.web.forms.fields import keep_problems
from portal.web.forms.sightings import ASKED_AT, SightingForm, boxes, new_sighting
from sharing.audiences import Audience, list_audiences, places_told, preview
from sharing.cameras import Camera, camera_named, list_cameras
from sharing.contribution import submit
from sharing.drafts.keeping import discard_draft, keep_draft, read_draft
from sharing.stills import take_still
from sharing.submission import Box, NewRecord, NewStill, check

blueprint = Blueprint("sightings", __name__)

_FORM = "sighting"


@blueprint.route("/sightings/new", methods=["GET", "POST"])
@takes_kilobytes(FORM_KILOBYTES)
@allows(Action.RECORD_SUBMIT)
def new() -> ResponseReturnValue:
    """The form, empty or from a draft; a good one is kept as a draft and previewed."""
    database, actor = context.database(), context.actor()
    cameras = list_cameras(database, actor)
    draft_id = request.args.get("draft") or None
    kept = read_draft(database, actor, draft_id).answers if draft_id else {}
    audiences = list_audiences(database, actor)
    form = SightingForm(
        data=_typed(kept) if kept else _fresh([choice.value for choice in _choices(audiences)])
    )
    form.recipients.choices = _choices(audiences)
    if form.is_submitted() and form.validate():
        try:
            answers = _answers(form, kept)
            check(_record(answers, cameras, actor))
            answers |= _sent_still(form)
            return redirect(
                url_for("sightings.show", draft_id=keep_draft(database, actor, _FORM, answers, draft_id)), 303
            )
        except Invalid as invalid:
            keep_problems(form, invalid, fallback="camera", beside=ASKED_AT)
    if form.is_submitted():
        form.still.ask_again()
    page = _form_page(form, kept, draft_id, cameras, audiences)
    return (page, 422) if form.is_submitted() else page


@blueprint.get("/sightings/drafts/<uuid:draft_id>")
@allows(Action.RECORD_SUBMIT)
def show(draft_id: object) -> ResponseReturnValue:
    """The sighting as each audience will see it; nothing has been sent."""
    database, actor = context.database(), context.actor()
    answers = _answers_of(draft_id)
    if answers is None:
        return _gone()
    try:
        record = _record(answers, list_cameras(database, actor), actor)
        seen = preview(database, actor, record)
    except Invalid as invalid:
        return _refused(draft_id, answers, invalid)
    streets, readers = places_told(record, seen)
    return render_template(
        "pages/sightings/preview.html",
        comparison=columns_of(seen),
        streets=sorted(streets),
        readers=readers,
        answers=answers,
        draft=str(draft_id),
    )


@blueprint.post("/sightings/drafts/<uuid:draft_id>")
@allows(Action.RECORD_SUBMIT)
def send(draft_id: object) -> ResponseReturnValue:
    """Send it, with the releases that were ticked."""
    database, actor = context.database(), context.actor()
    answers = _answers_of(draft_id)
    if answers is None:
        return _gone()
    try:
        record = _record(answers, list_cameras(database, actor), actor)
        made = submit(database, actor, record, draft=str(draft_id))
    except Invalid as invalid:
        return _refused(draft_id, answers, invalid)
    flash(f"Sent. The reference is {made.reference}.")
    return redirect(url_for("records.show", plural="sightings", record_id=made.id), 303)


@blueprint.post("/sightings/drafts/<uuid:draft_id>/discard")
@allows(Action.RECORD_SUBMIT)
def discard(draft_id: object) -> ResponseReturnValue:
    """Let the draft go."""
    discard_draft(context.database(), context.actor(), str(draft_id))
    flash("The draft is gone. Nothing was sent.")
    return redirect(url_for("records.index", plural="sightings"), 303)


def _answers_of(draft_id: object) -> Mapping[str, Any] | None:
    """The answers of an own draft; None once it was sent or discarded, as after the back button."""
    try:
        return read_draft(context.database(), context.actor(), str(draft_id)).answers
    except Missing:
        return None


def _gone() -> ResponseReturnValue:
    flash("This draft was sent or discarded before. What was sent stands in this list, once.")
    return redirect(url_for("records.index", plural="sightings"), 303)


def _refused(draft_id: object, kept: Mapping[str, Any], invalid: Invalid) -> ResponseReturnValue:
    """The filled form of a draft that cannot be taken, or not any more."""
    database, actor = context.database(), context.actor()
    audiences = list_audiences(database, actor)
    form = SightingForm(formdata=None, data=_typed(kept))
    form.recipients.choices = _choices(audiences)
    keep_problems(form, invalid, fallback="camera", beside=ASKED_AT)
    return _form_page(form, kept, str(draft_id), list_cameras(database, actor), audiences), 422


def _choices(audiences: tuple[Audience, ...]) -> list[SelectChoice]:
    return [SelectChoice(f"{each.agreement}|{each.key}", each.name) for each in audiences]


def _form_page(
    form: SightingForm,
    kept: Mapping[str, Any],
    draft_id: str | None,
    cameras: tuple[Camera, ...],
    audiences: tuple[Audience, ...],
) -> str:
    return render_template(
        "pages/sightings/new.html",
        form=form,
        camera_words=[each.number for each in cameras],
        audiences=audiences,
        hints={f"{each.agreement}|{each.key}": f"Under {each.agreement}" for each in audiences},
        kept=kept,
        draft=draft_id,
    )


def _fresh(recipients: list[str]) -> dict[str, Any]:
    """A new form: now, and everybody whom an agreement names; the preview shows what each would see."""
    here = clock.now().astimezone(clock.LONDON)
    when = {"seen_date": here.date(), "seen_time": here.time().replace(microsecond=0)}
    return {**when, "recipients": recipients}


def _answers(form: SightingForm, kept: Mapping[str, Any]) -> dict[str, Any]:
    """What was typed, fit to be kept; a still that was sent before stays unless another is sent."""
    left_out = {"csrf_token", "still"}
    answers = {name: _plain(value) for name, value in form.data.items() if name not in left_out and value}
    return answers | ({"stored": kept["stored"]} if "stored" in kept else {})


def _sent_still(form: SightingForm) -> dict[str, Any]:
    """The still that came with the form, stored, fit to be kept among the answers; nothing without one."""
    sent = form.still.data
    if not sent:
        return {}
    still = take_still(
        context.files(), sent.read(), boxes=boxes(form.boxes.data or ""), looked_over=form.looked_over.data
    )
    return {
        "stored": {
            "picture": still.picture,
            "format": still.format,
            "original_digest": still.original_digest,
            "taken": still.taken.isoformat() if still.taken else None,
            "point": list(still.point) if still.point else None,
        }
    }


def _typed(kept: Mapping[str, Any]) -> dict[str, Any]:
    """A draft's answers as the form's fields take them."""
    typed = dict(kept)
    if typed.get("seen_date"):
        typed["seen_date"] = date.fromisoformat(typed["seen_date"])
    if typed.get("seen_time"):
        typed["seen_time"] = time.fromisoformat(typed["seen_time"])
    return typed


def _record(answers: Mapping[str, Any], cameras: tuple[Camera, ...], actor: Actor) -> NewRecord:
    typed = _typed(answers)
    camera = camera_named(cameras, typed.get("camera") or "")
    if camera is None and typed.get("camera"):
        raise Invalid({"camera": "There is no such camera, or several. Choose one from the list."})
    return new_sighting(typed, camera.place if camera else {}, _still(answers), actor.purpose or "")


def _still(answers: Mapping[str, Any]) -> NewStill | None:
    stored = answers.get("stored")
    if not stored:
        return None
    drawn: tuple[Box, ...] = boxes(answers.get("boxes") or "")
    return NewStill(
        picture=stored["picture"],
        format=stored["format"],
        original_digest=stored["original_digest"],
        taken=datetime.fromisoformat(stored["taken"]) if stored["taken"] else None,
        point=tuple(stored["point"]) if stored["point"] else None,
        boxes=drawn,
        looked_over=bool(answers.get("looked_over")),
    )


def _plain(value: object) -> object:
    return value.isoformat() if isinstance(value, date | time) else value
