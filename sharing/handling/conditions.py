"""How a record is to be handled, as its originator says, and the conditions that this makes for the engine.

Marking, handling code and TLP label are three things that a record has beside each other. Each narrows the
audience that the agreements give; the narrowest holds. All of it ends up in the record's one `conditions`, so
that the one engine decides. docs/handling.md says how each label is read, and why.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select, update

from auth.actor import Actor
from auth.roles import Action
from auth.tables import agency, site
from foundation import clock
from foundation.database import Database, Tx
from foundation.errors import Conflict, Invalid, Missing
from foundation.trial import tried
from sharing.agreements.policy import close_to_readers, policy_of
from sharing.contribution import own_record
from sharing.events import handling as events
from sharing.record_audiences import Change, changes, filled_keys
from sharing.records.record import record
from sharing.records.registry import TABLES
from sharing.release.facts import Exit
from sharing.release.schema import FieldClass
from sharing.release.standing import standing_at
from sharing.sight import Sight, look, released_one
from sharing.submission import handling_problem
from sharing.vocabulary.grading import MARKINGS, TLP, Tlp, refused_marking

#: What may be withheld by a condition: source and vulnerability have floors of their own.
WITHHELD = tuple(each for each in FieldClass if each not in (FieldClass.SOURCE, FieldClass.VULNERABILITY))
_INTELLIGENCE = "intelligence"


@dataclass(frozen=True)
class Handling:
    """How a record is to be handled. `named` None names nobody in particular; intelligence has a `code`."""

    marking: str = "OFFICIAL-SENSITIVE"
    tlp: str = ""
    code: str = ""
    named: tuple[str, ...] | None = None
    withheld: tuple[str, ...] = ()
    sanitised_only: bool = False
    veto: bool = False


@dataclass(frozen=True)
class Recipient:
    """An agency that could be named; those with members cannot be under the two narrowest labels."""

    id: str
    name: str
    has_members: bool


@dataclass(frozen=True)
class HandlingPage:
    """A record's handling as it stands, whom it could name, and the version to be sent back with a change."""

    type: str
    handling: Handling
    recipients: tuple[Recipient, ...]
    version: int


def read_handling(database: Database, actor: Actor, type_: str, record_id: str) -> HandlingPage:
    """How an own record is to be handled.

    Raises:
        Missing: if the record is not the actor's agency's, or not of that type.
    """
    actor.require(Action.RECORD_RELEASE)
    with database.transaction() as tx:
        row = _own(tx, actor, type_, record_id)
        events.handling_read(tx, actor, record=record_id)
        recipients = possible_recipients(tx, actor)
        return HandlingPage(type_, _handling(row, _code(tx, row)), recipients, row["row_version"])


def list_recipients(database: Database, actor: Actor) -> tuple[Recipient, ...]:
    """Every agency with which the actor's stands in an agreement, by name."""
    actor.require(Action.RECORD_SUBMIT)
    with database.transaction() as tx:
        return possible_recipients(tx, actor)


def preview_handling(
    database: Database, actor: Actor, type_: str, record_id: str, asked: Handling
) -> tuple[Change, ...]:
    """What would close and open to whom; it is done and undone, and nothing stays of it.

    Raises:
        As `set_handling` does.
    """
    actor.require(Action.RECORD_RELEASE)
    with database.transaction() as tx:
        row = _own(tx, actor, type_, record_id)
        sight = look(tx, actor, Exit.ONE)
        stored = stored_conditions(tx, type_, asked)
        found = tried(tx, lambda: _compared(tx, sight, row, asked, stored))
        events.handling_previewed(tx, actor, record=record_id)
        return found


def set_handling(
    database: Database,
    actor: Actor,
    type_: str,
    record_id: str,
    asked: Handling,
    *,
    version: int | None = None,
) -> None:
    """Say how an own record is to be handled; it holds at every reader's next look.

    `version` is the one that the person had before them; without it whatever stands there is replaced.

    Raises:
        Missing: if the record is not the actor's agency's, or not of that type.
        Invalid: with a sentence for each part that cannot be taken.
        Conflict: if somebody changed the record first.
    """
    actor.require(Action.RECORD_RELEASE)
    with database.transaction() as tx:
        row = _own(tx, actor, type_, record_id)
        stored = stored_conditions(tx, type_, asked)
        _keep(tx, row, asked, stored, version)
        close_to_readers(tx)
        named = (stored or {}).get("named_recipients")
        events.handling_set(
            tx,
            actor,
            record=record_id,
            marking=asked.marking,
            handling=asked.code,
            tlp=asked.tlp,
            named=["*"] if named is None else named,
            classes=asked.withheld,
            sanitised=asked.sanitised_only,
            veto=asked.veto,
        )


