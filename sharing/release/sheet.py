"""How outcomes become values: compiled once into a sheet, filled for as many records as share it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from dataclasses import field as field_of
from datetime import date
from types import MappingProxyType
from typing import Any, NoReturn

from sharing.release.ages import band_between, day_of, years_on
from sharing.release.facts import Link, Person, Question, Record, Whole
from sharing.release.outcome import Outcome
from sharing.release.policy import PAGE
from sharing.release.reasons import label
from sharing.release.schema import Field, FieldClass, FieldType, Reason, Treatment
from sharing.release.treatments import UNMAKEABLE, Maker, Setting, maker

#: Gives a person's token inside an agreement, drawn once, from (agreement, person).
StandInOf = Callable[[str, str], str]

#: Computed from the person, never taken from what is stored.
_AGE_BAND = "age_band"


@dataclass(frozen=True, slots=True, repr=False)
class Withheld:
    """A field that the reader learns to exist, and why it is not shown. It cannot be printed by accident."""

    field: str
    field_class: FieldClass
    reason: Reason
    agreement: str | None = None
    clause: str | None = None

    def __repr__(self) -> str:
        return "<withheld>"

    def __str__(self) -> NoReturn:
        raise TypeError("A withheld field has no text. Show it through its own block.")

    def __format__(self, spec: str) -> NoReturn:
        raise TypeError("A withheld field has no text. Show it through its own block.")


@dataclass(frozen=True, slots=True)
class Treated:
    """What was done to a value that leaves in another form, under which clause; `label` is for people."""

    treatment: Treatment
    reason: Reason
    agreement: str | None
    clause: str | None
    label: str


@dataclass(frozen=True, slots=True)
class Sheet:
    """Outcomes of one schema's fields, ready to be filled with values; the maps are shared by all fillings.

    `keys` are the fields that leave, `hidden` the others, `makers` those that leave in another form, `texts`
    those for which a release's text leaves. `dated` sheets need the day of the event. `lesser` holds the same
    sheet without a field of whose value no form could be made, by the field.
    """

    keys: tuple[str, ...]
    makers: tuple[tuple[str, Maker], ...]
    texts: tuple[tuple[str, str], ...]
    hidden: tuple[str, ...]
    banded: bool
    dated: bool
    disclosed: Mapping[str, Outcome]
    treated: Mapping[str, Treated]
    withheld: Mapping[str, Withheld]
    classes: Mapping[str, FieldClass]
    lesser: dict[str, "Sheet"] = field_of(default_factory=dict, repr=False, compare=False)


#: Fields, and the sheet that they fill.
Shown = tuple[Mapping[str, Any], Sheet]


def sheet_of(fields: tuple[Field, ...], outcomes: Mapping[str, Outcome], prefix: str = "") -> Sheet:
    """The sheet of these fields, whose outcomes stand under their name behind the prefix."""
    decided = [(field, outcomes[prefix + field.name]) for field in fields]
    leaving = [(field, outcome) for field, outcome in decided if outcome.opens]
    formed = [(field, outcome) for field, outcome in leaving if outcome.treatment is not Treatment.DISCLOSE]
    keys = tuple(field.name for field, _ in leaving)
    return Sheet(
        keys=keys,
        makers=tuple(
            (field.name, maker(field, outcome.treatment, outcome.agreement or ""))
            for field, outcome in formed
        ),
        texts=tuple((field.name, outcome.text) for field, outcome in leaving if outcome.text is not None),
        hidden=tuple(field.name for field, outcome in decided if not outcome.opens),
        banded=_AGE_BAND in keys,
        dated=_AGE_BAND in keys or any(field.type is FieldType.DOB for field, _ in formed),
        disclosed=MappingProxyType(
            {
                field.name: replace(outcome, text=None)
                for field, outcome in leaving
                if outcome.treatment is Treatment.DISCLOSE
            }
        ),
        treated=MappingProxyType({field.name: _treated(field, outcome) for field, outcome in formed}),
        withheld=MappingProxyType(
            {
                field.name: _withheld(prefix, field, outcome)
                for field, outcome in decided
                if outcome.treatment is Treatment.WITHHOLD
            }
        ),
        classes={field.name: field.field_class for field, _ in formed},
    )


def filled(sheet: Sheet, values: Mapping[str, Any], setting: Setting) -> Shown:
    """The sheet with one record's values."""
    (shown,), (sheet,) = filled_all(sheet, [values], [setting], [None])
    return shown, sheet


