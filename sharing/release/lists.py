"""Deciding a list quickly: records whose own fields cannot differ in outcome share one compiled sheet."""

from dataclasses import replace

from sharing.release.decision import decide_with
from sharing.release.facts import Exit, Record
from sharing.release.lens import Lens, Live
from sharing.release.policy import PAGE
from sharing.release.schema import FieldType
from sharing.release.sheet import Sheet, sheet_of
from sharing.release.standing import is_staff

#: Types whose mask depends on the value's length.
_MEASURED = frozenset({FieldType.NAME, FieldType.PHONE, FieldType.IMEI, FieldType.VRM})


class Lister:
    """Sheets for the records of one list, as one reader sees them; without persons and links."""

    def __init__(self, lens: Lens) -> None:
        self._lens = lens
        self._sheets: dict[tuple[object, ...], Sheet | None] = {}
        self._measured = {
            name: any(field.type in _MEASURED for field in fields) for name, fields in lens.policy.own.items()
        }

    def sheet(self, record: Record) -> tuple[Sheet | None, str | None]:
        """The record's sheet, None if it does not exist, and the text of its one release if it has one."""
        key, live = self._key(record)
        if key is None:
            return self._compiled(record), None
        text = live.release.text if live is not None else None
        if key not in self._sheets:
            self._sheets[key] = self._compiled(replace(record, persons=(), links=()))
        return self._sheets[key], text

    def _compiled(self, record: Record) -> Sheet | None:
        decision = decide_with(self._lens, record)
        return None if decision is None else sheet_of(decision.own, decision.outcomes)

    def _key(self, record: Record) -> tuple[tuple[object, ...] | None, Live | None]:
        """All that the outcomes of a plain record's own fields depend on; None for another record.

        INVARIANT: whatever the decision reads of a record is either in this key, or empty in a plain record.
        """
        lens = self._lens
        if is_staff(lens.reader, record):
            return ("staff", record.type), None
        if not self._plain(record):
            return None, None
        if not record.releases:
            return ("nothing",), None
        lives = lens.lives(record)
        if len(lives) > 1:
            return None, None
        if not lives:
            return ("nothing",), None
        live = lives[0]
        then = 0 if live.then is None else live.then.number
        return (
            (
                live.release.agreement,
                then,
                live.elapsed,
                bool(live.release.text),
                record.type,
                record.owner,
                record.site is not None,
            ),
            live,
        )

    def _plain(self, record: Record) -> bool:
        if (
            record.conditions is not None
            or record.grants
            or record.type == PAGE
            or self._measured.get(record.type)
        ):
            return False
        if record.keeper is not None or record.parent is not None or record.derived_from is not None:
            return False
        if record.subject is not None or (record.break_glass and self._lens.question.exit is Exit.ONE):
            return False
        return all(link.person.anonymity_order is None for link in record.persons)
