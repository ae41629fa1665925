"""Notes of necessity: written on an own record, signed or refused by the named approver, ended."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from auth.roles import Action
from foundation.errors import Invalid, Missing
from portal.gate import context
from portal.gate.admission import allows
from portal.web.asked import about_words, person_names, view_of
from portal.web.forms.fields import keep_problems
from portal.web.forms.notes import NoteForm, RefuseNoteForm
from portal.web.records import agency_names
from sharing.catalogue import PLURALS, TYPE_OF
from sharing.disclosure import read_record
from sharing.requests.notes import note_choices, read_note, write_note
from sharing.requests.signing import end_note, refuse_note, sign_note
from sharing.vocabulary.words import CATEGORIES, CLASSES

blueprint = Blueprint("notes", __name__)

#: How a note stands, in words, and the colour of its tag.
STATES = {
    "waiting": ("Waits for a signature", "amber"),
    "signed": ("Signed", "green"),
    "refused": ("Not signed", "red"),
    "withdrawn": ("Taken back", ""),
    "ended": ("Ended", ""),
}


@blueprint.route("/records/<string:plural>/<uuid:record_id>/notes/new", methods=["GET", "POST"])
@allows(Action.RECORD_RELEASE)
def new(plural: str, record_id: object) -> ResponseReturnValue:
    """The note; a good one goes to its approver."""
    if plural not in TYPE_OF:
        raise Missing("There is nothing here that you can see.")
    database, actor, reference = context.system_database(), context.actor(), str(record_id)
    page = read_record(database, actor, TYPE_OF[plural], reference)
    view = view_of(page.record, agency_names())
    form = NoteForm()
    form.offer(note_choices(database, actor, reference), person_names(view))
    if form.is_submitted() and form.validate():
        try:
            made = write_note(database, actor, reference, form.written())
        except Invalid as invalid:
            keep_problems(form, invalid, fallback="reason")
        else:
            flash("Written. It opens nothing until it is signed.")
            return redirect(url_for("notes.show", note_id=made), 303)
    rendered = render_template(
        "pages/notes/new.html", form=form, about=about_words(view), plural=plural, record=reference
    )
    return (rendered, 422) if form.is_submitted() else rendered


@blueprint.get("/notes/<uuid:note_id>")
@allows(Action.SESSION_USE)
def show(note_id: object) -> str:
    """One note, for its owner and its approver."""
    return _page(str(note_id), RefuseNoteForm(formdata=None))


@blueprint.post("/notes/<uuid:note_id>/sign")
@allows(Action.NOTE_APPROVE)
def sign(note_id: object) -> ResponseReturnValue:
    """Sign exactly what was read."""
    sign_note(context.system_database(), context.actor(), str(note_id), request.form.get("digest", "")[:64])
    flash("Signed. It holds from now on, and ends by itself.")
    return redirect(url_for("notes.show", note_id=note_id), 303)


@blueprint.post("/notes/<uuid:note_id>/refuse")
@allows(Action.NOTE_APPROVE)
def refuse(note_id: object) -> ResponseReturnValue:
    """Refuse to sign, saying why."""
    form = RefuseNoteForm()
    if form.validate():
        try:
            refuse_note(context.system_database(), context.actor(), str(note_id), form.why.data or "")
        except Invalid as invalid:
            keep_problems(form, invalid, fallback="why")
        else:
            flash("Not signed. The owner reads why.")
            return redirect(url_for("notes.show", note_id=note_id), 303)
    return _page(str(note_id), form), 422


@blueprint.post("/notes/<uuid:note_id>/end")
@allows(Action.SESSION_USE)
def end(note_id: object) -> ResponseReturnValue:
    """End a note, or take it back before it is signed."""
    end_note(context.system_database(), context.actor(), str(note_id))
    flash("Ended. What it opened is withheld at the next look.")
    return redirect(url_for("notes.show", note_id=note_id), 303)


def _page(note_id: str, form: RefuseNoteForm) -> str:
    note = read_note(context.system_database(), context.actor(), note_id)
    state, colour = STATES[note.state]
    return render_template(
        "pages/notes/show.html",
        note=note,
        form=form,
        state=state,
        colour=colour,
        plural=PLURALS.get(note.type, ""),
        was=", ".join(CATEGORIES.get(each, each) for each in note.categories) or CATEGORIES["other"],
        classes=", ".join(CLASSES.get(each, each) for each in note.classes),
        own=note.owner == context.actor().agency_name,
    )
