"""What stands in a field of a record in one of two worlds, so that its observer sees the same in both.

Every hidden value that can hold text holds a canary: sixteen letters that stand nowhere else.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from typing import Any

from sharing.release.schema import Field, FieldType
from sharing.vocabulary.codes import LISTS
from tests.leaks.views import COARSE, MASK, SAME, Grades, grade_of

#: The portal sets these itself when a record comes in; the harness writes over them where they are hidden.
SET_BY_US = frozenset({"owner_reference", "recorded_at", "recorded_by", "status", "marking"})

_NOON = datetime(2026, 2, 10, 12, tzinfo=UTC)
_LETTERS = "bcdfghjklmnpqrstvwxz"


@dataclass
class Writer:
    """Writes the values of one world, 0 or 1, and remembers its canaries."""

    world: int
    canaries: list[str] = field(default_factory=list)

    def values(
        self, record: str, number: int, fields: Iterable[Field], grades: Grades, *, always: str = ""
    ) -> dict[str, Any]:
        """Values of all these fields of the named record, of which `number` counts from 0.

        Of the hidden ones some are there in one world only; `always` names one that is there in both.
        """
        found = {}
        for each in fields:
            value = self.value(record, number, each, grade_of(each, grades))
            if value is not None or each.name == always:
                found[each.name] = value
        return found

    def value(self, record: str, number: int, each: Field, grade: str) -> Any:
        """The value of one field, or None where this world has none."""
        if grade == SAME:
            return plain(each, number, 0)
        if grade == COARSE:
            return self._coarse(record, number, each)
        if grade == MASK:
            return self._masked(f"{record}.{each.name}", number, each)
        if self.world and _toss(f"{record}.{each.name}") == 0:
            return None
        return self._hidden(f"{record}.{each.name}", number, each)

    def canary(self, place: str) -> str:
        """Sixteen letters for one place of this world, as a word of its own."""
        digest = sha256(f"{self.world}|{place}".encode()).digest()
        found = "".join(_LETTERS[byte % len(_LETTERS)] for byte in digest[:16])
        self.canaries.append(found)
        return found

    def _hidden(self, place: str, number: int, each: Field) -> Any:
        if each.type in _OF_WORDS or (each.type is FieldType.CODE and each.name not in LISTS):
            more = " and a longer end that only this world has" if self.world else ""
            return self.canary(place) + more
        if each.type is FieldType.CODES and each.name not in LISTS:
            return [self.canary(place)]
        return plain(each, number, 1 + self.world)

    def _coarse(self, record: str, number: int, each: Field) -> Any:
        """Hidden times run backwards in the other world, inside the same quarter of the same day."""
        if each.type is FieldType.TIME:
            minutes = 280 - 20 * number if self.world else 10 + 20 * number
            return _NOON + timedelta(days=number // 3, minutes=minutes)
        if each.type in (FieldType.DATE, FieldType.DOB):
            month = date(1990, 5, 1) if each.type is FieldType.DOB else date(2026, 3, 1)
            return month + timedelta(days=25 - number if self.world else 1 + number)
        if each.type is FieldType.AMOUNT:
            return 99_000 - number if self.world else 21_000 + number
        if each.type is FieldType.POINT:
            return [51.5 + self.world / 100, 0.18 + number / 1000]
        return self.canary(f"{record}.{each.name}") + (" Street" if self.world else "")

    def _masked(self, place: str, number: int, each: Field) -> str:
        digits = str(int(sha256(f"{self.world}|{place}".encode()).hexdigest(), 16))
        if each.type is FieldType.IMEI:
            return f"3567890{number % 10}{digits[:7]}"
        if each.type is FieldType.PHONE:
            return f"07700{digits[:3]}{100 + number}"
        tail = self.canary(place) + ("longer" if self.world else "")
        return f"AB{tail}".upper() if each.type is FieldType.VRM else f"A{tail}"


_OF_WORDS = frozenset(
    {
        FieldType.ADDRESS, FieldType.EMAIL, FieldType.ID, FieldType.IMAGE, FieldType.IMEI, FieldType.NAME,
        FieldType.ORG, FieldType.PHONE, FieldType.STAFF, FieldType.TEXT, FieldType.VRM,
    }
)  # fmt: skip


def plain(each: Field, number: int, form: int) -> Any:
    """A value without a canary: form 0 is what both worlds show, 1 and 2 differ between them."""
    day = date(2026, 1, 5) + timedelta(days=number + 40 * form)
    if each.type in (FieldType.CODE, FieldType.CODES):
        codes = list(LISTS.get(each.name, ())) or [f"{each.name}-{letter}" for letter in "abc"]
        code = codes[(number + form) % len(codes)]
        return [code] if each.type is FieldType.CODES else code
    made = {
        FieldType.TIME: datetime(2026, 1, 5, 9, tzinfo=UTC) + timedelta(days=number, hours=30 * form),
        FieldType.DATE: day,
        FieldType.DOB: date(1980 + form, 1, 1 + number),
        FieldType.FLAG: bool(form % 2),
        FieldType.AMOUNT: 12_345 + number + 90_000 * form,
        FieldType.NUMBER: 40 + number + 7 * form,
        FieldType.POINT: [51.5 + form, 0.2 + number / 100],
        FieldType.IMEI: f"49015420323751{number % 10}",
        FieldType.VRM: f"LX21 AB{chr(65 + number % 26)}",
    }
    return made.get(each.type, f"Shown {each.name} {number}")


def _toss(place: str) -> int:
    return sha256(place.encode()).digest()[0] % 3
