"""Areas of an agency's sites: the list, making one, renaming it, choosing its sites and ending it."""

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from auth.roles import Action, Role, grants_of
from foundation.errors import Denied, Invalid
from portal.gate import context
from portal.gate.admission import allows
from portal.web.forms.fields import keep_problems
from portal.web.forms.people import AreaForm
from sharing.people.areas import change_area, end_area, list_areas, make_area, read_area
from sharing.people.listing import list_sites

blueprint = Blueprint("areas", __name__)


@blueprint.route("/people/areas", methods=["GET", "POST"])
@allows(Action.PEOPLE_RUN)
def index() -> ResponseReturnValue:
    """The agency's areas, and a form for one more."""
    database, actor, form = context.system_database(), context.actor(), AreaForm()
    form.offer(list_sites(database, actor))
    if form.validate_on_submit():
        try:
            made = make_area(database, actor, form.name.data or "", form.sites.data or [])
        except (Invalid, Denied) as problem:
            keep_problems(form, _as_problem(problem), fallback="name")
        else:
            flash("The area is made. Members are put in it on their own pages.")
            return redirect(url_for("areas.show", area_id=made), 303)
    makes = Role.MEMBER in grants_of(actor.roles)
    areas = list_areas(database, actor)
    page = render_template("pages/areas/index.html", areas=areas, form=form, makes=makes)
    return (page, 422) if form.is_submitted() else page


@blueprint.route("/people/areas/<string:area_id>", methods=["GET", "POST"])
@allows(Action.PEOPLE_RUN)
def show(area_id: str) -> ResponseReturnValue:
    """One area: its name and sites, and who stands in it."""
    database, actor = context.system_database(), context.actor()
    area = read_area(database, actor, area_id)
    form = AreaForm(name=area.name, sites=[each.id for each in area.sites])
    form.offer(list_sites(database, actor))
    if form.validate_on_submit():
        try:
            change_area(database, actor, area.id, form.name.data or "", form.sites.data or [])
        except (Invalid, Denied) as problem:
            keep_problems(form, _as_problem(problem), fallback="name")
        else:
            flash("The area is changed. It holds from the next page that anybody in it opens.")
            return redirect(url_for("areas.show", area_id=area.id), 303)
    page = render_template("pages/areas/show.html", area=area, form=form)
    return (page, 422) if form.is_submitted() else page


@blueprint.post("/people/areas/<string:area_id>/end")
@allows(Action.PEOPLE_RUN)
def end(area_id: str) -> ResponseReturnValue:
    """End an area."""
    end_area(context.system_database(), context.actor(), area_id)
    flash("The area has ended. Nobody holds a site by it any more.")
    return redirect(url_for("areas.index"), 303)


def _as_problem(problem: Invalid | Denied) -> Invalid:
    return problem if isinstance(problem, Invalid) else Invalid({"name": str(problem)})
