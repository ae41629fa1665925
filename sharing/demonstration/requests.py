"""The requests, the broken glass and the notes of `demo/requests.yaml`, as rows."""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

from sharing.demonstration.drafts import Batch
from sharing.demonstration.moments import moment_of
from sharing.demonstration.people import People, id_of, read
from sharing.requests.content import digest_of
from sharing.requests.notes import digest_of as note_digest_of
from sharing.requests.notices import Audience, Told
from sharing.requests.periods import PREPARED_FOR, due_after
from sharing.vocabulary.requests import Urgency

_OF_RECORD = "record"
_COPIED = ("basis", "gateway", "need", "proportion", "urgency", "days", "keeping", "security", "purpose")


def requests_batch(people: People, owners: Mapping[str, str], now: datetime) -> Batch:
    """Rows of requests, their answers and grants, of broken glass with who is told, and of notes.

    `owners` maps the ids of records to their agencies.
    """
    told, batch = read("requests.yaml"), Batch()
    for each in told["requests"]:
        _request(batch, each, people, owners, now)
    for each in told["glass"]:
        _glass(batch, each, people, owners, now)
    for each in told["notes"]:
        _note(batch, each, owners, now)
    return batch


def _request(
    batch: Batch, told: Mapping[str, Any], people: People, owners: Mapping[str, str], now: datetime
) -> None:
    record, by, asked = id_of(f"record {told['record']}"), id_of(told["by"]), moment_of(told["asked"], now)
    row: dict[str, Any] = {name: told[name] for name in _COPIED} | {
        "id": id_of(f"request {told['key']}"),
        "record_id": record,
        "owner": owners[record],
        "agreement_id": told["agreement"],
        "by_user": by,
        "by_agency": people.by_user[by].agency_id,
        "by_key": False,
        "fields": sorted(_keys(told["record"], told["fields"])),
        "users": [by, *(id_of(user) for user in told.get("users", ()))],
        "everybody": False,
        "asked_at": asked,
        "due_at": due_after(Urgency(told["urgency"]), asked),
        "state": "open",
    }
    if "answer" in told:
        row |= _answer(batch, row, told["answer"], now)
    batch.add("request", row)


def _keys(record: str, told: Mapping[str, list[str]]) -> Iterator[str]:
    for person, names in told.items():
        for name in names:
            yield name if person == _OF_RECORD else f"persons.{id_of(f'link {record} {person}')}.{name}"


def _answer(batch: Batch, row: Mapping[str, Any], told: Mapping[str, Any], now: datetime) -> dict[str, Any]:
    """The approved proposal and its grants; gives what they change of the request."""
    users = sorted(id_of(user) for user in told["users"])
    until = moment_of(told["until"], now)
    content = {
        "request": row["id"],
        "record": row["record_id"],
        "agreement": row["agreement_id"],
        "purpose": row["purpose"],
        "to_agency": row["by_agency"],
        "to_users": users,
        "everybody": "no",
        "fields": told["fields"],
        "outcome": "part",
        "until": until.isoformat(),
        "passes": [],
        "reasons": told["reasons"],
    }
    prepared, approved = moment_of(told["prepared"]["at"], now), moment_of(told["approved"]["at"], now)
    signer = id_of(told["approved"]["by"])
    batch.add(
        "proposal",
        {
            "id": id_of(f"proposal {row['id']}"),
            "request_id": row["id"],
            "asked_by": row["by_user"],
            "prepared_by": id_of(told["prepared"]["by"]),
            "prepared_at": prepared,
            "by_key": False,
            "content": content,
            "digest": digest_of(content),
            "second": True,
            "expires_at": prepared + PREPARED_FOR,
            "state": "approved",
            "approved_by": signer,
            "approved_at": approved,
            "factor_at": approved - timedelta(minutes=1),
        },
    )
    _grant(batch, row, told, users=users, approved=approved, until=until)
    return {
        "state": "part",
        "answered_at": approved,
        "answered_by": signer,
        "answer_text": told["reasons"],
        "owner_note": told.get("note"),
    }


def _grant(
    batch: Batch,
    row: Mapping[str, Any],
    told: Mapping[str, Any],
    *,
    users: list[str],
    approved: datetime,
    until: datetime,
) -> None:
    """One grant for each treatment that the answer gives."""
    for slug in sorted({*told["fields"].values()}):
        batch.add(
            "grant",
            {
                "id": id_of(f"grant {row['id']} {slug}"),
                "request_id": row["id"],
                "record_id": row["record_id"],
                "agreement_id": row["agreement_id"],
                "fields": sorted(key for key, each in told["fields"].items() if each == slug),
                "treatment": slug,
                "to_agency": row["by_agency"],
                "to_users": users,
                "purpose": row["purpose"],
                "from_at": approved,
                "until_at": until,
                "passes": [],
            },
        )


def _glass(
    batch: Batch, told: Mapping[str, Any], people: People, owners: Mapping[str, str], now: datetime
) -> None:
    glass, record = id_of(f"glass {told['key']}"), id_of(f"record {told['record']}")
    by, at = id_of(told["by"]), moment_of(told["at"], now)
    home = people.by_user[by].agency_id
    batch.add(
        "break_glass",
        {name: told[name] for name in ("role", "danger", "reason", "purpose")}
        | {
            "id": glass,
            "record_id": record,
            "user_id": by,
            "agency_id": home,
            "asked_at": at,
            "factor_at": at - timedelta(minutes=1),
            "at": at,
            "overdue": False,
        },
    )
    for agency, audience in (
        (owners[record], Audience.ANSWERABLE),
        (owners[record], Audience.STAFF),
        (home, Audience.ANSWERABLE),
    ):
        row = {"agency_id": agency, "audience": audience, "kind": Told.GLASS_BROKEN, "about": glass}
        batch.add("notice", {"id": id_of(f"notice {glass} {agency} {audience}"), "at": at, **row})


def _note(batch: Batch, told: Mapping[str, Any], owners: Mapping[str, str], now: datetime) -> None:
    record = id_of(f"record {told['record']}")
    row: dict[str, Any] = {
        "id": id_of(f"note {told['key']}"),
        "record_id": record,
        "owner": owners[record],
        "link_id": id_of(f"link {told['record']} {told['person']}"),
        "recipients": told["recipients"],
        "classes": told["classes"],
        "reason": told["reason"].strip(),
        "until_at": moment_of(told["until"], now),
        "written_by": id_of(told["by"]),
        "written_at": moment_of(told["written"], now),
        "approver": id_of(told["approver"]),
        "state": "waiting",
    }
    batch.add("note_proposal", {**row, "digest": note_digest_of(row)})
