"""Calls of what administrators do with people, programs and their keys."""

from dataclasses import replace
from datetime import timedelta

from sqlalchemy import update

from auth.roles import PartnershipRole, Role
from auth.tables import identity_provider, user
from auth.vetting import Vetting
from foundation import clock
from foundation.stolen import StolenPasswords
from sharing.people import (
    areas,
    changing,
    inviting,
    joining,
    keys,
    listing,
    log,
    partnerships,
    regaining,
    reopening,
    reviewing,
    rules,
    signing_out,
    vetting,
    vouching,
)
from tests.architecture.calls.accounts import ANOTHER, LIMITS
from tests.architecture.calls.passkey import PARTY, SoftKey
from tests.architecture.calls.trial import Given, Scene, Several
from tests.escalation.things import COUNCIL, JOINT, SCHEME, VICTIM, named
from tests.partnership import ROBBERY

SECOND = named("second", VICTIM)
BROWSER = joining.Browser(LIMITS, "Firefox on Linux")
CHECK = Vetting("management", "N-1", clock.today() + timedelta(days=400))


def invites(scene: Scene) -> Given:
    people = [
        inviting.NewPerson(name, f"{name}@new.example", frozenset({Role.OFFICER}))
        for name in ("Nina", "Nora")
    ]
    return scene.asked(people)


def invited(scene: Scene) -> str:
    """The token of an invitation's link."""
    new = inviting.NewPerson("Nina New", "nina@new.example", frozenset({Role.OFFICER}))
    (made,) = inviting.invite(scene.database, scene.by(), [new])
    with scene.database.transaction() as tx:
        path = inviting.make_link(tx, made)
    assert path is not None
    return path.removeprefix("/join/")


def joins_with_password(scene: Scene) -> Given:
    return Given((scene.database, invited(scene), "Nina New", ANOTHER, BROWSER, StolenPasswords()))


def joins_with_passkey(scene: Scene) -> Given:
    token = invited(scene)
    answer = SoftKey().made(joining.join_options(scene.database, token, PARTY))
    return Given((scene.database, token, "Nina New", (PARTY, answer), BROWSER))


def lost(scene: Scene) -> str:
    """What a colleague said of somebody who lost every factor."""
    with scene.database.transaction() as tx:
        own = user.c.id == named("program", VICTIM)
        tx.execute(update(user).where(own).values(service=False))
    return scene.id("lost")


def vouched(scene: Scene) -> tuple[str, str]:
    """The token of the link of somebody who lost every factor, and the code that they were told."""
    lost_id = lost(scene)
    code = vouching.vouch(scene.database, scene.by(), lost_id)
    with scene.database.transaction() as tx:
        link = vouching.regaining_link(tx, lost_id)
    assert link is not None
    return link[1].removeprefix("/regain/"), code


def regains_with_password(scene: Scene) -> Given:
    return Given((scene.database, *vouched(scene), ANOTHER, BROWSER, StolenPasswords()))


def regains_with_passkey(scene: Scene) -> Given:
    token, code = vouched(scene)
    answer = SoftKey().made(regaining.regain_options(scene.database, token, PARTY))
    return Given((scene.database, token, code, (PARTY, answer), BROWSER))


def reopens(scene: Scene) -> Given:
    with scene.database.transaction() as tx:
        own = identity_provider.c.agency_id == VICTIM
        tx.execute(update(identity_provider).where(own).values(enforced=True))
    return Given((scene.database, VICTIM))


def accepts_rules(scene: Scene) -> Given:
    who = scene.by(SCHEME)
    number = rules.set_rules(scene.database, who, "Look after what you read.")
    return Given((scene.database, replace(who, roles=who.roles | {Role.MEMBER}), number))


def ends_vetting(scene: Scene) -> Given:
    vetting.record_vetting(scene.database, scene.by(), SECOND, CHECK)
    return scene.asked(SECOND, CHECK.kind)


def gives_role(scene: Scene) -> Given:
    """By the agency that leads the partnership."""
    held = PartnershipRole(JOINT, Role.COORDINATOR)
    return scene.asked_by(COUNCIL, named("second", COUNCIL), held)


def takes_role(scene: Scene) -> Given:
    given = gives_role(scene)
    partnerships.give_partnership_role(*given.arguments)
    return given


def sets_vetting_rule(scene: Scene) -> Given:
    """By somebody who would not close the role to themselves."""
    vetting.record_vetting(scene.database, scene.by(who="second"), named("all", VICTIM), CHECK)
    return scene.asked(Role.OFFICER, [CHECK.kind])


def area_of(scene: Scene, *more: object) -> Given:
    """An area that somebody keeps."""
    return scene.asked(areas.make_area(scene.database, scene.by(), "Town centre", []), *more)


NEW_KEY = keys.NewKey("Key", (ROBBERY,), ("record:read",), (), (), 9)

CALLS = {
    areas.change_area: lambda scene: area_of(scene, "High Street", []),
    areas.end_area: area_of,
    areas.list_areas: Scene.asked,
    areas.make_area: lambda scene: scene.asked("Town centre", []),
    areas.read_area: area_of,
    changing.change_roles: lambda scene: scene.asked(SECOND, [Role.OFFICER]),
    changing.end_account: lambda scene: scene.asked(SECOND),
    inviting.invite: Several(invites),
    inviting.open_for_demonstration: lambda scene: scene.asked(scene.id("invitation")),
    inviting.send_again: lambda scene: scene.asked(scene.id("invitation")),
    inviting.withdraw_invitation: lambda scene: scene.asked(scene.id("invitation")),
    joining.join_with_passkey: Several(joins_with_passkey),
    joining.join_with_password: Several(joins_with_password),
    keys.end_key: lambda scene: scene.asked(scene.id("key")),
    keys.make_key: lambda scene: scene.asked(scene.id("program"), NEW_KEY),
    keys.make_service_account: lambda scene: scene.asked("Feed", [Role.ANALYST]),
    keys.rotate_key: lambda scene: scene.asked(scene.id("key")),
    listing.list_people: Scene.asked,
    listing.read_person: lambda scene: scene.asked(SECOND),
    log.read_log: Scene.asked,
    partnerships.give_partnership_role: gives_role,
    partnerships.list_partnerships: lambda scene: scene.asked_by(COUNCIL),
    partnerships.take_partnership_role: takes_role,
    regaining.regain_with_passkey: Several(regains_with_passkey),
    regaining.regain_with_password: Several(regains_with_password),
    reopening.reopen_agency: reopens,
    reviewing.confirm_access: lambda scene: scene.asked(SECOND),
    reviewing.list_due: Scene.asked,
    rules.accept_rules: accepts_rules,
    rules.set_rules: lambda scene: scene.asked_by(SCHEME, "Look after what you read."),
    signing_out.sign_out_everybody: Scene.asked,
    signing_out.sign_out_person: lambda scene: scene.asked(SECOND),
    vetting.end_vetting: ends_vetting,
    vetting.list_vetting: Scene.asked,
    vetting.read_vetting: lambda scene: scene.asked(SECOND),
    vetting.record_vetting: lambda scene: scene.asked(SECOND, CHECK),
    vetting.set_vetting_rule: sets_vetting_rule,
    vouching.refuse_lost: lambda scene: scene.asked(lost(scene)),
    vouching.say_lost: lambda scene: scene.asked(SECOND),
    vouching.vouch: lambda scene: scene.asked(lost(scene)),
}
