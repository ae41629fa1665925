"""Released records as the sections, rows and marks that pages show; no rule, only words and order."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from foundation import clock
from foundation.clock import LONDON
from portal.web.wording import plain, title_of, words
from sharing.catalogue import fields_of, person_fields
from sharing.release.exit import Released, ReleasedPerson
from sharing.release.reasons import UNASKABLE, label, sentence
from sharing.release.schema import Field, FieldClass, Reason
from sharing.schemes.gallery import Card
from sharing.vocabulary.words import CATEGORIES, RECORD_TYPES, field_label

ABOUT_RECORD = "About this record"
#: The order of a page; every class stands in exactly one part.
_PARTS: tuple[tuple[str, frozenset[FieldClass]], ...] = (
    ("What happened", frozenset({FieldClass.EVENT, FieldClass.PLACE, FieldClass.NARRATIVE})),
    (
        "Description and marks",
        frozenset({FieldClass.DESCRIPTION, FieldClass.IDENTIFIER, FieldClass.CONTACT, FieldClass.IMAGE}),
    ),
    (
        "Who it is",
        frozenset(
            {FieldClass.IDENTITY, FieldClass.ETHNIC_APPEARANCE, FieldClass.VULNERABILITY, FieldClass.LINK}
        ),
    ),
    (ABOUT_RECORD, frozenset({FieldClass.ADMIN, FieldClass.ASSESSMENT, FieldClass.SOURCE})),
)


@dataclass(frozen=True)
class _Asked:
    """Whom a reader can ask about a record, and the reference to quote.

    `granted` says when grants end, by their id; `waiting` are the keys of fields that were asked for.
    """

    owner: str
    reference: str
    granted: Mapping[str, datetime]
    waiting: frozenset[str]


@dataclass(frozen=True)
class Row:
    """One line of a record: a label, the words, and what was done to the value, if anything."""

    name: str
    label: str
    text: str
    treatment: str = ""
    done: str = ""
    clause: str = ""


@dataclass(frozen=True)
class WithheldGroup:
    """Fields that share a reason, in one line with one way to ask.

    `decides` is the agency that could decide otherwise, none for what no request can lower; `quote` is the
    record's reference if the reader is shown it. `prefix` makes keys of the names, for a person's fields.
    """

    labels: str
    reason: str
    sentence: str
    agreement: str
    clause: str
    names: tuple[str, ...]
    decides: str = ""
    quote: str = ""
    prefix: str = ""

    @property
    def keys(self) -> tuple[str, ...]:
        """The keys by which its fields are asked for."""
        return tuple(self.prefix + name for name in self.names)


@dataclass(frozen=True)
class Part:
    """A part of a page: what is shown, then what is withheld."""

    title: str
    rows: tuple[Row, ...]
    withheld: tuple[WithheldGroup, ...]


@dataclass(frozen=True)
class PersonPart:
    """A person on a record: what they were, how they are called here, and their rows."""

    link: str
    categories: str
    name: str
    rows: tuple[Row, ...]
    withheld: tuple[WithheldGroup, ...]


@dataclass(frozen=True)
class RecordView:
    """One record as a page shows it; the counts say how many fields are full, treated and withheld."""

    id: str
    type: str
    type_label: str
    owner: str
    title: str
    reference: str
    parts: tuple[Part, ...]
    persons: tuple[PersonPart, ...]
    full: int
    treated: int
    withheld: int


def record_view(
    record: Released,
    agencies: Mapping[str, str],
    granted: Mapping[str, datetime] | None = None,
    waiting: frozenset[str] = frozenset(),
) -> RecordView:
    """A released record for its page; `agencies` maps ids to names, `granted` grants to their ends.

    Fields that are `waiting` for an answer stand in withheld groups of their own.
    """
    reference = str(plain(record.fields.get("owner_reference", "")))
    asked = _Asked(agencies.get(record.owner, record.owner), reference, granted or {}, waiting)
    groups: list[Released | ReleasedPerson] = [record, *record.persons]
    filled = sum(1 for group in groups for value in group.fields.values() if value not in (None, [], ""))
    treated = sum(1 for group in groups for name in group.treated if group.fields.get(name) is not None)
    return RecordView(
        id=record.id,
        type=record.type,
        type_label=RECORD_TYPES[record.type][0],
        owner=asked.owner,
        title=title_of(record),
        reference=asked.reference,
        parts=_parts(record, asked),
        persons=tuple(_person(person, asked) for person in record.persons),
        full=filled - treated,
        treated=treated,
        withheld=sum(len(group.withheld) for group in groups),
    )


def _parts(record: Released, asked: _Asked) -> tuple[Part, ...]:
    listed = list(fields_of(record.type))
    if record.type == "subject":
        listed += person_fields()
    made = []
    for title, classes in _PARTS:
        inside = [each for each in listed if each.field_class in classes]
        part = Part(title, _rows(record, inside, asked), _withheld(record, inside, asked))
        if part.rows or part.withheld:
            made.append(part)
    return tuple(made)


def _person(person: ReleasedPerson, asked: _Asked) -> PersonPart:
    inside = person_fields()
    codes = person.fields.get("category") or ()
    categories = ", ".join(CATEGORIES.get(str(code), str(code)) for code in codes)
    names = [str(plain(person.fields[n])) for n in ("given_name", "family_name") if person.fields.get(n)]
    stand_in = plain(person.fields.get("subject"))
    called = " ".join(names) or (
        stand_in if isinstance(stand_in, str) and "subject" in person.treated else ""
    )
    return PersonPart(
        person.link,
        categories or "Person",
        called,
        _rows(person, inside, asked),
        _withheld(person, inside, asked, prefix=f"persons.{person.link}."),
    )


def _rows(group: Released | ReleasedPerson, inside: Iterable[Field], asked: _Asked) -> tuple[Row, ...]:
    shown = [each for each in inside if each.name != "picture"]
    return tuple(
        _row(group, each, asked) for each in shown if group.fields.get(each.name) not in (None, [], "")
    )


def _row(group: Released | ReleasedPerson, each: Field, asked: _Asked) -> Row:
    name, text = each.name, words(each.name, group.fields[each.name])
    done, full = group.treated.get(name), group.disclosed.get(name)
    by = done or full
    until = asked.granted.get(by.clause or "") if by is not None else None
    given = "" if until is None else f"Granted to you until {until.astimezone(LONDON):%-d %B %Y, %H:%M}"
    if done is None:
        return Row(name, field_label(name), text, "disclose" if given else "", given)
    return Row(
        name,
        field_label(name),
        text,
        done.treatment.slug,
        ". ".join(part for part in (label(each.type, done.treatment), given) if part),
        "" if given else f"{done.clause} of {done.agreement}",
    )


def _withheld(
    group: Released | ReleasedPerson, inside: Iterable[Field], asked: _Asked, *, prefix: str = ""
) -> tuple[WithheldGroup, ...]:
    by_reason: dict[tuple[Reason, str | None, str | None, bool], list[str]] = {}
    for each in inside:
        held = group.withheld.get(each.name)
        if held is not None:
            waits = prefix + each.name in asked.waiting
            by_reason.setdefault((held.reason, held.agreement, held.clause, waits), []).append(each.name)
    return tuple(
        WithheldGroup(
            labels=", ".join(field_label(name) for name in names),
            reason=reason.value,
            sentence=sentence(reason, agreement=agreement, clause=clause),
            agreement=agreement or "",
            clause=clause or "",
            names=tuple(names),
            decides="" if reason in UNASKABLE else asked.owner,
            quote=asked.reference,
            prefix=prefix,
        )
        for (reason, agreement, clause, _), names in by_reason.items()
    )


@dataclass(frozen=True)
class CardView:
    """A gallery card: who, what to do and not to do, until when; `still` is the id of its picture."""

    id: str
    title: str
    card: str
    description: str
    advice: str
    still: str | None
    picture_withheld: str
    reports: int
    leaves: date
    days: int


def called(subject: Released) -> str:
    """A subject's name if it is shown, else what they are, and the reference."""
    fields = subject.fields
    name = " ".join(str(plain(fields[n])) for n in ("given_name", "family_name") if fields.get(n))
    what = words("state", fields["state"]) if fields.get("state") else "Subject"
    return name or f"{what} {plain(fields.get('owner_reference', ''))}".strip()


def card_view(card: Card) -> CardView:
    """A gallery card's words, all from the released form."""
    fields = card.subject.fields
    age = "age_band" if fields.get("age_band") else "apparent_age"
    shown = ("seen_as", age, "height", "build", "hair", "face", "clothing", "marks")
    held = card.subject.withheld.get("picture")
    return CardView(
        id=card.subject.id,
        title=called(card.subject),
        card=words("card", fields["card"]) if fields.get("card") not in (None, "none") else "",
        description=", ".join(words(name, fields[name]) for name in shown if fields.get(name)),
        advice=str(plain(fields.get("advice", ""))),
        still=card.still,
        picture_withheld=sentence(held.reason, agreement=held.agreement, clause=held.clause) if held else "",
        reports=card.reports,
        leaves=card.leaves,
        days=(card.leaves - clock.today()).days,
    )
