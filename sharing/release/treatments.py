"""What a value becomes: bands, months, parts of days, wards, initials and digits. Each form has a `text`.

A value from which a form cannot be made raises `Unmakeable`, and is then withheld; nothing stays nothing.
"""

from bisect import bisect_right
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from functools import partial
from typing import Any

from sharing.release.ages import LONDON, band_of, completed_years
from sharing.release.schema import Field, FieldType, Treatment


class Unmakeable(Exception):  # noqa: N818 - says what the value is
    """The treated form cannot be made of this value, so nothing may leave."""


#: What a maker raises for a value that it cannot read or make a form of.
UNMAKEABLE = (Unmakeable, TypeError, ValueError, AttributeError, KeyError)


@dataclass(frozen=True, slots=True)
class AgeBand:
    """An age between two birthdays, such as 16–17."""

    text: str


@dataclass(frozen=True, slots=True)
class DayPart:
    """A day in Europe/London and a quarter of it, 0 to 3."""

    day: date
    quarter: int

    @property
    def text(self) -> str:
        """Such as 2026-02-17, 12:00–18:00."""
        return f"{self.day.isoformat()}, {self.quarter * 6:02}:00–{self.quarter * 6 + 6:02}:00"


@dataclass(frozen=True, slots=True)
class Month:
    """A month of a year."""

    year: int
    month: int

    @property
    def text(self) -> str:
        """Such as 2026-02."""
        return f"{self.year:04}-{self.month:02}"


@dataclass(frozen=True, slots=True)
class AmountBand:
    """An amount below a bound, in pounds; None is £5,000 or more."""

    below: int | None

    @property
    def text(self) -> str:
        """Such as under £200."""
        return "£5,000 or more" if self.below is None else f"under £{self.below:,}"


@dataclass(frozen=True, slots=True)
class WardOnly:
    """The ward of an address or a point."""

    text: str


@dataclass(frozen=True, slots=True)
class Masked:
    """Initials, or a few digits with an ellipsis that tells no length."""

    text: str


@dataclass(frozen=True, slots=True)
class StandIn:
    """A person's token inside one agreement."""

    token: str

    @property
    def text(self) -> str:
        """Such as Person 7F3KQ2."""
        return f"Person {self.token}"


@dataclass(frozen=True, slots=True)
class CoveredPicture:
    """A picture of which only a derivative may leave; `everybody` covers the named subject's face as well."""

    reference: str
    everybody: bool
    text: str = "Picture"


Form = AgeBand | DayPart | Month | AmountBand | WardOnly | Masked | StandIn | CoveredPicture


@dataclass(frozen=True, slots=True)
class Setting:
    """What a form may need besides the value.

    `day`: of the event in Europe/London, on a person's page last 1 January. `ward`: the record's own.
    `wards`: the ward by field, where it is another. `token`: gives the person's token inside an agreement,
    None where nobody is named. `band`: the person's age band on that day, None if it is not known.
    """

    day: date | None
    ward: str | None
    wards: Mapping[str, str]
    token: Callable[[str], str] | None = None
    band: str | None = None


Maker = Callable[[Any, Setting], Any]


def maker(field: Field, treatment: Treatment, agreement: str) -> Maker:
    """What makes the form of a field's values that leaves under an agreement.

    The maker raises one of `UNMAKEABLE` if there is no such form, so that its caller withholds; callers do
    not ask it about nothing.
    """
    if treatment is Treatment.PSEUDONYM:
        return partial(_stand_in, agreement)
    if treatment is Treatment.GENERALISE and field.type in {FieldType.ADDRESS, FieldType.POINT}:
        return _ward_of(field.name)
    makers = _GENERALISED if treatment is Treatment.GENERALISE else _MASKED
    return makers.get(field.type, _none)


def too_short(field_type: FieldType, value: Any) -> bool:
    """Whether the value is shorter than twice what its mask shows; an IMEI of 15 digits is long enough."""
    if value is None or field_type not in _SHOWN:
        return False
    if field_type is FieldType.NAME:
        return _letters(str(value)) < 2 * len(_initials(str(value)))
    held = _digits(value) if field_type is not FieldType.VRM else _marks(value)
    return len(held) < 2 * _SHOWN[field_type] and not (field_type is FieldType.IMEI and len(held) == 15)


def age_band(dob: Any, day: date | None) -> AgeBand:
    """The age band on a day.

    Raises:
        Unmakeable: without a day, or for a birth after it.
    """
    if day is None:
        raise Unmakeable
    try:
        years = completed_years(_date(dob), day)
    except (TypeError, ValueError) as error:
        raise Unmakeable from error
    if years < 0:
        raise Unmakeable
    return AgeBand(band_of(years))


