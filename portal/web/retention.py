"""How long an agency keeps its records, for its data protection officer: schedule, review and holds."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from auth.roles import Action
from foundation import clock
from foundation.errors import Invalid
from portal.gate import context
from portal.gate.admission import allows
from portal.web.forms.fields import keep_problems
from portal.web.forms.retention import HoldForm, PeriodForm
from sharing.retention.periods import CATEGORIES, PERIODS, TYPES
from sharing.retention.schedule import AHEAD, SHOWN, hold_record, read_retention, release_hold, set_period
from sharing.retention.stops import STOPS

blueprint = Blueprint("retention", __name__)


@blueprint.get("/retention")
@allows(Action.RETENTION_RUN)
def index() -> str:
    """The schedule, what falls due, and what is held; `like` puts an id into the form of a hold."""
    hold, after = HoldForm(formdata=None), request.args.get("after", "")
    hold.record.data = request.args.get("like", "")[:36]
    return _page(PeriodForm(formdata=None), hold, int(after) if after.isdecimal() else 0)


@blueprint.post("/retention")
@allows(Action.RETENTION_RUN)
def keep() -> ResponseReturnValue:
    """Set one line of the schedule, or take it out."""
    form = PeriodForm()
    if form.validate_on_submit():
        try:
            sent = (form.type.data or "", form.category.data or "", form.period.data or "")
            set_period(context.system_database(), context.actor(), *sent)
        except Invalid as invalid:
            keep_problems(form, invalid, fallback="period")
        else:
            flash("The schedule is kept, and is an entry of the ledger.")
            return redirect(url_for("retention.index"), 303)
    return _page(form, HoldForm(formdata=None)), 422


@blueprint.post("/retention/holds")
@allows(Action.RETENTION_RUN)
def hold() -> ResponseReturnValue:
    """Keep one record from being deleted, for a time."""
    form = HoldForm()
    if form.validate_on_submit():
        try:
            hold_record(context.system_database(), context.actor(), form.new())
        except Invalid as invalid:
            keep_problems(form, invalid, fallback="record")
        else:
            flash("The record is held, and that is an entry of the ledger.")
            return redirect(url_for("retention.index"), 303)
    return _page(PeriodForm(formdata=None), form), 422


@blueprint.post("/retention/holds/<uuid:hold_id>/release")
@allows(Action.RETENTION_RUN)
def release(hold_id: object) -> ResponseReturnValue:
    """End a hold."""
    release_hold(context.system_database(), context.actor(), str(hold_id))
    flash("Released. The record is deleted when it is due.")
    return redirect(url_for("retention.index"), 303)


def _page(period: PeriodForm, hold_form: HoldForm, after: int = 0) -> str:
    found = read_retention(context.system_database(), context.actor(), after=after)
    more = url_for("retention.index", after=after + SHOWN) if found.due > after + SHOWN else ""
    return render_template(
        "pages/retention/index.html",
        found=found,
        more=more,
        before=url_for("retention.index", after=max(after - SHOWN, 0)) if after else "",
        period_form=period,
        hold_form=hold_form,
        types=TYPES,
        categories=CATEGORIES,
        periods=PERIODS,
        stops=STOPS,
        days=AHEAD.days,
        today=clock.today(),
    )
