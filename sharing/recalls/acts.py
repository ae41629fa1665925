"""What an owner does in a recall: takes a release back, rewords its text, changes fields, mends an age."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import select, update

from foundation import clock
from foundation.database import Tx
from foundation.errors import Denied, Invalid, Missing
from sharing.catalogue import SET_HERE
from sharing.contribution import amend_within, revoke_within, reword_within
from sharing.facts import person_of
from sharing.inserts import hold_words, renew_words
from sharing.recalls.kinds import Kind
from sharing.records import record as tables
from sharing.records.person import PERSON
from sharing.records.registry import SCHEMAS
from sharing.records.values import cleaned
from sharing.release.ages import is_child
from sharing.release.exit import Released
from sharing.release.facts import Person

_PAGE = "subject"


@dataclass(frozen=True)
class Age:
    """What is known of the age of somebody on the record; `verified` says that a document was seen.

    `link` names the person on the record; on a person's own record it is empty.
    """

    link: str
    date_of_birth: date | None
    verified: bool
    may_be_child: bool


@dataclass(frozen=True)
class Act:
    """One recall as its owner asks for it.

    `release` is taken back; `texts` gives releases another text for sharing; `values` gives fields, by name
    or as `persons.<link>.<name>`, another value, None for none. `reason` is for the owner's own file;
    `message` is what those who are told read; `due` the day by which they answer.
    """

    release: str | None = None
    texts: Mapping[str, str] = field(default_factory=dict)
    values: Mapping[str, Any] = field(default_factory=dict)
    ages: tuple[Age, ...] = ()
    reason: str = ""
    message: str = ""
    due: date | None = None

    @property
    def kind(self) -> Kind:
        """What it is called: deleted only if nothing stands where it stood."""
        if self.release is not None:
            return Kind.RELEASE
        emptied = bool(self.values) and not any(each not in (None, "", []) for each in self.values.values())
        return Kind.DELETION if emptied and not (self.texts or self.ages) else Kind.CORRECTION

    @property
    def fields(self) -> tuple[str, ...]:
        """The keys of what it touches, for the owner's file and the ledger."""
        ages = [prefixed(age.link, name) for age in self.ages for name in ("believed_child", "date_of_birth")]
        return tuple(sorted({*self.values, *ages, *(f"releases.{each}.text" for each in self.texts)}))


def prefixed(link: str, name: str) -> str:
    """The key of a person's field; on the person's own record, where the link is empty, the bare name."""
    return f"persons.{link}.{name}" if link else name


def split(key: str) -> tuple[str, str]:
    """The link, empty for the record itself, and the name that a key stands for."""
    if key.startswith("persons."):
        _, link, name = (*key.split(".", 2), "", "")[:3]
        return link, name
    return "", key


def refuse_unread(shown: Released, act: Act) -> None:
    """Refuse to change what the actor, who is shown this of the record, is not shown.

    Raises:
        Denied: if a field is not one that the actor's role reads, or a person is not on the record.
    """
    persons = {person.link: person for person in shown.persons}
    for key in act.values:
        link, name = split(key)
        group = persons.get(link) if link else shown
        if group is None or name not in group.fields:
            raise Denied("Your role does not read one of these fields, so it cannot change it.")
    for age in act.ages:
        group = persons.get(age.link) if age.link else shown
        if group is None or "date_of_birth" not in group.fields:
            raise Denied("Your role does not read a date of birth, so it cannot change one.")


def apply_act(tx: Tx, row: Mapping[str, Any], act: Act) -> None:
    """Do it, inside the use case's own transaction; `row` is the record's, whose version must still stand.

    Raises:
        Missing: if the record has no such release or person.
        Conflict: if somebody changed the record first.
        Invalid: with a sentence for each field that cannot be taken.
    """
    hold_words(tx, row["id"])
    if act.release is not None:
        revoke_within(tx, row["id"], act.release)
    for release_id, text in act.texts.items():
        reword_within(tx, row, release_id, text)
    own, persons = _sorted(row["type"], act.values)
    kept = _cleaned(row["type"], own, persons)
    values = kept.pop("")
    if act.values or act.ages:
        amend_within(tx, row["id"], row["type"], values, version=row["row_version"])
    for link_id, values in kept.items():
        _amend_person(tx, row["id"], link_id, values)
    for age in act.ages:
        _set_age(tx, row, age)
    if act.fields:
        renew_words(tx, row["id"], row["type"])


def _sorted(type_: str, values: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, dict[str, Any]]]:
    """The record's own values, and those of persons by link; a subject's own person has the link `own`."""
    own: dict[str, Any] = {}
    persons: dict[str, dict[str, Any]] = {}
    for key, value in values.items():
        link, name = split(key)
        if name in SET_HERE or name in _APART:
            raise Invalid({key: _APART.get(name, "The portal sets this itself.")})
        if link or (type_ == _PAGE and name in PERSON.by_name):
            persons.setdefault(link or "own", {})[name] = value
        else:
            own[name] = value
    return own, persons


