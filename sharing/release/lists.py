"""Deciding a list quickly: records whose own fields cannot differ in outcome share one compiled sheet."""

from dataclasses import replace

from sharing.release.decision import decide_with
from sharing.release.facts import Exit, Record
from sharing.release.lens import Lens
from sharing.release.outcome import is_short
from sharing.release.policy import PAGE
from sharing.release.schema import Field
from sharing.release.sheet import Sheet, sheet_of
from sharing.release.standing import is_staff

#: With so many kinds of reader the sheets are thrown away and compiled anew as they are asked.
_LARGEST = 2_000


class Lister:
    """Sheets for the records of one list, as one reader sees them; without persons and links.

    They belong to the compiled matrix of the policy: no value, text or reference of a record is in them.
    """

    def __init__(self, lens: Lens) -> None:
        self._lens = lens
        reader, kept = lens.reader, lens.policy.sheets
        side = (reader.agency, reader.kind, reader.business, reader.site is not None)
        if len(kept) >= _LARGEST:
            kept.clear()
        self._sheets: dict[tuple[object, ...], Sheet | None] = kept.setdefault(
            (side, reader.roles, lens.question.purpose), {}
        )
        self._measured = lens.policy.measured

    def sheet(self, record: Record) -> tuple[Sheet | None, str | None]:
        """The record's sheet, None if it does not exist, and the text of its one live release if it has one.

        INVARIANT: whatever the decision reads of a record is either in the key, or empty in a plain record.
        """
        lens = self._lens
        if record.owner == lens.reader.agency and is_staff(lens.reader, record):
            return self._at(("staff", record.type), record), None
        if not self._plain(record):
            return self._compiled(record), None
        lives = lens.lives(record)
        if len(lives) != 1:
            return (self._compiled(record) if lives else None), None
        live = lives[0]
        then, text, measured = live.then, live.release.text, self._measured.get(record.type)
        key = (
            live.release.agreement,
            live.now.number,
            then and then.number,
            live.elapsed,
            not text,
            record.type,
            record.owner,
            record.site is None,
            measured and _too_short(measured, record),
        )
        try:
            return self._sheets[key], text
        except KeyError:
            return self._at(key, record), text

    def _at(self, key: tuple[object, ...], record: Record) -> Sheet | None:
        try:
            return self._sheets[key]
        except KeyError:
            sheet = self._sheets[key] = self._shared(record)
            return sheet

    def _compiled(self, record: Record) -> Sheet | None:
        decision = decide_with(self._lens, record)
        return None if decision is None else sheet_of(decision.own, decision.outcomes)

    def _shared(self, record: Record) -> Sheet | None:
        """A sheet of no record in particular: it keeps no text of the release that it was compiled for."""
        sheet = self._compiled(replace(record, persons=(), links=()))
        return sheet and replace(sheet, texts=tuple((name, "") for name, _ in sheet.texts))

    def _plain(self, record: Record) -> bool:
        if (
            record.conditions is not None
            or record.grants
            or record.type == PAGE
            or record.subject is not None
        ):
            return False
        if record.keeper is not None or record.parent is not None or record.derived_from is not None:
            return False
        if record.break_glass and self._lens.question.exit is Exit.ONE:
            return False
        if record.persons and self._lens.reader.commercial and record.type in self._lens.policy.pictured:
            return False
        for link in record.persons:  # noqa: SIM110 - twice as fast as all() on lists of fifty
            if link.person.anonymity_order is not None:
                return False
        return True


def _too_short(measured: tuple[Field, ...], record: Record) -> tuple[str, ...]:
    """Which of these fields hold a value too short for its mask."""
    return tuple(field.name for field in measured if is_short(field, record.values.get(field.name)))
