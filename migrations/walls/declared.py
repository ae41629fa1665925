"""The wall of every table: which rows a person may read, add and change. A table without a line fails a test.

A new table is one line, mostly one of the kinds at the head: `hanging("record_id")` for what hangs on a
record, `agencys("agency_id")` for an agency's own, `persons("user_id")` for one person's own. What is granted
is what has a condition here and nothing else: no table has TRUNCATE or REFERENCES, and few have DELETE.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from migrations.walls.conditions import (
    AGREEMENTS,
    ANYBODY,
    BROKEN,
    ME,
    OPENED,
    PERSON,
    among,
    of_record,
    opened_or,
    own_record,
    reached,
    reaches,
)

TRUE = "true"


@dataclass(frozen=True)
class Wall:
    """Conditions on a row, for the role that answers requests; an empty one grants nothing.

    A row must meet `update` to be changed and `update_to` after it, the same unless said. `columns` are those
    that may be read, `adds` those that may be filled in and `changes` those that may be changed, all unless
    named. `server` lists what the
    server's own role may do with every row. `why_open` says why rows are nobody's secret where all may read.
    """

    read: str = ""
    insert: str = ""
    update: str = ""
    update_to: str = ""
    delete: str = ""
    columns: tuple[str, ...] = ()
    adds: tuple[str, ...] = ()
    changes: tuple[str, ...] = ()
    server: tuple[str, ...] = ("SELECT", "INSERT", "UPDATE", "DELETE")
    why_open: str = ""


def hanging(column: str, *, by: str = "", update: bool = True) -> Wall:
    """What hangs on a record: seen with it, added and changed by its owner; `by` names who adds it."""
    own = own_record(f"{{table}}.{column}")
    added = f"{own} AND {{table}}.{by} = {PERSON}" if by else own
    read = opened_or(f"{{table}}.{column}", of_record(f"{{table}}.{column}"))
    return Wall(read=read, insert=added, update=own if update else "")


def agencys(column: str, **more: str) -> Wall:
    """An agency's own, read by its people; what else they may do is said by the conditions given."""
    return Wall(read=f"{{table}}.{column} = {ME}", **more)


def persons(column: str) -> Wall:
    """One person's own, for them alone."""
    own = f"{{table}}.{column} = {PERSON}"
    return Wall(read=own, insert=own, update=own, delete=own)


def open_to_all(why: str, **more: str) -> Wall:
    """Rows that everybody whom a request is answered for may read, with the reason why."""
    return Wall(read=TRUE, why_open=why, **more)


def servers() -> Wall:
    """What a request reaches by none of its own statements: only the server's own role does."""
    return Wall()


_FIGURES = open_to_all("Published figures, which belong to nobody.")
_IN_PARTNERSHIP = (
    "EXISTS (SELECT FROM public.partnership seated WHERE seated.id = {table}.partnership_id OFFSET 0)"
)
_IN_MEETING = "EXISTS (SELECT FROM public.meeting held WHERE held.id = {table}.meeting_id OFFSET 0)"
_ON_ACTION = "EXISTS (SELECT FROM public.action held WHERE held.id = {table}.action_id OFFSET 0)"
_CONCERNS_ME = (
    "EXISTS (SELECT FROM public.ledger_agency_mention told"
    f" WHERE told.agency = {ME} AND told.idx = {{table}}.idx OFFSET 0)"
)

_IN_MY_VIEW = f"(ledger_record_mention.owner = {ME} OR ledger_record_mention.agency = {ME})"
_NAMED = "EXISTS (SELECT FROM public.link named WHERE named.person_id = subject_key.person_id OFFSET 0)"

