"""An agency whose identity provider has died: the operator of the host lets its people in here again.

Nothing of this is at a door: who may run a command on the host holds the database anyway, and everybody who
runs the agency's people is told.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import RowMapping, insert, select, update

from auth.events import PROVIDER_REOPENED, security_event
from auth.letters import Notice, notify
from auth.notices import tell
from auth.roles import Action, Role, actions_of
from auth.tables import identity_provider, user
from foundation import clock
from foundation.database import Database, Tx
from foundation.errors import Invalid, Missing
from foundation.identifiers import new_id
from foundation.outbox.rows import put
from sharing.people.listing import PASSKEYS, factors_of
from sharing.people.tables import lost_factor
from sharing.people.vouching import REGAIN, new_code

#: How long the administrator has, and then again from when the letter goes.
_GOOD_FOR = timedelta(hours=24)


@dataclass(frozen=True)
class Reopened:
    """How many people of the agency can sign in here with what they have, of how many; and who was told.

    `code` is for the administrator who was named, by voice; empty if nobody was.
    """

    able: int
    people: int
    told: tuple[str, ...]
    code: str


def reopen_agency(database: Database, agency_id: str, first: str = "") -> Reopened:
    """Let the people of an agency sign in here with passkeys and passwords, as before the provider alone.

    `first` is the address of somebody who runs the agency's people and has no factor here: they get a letter
    with a link, which opens with the code alone; they may be named later, in another run. The provider and
    its links stay, for the day it is back.

    Raises:
        Missing: if the agency has no provider that is its only way in.
        Invalid: if `first` is not somebody who runs the agency's people, or can sign in as it is.
    """
    with database.transaction() as tx:
        provider = _provider(tx, agency_id, open_already=bool(first))
        tx.execute(update(identity_provider).where(identity_provider.c.id == provider).values(enforced=False))
        people = _people(tx, agency_id)
        able = _able(tx, people)
        named, code = _vouch(tx, agency_id, people, able, first) if first else ("", "")
        running = sorted(each for each, row in people.items() if _runs_people(row))
        for each in running:
            tell(tx, each, "sign-on-reopened")
        notify(tx, running, Notice.SIGN_ON_REOPENED)
        security_event(tx, PROVIDER_REOPENED, None, agencies=[agency_id], provider=provider, vouched=named)
        return Reopened(len(able), len(people), tuple(people[each]["email"] for each in running), code)


def _provider(tx: Tx, agency_id: str, *, open_already: bool) -> str:
    own = select(identity_provider.c.id, identity_provider.c.enforced)
    row = tx.execute(own.where(identity_provider.c.agency_id == agency_id)).first()
    if row is None or not (row.enforced or open_already):
        raise Missing(f"The other ways in are not closed for “{agency_id}”. Nothing was changed.")
    return str(row.id)


def _people(tx: Tx, agency_id: str) -> Mapping[str, RowMapping]:
    own = (user.c.agency_id == agency_id) & user.c.disabled.is_(False) & user.c.service.is_(False)
    return {row["id"]: row for row in tx.execute(select(user).where(own)).mappings()}


def _able(tx: Tx, people: Mapping[str, RowMapping]) -> frozenset[str]:
    """Who has a password or a passkey; an app or recovery codes alone let nobody in."""
    kinds = factors_of(tx, list(people))
    return frozenset(
        each for each, row in people.items() if row["password_hash"] or PASSKEYS & {*kinds.get(each, ())}
    )


def _runs_people(row: RowMapping) -> bool:
    return Action.PEOPLE_RUN in actions_of(frozenset(Role(role) for role in row["roles"]))


def _vouch(
    tx: Tx, agency_id: str, people: Mapping[str, RowMapping], able: frozenset[str], address: str
) -> tuple[str, str]:
    folded = address.strip().casefold()
    found = [each for each, row in people.items() if row["email"] == folded and _runs_people(row)]
    if not found:
        raise Invalid({"first": "Name somebody who brings in people of this agency, by their address."})
    (person,) = found
    if person in able:
        raise Invalid({"first": "This person has a password or a passkey here, and can sign in as it is."})
    now, lost = clock.now(), new_id()
    code, digest = new_code(lost)
    row = {"id": lost, "agency_id": agency_id, "user_id": person, "tries": 0, "asked_at": now}
    tx.execute(
        insert(lost_factor), {**row, "vouched_at": now, "code_hash": digest, "expires_at": now + _GOOD_FOR}
    )
    put(tx, REGAIN, {"lost": lost}, agency=agency_id)
    tell(tx, person, "factor-lost")
    return person, code
