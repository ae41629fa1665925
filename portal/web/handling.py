"""How an own record is to be handled, and court orders of anonymity."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from auth.roles import Action
from foundation.errors import Conflict, Invalid, Missing
from portal.gate import context
from portal.gate.admission import allows
from portal.web.forms.fields import keep_problems
from portal.web.forms.handling import EndForm, HandlingForm, OrderForm, typed_handling
from portal.web.keys import key_labels, people_on
from portal.web.markings import page_marking
from portal.web.owner_view import names_in_words, which
from portal.web.presenting import record_view
from portal.web.records import agency_names, type_named
from sharing.catalogue import PLURALS
from sharing.disclosure import RecordPage, read_record
from sharing.handling.conditions import preview_handling, read_handling, set_handling
from sharing.handling.order_lists import list_orders, note_order, read_cover
from sharing.handling.orders import OWN, end_order, preview_order, record_order
from sharing.vocabulary.words import RECORD_TYPES

blueprint = Blueprint("handling", __name__)

_WORDS = {
    "plurals": PLURALS,
    "types": RECORD_TYPES,
    "key_labels": key_labels,
    "names_in_words": names_in_words,
    "which": which,
}


def _own_page(type_: str, record_id: str) -> RecordPage:
    page = read_record(context.database(), context.actor(), type_, record_id)
    if not page.own:
        raise Missing("There is nothing here that you can see.")
    return page


@blueprint.route("/records/<string:plural>/<uuid:record_id>/handling", methods=["GET", "POST"])
@allows(Action.RECORD_RELEASE)
def show(plural: str, record_id: object) -> ResponseReturnValue:
    """The marking, label and conditions of an own record; a change can be looked at before it is kept."""
    type_, reference = type_named(plural), str(record_id)
    database, actor = context.system_database(), context.actor()
    page = _own_page(type_, reference)
    held = read_handling(database, actor, type_, reference)
    form, status, changes = HandlingForm(data=typed_handling(held.handling)), 200, None
    form.offer(held.recipients)
    if form.is_submitted():
        asked = form.handling(form.code.data or "")
        try:
            if not form.validate():
                status = 422
            elif request.form.get("do") == "keep":
                version = int(form.version.data or 0)
                set_handling(database, actor, type_, reference, asked, version=version)
                flash("Kept. It holds at everybody’s next look.")
                return redirect(url_for("records.show", plural=plural, record_id=reference), 303)
            else:
                changes = preview_handling(database, actor, type_, reference, asked)
        except (Invalid, Conflict) as problem:
            keep_problems(form, problem, fallback="marking")
            status = 409 if isinstance(problem, Conflict) else 422
    form.version.raw_data = None
    form.version.data = held.version
    return render_template(
        "pages/handling/show.html",
        record=record_view(page.record, agency_names()),
        held=held,
        form=form,
        changes=changes,
        people=_people(page),
        cover=read_cover(database, actor, reference),
        marking=page_marking(page.record),
        **_WORDS,
    ), status


def _people(page: RecordPage) -> dict[str, str]:
    """The persons whom an order could cover, by link."""
    return {OWN: "The subject"} if page.record.type == "subject" else people_on(page.record)


@blueprint.route("/records/<string:plural>/<uuid:record_id>/anonymity-order", methods=["GET", "POST"])
@allows(Action.RECORD_RELEASE)
def order(plural: str, record_id: object) -> ResponseReturnValue:
    """What a court's order for a person on the record would close; then enter it."""
    type_, reference = type_named(plural), str(record_id)
    database, actor = context.system_database(), context.actor()
    link = request.values.get("person", "")[:40]
    page = _own_page(type_, reference)
    people = _people(page)
    if link not in people:
        raise Missing("There is nothing here that you can see.")
    form, status = OrderForm(), 200
    if form.is_submitted():
        status = 422
        if form.validate():
            try:
                record_order(database, actor, type_, reference, link, reference=form.reference.data or "")
            except (Invalid, Conflict) as problem:
                keep_problems(form, problem, fallback="reference")
            else:
                flash("The order is entered. It holds at everybody’s next look.")
                return redirect(url_for("records.show", plural=plural, record_id=reference), 303)
    covered = preview_order(database, actor, type_, reference, link)
    return render_template(
        "pages/handling/order.html",
        record=record_view(page.record, agency_names()),
        form=form,
        link=link,
        person=people[link],
        people=people,
        covered=covered,
        marking=page_marking(page.record),
        **_WORDS,
    ), status


@blueprint.get("/anonymity-orders")
@allows(Action.RECORD_RELEASE)
def orders() -> str:
    """The orders that the agency holds, and what it was told of its records."""
    return _orders(EndForm(formdata=None), "")


def _orders(form: EndForm, ending: str) -> str:
    found = list_orders(context.system_database(), context.actor())
    return render_template("pages/handling/orders.html", found=found, form=form, ending=ending, **_WORDS)


@blueprint.post("/anonymity-orders/<uuid:order_id>/end")
@allows(Action.RECORD_RELEASE)
def end(order_id: object) -> ResponseReturnValue:
    """End an order that the agency holds."""
    form = EndForm()
    try:
        if not form.validate():
            return _orders(form, str(order_id)), 422
        end_order(context.system_database(), context.actor(), str(order_id), reason=form.reason.data or "")
    except Invalid as problem:
        keep_problems(form, problem, fallback="reason")
        return _orders(form, str(order_id)), 422
    flash("The order has ended. What it covered is shared again as the agreements say.")
    return redirect(url_for("handling.orders"), 303)


@blueprint.post("/anonymity-orders/notices/<uuid:notice_id>")
@allows(Action.RECORD_RELEASE)
def note(notice_id: object) -> ResponseReturnValue:
    """Say for the agency that it was read that an order covers a record of its own."""
    note_order(context.system_database(), context.actor(), str(notice_id))
    flash("Noted for your agency.")
    return redirect(url_for("handling.orders"), 303)