#: Fields with a door of their own.
_APART: Mapping[str, str] = {
    "handling": "Handling is changed together with its conditions.",
    "marking": "The marking is changed together with the conditions.",
    "date_of_birth": "A date of birth is changed together with what is known of the age.",
    "age_band": "The age band is worked out from what is known of the age.",
}


def _cleaned(
    type_: str, own: Mapping[str, Any], persons: Mapping[str, Mapping[str, Any]]
) -> dict[str, dict[str, Any]]:
    """Values fit to be kept, those of the record under the empty link; emptied fields are None.

    Raises:
        Invalid: for everything that cannot be taken, at once.
    """
    found: dict[str, dict[str, Any]] = {}
    problems: dict[str, str] = {}
    for link, values in {"": own, **persons}.items():
        schema = PERSON if link else SCHEMAS[type_]
        prefix = prefixed(link, "") if link not in ("", "own") else ""
        try:
            found[link] = dict.fromkeys(values) | cleaned(schema, values, prefix=prefix)
        except Invalid as invalid:
            problems |= invalid.problems
    if problems:
        raise Invalid(problems)
    return found


def _link_row(tx: Tx, record_id: str, link_id: str) -> Mapping[str, Any]:
    chosen = tables.link.c.own.is_(True) if link_id == "own" else tables.link.c.id == link_id
    wanted = select(tables.link).where(tables.link.c.record_id == record_id, chosen)
    found = tx.execute(wanted).mappings().first()
    if found is None:
        raise Missing("There is no such person on the record.")
    return dict(found)


def _amend_person(tx: Tx, record_id: str, link_id: str, values: Mapping[str, Any]) -> None:
    link = _link_row(tx, record_id, link_id)
    tx.execute(update(tables.link).where(tables.link.c.id == link["id"]).values(**values))


def _set_age(tx: Tx, row: Mapping[str, Any], age: Age) -> None:
    """Keep what is known of a person's age: for every record that the person is on, whoever owns it.

    Without a document nobody who counted as a child becomes an adult: the belief then stands. A date that was
    verified stays as well. That is said only on the link with which the person came, and whatever date is
    given: elsewhere the date is not theirs to know, and an answer that hung on it would confirm a guess.

    Raises:
        Invalid: if a verified date of birth would give way to one that is not.
    """
    link = _link_row(tx, row["id"], age.link or "own")
    person = tables.person
    held = tx.execute(select(person).where(person.c.id == link["person_id"])).mappings().one()
    stands = held["date_of_birth_verified"] and not age.verified
    if stands and held["entered_on"] == link["id"]:
        raise Invalid(
            {"date_of_birth": "The date of birth that is held was verified. Another has to be verified too."}
        )
    if age.verified and age.date_of_birth is None:
        raise Invalid({"date_of_birth": "Give the date of birth that the document shows."})
    known = person_of(dict(held), prefix="")
    child = age.may_be_child or (not age.verified and _counts_as_child(tx, known, held["id"]))
    tx.execute(
        update(person)
        .where(person.c.id == held["id"])
        .values(
            date_of_birth=held["date_of_birth"] if stands else age.date_of_birth,
            date_of_birth_verified=stands or age.verified,
            believed_child=child,
        )
    )
    tx.execute(
        update(tables.link).where(tables.link.c.id == link["id"]).values(date_of_birth=age.date_of_birth)
    )


def _counts_as_child(tx: Tx, person: Person, person_id: str) -> bool:
    """Whether rules count this person as a child, now or on any record, by date, by belief or as seen.

    On any, whoever owns it: a guess made from a later one would open an earlier one, where they were younger.
    """
    if person.dob is None and not person.believed_child and person.apparent_age is None:
        return False
    record, link, now = tables.record, tables.link, clock.now()
    days = select(record.c.happened).join(link, link.c.record_id == record.c.id)
    found = tx.execute(days.where(link.c.person_id == person_id)).scalars()
    return any(is_child(person, now, happened or now, business=True) for happened in found)


def own_records_of(tx: Tx, owner: str, links: Iterable[str], record_id: str) -> list[str]:
    """The agency's other records that the persons of these links of the record are on, by id."""
    wanted = sorted(links)
    if not wanted:
        return []
    chosen = tables.link.c.own.is_(True) if wanted == [""] else tables.link.c.id.in_(wanted)
    persons = select(tables.link.c.person_id).where(tables.link.c.record_id == record_id, chosen)
    found = (
        select(tables.link.c.record_id)
        .join(tables.record, tables.record.c.id == tables.link.c.record_id)
        .where(tables.link.c.person_id.in_(persons), tables.record.c.owner == owner)
        .where(tables.record.c.id != record_id)
    )
    return sorted(set(tx.execute(found).scalars()))
