"""Releases as rows: making one, what it reaches, and taking it back."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from secrets import choice
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.exc import IntegrityError

from foundation import clock
from foundation.database import Tx
from foundation.errors import Unavailable
from foundation.identifiers import new_id
from sharing.agreements.policy import policy_of
from sharing.agreements.reaching import reach_rows
from sharing.agreements.tables import reach, release, stand_in
from sharing.release.standing import version_at

_LETTERS = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
_TRIES = 8


@dataclass(frozen=True)
class NewRelease:
    """What the owner lets go: `recipients` are agency ids, `members`, or `*` for all parties of the day.

    `category` is what the person was, and belongs to a person's own record only.
    """

    agreement: str
    purposes: tuple[str, ...]
    recipients: tuple[str, ...]
    text: str | None = None
    expires: datetime | None = None
    category: str | None = None

    @property
    def told(self) -> str:
        """As entries name it."""
        return f"{self.agreement} to {', '.join(self.recipients)}"


def insert_release(tx: Tx, new: NewRelease, *, record: tuple[str, str], by_user: str) -> str:
    """Insert the release of one record, given as (type, id), with what it reaches; gives its id."""
    record_type, record_id = record
    values: dict[str, Any] = {
        "id": new_id(),
        "record_id": record_id,
        "agreement_id": new.agreement,
        "version": version_in_force(tx, new.agreement),
        "purposes": list(new.purposes),
        "recipients": "all" if "*" in new.recipients else list(new.recipients),
        "category": new.category,
        "text": new.text,
        "by_user": by_user,
        "at": clock.now(),
        "expires": new.expires,
        "revoked": None,
    }
    tx.execute(insert(release), values)
    tx.execute(insert(reach), reach_rows(values, record_type))
    return str(values["id"])


def reach_media(tx: Tx, release_id: str, media: Iterable[str]) -> None:
    """Let the stills of a released record be found where the record is; the engine decides each again."""
    rows = tx.execute(select(reach).where(reach.c.release_id == release_id)).mappings().all()
    new = [
        {**row, "release_id": release_id, "type": "media", "record_id": still}
        for still in media
        for row in rows
    ]
    if new:
        tx.execute(insert(reach), new)


def version_in_force(tx: Tx, agreement: str) -> int:
    """The number of the version in force; 0 if there is none."""
    _, policy = policy_of(tx)
    terms = policy.agreements.get(agreement)
    found = version_at(terms, clock.now()) if terms is not None else None
    return found.number if found is not None else 0


def revoke(tx: Tx, release_id: str) -> None:
    """Take a release back from now on."""
    now = clock.now()
    tx.execute(update(release).where(release.c.id == release_id).values(revoked=now))
    tx.execute(update(reach).where(reach.c.release_id == release_id).values(until_at=now))


def draw_stand_ins(tx: Tx, agreement: str, persons: Sequence[str]) -> None:
    """Give each person a stand-in name in the agreement, unless they have one: drawn unique, never reused.

    Raises:
        Unavailable: if no unused name could be drawn.
    """
    if not persons:
        return
    rows = tx.execute(
        select(stand_in.c.person_id).where(
            stand_in.c.agreement_id == agreement, stand_in.c.person_id.in_(persons)
        )
    )
    held = {row.person_id for row in rows}
    for person in dict.fromkeys(persons):
        if person not in held:
            _draw(tx, agreement, person)


def _draw(tx: Tx, agreement: str, person: str) -> None:
    for _ in range(_TRIES):
        token = "".join(choice(_LETTERS) for _ in range(6))
        try:
            with tx.begin_nested():
                tx.execute(insert(stand_in), {"agreement_id": agreement, "person_id": person, "token": token})
        except IntegrityError:
            continue
        return
    raise Unavailable("No stand-in name could be drawn. Nothing was kept. Try again.")