#: So many forms of one kind are kept.
_MOST_KEPT = 4096
_BOUNDS = (50, 200, 1000, 5000)
_PENCE = tuple(below * 100 for below in _BOUNDS)
_AMOUNTS = (*(AmountBand(below) for below in _BOUNDS), AmountBand(None))
_SHOWN = {FieldType.NAME: 1, FieldType.PHONE: 3, FieldType.IMEI: 8, FieldType.VRM: 2}


def _date(value: Any) -> date:
    if isinstance(value, datetime):
        return value.astimezone(LONDON).date()
    return value if isinstance(value, date) else date.fromisoformat(str(value))


def _none(_: Any, __: Setting) -> None:
    raise Unmakeable


def _stand_in(agreement: str, value: Any, setting: Setting) -> StandIn:
    del value
    if setting.token is None:
        raise Unmakeable
    return StandIn(setting.token(agreement))


class _Kept(dict[Any, Any]):
    """Forms by what they are made of, each made once, since lists are full of the same ones."""

    def __init__(self, make: Callable[[Any], Any]) -> None:
        self._make = make

    def __missing__(self, made_of: Any) -> Any:
        if len(self) >= _MOST_KEPT:
            self.clear()
        form = self[made_of] = self._make(made_of)
        return form


def _ward_of(name: str) -> Maker:
    def ward_only(_: Any, setting: Setting) -> WardOnly:
        ward = (setting.wards and setting.wards.get(name)) or setting.ward
        if not ward:
            raise Unmakeable
        form: WardOnly = _WARDS[ward]
        return form

    return ward_only


def _time(value: Any, _: Setting) -> DayPart:
    if value.__class__ is not datetime or value.tzinfo is not UTC:
        value = _in_utc(value)
    part: DayPart = _DAY_PARTS[value.toordinal() * 24 + value.hour]
    return part


def _in_utc(value: Any) -> datetime:
    moment = value if value.__class__ is datetime else datetime.fromisoformat(value)
    if moment.tzinfo is None:
        raise ValueError("a time without its zone has no place in a day")
    return moment.astimezone(UTC)


def _day_part(hours: int) -> DayPart:
    """The part of the day in London of an hour in UTC, counted from the calendar's beginning.

    London's clock differs by whole hours.
    """
    day, hour = divmod(hours, 24)
    local = datetime.combine(date.fromordinal(day), time(hour, tzinfo=UTC)).astimezone(LONDON)
    return DayPart(local.date(), local.hour // 6)


_WARDS, _DAY_PARTS = _Kept(WardOnly), _Kept(_day_part)


def _month(value: Any, _: Setting) -> Month:
    day = _date(value)
    return Month(day.year, day.month)


def _amount(value: Any, _: Setting) -> AmountBand:
    """Amounts are pence."""
    return _AMOUNTS[bisect_right(_PENCE, value)]


def _digits(value: Any) -> str:
    return "".join(each for each in str(value) if each.isdigit())


def _marks(value: Any) -> str:
    return "".join(each for each in str(value) if each.isalnum()).upper()


def _letters(name: str) -> int:
    return sum(each.isalpha() for each in name)


def _initials(name: str) -> list[str]:
    return [part[0].upper() for part in name.replace("-", " ").split() if part[0].isalpha()]


def _masked_name(value: Any, _: Setting) -> Masked:
    initials = _initials(str(value))
    if not initials:
        raise Unmakeable
    return Masked(" ".join(f"{initial}." for initial in initials))


def _masked_part(value: Any, kind: FieldType) -> Masked:
    if too_short(kind, value):
        raise Unmakeable
    if kind is FieldType.VRM:
        return Masked(f"{_marks(value)[:2]}…")
    digits = _digits(value)
    return Masked(f"… {digits[-3:]}" if kind is FieldType.PHONE else f"{digits[:8]}…")


_GENERALISED: Mapping[FieldType, Maker] = {
    FieldType.DOB: (lambda value, setting: age_band(value, setting.day)),
    FieldType.DATE: (_month),
    FieldType.TIME: (_time),
    FieldType.AMOUNT: (_amount),
    FieldType.IMAGE: (lambda value, _: CoveredPicture(str(value), everybody=False)),
}
_MASKED: Mapping[FieldType, Maker] = {
    FieldType.NAME: (_masked_name),
    FieldType.PHONE: (lambda value, _: _masked_part(value, FieldType.PHONE)),
    FieldType.IMEI: (lambda value, _: _masked_part(value, FieldType.IMEI)),
    FieldType.VRM: (lambda value, _: _masked_part(value, FieldType.VRM)),
    FieldType.IMAGE: (lambda value, _: CoveredPicture(str(value), everybody=True)),
}