def filled_all(
    sheet: Sheet,
    records: Sequence[Mapping[str, Any]],
    settings: Sequence[Setting],
    texts: Sequence[str | None],
) -> tuple[list[dict[str, Any]], list[Sheet]]:
    """The sheet with the values of each record, column by column, and the sheet that each then has.

    `texts` are those of their one release, where sheets are shared. Only the fields that leave are kept,
    always in the schema's order: it never tells whether a hidden one holds a value.
    """
    rows = _leaving(sheet, records)
    unmade: dict[int, Sheet] = {}
    for name, stored in sheet.texts:
        for fields, text in zip(rows, texts, strict=True):
            fields[name] = text or stored
    if sheet.banded:
        for fields, setting in zip(rows, settings, strict=True):
            fields[_AGE_BAND] = setting.band
    for name, make in sheet.makers:
        for fields, setting in zip(rows, settings, strict=True):
            value = fields[name]
            if value is not None:
                try:
                    fields[name] = make(value, setting)
                except UNMAKEABLE:
                    del fields[name]
                    unmade[id(fields)] = _without(unmade.get(id(fields), sheet), name)
    return rows, [unmade.get(id(fields), sheet) for fields in rows] if unmade else [sheet] * len(rows)


def _leaving(sheet: Sheet, records: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The fields that leave, of each record.

    Copying all and deleting the few that stay is five times as fast as picking, where the values are a whole
    record's; anything else is picked field by field.
    """
    keys, hidden, leaving, rows = sheet.keys, sheet.hidden, len(sheet.keys), []
    for values in records:
        fields = {}
        if values.__class__ is Whole:
            fields = {**values}
            try:
                for name in hidden:
                    del fields[name]
            except KeyError:
                fields = {}
        rows.append(fields if len(fields) == leaving else {name: values.get(name) for name in keys})
    return rows


def setting_of(record: Record, question: Question, person: Person | None, tokens: StandInOf) -> Setting:
    """What the forms of a record's own fields need; `person` is whom the fields are about, if anybody."""
    return _setting(record, question, person, person, tokens)


def setting_of_link(record: Record, link: Link, question: Question, tokens: StandInOf) -> Setting:
    """What the forms of a person's fields need; their address is in no ward of the record."""
    own = _setting(record, question, link.person, _entered_here(link), tokens)
    return replace(own, ward=None, wards=link.wards)


def _entered_here(link: Link) -> Person | None:
    """The person by what was entered of their age on this link; None if they came with another.

    Whoever makes a record chooses its day. A band counted on that day from what another record tells of the
    person would tell them the birthday, day by day, that is withheld from them there. Floors do not ask here:
    they go by all that is known of the person.
    """
    if link.person.entered_on != link.id:
        return None
    return replace(link.person, dob=link.values.get("date_of_birth"))


def _setting(
    record: Record, question: Question, person: Person | None, aged: Person | None, tokens: StandInOf
) -> Setting:
    """The setting in which tokens are those of `person`, and the age band that of `aged`."""
    day: date | None
    if record.type == PAGE:
        day = day_of(question.now).replace(month=1, day=1)
    else:
        day = None if record.happened is None else day_of(record.happened)
    band = None if day is None or aged is None else _band(aged, day, page=record.type == PAGE)
    token = None if person is None else _tokens(person, tokens)
    return Setting(day, record.values.get("ward"), record.wards, token, band)


def _band(aged: Person, day: date, *, page: bool) -> str | None:
    """The age band on a day; a page's day hides a birthday, so an age by eye is not counted back to it."""
    if page and aged.dob is None and aged.apparent_age is not None:
        day = max(day, aged.apparent_age.recorded)
    years = years_on(aged, day)
    return None if years is None or years[1] < 0 else band_between(max(years[0], 0), years[1])


def _tokens(person: Person, tokens: StandInOf) -> Callable[[str], str]:
    return lambda agreement: tokens(agreement, person.id)


def _treated(field: Field, outcome: Outcome) -> Treated:
    reason = outcome.reason or Reason.CLAUSE
    words = label(field.type, outcome.treatment)
    return Treated(outcome.treatment, reason, outcome.agreement, outcome.clause, words)


def _withheld(prefix: str, field: Field, outcome: Outcome) -> Withheld:
    reason = outcome.reason or Reason.NO_CLAUSE
    return Withheld(prefix + field.name, field.field_class, reason, outcome.agreement, outcome.clause)


def _without(sheet: Sheet, name: str) -> Sheet:
    """The sheet on which a field is withheld, because no form can be made of its value."""
    if name not in sheet.lesser:
        told = sheet.treated[name]
        withheld = Withheld(name, sheet.classes[name], Reason.NO_TREATMENT, told.agreement, told.clause)
        sheet.lesser[name] = replace(
            sheet,
            treated=MappingProxyType({each: how for each, how in sheet.treated.items() if each != name}),
            withheld=MappingProxyType({**sheet.withheld, name: withheld}),
            lesser={},
        )
    return sheet.lesser[name]
