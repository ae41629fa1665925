"""Two worlds for one observer: equal in all that the observer may see, different in everything else."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy import insert, select, update

from auth.keys import issue_key
from foundation import clock
from foundation.database import Database
from foundation.files import Files
from portal.app import create_app
from portal.gate import context
from sharing.agreements.releases import NewRelease
from sharing.agreements.tables import release
from sharing.catalogue import PLURALS
from sharing.contribution import submit
from sharing.disclosure import list_records, read_record
from sharing.inserts import keep_words, link_records
from sharing.queries import media_of
from sharing.recalls.recalling import revoke_release
from sharing.records.media import media
from sharing.records.person import PERSON
from sharing.records.record import record
from sharing.records.registry import SCHEMAS, TABLES
from sharing.release.schema import FieldClass
from sharing.schemes.tables import scheme
from sharing.submission import NewPerson, NewRecord, Submitted
from tests.asking import asking
from tests.databases import database_settings
from tests.leaks.dealings import add_dealings
from tests.leaks.draws import Draws, installed
from tests.leaks.pictures import Seen, still_of
from tests.leaks.talks import add_talks
from tests.leaks.values import SET_BY_US, Writer
from tests.leaks.views import NEIGHBOUR, NEIGHBOUR_SUSPECT, SAME, Grades, View, grade_of
from tests.partnership import actor, load_partnership
from tests.portal import close, database_of, demonstration_settings, prepare_tables

NOW = datetime(2026, 2, 17, 15, tzinfo=UTC)
_FIRST = datetime(2026, 2, 16, 8, tzinfo=UTC)
#: The text written for sharing, the same for every record; people search for its words.
TEXT = "Two people on foot near the station took a parcel. Wording for sharing: larkspur."
WORD = "larkspur"

#: How many of each type reach the observer, and who sends them in.
_RELEASED = {"incident": 4, "sighting": 3, "subject": 2, "vehicle": 3, "item": 3, "premises": 2, "camera": 2}
_OWNERS = {"subject": "priya-nair", "camera": "dan-osei"}
_OFFICER = "aaron-field"
_PERSONS = {"incident": ("suspect", "victim", "witness"), "sighting": ("observed", "witness")}
#: Types whose owner set a condition, and the classes that it withholds from everybody.
_CONDITIONED = ("vehicle", "item", "premises", "camera")
_WITHHELD = (FieldClass.ASSESSMENT, FieldClass.CONTACT, FieldClass.IDENTIFIER)
_STILLS = ("incident-0", "sighting-0", "subject-0", "unreleased-incident-0", "unreleased-incident-1")


@dataclass
class World:
    """One of the two, with its application; `ids` are those of records by their label."""

    number: int
    view: View
    app: Flask
    database: Database
    draws: Draws
    writer: Writer
    key: str = ""
    ids: dict[str, str] = field(default_factory=dict)
    stills: dict[str, list[str]] = field(default_factory=dict)

    @property
    def canaries(self) -> list[str]:
        """Every canary that stands somewhere in this world."""
        return self.writer.canaries


@contextmanager
def world(url: str, folder: Path, view: View, number: int) -> Iterator[World]:
    """World 0 or 1 of a view, built in the empty database at `url`."""
    folder.mkdir(exist_ok=True)
    draws = Draws()
    with installed(draws), clock.stopped(_FIRST):
        app = create_app(demonstration_settings(folder, **database_settings(url)))
        made = World(number, view, app, database_of(app), draws, Writer(number))
        prepare_tables(made.database)
        load_partnership(made.database)
        _Builder(made).build()
    try:
        yield made
    finally:
        close(made.app)


@contextmanager
def at_rest(made: World) -> Iterator[None]:
    """The world's chance and clock within the block, which other worlds may have taken in the meantime."""
    with installed(made.draws), clock.stopped(NOW):
        yield


