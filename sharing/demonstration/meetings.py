"""The partnerships' meetings and actions of `demo/meetings.yaml`, and the schemes, as rows."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sharing.demonstration.drafts import Batch
from sharing.demonstration.moments import day_of, moment_of
from sharing.demonstration.people import People, id_of, read


def meetings_batch(people: People, now: datetime) -> Batch:
    """Rows of schemes, partnerships, meetings, who comes, actions and what was answered to them."""
    told, batch = read("meetings.yaml"), Batch()
    for each in people.schemes:
        row = {name: value for name, value in each.items() if name not in ("agency", "agreement")}
        batch.add("scheme", {**row, "agency_id": each["agency"], "agreement_id": each["agreement"]})
    for each in people.partnerships:
        row = {
            "id": each["id"],
            "name": each["name"],
            "agreement_id": each["agreement"],
            "agencies": each["agencies"],
            "lead": each["lead"],
        }
        batch.add("partnership", row)
    for each in told["meetings"]:
        _meeting(batch, each, now)
    partnerships = {each["key"]: each["partnership"] for each in told["meetings"]}
    for each in told["actions"]:
        _action(batch, each, partnerships[each["meeting"]], people, now)
    return batch


def _meeting(batch: Batch, told: Mapping[str, Any], now: datetime) -> None:
    meeting_id = id_of(f"meeting {told['key']}")
    starts = moment_of(told["starts"], now)
    batch.add(
        "meeting",
        {
            "id": meeting_id,
            "partnership_id": told["partnership"],
            "number": told["number"],
            "title": told["title"],
            "starts_at": starts,
            "ends_at": moment_of(told["ends"], now),
            "place": told["place"],
            "agenda": told["agenda"],
        },
    )
    for user, coming in told["attendees"].items():
        accepted = min(starts, moment_of("-2d 12:00", now)) if coming is True else None
        answer = coming if isinstance(coming, bool) else None
        row = {
            "meeting_id": meeting_id,
            "user_id": id_of(user),
            "coming": answer,
            "confidentiality_at": accepted,
        }
        batch.add("attendance", row)


def _action(batch: Batch, told: Mapping[str, Any], partnership: str, people: People, now: datetime) -> None:
    action_id, owner = id_of(f"action {told['key']}"), people.by_user[id_of(told["owner"])]
    due = day_of(told["due"], now)
    answered = moment_of(told["answered"], now) if "answered" in told else None
    batch.add(
        "action",
        {
            "id": action_id,
            "partnership_id": partnership,
            "meeting_id": id_of(f"meeting {told['meeting']}"),
            "title": told["title"],
            "measure": told["measure"],
            "owner_agency": owner.agency_id,
            "owner_user": owner.id,
            "set_on": day_of(told["set"], now),
            "due": due,
            "first_due": due,
            "status": told["status"],
            "answer": told.get("answer"),
            "answer_text": told.get("text", ""),
            "answered_at": answered,
            "closed_at": moment_of(told["closed"], now) if "closed" in told else None,
        },
    )
    if answered is not None:
        said = {"at": answered, "by_user": owner.id, "move": told["answer"], "text": told["text"]}
        batch.add("action_update", {"id": id_of(f"update {told['key']}"), "action_id": action_id, **said})
