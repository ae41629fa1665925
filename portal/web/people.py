"""People of an agency: the pages of its administrators and signatories."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from auth.roles import ROLE_LABELS, Action, Role, grants_of
from auth.vetting import CHECKS
from foundation.errors import Conflict, Denied, Invalid, Missing
from portal.gate import context
from portal.gate.admission import allows
from portal.gate.cursors import opened, sealed
from portal.web.forms.fields import keep_problems
from portal.web.forms.people import EndForm, InvitationForm, RolesForm, SheetForm
from sharing.people.changing import change_roles, end_account
from sharing.people.inviting import invite, open_for_demonstration, send_again, withdraw_invitation
from sharing.people.listing import (
    Person,
    PersonPage,
    list_colleagues,
    list_giveable,
    list_people,
    list_sites,
    read_person,
)
from sharing.people.log import KINDS, read_log
from sharing.people.reviewing import confirm_access, list_due
from sharing.people.sheet import COLUMNS, Row, read_sheet
from sharing.people.signing_out import sign_out_everybody, sign_out_person

blueprint = Blueprint("people", __name__)

#: What parts a name from an id in a cursor.
_APART = "\n"


@blueprint.get("/people")
@allows(Action.PEOPLE_RUN)
def index() -> str:
    """The agency's people by name, and the invitations that wait."""
    actor, words = context.actor(), request.args.get("q", "").strip()[:100]
    place = opened(request.args.get("cursor"), actor, "people")
    name, _, last = (place or "").partition(_APART)
    page = list_people(context.system_database(), actor, words, (name, last) if place else None)
    cursor = sealed(_APART.join(page.after) if page.after else None, actor, "people")
    older = url_for("people.index", q=words or None, cursor=cursor) if cursor else ""
    return render_template("pages/people/index.html", page=page, labels=ROLE_LABELS, words=words, older=older)


@blueprint.route("/people/new", methods=["GET", "POST"])
@allows(Action.PEOPLE_RUN)
def new() -> ResponseReturnValue:
    """Invite somebody."""
    database, actor, form = context.system_database(), context.actor(), InvitationForm()
    form.offer(grants_of(actor.roles), list_sites(database, actor))
    form.offer_partnerships(list_giveable(database, actor))
    if form.validate_on_submit():
        try:
            invite(database, actor, [form.new()])
        except Invalid as problem:
            keep_problems(form, problem, fallback="email")
        else:
            flash("The invitation is on its way. The link in it is good for seven days.")
            return redirect(url_for("people.index"), 303)
    page = render_template("pages/people/new.html", form=form)
    return (page, 422) if form.is_submitted() else page


@blueprint.route("/people/sheet", methods=["GET", "POST"])
@allows(Action.PEOPLE_RUN)
def sheet() -> ResponseReturnValue:
    """Many people: first each row with its faults, then all of them invited in one act."""
    database, actor, form = context.system_database(), context.actor(), SheetForm()
    rows: tuple[Row, ...] = ()
    if form.validate_on_submit():
        try:
            text = form.read()
            rows = read_sheet(database, actor, text)
            form.text.data, form.text.raw_data = text, None
            if request.form.get("act") == "invite" and not any(row.faults for row in rows):
                invite(database, actor, [row.person for row in rows])
                flash(f"{len(rows)} invitation{'s are' if len(rows) > 1 else ' is'} on the way.")
                return redirect(url_for("people.index"), 303)
        except Invalid as problem:
            keep_problems(form, problem, fallback="file")
    good = bool(rows) and not form.errors and not any(row.faults for row in rows)
    page = render_template(
        "pages/people/sheet.html",
        form=form,
        rows=rows,
        good=good,
        columns=COLUMNS,
        labels=ROLE_LABELS,
        offered=sorted(ROLE_LABELS[role] for role in grants_of(actor.roles)),
        joint=list_giveable(database, actor),
        checks=sorted(CHECKS),
    )
    return page if good or not form.is_submitted() else (page, 422)


@blueprint.get("/people/log")
@allows(Action.PEOPLE_RUN)
def log() -> str:
    """Who joined, whose roles changed and who left."""
    changes = read_log(context.system_database(), context.actor())
    return render_template("pages/people/log.html", changes=changes, kinds=KINDS, labels=ROLE_LABELS)


@blueprint.get("/people/review")
@allows(Action.PEOPLE_RUN)
def review() -> str:
    """Everybody whose access is due to be looked at."""
    people = list_due(context.system_database(), context.actor())
    return render_template("pages/people/review.html", people=people, labels=ROLE_LABELS)


@blueprint.post("/people/<string:person_id>/confirm")
@allows(Action.PEOPLE_RUN)
def confirm(person_id: str) -> ResponseReturnValue:
    """Their access is right as it is."""
    confirm_access(context.system_database(), context.actor(), person_id)
    flash("Confirmed. It is asked again in three months.")
    return redirect(url_for("people.review"), 303)


@blueprint.get("/people/<string:person_id>")
@allows(Action.PEOPLE_RUN)
def show(person_id: str) -> str:
    """One person."""
    page = read_person(context.system_database(), context.actor(), person_id)
    return _page(page)