class _Builder:
    """Fills one world, one step of ten minutes after the other."""

    def __init__(self, made: World) -> None:
        self.world, self.view, self.writer = made, made.view, made.writer
        self.other = made.number == 1
        with made.app.app_context():
            self.files: Files = context.files()
        self.step = 0

    def build(self) -> None:
        self._scheme()
        for number in range(max(_RELEASED.values())):
            for type_, count in _RELEASED.items():
                if number < count:
                    self._released(type_, number)
        for type_ in _RELEASED:
            self._hidden(type_)
        self._own()
        self._neighbours()
        self._edges()
        self._looks()
        if self.other:
            record = self.world.ids["unreleased-incident-0"]
            add_dealings(self.world.database, self.writer, NOW, self.view.purpose, record)
            add_talks(self.world.database, self.writer, _FIRST, WORD)
        self.world.draws.begin("key")
        until = NOW + timedelta(days=30)
        self.world.key = issue_key(self.world.database, self.view.user, [self.view.purpose], until)

    def _scheme(self) -> None:
        row = {"agency_id": "romford-bcrp", "name": "Romford scheme", "agreement_id": "ROMFORD-SCHEME"}
        terms = {"purpose": "excluding-repeat-offenders", "months": 12, "repeat_at": 3}
        periods = {"gallery_months": 12, "child_gallery_months": 6}
        with self.world.database.transaction() as tx:
            tx.execute(insert(scheme), {**row, **terms, **periods})

    def _released(self, type_: str, number: int) -> None:
        """One record that is released to the observer, whether or not it exists for them."""
        self._submit(
            f"{type_}-{number}", type_, number, self.view.records.get(type_, {}), [self._letting_go(type_)]
        )

    def _hidden(self, type_: str) -> None:
        """Records that are none of the observer's business: more of them in the other world."""
        for number in range(3 if self.other else 1):
            self._submit(f"unreleased-{type_}-{number}", type_, number, {}, [])
        if not self.other:
            return
        wrong_purpose = self._letting_go(type_, purpose="safeguarding-children")
        self._submit(f"other-purpose-{type_}", type_, 5, {}, [wrong_purpose])
        if type_ == "incident":
            elsewhere = self._letting_go(type_, recipient="havering-youth-justice")
            self._submit("other-agency-incident", type_, 6, {}, [elsewhere])
        taken_back = self._submit(f"taken-back-{type_}", type_, 7, {}, [self._letting_go(type_)])
        with self.world.database.transaction() as tx:
            made = (
                tx.execute(select(release.c.id).where(release.c.record_id == taken_back.id)).scalars().first()
            )
        revoke_release(self.world.database, self._owner(type_), taken_back.id, made)

    def _letting_go(self, type_: str, *, purpose: str = "", recipient: str = "") -> NewRelease:
        agreement = self.view.agreements[type_]
        reached = "members" if agreement == "ROMFORD-SCHEME" else self.view.released_to
        stated = "excluding-repeat-offenders" if agreement == "ROMFORD-SCHEME" else self.view.purpose
        return NewRelease(
            agreement,
            (purpose or stated,),
            (recipient or reached,),
            text=TEXT,
            category="suspect" if type_ == "subject" else None,
        )

    def _owner(self, type_: str) -> Any:
        return actor(_OWNERS.get(type_, _OFFICER))

    def _submit(
        self, label: str, type_: str, number: int, grades: Grades, releases: list[NewRelease], by: str = ""
    ) -> Submitted:
        self.world.draws.begin(label)
        self.step += 1
        fields = [each for each in SCHEMAS[type_].fields if each.name not in SET_BY_US]
        new = NewRecord(
            type_,
            self.writer.values(label, number, fields, grades),
            persons=self._persons(label, type_, number, grades),
            stills=self._stills(label, type_),
            releases=tuple(releases),
        )
        with clock.stopped(self._moment(label, grades)):
            made = submit(self.world.database, actor(by) if by else self._owner(type_), new)
        self._write_over(label, type_, number, made.id, grades)
        self.world.ids[label] = made.id
        return made

    def _moment(self, label: str, grades: Grades) -> datetime:
        """When it came in: another second where the observer is not told, in the same order."""
        order = _ORDER.index(label.rpartition("-")[0]) if label.rpartition("-")[0] in _ORDER else 20
        place = int(label.rpartition("-")[2]) if label[-1].isdigit() else 0
        told = grade_of(SCHEMAS["incident"].by_name["recorded_at"], grades) == SAME
        late = timedelta(seconds=17) if self.other and not told else timedelta()
        return _FIRST + timedelta(minutes=60 * place + order) + late

    def _persons(self, label: str, type_: str, number: int, grades: Grades) -> tuple[NewPerson, ...]:
        if type_ == "subject":
            return (self._person(f"{label}.own", ("suspect",), number, (type_, "suspect"), grades),)
        if label.startswith("own-"):
            return tuple(
                self._person(f"{label}.{who}", (who,), number, None, grades) for who in ("suspect", "victim")
            )
        if label.startswith("neighbour-"):
            suspect = self._person(f"{label}.suspect", ("suspect",), number, None, NEIGHBOUR_SUSPECT)
            unseen = ["victim", *(["witness", "other"] if self.other else [])]
            return (
                suspect,
                *(self._person(f"{label}.unseen{who}", (who,), number, None, {}) for who in unseen),
            )
        told, hidden = [], []
        for category in _PERSONS.get(type_, ()):
            found = (type_, category) in self.view.persons and bool(grades)
            (told if found else hidden).append(category)
        people = [
            self._person(f"{label}.{category}", (category,), number, (type_, category), grades)
            for category in told
        ]
        unseen = [*hidden, "other", *(["other", "other"] if self.other else [])] if type_ in _PERSONS else []
        people += [
            self._person(f"{label}.unseen{n}", (who,), number, None, {}) for n, who in enumerate(unseen)
        ]
        return tuple(people)

    def _person(
        self,
        label: str,
        categories: tuple[str, ...],
        number: int,
        key: tuple[str, str] | None,
        grades: Grades,
    ) -> NewPerson:
        if key:
            grades = self.view.persons.get(key, {}) if grades else {}
        return NewPerson(
            categories, self.writer.values(label, number, PERSON.fields, grades, always="date_of_birth")
        )

    def _stills(self, label: str, type_: str) -> tuple[Any, ...]:
        if label not in _STILLS:
            return ()
        # Where two persons are marked it is nobody's picture, and every face is covered.
        persons = (0, 1) if type_ == "incident" else (0, None)
        seen = type_ in self.view.records and (
            type_ == "subject" or (self.view.open_faces and type_ == "sighting")
        )
        return (
            still_of(self.files, self.world.number, self.writer.canary(f"{label}.exif"), Seen(seen), persons),
        )

    def _write_over(self, label: str, type_: str, number: int, record_id: str, grades: Grades) -> None:
        """What the portal set itself, where the observer is not told it; and what stands on stills."""
        with self.world.database.transaction() as tx:
            self._set_by_us(tx, label, number, record_id, grades)
            if "assessment" in grades and type_ in _CONDITIONED:
                conditions = {"withhold_classes": [each.value for each in _WITHHELD]}
                tx.execute(update(record).where(record.c.id == record_id).values(conditions=conditions))
            stills = media_of(tx, [record_id]).get(record_id, [])
            self.world.stills[label] = stills
            for still in stills:
                shown = (
                    self.view.records.get("media", {}) if label in _STILLS[:2] or self.view.open_faces else {}
                )
                shown = shown if grades else {}
                fields = [each for each in SCHEMAS["media"].fields if each.name in TABLES["media"].c]
                values = self.writer.values(f"{label}.still", number, fields, shown)
                values = {name: value for name, value in values.items() if name not in ("picture", "format")}
                tx.execute(update(media).where(media.c.record_id == still).values(**values))
                self._set_by_us(tx, f"{label}.still", number, still, shown)

    def _set_by_us(self, tx: Any, label: str, number: int, record_id: str, grades: Grades) -> None:
        hidden = {}
        for name in ("owner_reference", "recorded_by", "status", "marking"):
            each = SCHEMAS["incident"].by_name[name]
            if grade_of(each, grades) != SAME:
                hidden[name] = self.writer.value(label, number, each, "") or self.writer.canary(
                    f"{label}.{name}"
                )
        if grades and grade_of(SCHEMAS["incident"].by_name["recorded_at"], grades) != SAME:
            # Things that belong together came in the other way round; the moment of the release stays.
            minutes = 90 - number if self.other else number
            hidden["recorded_at"] = _FIRST + timedelta(minutes=minutes)
        if hidden:
            tx.execute(update(record).where(record.c.id == record_id).values(**hidden))
            keep_words(tx, record_id, hidden)

    def _own(self) -> None:
        """A record of the observer's own agency: all of it is theirs, and the same in both worlds."""
        by = {"railway": "imran-sadiq", "school": ""}.get(self.view.name, self.view.user)
        if by:
            told = dict.fromkeys((each.value for each in FieldClass), SAME)
            to_police = NewRelease(
                "HAV-CSP-01", ("preventing-and-detecting-robbery",), ("metropolitan-east-area",), text=TEXT
            )
            self._submit("own-incident-9", "incident", 9, told, [to_police], by=by)

    def _neighbours(self) -> None:
        """A report of another shop of the same scheme, which a second person has checked."""
        if self.view.user == "magda-kowalska":
            released = NewRelease("ROMFORD-SCHEME", (self.view.purpose,), ("members",), text=TEXT)
            self._submit("neighbour-incident-8", "incident", 8, NEIGHBOUR, [released], by="sunil-dhar")

    def _edges(self) -> None:
        """Things that belong together: some that the observer sees, some that only the other world has."""
        edges = [("incident-0", end) for end in ("vehicle-0", "vehicle-1", "item-0")]
        edges += [("vehicle-2", end) for end in ("vehicle-0", "vehicle-1", "item-1", "item-2")]
        if self.other:
            edges += [("incident-0", "unreleased-vehicle-1"), ("vehicle-2", "unreleased-item-1")]
        with self.world.database.transaction() as tx:
            for start, end in edges:
                self.world.draws.begin(f"edge {start} {end}")
                link_records(tx, self._owner("incident"), self.world.ids[start], self.world.ids[end])

    def _looks(self) -> None:
        """Others look at what the observer cannot know of; one who looks at the observer's own is told of."""
        with clock.stopped(NOW - timedelta(hours=1)):
            if "own-incident-9" in self.world.ids:
                self.world.draws.begin("look")
                self._look("own-incident-9")
            for n in range(3 if self.other else 1):
                self.world.draws.begin(f"look at what is shared {n}")
                self._look("incident-0")
            for n in range(4 if self.other else 1):
                self.world.draws.begin(f"unseen look {n}")
                self._look("unreleased-incident-0")
                manager = actor("priya-nair")
                with asking(self.world.database, manager) as database:
                    list_records(database, manager, list(PLURALS)[n])

    def _look(self, label: str) -> None:
        officer = actor(_OFFICER)
        with asking(self.world.database, officer) as database:
            read_record(database, officer, "incident", self.world.ids[label])


#: In this order records of one number came in; a hidden one stands between those that are seen.
_ORDER = tuple(f"{kind}{type_}" for type_ in (*_RELEASED, "own-incident") for kind in ("", "unreleased-"))
