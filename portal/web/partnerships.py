"""Who holds which role in each partnership of an agency, and giving and taking one."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from auth.roles import ROLE_LABELS, Action, PartnershipRole, Role
from foundation.errors import Denied, Invalid, Missing
from portal.gate import context
from portal.gate.admission import allows
from portal.web.forms.fields import keep_problems
from portal.web.forms.people import PartnershipForm
from sharing.people.partnerships import (
    PartnershipPeople,
    give_partnership_role,
    list_partnerships,
    take_partnership_role,
)

blueprint = Blueprint("partnerships", __name__)


@blueprint.get("/people/partnerships")
@allows(Action.PEOPLE_RUN)
def index() -> str:
    """The partnerships in which the agency sits."""
    return _page(list_partnerships(context.system_database(), context.actor()), {})


@blueprint.post("/people/partnerships/give")
@allows(Action.PEOPLE_RUN)
def give() -> ResponseReturnValue:
    """Give somebody a role in one."""
    database, actor = context.system_database(), context.actor()
    found, where = list_partnerships(database, actor), request.form.get("partnership", "")
    form = _form(next((each for each in found if each.id == where), None), sent=True)
    if form.validate():
        try:
            give_partnership_role(
                database, actor, form.person.data, PartnershipRole(where, Role(form.role.data))
            )
        except (Invalid, Denied) as problem:
            keep_problems(form, _as_problem(problem), fallback="role")
        else:
            flash("The role is given. They have been signed out, and come back with it.")
            return redirect(url_for("partnerships.index"), 303)
    return _page(found, {where: form}), 422


@blueprint.post("/people/partnerships/take")
@allows(Action.PEOPLE_RUN)
def take() -> ResponseReturnValue:
    """Take a role in one from somebody."""
    where, person = request.form.get("partnership", ""), request.form.get("person", "")
    role = request.form.get("role", "")
    if role not in set(Role):
        raise Missing("There is nothing here that you can see.")
    take_partnership_role(
        context.system_database(), context.actor(), person, PartnershipRole(where, Role(role))
    )
    flash("The role is taken. They have been signed out.")
    return redirect(url_for("partnerships.index"), 303)


def _as_problem(problem: Invalid | Denied) -> Invalid:
    return problem if isinstance(problem, Invalid) else Invalid({"role": str(problem)})


def _form(page: PartnershipPeople | None, *, sent: bool = False) -> PartnershipForm:
    if page is None:
        raise Missing("There is nothing here that you can see.")
    form = PartnershipForm() if sent else PartnershipForm(formdata=None)
    form.offer(page)
    return form


def _page(found: tuple[PartnershipPeople, ...], sent: dict[str, PartnershipForm]) -> str:
    forms = {each.id: sent.get(each.id) or _form(each) for each in found}
    return render_template("pages/people/partnerships.html", found=found, forms=forms, labels=ROLE_LABELS)
