"""How outcomes become values: compiled once into a sheet, filled for as many records as share it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Any, NoReturn

from sharing.release.ages import age_on, band_of, day_of
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


#: Fields, what discloses them, what was treated, what is withheld.
Shown = tuple[Mapping[str, Any], Mapping[str, Outcome], Mapping[str, Treated], Mapping[str, Withheld]]


@dataclass(frozen=True, slots=True)
class Sheet:
    """Outcomes of one schema's fields, ready to be filled with values; the maps are shared by all fillings.

    `keys` are the fields that leave, `hidden` the others, `makers` those that leave in another form, `texts`
    those for which a release's text leaves. `dated` sheets need the day of the event.
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
            {field.name: outcome for field, outcome in leaving if outcome.treatment is Treatment.DISCLOSE}
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


def filled(  # noqa: C901 - one call more for each record shows in every list
    sheet: Sheet, values: Mapping[str, Any], setting: Setting, text: str | None = None
) -> Shown:
    """The sheet with one record's values; `text` is the text of its one release, where sheets are shared.

    Only the fields that leave are kept, always in the schema's order: it never tells whether a hidden one
    holds a value. Copying all and deleting the few that stay is five times as fast as picking, where the
    values are a whole record's; anything else is picked field by field.
    """
    fields = dict(values)
    try:
        for name in sheet.hidden:
            del fields[name]
    except KeyError:
        fields = _picked(sheet, values)
    else:
        keys = sheet.keys
        if len(fields) != len(keys) or (values.__class__ is not Whole and tuple(fields) != keys):
            fields = _picked(sheet, values)
    for name, stored in sheet.texts:
        fields[name] = text or stored
    if sheet.banded:
        fields[_AGE_BAND] = setting.band
    unmade = []
    for name, make in sheet.makers:
        value = fields[name]
        if value is not None:
            try:
                fields[name] = make(value, setting)
            except UNMAKEABLE:
                unmade.append(name)
    if unmade:
        return _without(sheet, fields, unmade)
    return fields, sheet.disclosed, sheet.treated, sheet.withheld


def _picked(sheet: Sheet, values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: values.get(name) for name in sheet.keys}


def setting_of(record: Record, question: Question, person: Person | None, tokens: StandInOf) -> Setting:
    """What the forms of a record's own fields need; `person` is whom the fields are about, if anybody."""
    day: date | None
    if record.type == PAGE:
        day = day_of(question.now).replace(month=1, day=1)
    else:
        day = None if record.happened is None else day_of(record.happened)
    band = token = None
    if person is not None:
        age = None if day is None else age_on(person, day)
        band = None if age is None or age < 0 else band_of(age)
        token = _tokens(person, tokens)
    return Setting(day, record.values.get("ward"), record.wards, token, band)


def setting_of_link(record: Record, link: Link, question: Question, tokens: StandInOf) -> Setting:
    """What the forms of a person's fields need; their address is in no ward of the record."""
    own = setting_of(record, question, link.person, tokens)
    return own._replace(ward=None, wards=link.wards)


def _tokens(person: Person, tokens: StandInOf) -> Callable[[str], str]:
    return lambda agreement: tokens(agreement, person.id)


def _treated(field: Field, outcome: Outcome) -> Treated:
    reason = outcome.reason or Reason.CLAUSE
    words = label(field.type, outcome.treatment)
    return Treated(outcome.treatment, reason, outcome.agreement, outcome.clause, words)


def _withheld(prefix: str, field: Field, outcome: Outcome) -> Withheld:
    reason = outcome.reason or Reason.NO_CLAUSE
    return Withheld(prefix + field.name, field.field_class, reason, outcome.agreement, outcome.clause)


def _without(sheet: Sheet, fields: dict[str, Any], unmade: list[str]) -> Shown:
    """The filling in which values of which no form can be made are withheld."""
    withheld = dict(sheet.withheld)
    for name in unmade:
        del fields[name]
        told = sheet.treated[name]
        withheld[name] = Withheld(name, sheet.classes[name], Reason.NO_TREATMENT, told.agreement, told.clause)
    treated = {name: told for name, told in sheet.treated.items() if name not in unmade}
    return fields, sheet.disclosed, MappingProxyType(treated), MappingProxyType(withheld)
