"""The exact content of an answer: what is checked, what an approval binds, and the grants that it becomes."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

from sqlalchemy import RowMapping

from foundation import clock
from foundation.errors import Invalid
from foundation.identifiers import new_id
from foundation.ledger.encoding.detail import canonical
from sharing.release.facts import Grant, Pass
from sharing.release.schema import TREATMENTS, Treatment
from sharing.requests.asking import LONGEST

#: No grant lasts longer.
LONGEST_GRANT = timedelta(days=366)
SHORTEST = 10

#: The treatments that give something.
GIVING = tuple(each.slug for each in Treatment if each < Treatment.WITHHOLD)


@dataclass(frozen=True)
class Answer:
    """What the owner gives: `fields` say by key how each leaves (a slug of Treatment); others stay withheld.

    `passes` say by (link, floor) why the floor is passed for that person. `reasons` are what the asking side
    reads; `note` is the owner's alone.
    """

    fields: Mapping[str, str]
    users: tuple[str, ...]
    until: datetime
    reasons: str
    everybody: bool = False
    passes: Mapping[tuple[str, str], str] | None = None
    note: str = ""


def check(row: RowMapping, answer: Answer) -> None:
    """Refuse an answer that the request does not ask for.

    Raises:
        Invalid: with a sentence for each part.
    """
    problems = text_problem(answer.reasons) | note_problem(answer.note)
    unknown = {*answer.fields} - {*row["fields"]} or {*answer.fields.values()} - {*GIVING}
    if not answer.fields or unknown:
        problems["fields"] = "Grant at least one of the fields that were asked for, or refuse the request."
    named = {*answer.users}
    if named - {*row["users"]} or not (named or answer.everybody):
        problems["users"] = "Grant it to those who are named in the request, or to some of them."
    if answer.everybody and not row["everybody"]:
        problems["users"] = "It was asked for by name. Grant it by name."
    now = clock.now()
    if not now < answer.until <= now + LONGEST_GRANT:
        problems["until"] = "Choose an end between now and a year from now."
    if problems:
        raise Invalid(problems)


def content_of(row: RowMapping, answer: Answer, passes: list[dict[str, str]]) -> dict[str, Any]:
    """The exact content, of texts and lists only: what it says is what will be granted and read."""
    return {
        "request": row["id"],
        "record": row["record_id"],
        "agreement": row["agreement_id"],
        "purpose": row["purpose"],
        "to_agency": row["by_agency"],
        "to_users": [] if answer.everybody else sorted({*answer.users}),
        "everybody": "yes" if answer.everybody else "no",
        "fields": dict(answer.fields),
        "outcome": "granted" if _whole(row, answer) else "part",
        "until": answer.until.isoformat(),
        "passes": passes,
        "reasons": answer.reasons.strip(),
    }


def _whole(row: RowMapping, answer: Answer) -> bool:
    """Whether everything is given that was asked for, in full and to everybody named."""
    to_all = answer.everybody or (not row["everybody"] and {*answer.users} == {*row["users"]})
    in_full = all(slug == Treatment.DISCLOSE.slug for slug in answer.fields.values())
    return to_all and in_full and {*answer.fields} == {*row["fields"]}


def digest_of(content: Mapping[str, Any]) -> str:
    """SHA-256 of the exact content that an approval binds, in hexadecimal digits."""
    return sha256(canonical(dict(content)).encode()).hexdigest()


def grants_of(content: Mapping[str, Any], now: datetime) -> tuple[Grant, ...]:
    """The grants that a content stands for, one for each treatment, as the engine takes them."""
    by_treatment: dict[str, set[str]] = {}
    for key, slug in content["fields"].items():
        by_treatment.setdefault(slug, set()).add(key)
    return tuple(
        Grant(
            id=new_id(),
            agreement=content["agreement"],
            fields=frozenset(keys),
            treatment=TREATMENTS[slug],
            to_agency=content["to_agency"],
            to_users=None if content["everybody"] == "yes" else frozenset(content["to_users"]),
            purpose=content["purpose"],
            from_at=now,
            until=datetime.fromisoformat(content["until"]),
            passes=tuple(Pass(each["link"], each["floor"], each["why"]) for each in content["passes"]),
        )
        for slug, keys in sorted(by_treatment.items())
    )


def text_problem(reasons: str) -> dict[str, str]:
    """What is wrong with the reasons that the asking side reads."""
    if not SHORTEST <= len(reasons.strip()) <= LONGEST:
        return {"reasons": f"Give the reasons that they will read, in {SHORTEST} to {LONGEST:,} characters."}
    return {}


def note_problem(note: str) -> dict[str, str]:
    """What is wrong with the owner's own note."""
    return {"note": f"The note is too long: at most {LONGEST:,} characters."} if len(note) > LONGEST else {}
