"""Deciding a list quickly: records whose own fields cannot differ in outcome share one compiled sheet."""

from dataclasses import replace
from datetime import datetime

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
        self._agency = reader.agency
        self._now = lens.question.now
        side = (reader.agency, reader.kind, reader.business, reader.member, reader.placed)
        if len(kept) >= _LARGEST:
            kept.clear()
        self._sheets: dict[tuple[object, ...], Sheet | None] = kept.setdefault(
            (side, reader.roles, lens.question.purpose), {}
        )
        self._measured = lens.policy.measured
        self._alike: dict[tuple[object, ...], tuple[datetime, Sheet | None]] = {}

    def sheet(self, record: Record) -> tuple[Sheet | None, str | None]:
        """The record's sheet, None if it does not exist, and the text of its one live release if it has one.

        INVARIANT: whatever the decision reads of a record is either in the key, or empty in a plain record.
        Records that are alike in a list, down to whom and for what their one release is, need no second look
        at its agreement: only whether it began, lasts, and was made under the version that is in force.
        """
        owner, kind, releases = record.owner, record.type, record.releases
        if owner == self._agency and is_staff(self._lens.reader, record):
            return self._at(("staff", kind), record), None
        if not self._plain(record):
            return self._compiled(record), None
        measured, alike = self._measured.get(kind), None
        short = measured and _too_short(measured, record)
        if len(releases) == 1:
            release, now = releases[0], self._now
            text, expires, revoked = release.text, release.expires, release.revoked
            alike = (
                release.agreement,
                release.purposes,
                release.recipients,
                not text,
                owner,
                kind,
                record.site is None,
                short,
            )
            known = self._alike.get(alike)
            if (
                known is not None
                and known[0] <= release.at <= now
                and release.permitted
                and (expires is None or now < expires)
                and (revoked is None or now < revoked)
            ):
                return known[1], text
        return self._judged(record, alike, short)

    def _judged(
        self, record: Record, alike: tuple[object, ...] | None, short: object
    ) -> tuple[Sheet | None, str | None]:
        """The sheet of a plain record by its live releases; kept for those alike, if it is right for them."""
        lens = self._lens
        lives = lens.lives(record)
        if len(lives) != 1:
            return (self._compiled(record) if lives else None), None
        live = lives[0]
        then, text = live.then, live.release.text
        key = (
            live.release.agreement,
            live.now.number,
            then and then.number,
            live.elapsed,
            not text,
            record.type,
            record.owner,
            record.site is None,
            short,
        )
        sheet = self._at(key, record)
        if alike is not None and lens.is_plain(live):
            self._alike[alike] = (live.now.from_at, sheet)
        return sheet, text

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
