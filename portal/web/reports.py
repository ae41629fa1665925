"""Reports by members from the shop floor, and the check by a second person."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from auth.roles import Action
from foundation import clock
from foundation.errors import Deleted, Invalid, Missing
from foundation.identifiers import new_id
from portal.gate import context
from portal.gate.admission import allows
from portal.gate.limits import FORM_KILOBYTES, takes_kilobytes
from portal.web.forms.fields import keep_problems
from portal.web.forms.once import ask_again, key_of, taken_once
from portal.web.forms.reports import ASKED_AT, ReportForm, new_report
from portal.web.forms.sightings import boxes
from portal.web.presenting import CardView, card_view
from sharing.disclosure import read_record
from sharing.schemes.gallery import Card, read_gallery
from sharing.schemes.reports import (
    EvidenceCheck,
    ReportingTerms,
    check_report,
    reporting_terms,
    submit_report,
)
from sharing.stills import take_still

blueprint = Blueprint("reports", __name__)


@blueprint.route("/report", methods=["GET", "POST"])
@takes_kilobytes(FORM_KILOBYTES)
@allows(Action.REPORT_SUBMIT)
def new() -> ResponseReturnValue:
    """The form; a good report is taken in and its page shown, with whether the subject is a repeat."""
    database, actor = context.database(), context.actor()
    terms = reporting_terms(database, actor)
    here = clock.now().astimezone(clock.LONDON)
    form = ReportForm(
        data={
            "day": here.date(),
            "time": here.time().replace(second=0, microsecond=0),
            "subject": request.args.get("subject", ""),
            "police": True,
            "once": new_id(),
        }
    )
    form.offer(terms)
    if form.is_submitted() and form.validate():
        try:
            return _send(form, terms)
        except Invalid as invalid:
            if not ask_again(form, invalid, "report"):
                keep_problems(form, invalid, fallback="account", beside=ASKED_AT)
    if form.is_submitted():
        form.still.ask_again()
    cards = [card_view(card) for card in read_gallery(database, actor)]
    about = _about(form, cards)
    page = render_template("pages/reports/new.html", form=form, terms=terms, cards=cards, about=about)
    return (page, 422) if form.is_submitted() else page


def _about(form: ReportForm, cards: list[CardView]) -> CardView | None:
    """The subject whom the form names, among the cards even if no more in the gallery; none if not shown."""
    wanted = form.subject.data
    found = next((card for card in cards if card.id == wanted), None)
    if found is not None or not wanted:
        return found
    try:
        page = read_record(context.database(), context.actor(), "subject", wanted)
    except (Missing, Deleted):
        form.subject.data = ""
        return None
    cards.insert(0, card_view(Card(page.record, still=None, reports=0, leaves=clock.today())))
    return cards[0]


def _send(form: ReportForm, terms: ReportingTerms) -> ResponseReturnValue:
    sent = form.still.data
    data = sent.read() if sent else b""
    still = None
    if data:
        drawn = boxes(form.boxes.data or "")
        still = take_still(context.files(), data, boxes=drawn, looked_over=form.looked_over.data)
    report = new_report(form.data, form.chosen(terms), still, terms.police)
    subject, asked = form.subject.data or None, key_of(form, "report", data)
    made = taken_once(
        lambda: submit_report(context.database(), context.actor(), report, subject, asked=asked)
    )
    flash(f"Sent. The reference is {made.reference}.")
    if made.repeat is not None:
        words = "a repeat" if made.repeat.is_repeat else "not a repeat yet"
        flash(
            f"Reports of this subject in {made.repeat.months} months: {made.repeat.reports}. This is {words}."
        )
    return redirect(url_for("records.show", plural="incidents", record_id=made.id), 303)


@blueprint.post("/records/incidents/<uuid:report_id>/check")
@allows(Action.REPORT_CHECK)
def check(report_id: object) -> ResponseReturnValue:
    """Keep what the second person found."""
    answer = request.form.get("evidence", "")
    if answer not in ("good", "not-good", "paid"):
        raise Invalid({"evidence": "Say what you found."})
    found = EvidenceCheck(answer == "good", answer == "paid", request.form.get("child") == "yes")
    check_report(context.database(), context.actor(), str(report_id), found)
    flash(
        "The check is kept." if answer == "good" else "The report is closed. Nobody enters the gallery by it."
    )
    return redirect(url_for("records.show", plural="incidents", record_id=report_id), 303)