def stored_conditions(tx: Tx, type_: str, asked: Handling) -> dict[str, Any] | None:
    """The conditions as a record keeps them; None if nothing narrows what the agreements give.

    `chosen` are the recipients that were named, `named_recipients` those that the label leaves of them. A
    label alone, which is CLEAR, binds nobody.

    Raises:
        Invalid: with a sentence for each part that cannot be taken.
    """
    agencies = {row.id: row for row in tx.execute(select(agency.c.id, agency.c.name, agency.c.business))}
    with_members = set(tx.execute(select(site.c.agency_id).distinct()).scalars())
    # An agency's members pass where the agency is named: under the narrowest two labels none with members can
    # be named, nor a business, whose members may come tomorrow.
    alone = {each for each, row in agencies.items() if each not in with_members and not row.business}
    _check(asked, {each: row.name for each, row in agencies.items()}, alone)
    chosen = None if asked.named is None else sorted(set(asked.named))
    strict = asked.tlp == Tlp.AMBER_STRICT and chosen is None
    stored = {
        "tlp": asked.tlp or None,
        "chosen": chosen,
        "named_recipients": sorted(alone) if strict else chosen,
        "withhold_classes": sorted(set(asked.withheld)),
        "sanitised_only": asked.sanitised_only,
        "veto": asked.veto,
    }
    stated = chosen is not None or asked.withheld or asked.sanitised_only or asked.veto
    made = stored if stated or asked.tlp not in ("", Tlp.CLEAR) else {"tlp": asked.tlp} if asked.tlp else None
    problem = _code_problem(asked.code, made) if type_ == _INTELLIGENCE else _no_code(asked.code)
    if problem:
        raise Invalid({"code": problem})
    return made


def _code_problem(code: str, stored: Mapping[str, Any] | None) -> str:
    return handling_problem(code, stored) if code else "Say how it may be handled."


def _no_code(code: str) -> str:
    return "Only intelligence has a handling code." if code else ""


def _check(asked: Handling, names: Mapping[str, str], alone: set[str]) -> None:
    problems: dict[str, str] = {}
    if asked.marking not in MARKINGS:
        problems["marking"] = refused_marking(asked.marking.upper()) or "Choose one of the list."
    if asked.tlp and asked.tlp not in TLP:
        problems["tlp"] = "Choose one of the list."
    if set(asked.withheld) - set(WITHHELD):
        problems["withheld"] = "Choose from the list."
    named = asked.named or ()
    if set(named) - names.keys():
        problems["named"] = "There is no such agency."
    elif asked.tlp == Tlp.RED and not named:
        problems["named"] = "TLP:RED is for those who are named and nobody else: name them."
    elif asked.tlp in (Tlp.RED, Tlp.AMBER_STRICT) and (wide := sorted(set(named) - alone)):
        problems["named"] = (
            f"Members of {', '.join(names[each] for each in wide)} would see it as well, which "
            f"TLP:{asked.tlp} does not allow. Leave that agency out, or choose another label."
        )
    if problems:
        raise Invalid(problems)


def possible_recipients(tx: Tx, actor: Actor) -> tuple[Recipient, ...]:
    """Every agency with which the actor's stands in an agreement now, by name."""
    _, policy = policy_of(tx)
    parties: set[str] = set()
    for terms in policy.agreements_of(actor.agency_id):
        standing = standing_at(terms, clock.now())
        if standing is not None and actor.agency_id in standing.parties:
            parties |= standing.parties
    parties.discard(actor.agency_id)
    with_members = set(tx.execute(select(site.c.agency_id).distinct()).scalars())
    rows = tx.execute(select(agency.c.id, agency.c.name).where(agency.c.id.in_(sorted(parties))))
    found = [Recipient(row.id, row.name, row.id in with_members) for row in rows]
    return tuple(sorted(found, key=lambda each: each.name))


def _own(tx: Tx, actor: Actor, type_: str, record_id: str) -> Mapping[str, Any]:
    row = own_record(tx, actor, record_id)
    if row["type"] != type_:
        raise Missing("There is no such record.")
    return row


def _code(tx: Tx, row: Mapping[str, Any]) -> str:
    if row["type"] != _INTELLIGENCE:
        return ""
    table = TABLES[_INTELLIGENCE]
    return tx.execute(select(table.c.handling).where(table.c.record_id == row["id"])).scalar_one() or ""


def _handling(row: Mapping[str, Any], code: str) -> Handling:
    stored = row["conditions"] or {}
    # What was loaded without a choice of its own was named as it stands.
    chosen = stored.get("chosen", stored.get("named_recipients"))
    return Handling(
        marking=row["marking"] or "OFFICIAL-SENSITIVE",
        tlp=stored.get("tlp") or "",
        code=code,
        named=None if chosen is None else tuple(chosen),
        withheld=tuple(stored.get("withhold_classes", ())),
        sanitised_only=bool(stored.get("sanitised_only", False)),
        veto=bool(stored.get("veto", False)),
    )


def _compared(
    tx: Tx, sight: Sight, row: Mapping[str, Any], asked: Handling, stored: Mapping[str, Any] | None
) -> tuple[Change, ...]:
    before = released_one(tx, sight, row["type"], row["id"])
    _keep(tx, row, asked, stored, None)
    after = released_one(tx, sight.again(), row["type"], row["id"])
    if before is None or after is None:
        raise Missing("There is no such record.")
    return changes(tx, sight, before.facts, after.facts, known=filled_keys(before.shown))


def _keep(
    tx: Tx, row: Mapping[str, Any], asked: Handling, stored: Mapping[str, Any] | None, version: int | None
) -> None:
    statement = update(record).where(record.c.id == row["id"])
    if version is not None:
        statement = statement.where(record.c.row_version == version)
    changed = tx.execute(
        statement.values(conditions=stored, marking=asked.marking, row_version=record.c.row_version + 1)
    )
    if changed.rowcount != 1:
        raise Conflict(
            "Somebody else changed this record first. What you typed is kept: compare and save again."
        )
    if row["type"] == _INTELLIGENCE:
        table = TABLES[_INTELLIGENCE]
        tx.execute(update(table).where(table.c.record_id == row["id"]).values(handling=asked.code))
