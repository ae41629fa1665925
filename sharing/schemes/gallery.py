"""The gallery: subjects of schemes that exist for this reader and have not left it yet."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from auth.actor import Actor
from auth.roles import Action
from foundation import clock
from foundation.database import Database, Tx
from sharing import queries
from sharing.collecting import collect
from sharing.disclosure import log_list
from sharing.filters import Filters, days_of
from sharing.release.exit import Released
from sharing.release.facts import Exit
from sharing.schemes.repeats import reports_seen
from sharing.scope import Position
from sharing.sight import Sight, looking, released_rows

_MOST = 60


@dataclass(frozen=True)
class Card:
    """A subject in the gallery; `still` is its picture's id, `reports` those that this reader sees."""

    subject: Released
    still: str | None
    reports: int
    leaves: date


def read_gallery(database: Database, actor: Actor) -> tuple[Card, ...]:
    """The subjects in the gallery, those who leave it last first.

    A gallery card leaves as a single record does; children's pictures therefore need their note of necessity
    and are never printed.

    Raises:
        PurposeRequired: if the actor has stated no purpose.
    """
    actor.require(Action.RECORD_READ)
    with database.transaction() as tx:
        cards = looking(tx, actor, Exit.ONE, lambda sight: _cards(tx, sight))
    return tuple(sorted(cards, key=lambda card: (card.leaves, card.subject.id), reverse=True))


def _cards(tx: Tx, sight: Sight) -> list[Card]:
    found, _ = collect(tx, sight, "subject", after=Position(), limit=_MOST, wanted=_in_gallery)
    stills = queries.media_of(tx, [record.id for record in found])
    shown = released_rows(tx, sight, "media", [each for ids in stills.values() for each in ids])
    pictured = {media.id for media in shown if "picture" in media.fields}
    log_list(tx, sight, "subject", [*found, *shown], Filters())
    reports = reports_seen(tx, sight, [record.id for record in found])
    return [
        Card(
            subject,
            _still(subject, stills.get(subject.id, ()), pictured),
            reports.get(subject.id, 0),
            _leaves(subject),
        )
        for subject in found
    ]


def _still(subject: Released, stills: Sequence[str], pictured: set[str]) -> str | None:
    # The person's own picture decides, under the person's own floors, not the still's release.
    if "picture" not in subject.fields:
        return None
    return next((each for each in stills if each in pictured), None)


def _leaves(record: Released) -> date:
    return days_of(record.fields.get("gallery_until"))[1] or date.min


def _in_gallery(record: Released) -> bool:
    return _leaves(record) > clock.today()
