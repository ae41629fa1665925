"""What is typed becomes what is kept: one check per field type, the same for pages, JSON and imports."""

import unicodedata
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from typing import Any

from foundation import clock
from foundation.errors import Invalid
from sharing.release.schema import Field, FieldType, Schema
from sharing.vocabulary.codes import LISTS
from sharing.vocabulary.grading import refused_marking

_LINE = 200
_TEXT = 5000
_MOST_CODES = 30
#: How far ahead of the clock a moment may lie before it counts as a mistake, in seconds.
_CLOCK_DRIFT = 120
#: Moments and days that lie in the future by their nature.
_FORWARD = frozenset({"ends", "evidence_until", "seen_until", "occurred_until", "period_until"})


class _WrongError(ValueError):
    """The sentence for the person who typed it; never the value."""


def cleaned(schema: Schema, values: Mapping[str, Any], *, prefix: str = "") -> dict[str, Any]:
    """The values as they are kept; empty ones are left out.

    Times come as aware datetimes or ISO text with a zone, dates as dates or ISO text, amounts in pence,
    points as [latitude, longitude], codes as lists.

    Raises:
        Invalid: with a sentence for each field that cannot be taken, its name behind the prefix.
    """
    kept: dict[str, Any] = {}
    problems: dict[str, str] = {}
    for name, value in values.items():
        field = schema.by_name.get(name)
        if field is None:
            problems[prefix + name] = "There is no such field."
            continue
        if value is None or value in ("", [], ()):
            continue
        try:
            clean: Callable[[Field, Any], Any] = _CLEANERS.get(field.type, _line)
            kept[name] = clean(field, value)
        except _WrongError as wrong:
            problems[prefix + name] = str(wrong)
    if problems:
        raise Invalid(problems)
    return kept


def _plain(value: Any, longest: int) -> str:
    if not isinstance(value, str):
        raise _WrongError("This must be text.")
    text = unicodedata.normalize("NFC", value).strip()
    if any(unicodedata.category(letter) in ("Cc", "Cs") and letter not in "\n\r\t" for letter in text):
        raise _WrongError("There is a character in this that cannot be kept. Type it again.")
    if len(text) > longest:
        raise _WrongError(f"This is too long: {len(text)} characters, at most {longest}.")
    return text


def _line(_field: Field, value: Any) -> str:
    return _plain(value, _LINE)


def _text(_field: Field, value: Any) -> str:
    text = _plain(value, _TEXT)
    if refusal := refused_marking(text):
        raise _WrongError(refusal)
    return text


def _code(field: Field, value: Any) -> str:
    code = _plain(value, _LINE)
    known = LISTS.get(field.name)
    if known is not None and code not in known:
        if field.name == "marking" and (refusal := refused_marking(code.upper())):
            raise _WrongError(refusal)
        raise _WrongError("Choose one of the list.")
    return code


def _codes(field: Field, value: Any) -> list[str]:
    if not isinstance(value, list | tuple) or len(value) > _MOST_CODES:
        raise _WrongError("Choose from the list.")
    return sorted({_code(field, code) for code in value})


def _time(field: Field, value: Any) -> datetime:
    try:
        moment = value if isinstance(value, datetime) else datetime.fromisoformat(str(value))
    except ValueError:
        raise _WrongError("This is not a date and time. Write it like 2026-02-17T17:36:00Z.") from None
    if moment.tzinfo is None:
        raise _WrongError("The time needs a zone, such as Z at its end.")
    now = clock.now()
    if field.name not in _FORWARD and (moment - now).total_seconds() > _CLOCK_DRIFT:
        raise _WrongError(f"Time is in the future: it is now {now.astimezone(clock.LONDON):%H:%M}.")
    try:
        return moment.astimezone(UTC)
    except OverflowError:
        raise _WrongError("This is not a date and time of any calendar that is kept here.") from None


def _date(_field: Field, value: Any) -> date:
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    try:
        return date.fromisoformat(str(value))
    except ValueError:
        raise _WrongError("This is not a date. Write it like 2026-02-17.") from None


def _birth(field: Field, value: Any) -> date:
    day = _date(field, value)
    if not date(1900, 1, 1) <= day <= clock.today():
        raise _WrongError("A date of birth lies between 1900 and today.")
    return day


def _whole(_field: Field, value: Any) -> int:
    try:
        number = int(value)
    except (TypeError, ValueError):
        raise _WrongError("This must be a whole number.") from None
    if isinstance(value, bool) or abs(number) >= 10**12:
        raise _WrongError("This must be a whole number of a sensible size.")
    return number


def _amount(field: Field, value: Any) -> int:
    pence = _whole(field, value)
    if pence < 0:
        raise _WrongError("An amount cannot be less than nothing.")
    return pence


def _flag(_field: Field, value: Any) -> bool:
    if not isinstance(value, bool):
        raise _WrongError("Answer yes or no.")
    return value


def _point(_field: Field, value: Any) -> list[float]:
    try:
        latitude, longitude = (round(float(part), 6) for part in value)
    except (TypeError, ValueError):
        raise _WrongError("A point is a latitude and a longitude.") from None
    if not (-90 <= latitude <= 90 and -180 <= longitude <= 180):
        raise _WrongError("The point does not lie on the earth: latitude first, then longitude.")
    return [latitude, longitude]


def _zone(field: Field, value: Any) -> list[list[float]]:
    if not isinstance(value, list | tuple) or len(value) > 1000:
        raise _WrongError("A zone is a list of points.")
    return [_point(field, point) for point in value]


def _squeezed(_field: Field, value: Any) -> str:
    return "".join(_plain(value, _LINE).upper().split())


def _imei(_field: Field, value: Any) -> str:
    # An observation is never refused for its format: what was read is kept, without its spaces.
    return "".join(letter for letter in _plain(value, _LINE) if letter.isalnum())


_CLEANERS: Mapping[FieldType, Callable[[Field, Any], Any]] = {
    FieldType.AMOUNT: _amount,
    FieldType.CODE: _code,
    FieldType.CODES: _codes,
    FieldType.DATE: _date,
    FieldType.DOB: _birth,
    FieldType.FLAG: _flag,
    FieldType.IMEI: _imei,
    FieldType.NUMBER: _whole,
    FieldType.POINT: _point,
    FieldType.TEXT: _text,
    FieldType.TIME: _time,
    FieldType.VRM: _squeezed,
    FieldType.ZONE: _zone,
}