@blueprint.post("/people/<string:person_id>/roles")
@allows(Action.PEOPLE_RUN)
def roles(person_id: str) -> ResponseReturnValue:
    """Give them other roles; those that are not the actor's to give stay as they are."""
    database, actor, form = context.system_database(), context.actor(), RolesForm()
    page = read_person(database, actor, person_id)
    form.offer(grants_of(actor.roles), list_sites(database, actor))
    if form.validate():
        kept = frozenset(page.person.roles) - grants_of(actor.roles)
        try:
            change_roles(database, actor, person_id, kept | form.chosen(), *_places(form, page.person))
        except (Invalid, Denied) as problem:
            keep_problems(form, _as_problem(problem, "roles"), fallback="roles")
        else:
            flash("Their roles are changed, and their sessions have ended.")
            return redirect(url_for("people.show", person_id=person_id), 303)
    return _page(page, roles_form=form), 422


@blueprint.post("/people/<string:person_id>/end")
@allows(Action.PEOPLE_RUN)
def end(person_id: str) -> ResponseReturnValue:
    """Let them go, everywhere at once."""
    database, actor, form = context.system_database(), context.actor(), EndForm()
    page = read_person(database, actor, person_id)
    form.offer(list_colleagues(database, actor, person_id))
    if form.validate():
        try:
            end_account(database, actor, person_id, form.successor.data or None)
        except (Invalid, Denied) as problem:
            keep_problems(form, _as_problem(problem, "successor"), fallback="successor")
        else:
            flash(f"{page.person.name} is signed out everywhere and cannot come in any more.")
            return redirect(url_for("people.index"), 303)
    return _page(page, end_form=form), 422


@blueprint.post("/people/<string:person_id>/sign-out")
@allows(Action.PEOPLE_RUN)
def sign_out(person_id: str) -> ResponseReturnValue:
    """End every session of theirs, and nothing else."""
    sign_out_person(context.system_database(), context.actor(), person_id)
    flash("They are signed out everywhere, and can sign in again.")
    return redirect(url_for("people.show", person_id=person_id), 303)


@blueprint.post("/people/sign-out")
@allows(Action.PEOPLE_RUN)
def sign_out_all() -> ResponseReturnValue:
    """End every session of everybody else of the agency."""
    ended = sign_out_everybody(context.system_database(), context.actor())
    flash(f"Everybody else is signed out: {ended} session{'' if ended == 1 else 's'} ended.")
    return redirect(url_for("people.index"), 303)


@blueprint.post("/people/invitations/<uuid:invitation_id>/withdraw")
@allows(Action.PEOPLE_RUN)
def withdraw(invitation_id: object) -> ResponseReturnValue:
    """Take an invitation back."""
    withdraw_invitation(context.system_database(), context.actor(), str(invitation_id))
    flash("The invitation is taken back. Its link opens nothing any more.")
    return redirect(url_for("people.index"), 303)


@blueprint.post("/people/invitations/<uuid:invitation_id>/send")
@allows(Action.PEOPLE_RUN)
def send(invitation_id: object) -> ResponseReturnValue:
    """Send a new link."""
    send_again(context.system_database(), context.actor(), str(invitation_id))
    flash("A new link is on its way. The one before opens nothing any more.")
    return redirect(url_for("people.index"), 303)


@blueprint.post("/people/invitations/<uuid:invitation_id>/open")
@allows(Action.PEOPLE_RUN)
def open_it(invitation_id: object) -> ResponseReturnValue:
    """Follow the link as the person would, in the demonstration only, which sends no letters."""
    if not context.settings().is_demonstration:
        raise Missing("There is nothing here that you can see.")
    return redirect(
        open_for_demonstration(context.system_database(), context.actor(), str(invitation_id)), 303
    )


def _as_problem(problem: Invalid | Denied, field: str) -> Invalid | Conflict:
    return problem if isinstance(problem, Invalid) else Invalid({field: str(problem)})


def _places(form: RolesForm, person: Person) -> tuple[list[str], list[str]]:
    """The sites and areas that were chosen; as they are, where they are not the actor's to give."""
    if Role.MEMBER in grants_of(context.actor().roles):
        return form.sites.data or [], form.areas.data or []
    return _held(person)


def _held(person: Person) -> tuple[list[str], list[str]]:
    return [each.id for each in person.placed.sites], [each.id for each in person.placed.areas]


def _page(page: PersonPage, *, roles_form: RolesForm | None = None, end_form: EndForm | None = None) -> str:
    database, actor, person = context.system_database(), context.actor(), page.person
    if roles_form is None:
        held = [role.value for role in person.roles]
        sites, areas = _held(person)
        roles_form = RolesForm(formdata=None, roles=held, sites=sites, areas=areas)
        roles_form.offer(grants_of(actor.roles), list_sites(database, actor))
    if end_form is None:
        end_form = EndForm(formdata=None)
        end_form.offer(list_colleagues(database, actor, person.id))
    return render_template(
        "pages/people/show.html",
        page=page,
        roles_form=roles_form,
        end_form=end_form,
        kept=sorted(ROLE_LABELS[role] for role in frozenset(person.roles) - grants_of(actor.roles)),
        own=person.id == actor.user_id,
        labels=ROLE_LABELS,
        kinds=KINDS,
    )
