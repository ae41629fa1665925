"""People of an agency at the JSON door. Changing roles needs a person's own proof, so it is not here."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from flask import Response, request
from flask.views import MethodView

from auth.roles import Action
from portal.api.answers import json_response, plain
from portal.api.reading import Noun
from portal.api.schemas.people import EndIn, InvitationsIn, SheetIn, new_person
from portal.gate import context
from portal.gate.admission import allows
from portal.gate.cursors import opened, sealed
from sharing.people.areas import list_areas
from sharing.people.changing import end_account
from sharing.people.inviting import invite, send_again, withdraw_invitation
from sharing.people.listing import list_people, list_sites, read_person
from sharing.people.log import read_log
from sharing.people.partnerships import list_partnerships
from sharing.people.reviewing import confirm_access, list_due
from sharing.people.sheet import read_sheet
from sharing.people.vetting import Standing, list_vetting

people = Noun("api_people", __name__, url_prefix="/api/v1/people", description="People")


@people.route("")
class People(MethodView):
    """The agency's people, and the invitations that wait."""

    @allows(Action.PEOPLE_RUN)
    def get(self) -> Response:
        """One page by name; `q` narrows it by name or address."""
        actor, place = context.actor(), opened(request.args.get("cursor"), context.actor(), "people")
        name, _, last = (place or "").partition("\n")
        words = request.args.get("q", "").strip()[:100]
        page = list_people(context.system_database(), actor, words, (name, last) if place else None)
        return json_response(
            {
                "people": [plain(each) for each in page.people],
                "invitations": [plain(each) for each in page.invitations],
                "cursor": sealed("\n".join(page.after) if page.after else None, actor, "people"),
            }
        )

    @allows(Action.PEOPLE_RUN)
    @people.arguments(InvitationsIn)
    def post(self, body: Mapping[str, Any]) -> Response:
        """Invite all of them, or nobody."""
        wanted = [new_person(each) for each in body["people"]]
        made = invite(context.system_database(), context.actor(), wanted)
        return json_response({"invitations": list(made)}, 201)


@people.route("/sheet")
class Sheet(MethodView):
    """Many people from a spreadsheet."""

    @allows(Action.PEOPLE_RUN)
    @people.arguments(SheetIn)
    def post(self, body: Mapping[str, Any]) -> Response:
        """Every row with its faults; nobody is invited by this."""
        rows = read_sheet(context.system_database(), context.actor(), body["text"])
        found = [
            {
                "line": row.number,
                "faults": list(row.faults),
                "person": {
                    **asdict(row.person),
                    "roles": sorted(row.person.roles),
                    "sites": sorted(row.person.sites),
                    "areas": sorted(row.person.areas),
                    "partnership_roles": [each._asdict() for each in sorted(row.person.partnership_roles)],
                },
            }
            for row in rows
        ]
        return json_response({"rows": found})


@people.route("/log")
class Log(MethodView):
    """Joiners and leavers."""

    @allows(Action.PEOPLE_RUN)
    def get(self) -> Response:
        """Who joined, whose roles changed and who left, the latest first."""
        return json_response(
            {"changes": [plain(each) for each in read_log(context.system_database(), context.actor())]}
        )


@people.route("/review")
class Review(MethodView):
    """The quarterly review of access."""

    @allows(Action.PEOPLE_RUN)
    def get(self) -> Response:
        """Everybody whose access is due to be looked at."""
        found = list_due(context.system_database(), context.actor())
        return json_response({"people": [plain(each) for each in found]})


@people.route("/vetting")
class VettingList(MethodView):
    """Vetting. Recording a check and setting a rule need a person's own proof, so they are not here."""

    @allows(Action.PEOPLE_RUN)
    def get(self) -> Response:
        """The rules by role, and everybody of whom one wants a check."""
        page = list_vetting(context.system_database(), context.actor())
        people = [_standing(each) for each in page.people]
        rules = {role.value: list(kinds) for role, kinds in page.rules.items()}
        return json_response({"rules": rules, "settable": list(page.settable), "people": people})


def _standing(each: Standing) -> dict[str, Any]:
    return {**plain(each), "ends": {role.value: end for role, end in each.ends.items()}}


@people.route("/partnerships")
class Partnerships(MethodView):
    """Roles in partnerships. Giving and taking one needs a person's own proof, so it is not here."""

    @allows(Action.PEOPLE_RUN)
    def get(self) -> Response:
        """The partnerships in which the agency sits, and who holds which role in each."""
        found = list_partnerships(context.system_database(), context.actor())
        return json_response({"partnerships": [plain(each) for each in found]})


@people.route("/areas")
class Areas(MethodView):
    """Areas. Making, changing and ending one need a person's own proof, so they are not here."""

    @allows(Action.PEOPLE_RUN)
    def get(self) -> Response:
        """The agency's areas with their sites and who stands in each, and all its sites."""
        database, actor = context.system_database(), context.actor()
        sites = [{"id": id_, "name": name} for id_, name in list_sites(database, actor).sites.items()]
        areas = [
            {
                "id": each.id,
                "name": each.name,
                "sites": [site.id for site in each.sites],
                "people": [id_ for id_, _ in each.people],
            }
            for each in list_areas(database, actor)
        ]
        return json_response({"areas": areas, "sites": sites})


@people.route("/<string:person_id>/confirm")
class Confirmation(MethodView):
    """One answer of the review."""

    @allows(Action.PEOPLE_RUN)
    def post(self, person_id: str) -> Response:
        """Their access is right as it is."""
        confirm_access(context.system_database(), context.actor(), person_id)
        return Response(status=204)


@people.route("/<string:person_id>")
class OnePerson(MethodView):
    """One person."""

    @allows(Action.PEOPLE_RUN)
    def get(self, person_id: str) -> Response:
        """What they may do, how they prove who they are, and what has happened to their access."""
        return json_response(plain(read_person(context.system_database(), context.actor(), person_id)))


@people.route("/<string:person_id>/end")
class End(MethodView):
    """Leaving."""

    @allows(Action.PEOPLE_RUN)
    @people.arguments(EndIn)
    def post(self, body: Mapping[str, Any], person_id: str) -> Response:
        """End the account everywhere at once."""
        end_account(context.system_database(), context.actor(), person_id, body["successor"])
        return Response(status=204)


@people.route("/invitations/<uuid:invitation_id>/withdraw")
class Withdrawal(MethodView):
    """Taking an invitation back."""

    @allows(Action.PEOPLE_RUN)
    def post(self, invitation_id: object) -> Response:
        """Its link opens nothing any more."""
        withdraw_invitation(context.system_database(), context.actor(), str(invitation_id))
        return Response(status=204)


@people.route("/invitations/<uuid:invitation_id>/send")
class Sending(MethodView):
    """Sending an invitation again."""

    @allows(Action.PEOPLE_RUN)
    def post(self, invitation_id: object) -> Response:
        """A new link goes; the one before opens nothing any more."""
        send_again(context.system_database(), context.actor(), str(invitation_id))
        return Response(status=202)