WALLS: Mapping[str, Wall] = {
    # Who there is.
    "agency": open_to_all("That an agency takes part is no secret among partners."),
    "site": agencys("agency_id"),
    "area": agencys("agency_id"),
    "area_site": Wall(
        read="EXISTS (SELECT FROM public.area mine WHERE mine.id = area_site.area_id OFFSET 0)"
    ),
    **{
        name: Wall(
            read='EXISTS (SELECT FROM public."user" near'
            f" WHERE near.id = {name}.user_id AND near.agency_id = {ME} OFFSET 0)"
        )
        for name in ("user_site", "user_area")
    },
    "user": Wall(
        read=ANYBODY,
        columns=(
            "id",
            "agency_id",
            "member",
            "name",
            "roles",
            "partnership_roles",
            "vetting",
            "service",
            "job_title",
            "disabled",
        ),
    ),
    **dict.fromkeys(
        (
            "account_notice",
            "api_key",
            "challenge",
            "device",
            "identity_link",
            "identity_provider",
            "logout_token",
            "sign_on_trip",
            "passkey",
            "recovery_code",
            "session",
            "sign_in_attempt",
            "sign_in_step",
            "signed_request",
            "totp",
        ),
        servers(),
    ),
    "idempotency": persons("user_id"),
    "draft": persons("user_id"),
    # Records and what hangs on them.
    "record": Wall(
        read=f"{OPENED} ? record.id OR record.owner = {ME} OR {reached('record.id')} OR {BROKEN}",
        insert=f"record.owner = {ME}",
        update=f"record.owner = {ME}",
    ),
    **dict.fromkeys(
        (
            "alert",
            "camera",
            "incident",
            "intelligence",
            "item",
            "media",
            "order",
            "premises",
            "sighting",
            "subject",
            "vehicle",
        ),
        hanging("record_id"),
    ),
    "link": hanging("record_id"),
    "deleted_record": Wall(read=f"deleted_record.owner = {ME} OR {among('deleted_record.told')}"),
    "box": hanging("media_id"),
    "word": Wall(
        read=own_record("word.record_id"),
        insert=own_record("word.record_id"),
        delete=own_record("word.record_id"),
    ),
    "person": Wall(
        read="EXISTS (SELECT FROM public.link named WHERE named.person_id = person.id OFFSET 0)",
        insert=ANYBODY,
    ),
    "subject_key": Wall(read=_NAMED, insert=_NAMED),
    "record_link": Wall(
        read=f"record_link.made_by = {ME}"
        f" OR ({of_record('record_link.record_id')} AND {of_record('record_link.to_record')})",
        insert=f"record_link.made_by = {ME}"
        f" AND {of_record('record_link.record_id')} AND {of_record('record_link.to_record')}",
    ),
    "release": hanging("record_id", by="by_user"),
    "reach": Wall(
        read=f"{reaches('reach')} OR wall.owns(reach.record_id)",
        insert="wall.owns(reach.record_id)",
        update="wall.owns(reach.record_id)",
    ),
    "necessity_note": Wall(read=hanging("record_id").read),
    "grant": Wall(read=f'"grant".to_agency = {ME} OR wall.owns("grant".record_id)'),
    "break_glass": Wall(read=f"break_glass.user_id = {PERSON} OR wall.owns(break_glass.record_id)"),
    "stand_in": Wall(
        read=f"{AGREEMENTS} ? stand_in.agreement_id", insert=f"{AGREEMENTS} ? stand_in.agreement_id"
    ),
    # Agreements: what is signed is compiled for every reader.
    "agreement": Wall(
        read="EXISTS (SELECT FROM public.agreement_version of WHERE of.agreement_id = agreement.id OFFSET 0)"
    ),
    "agreement_version": Wall(read=f"{ANYBODY} AND agreement_version.stage = 'signed'"),
    "suspension": open_to_all(
        "The policy is compiled for every reader and has to know when an agreement rests."
    ),
    "withdrawal": open_to_all("The policy is compiled for every reader and has to know who has left."),
    "policy_epoch": open_to_all("Two numbers, which say only that something has changed."),
    # What works across agencies by its nature: use cases of `SERVER_DOORS` in tests/walls/reviewed.py.
    **dict.fromkeys(
        (
            "agreement_review",
            "anonymity_order",
            "comment",
            "confirmation",
            "confirmation_owed",
            "ending_consent",
            "export",
            "glass_try",
            "invitation",
            "leaving_file",
            "legal_hold",
            "lost_factor",
            "member_rules",
            "note_proposal",
            "notice",
            "order_notice",
            "person_change",
            "proposal",
            "recall",
            "recall_notice",
            "request",
            "retention_period",
            "retention_review",
            "rules_acceptance",
            "signature",
            "unusual_outcome",
            "version_step",
            "webhook_delivery",
        ),
        servers(),
    ),
    "export_stop": replace(
        agencys("agency_id", update=f"export_stop.agency_id = {ME}"), changes=("seen_at", "seen_by")
    ),
    "webhook": replace(
        open_to_all("Whether anybody's program listens, so that a job is written; not whose, nor where."),
        columns=("id", "ended_at"),
    ),
    "outbox": Wall(insert=f"outbox.agency_id IS NULL OR outbox.agency_id = {ME}"),
    # Partnerships and schemes.
    "scheme": agencys("agency_id"),
    "partnership": Wall(read=among("partnership.agencies")),
    "meeting": Wall(read=_IN_PARTNERSHIP),
    "attendance": Wall(read=_IN_MEETING, update=f"{_IN_MEETING} AND attendance.user_id = {PERSON}"),
    "action": Wall(read=_IN_PARTNERSHIP, insert=_IN_PARTNERSHIP, update=_IN_PARTNERSHIP),
    "action_update": Wall(read=_ON_ACTION, insert=f"{_ON_ACTION} AND action_update.by_user = {PERSON}"),
    # Published figures, loaded by commands of the server.
    "recorded_count": _FIGURES,
    "street_crime": _FIGURES,
    "street_outcome": _FIGURES,
    "import_run": _FIGURES,
    # The ledger. Nobody changes or removes a leaf.
    "ledger_pending": Wall(
        # Of which each owner reads a view of its own is read once it has its place: here it names them all.
        read=f"(ledger_pending.agency = {ME}"
        f" OR (ledger_pending.owners = '[]' AND {among('ledger_pending.agencies')}))",
        insert=f"ledger_pending.agency = {ME} AND ledger_pending.actor = {PERSON}",
        # Not its number: one that is ahead would be met by an entry to come, which then could not be written.
        adds=(
            "id",
            "at",
            "operation",
            "event",
            "actor",
            "agency",
            "agencies",
            "sizes",
            "records",
            "owners",
            "subjects",
            "leaf",
            "detail",
        ),
    ),
    "ledger_set_apart": Wall(),
    "ledger_leaf": replace(
        open_to_all("A leaf is a commitment that is published; it tells nothing."),
        server=("SELECT", "INSERT"),
    ),
    **dict.fromkeys(
        ("ledger_detail", "ledger_key", "ledger_subject_mention"),
        Wall(read=_CONCERNS_ME),
    ),
    "ledger_record_mention": Wall(
        read=f"{_IN_MY_VIEW} OR (ledger_record_mention.owner IS NULL AND {_CONCERNS_ME})"
    ),
    "ledger_agency_mention": Wall(read=f"ledger_agency_mention.agency = {ME}"),
    "ledger_agency": Wall(read=f"ledger_agency.agency = {ME}"),
    **dict.fromkeys(
        ("ledger_checkpoint", "ledger_cosignature", "ledger_node", "ledger_signer"),
        open_to_all("Hashes and signatures of the log, which are published."),
    ),
    "alembic_version": open_to_all("The numbered step that the database is at."),
}

#: What the auditor reads, whole.
AUDITED = (
    "agency", "ledger_leaf", "ledger_detail", "ledger_record_mention", "ledger_agency_mention",
    "ledger_agency", "ledger_checkpoint",
)  # fmt: skip
