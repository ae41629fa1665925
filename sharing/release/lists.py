"""Deciding a list quickly: records whose own fields cannot differ in outcome share one compiled sheet."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field, replace
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


@dataclass(slots=True)
class Group:
    """The records of a list that share a sheet: their places in it, and the texts of their one release."""

    sheet: Sheet
    places: list[int] = field(default_factory=list)
    records: list[Record] = field(default_factory=list)
    texts: list[str | None] = field(default_factory=list)


class Lister:
    """Sheets for the records of one list, as one reader sees them; without persons and links.

    They belong to the compiled matrix of the policy: no value, text or reference of a record is in them.
    Records that are alike in a list, down to whom and for what their one release is, need no second look at
    its agreement: only whether it began, lasts, and was made under the version that is in force.
    """

    def __init__(self, lens: Lens) -> None:
        self._lens = lens
        reader, policy, kept = lens.reader, lens.policy, lens.policy.sheets
        side = (reader.agency, reader.kind, reader.business, reader.member, reader.placed)
        if len(kept) >= _LARGEST:
            kept.clear()
        self._sheets: dict[tuple[object, ...], Sheet | None] = kept.setdefault(
            (side, reader.roles, lens.question.purpose), {}
        )
        self._measured = policy.measured
        self._single = lens.question.exit is Exit.ONE
        self._pictured: frozenset[str] = policy.pictured if reader.commercial else frozenset()
        self._alike: dict[tuple[object, ...], tuple[datetime, Sheet | None]] = {}

    def groups(self, records: Iterable[Record]) -> Collection[Group]:
        """Those of the records that exist, by their sheet."""
        groups: dict[int, Group] = {}
        group: Group | None = None
        for place, (record, sheet, text) in enumerate(self._sheets_of(records)):
            if sheet is None:
                continue
            if group is None or group.sheet is not sheet:
                try:
                    group = groups[id(sheet)]
                except KeyError:
                    group = groups[id(sheet)] = Group(sheet)
            group.places.append(place)
            group.records.append(record)
            group.texts.append(text)
        return groups.values()

    def _sheets_of(self, records: Iterable[Record]) -> Iterator[tuple[Record, Sheet | None, str | None]]:
        """Each record with its sheet, None if it does not exist, and the text of its one live release if any.

        INVARIANT: whatever the decision reads of a record is either in the key, or empty in a plain record.
        """
        reader, now, known_alike = self._lens.reader, self._lens.question.now, self._alike
        agency, measured, single, pictured = reader.agency, self._measured, self._single, self._pictured
        for record in records:
            owner, kind, releases = record.owner, record.type, record.releases
            if owner == agency and is_staff(reader, record):
                yield record, self._at(("staff", kind), record), None
            elif (
                record.conditions is not None
                or record.grants
                or kind == PAGE
                or record.subject is not None
                or record.keeper is not None
                or record.parent is not None
                or record.derived_from is not None
                or (single and record.break_glass)
                or (record.persons and (kind in pictured or _anonymous(record)))
            ):
                yield record, self._compiled(record), None
            else:
                short = _too_short(measured[kind], record) if kind in measured else ()
                if len(releases) != 1:
                    yield record, *self._judged(record, None, short)
                    continue
                (release,) = releases
                text, expires, revoked = release.text, release.expires, release.revoked
                alike: tuple[object, ...] = (
                    release.agreement,
                    release.purposes,
                    release.recipients,
                    owner,
                    kind,
                )
                if short or not text or record.site is not None:
                    alike += (short, not text, record.site is None)
                known = known_alike.get(alike)
                if (
                    known is not None
                    and known[0] <= release.at <= now
                    and release.permitted
                    and (expires is None or now < expires)
                    and (revoked is None or now < revoked)
                ):
                    yield record, known[1], text
                else:
                    yield record, *self._judged(record, alike, short)

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


def _anonymous(record: Record) -> bool:
    """Whether an anonymity order hides anybody on the record."""
    for link in record.persons:  # noqa: SIM110 - twice as fast as any() on lists of fifty
        if link.person.anonymity_order is not None:
            return True
    return False


def _too_short(measured: tuple[Field, ...], record: Record) -> tuple[str, ...]:
    """Which of these fields hold a value too short for its mask."""
    return tuple(field.name for field in measured if is_short(field, record.values.get(field.name)))
