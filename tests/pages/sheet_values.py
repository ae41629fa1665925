"""Sample values for every component, in the shapes that the templates' first lines name."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from types import SimpleNamespace as Item

from auth.actor import Actor
from auth.roles import Role
from tests.pages.sheet_forms import SECRET, typed_form

SEEN = datetime(2026, 2, 17, 17, 36, tzinfo=UTC)

ACTOR = Actor(
    user_id="u1",
    name="Magda Kowalska",
    agency_id="romford-bcrp",
    agency_name="Romford BCRP",
    agency_kind="bcrp",
    business=True,
    roles=frozenset({Role.MEMBER, Role.OPERATOR}),
    purpose="preventing-and-detecting-robbery",
    session="s",
    sites=frozenset({"hartwell-sports"}),
    site_names=("Hartwell Sports",),
    job_title="Member",
)


class Withheld:
    """As sharing.release.exit makes them: no text, no length; the value inside is what must not leave."""

    def __init__(self) -> None:
        self.value = SECRET

    def __str__(self) -> str:
        raise TypeError("a withheld value has no text")


@dataclass(frozen=True)
class Row:
    label: str
    text: object
    treatment: str = ""
    done: str = ""
    clause: str = ""


@dataclass(frozen=True)
class Group:
    labels: str
    names: tuple[str, ...]
    sentence: str
    reason: str = "clause"
    agreement: str = "HAV-CSP-01"
    clause: str = "4.2"


@dataclass(frozen=True)
class Part:
    title: str
    rows: tuple[Row, ...]
    withheld: tuple[Group, ...] = ()
    categories: str = "Suspect"
    name: str = field(default="Person 7F3K")


def _ask(group: Group) -> dict[str, object] | None:
    if group.reason == "protected":
        return None
    return {
        "action": "/",
        "owner": "Metropolitan Police East Area",
        "hear_by": "By Friday 27 February if you ask today: yes, in part, or no, with reasons.",
        "csrf": "x",
        "id": f"{group.clause}-{'-'.join(group.names)}",
        "hidden": {"record": "7QF4-K2"},
    }


ROWS = (
    Row("Type", "Robbery <script>alert(1)</script>"),
    Row("When", SEEN, "generalise", "Day and part of day", "2.5"),
    Row("Where", "St Edward’s ward", "generalise", "Ward only"),
    Row("Telephone", "… 418", "mask", "Last 3 digits"),
    Row("Goods", ("Clothing", "Cash")),
    Row("Note", None),
    Row("Hurt", text=False),
    Row("Source", "", "absent"),
)
HELD = (
    Group("Name, date of birth", ("name", "date_of_birth"), "Not shared before a person is charged."),
    Group("Names", ("victim",), "Victims’ names never go to businesses.", "protected", "", ""),
)


def values() -> dict[str, object]:
    """What the sheet is rendered with."""
    return {
        "form": typed_form(),
        "parts": (Part("What happened", ROWS, HELD),),
        "someone": Part("", ROWS[1:2], HELD[:1], name="Person 2MXD"),
        "asks": _ask,
        "things": _things(),
        "clocks": (
            _clock("R031 Market Place", "5MD8-T1", "1 day 19 h", 1.8, 14),
            _clock("R009 Car park", "8CW2-P6", "5 days", 5, Withheld()),
        ),
        "counted": (
            ("red", 3, "Red", "overdue", "/red"),
            ("amber", 4, "Amber", "due within 7 days", "/amber"),
            ("green", 9, "Green", "on track", ""),
            ("blue", 5, "Blue", "owner says done", ""),
        ),
        "people": _people(),
        "weeks": tuple(
            Item(label=label, last=last, this=this, focus=label == "break", high=this == 17)
            for label, last, this in (("1 before", 6, 7), ("break", 9, 17), ("1 after", 7, None))
        ),
        "months": tuple(
            Item(label=label, last=last, this=this)
            for label, last, this in (("Sep", 38, 57), ("Oct", 40, 42), ("Nov", 43, 66))
        ),
    }


def _things() -> tuple[Item, ...]:
    return (
        _thing("1 day 19 hours left", "red", "Footage is about to be overwritten", "Hold footage"),
        _thing("Unread", "", "Hand-over from the day desk, 2 notes", ""),
    )


def _people() -> tuple[Item, ...]:
    return (
        _person("Subject 114", "Yellow card", "amber", ""),
        _person("ID sought 35", "Theft", "", "May be under 18"),
    )


def _clock(camera: str, reference: str, left: str, days: float, entries: object) -> Item:
    return Item(
        camera=camera, seen=SEEN, span="21:08 to 21:20", reference=reference, address="/", left=left,
        days_left=days, keeps=31, held_until=None, entries=entries,
    )  # fmt: skip


def _thing(when: str, colour: str, title: str, doing: str) -> Item:
    text = "Camera R031 Market Place, 24 Jan, 21:08 to 21:20 · incident 5MD8-T1"
    return Item(
        when=when, left="overwritten 21 Feb, 21:20", colour=colour, title=title, address="/", text=text,
        doing=doing, doing_address="/",
    )  # fmt: skip


def _person(name: str, state: str, colour: str, withheld: str) -> Item:
    return Item(
        address="/", name=name, state=state, colour=colour, picture="", alt="", picture_withheld=withheld,
        text="Male, 34, stocky, short dark hair.", do="Greet, offer help, report.", do_not="Approach.",
        until=date(2027, 2, 9),
    )  # fmt: skip


PEOPLE = tuple(
    (Item(user_id=name, name=name, job_title=title, at="", agency_name=agency), line)
    for name, title, agency, line in (
        ("Dan Osei", "CCTV operator", "London Borough of Havering", "Enter a sighting; hold footage"),
        ("Ruth Okafor", "Data protection officer", "London Borough of Havering", "Read the ledger; check it"),
        (
            "DC Aaron Field",
            "Investigator",
            "Metropolitan Police East Area",
            "Release, correct and recall a record",
        ),
    )
)

#: The same as the sign-in page takes them: by agency, in their order.
GROUPS = [
    (agency, [pair for pair in PEOPLE if pair[0].agency_name == agency])
    for agency in dict.fromkeys(person.agency_name for person, _ in PEOPLE)
]
