"""A small application around the real templates, and sample values for every component."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace as Item

from flask import Flask, Response, render_template, render_template_string
from flask_wtf import CSRFProtect, FlaskForm
from flask_wtf.file import FileField
from wtforms import (
    BooleanField,
    DateField,
    HiddenField,
    PasswordField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
    TimeField,
)
from wtforms.fields import SelectChoice

from auth.actor import Actor
from auth.roles import Role
from portal.gate import context
from portal.web import rendering

NONCE = "sheet-nonce"
POLICY = (
    f"default-src 'none'; script-src 'nonce-{NONCE}'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
SECRET = "canary-7f3k-secret-name"
SHEET = Path(__file__).with_name("sheet.html").read_text()
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
    site_name="Hartwell Sports",
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


def _choices(*labels: str) -> list[SelectChoice]:
    return [SelectChoice(label.lower()[:3], label) for label in labels]


class SheetForm(FlaskForm):
    day = DateField("Date")
    clock = TimeField("Time", format=["%H:%M:%S", "%H:%M"])
    camera = StringField("Camera, by number or street")
    value = StringField("Value")
    password = PasswordField("Password")
    build = SelectField("Build", choices=_choices("Slim", "Medium"))
    note = TextAreaField("Your own note")
    face = SelectMultipleField("Head", choices=_choices("Cap", "Hood up", "Beanie", "Glasses"))
    transport = RadioField("Going", choices=_choices("Foot", "Moped"))
    age = RadioField(
        "Could person A be under 18?", choices=_choices("Adult", "May be under 18", "Cannot tell")
    )
    purpose = RadioField(
        "Purpose", choices=[SelectChoice("a", "Preventing and detecting robbery"), SelectChoice("b", "Other")]
    )
    recipients = SelectMultipleField("Who will see it", choices=_choices("Metropolitan Police", "BTP"))
    sure = BooleanField("I looked over the whole picture for faces")
    still = FileField("Still")
    boxes = HiddenField("Boxes")
    agreement = HiddenField("Agreement")


TYPED = {
    "day": "2026-02-17",
    "clock": "19:14",
    "camera": '<b>R014</b> "South"',
    "value": "85",
    "password": SECRET,
    "note": "white-soled trainers",
    "face": "cap",
    "age": "adu",
    "recipients": "met",
}


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


def values() -> dict[str, object]:
    """What the sheet is rendered with."""
    form = SheetForm(data=None)
    form.clock.errors = ["Time is in the future: it is now 14:21."]
    rows = (
        Row("Type", "Robbery <script>alert(1)</script>"),
        Row("When", SEEN, "generalise", "Day and part of day", "2.5"),
        Row("Where", "St Edward’s ward", "generalise", "Ward only"),
        Row("Telephone", "… 418", "mask", "Last 3 digits"),
        Row("Goods", ("Clothing", "Cash")),
        Row("Note", None),
        Row("Hurt", text=False),
        Row("Source", "", "absent"),
    )
    held = (
        Group("Name, date of birth", ("name", "date_of_birth"), "Not shared before a person is charged."),
        Group(
            "Names", ("victim",), "Victims’ and witnesses’ names never go to businesses.", "protected", "", ""
        ),
    )
    return {
        "form": form,
        "parts": (Part("What happened", rows, held),),
        "someone": Part(
            "", (Row("Age", "18 to 24", "generalise", "Age band"),), held[:1], name="Person 2MXD"
        ),
        "asks": lambda group: _ask(group),
        "things": (
            _thing(
                "1 day 19 hours left",
                "red",
                "Footage of a robbery is about to be overwritten",
                "Hold footage",
            ),
            _thing("Unread", "", "Hand-over from the day desk, 2 notes", ""),
        ),
        "clocks": (
            Item(
                camera="R031 Market Place",
                seen=SEEN,
                reference="5MD8-T1",
                left="1 day 19 h",
                days_left=1.8,
                entries=14,
            ),
            Item(
                camera="R009 Car park",
                seen=SEEN,
                reference="8CW2-P6",
                left="5 days",
                days_left=5,
                entries=Withheld(),
            ),
        ),
        "counted": (
            ("red", 3, "Red", "overdue", "/red"),
            ("amber", 4, "Amber", "due within 7 days", "/amber"),
            ("green", 9, "Green", "on track", ""),
            ("blue", 5, "Blue", "owner says done", ""),
        ),
        "people": (
            _person("Subject 114", "Yellow card", "amber", ""),
            _person("ID sought 35", "Theft", "", "May be under 18"),
        ),
        "weeks": tuple(
            Item(label=label, last=last, this=this, focus=label == "break", high=this == 17)
            for label, last, this in (("1 before", 6, 7), ("break", 9, 17), ("1 after", 7, None))
        ),
        "months": tuple(
            Item(label=m, last=l, this=t) for m, l, t in (("Sep", 38, 57), ("Oct", 40, 42), ("Nov", 43, 66))
        ),
    }


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


def home_values() -> dict[str, object]:
    """What the home page is rendered with."""
    sample = values()
    due = Item(
        title="Light The Battis after 20:00", address="/", measure="Lamps working", colour="red",
        colour_words="Overdue", due=date(2026, 2, 6), answer="Not possible, because Network Rail owns it",
    )  # fmt: skip
    sent = Item(
        at=SEEN, reference="9TK2-H8", address="/", title="Subject 114, South Street", opened=("Police 01:49",),
        outcome="Stopped 01:58", outcome_by="PC Whitby",
    )  # fmt: skip
    clock = Item(
        camera="R014 South Street", span="17 Feb, 17:36 to 17:52", reference="7QF4-K2", address="/",
        left="5 days", days_left=5, keeps=31, held_until=None,
    )  # fmt: skip
    return {
        "title": "Night shift, 19 to 20 February",
        "meta": "Control room, desk 2.",
        "start": ("New sighting", "/", "n"),
        "urgent": sample["things"],
        "sent": (sent,),
        "due": (due,),
        "tiles": (),
        "gallery": sample["people"],
        "gallery_address": "/",
        "clocks": (clock,),
    }


PEOPLE = tuple(
    (Item(user_id=name, name=name, job_title=title, site_name=None, agency_name=agency), line)
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


class SignInForm(FlaskForm):
    email = StringField("Work email address")
    password = PasswordField("Password")


class PurposeForm(FlaskForm):
    purpose = RadioField(
        "Purpose", choices=_choices("Preventing and detecting robbery", "Safeguarding children")
    )


def make_app() -> Flask:
    """The sheet at /, the real pages under their names, every error page under /error/<name>."""
    app = Flask("portal", static_folder="static", root_path=str(rendering.TEMPLATES.parent / "portal"))
    app.config.update(SECRET_KEY="only for this sheet", TESTING=True)
    CSRFProtect(app)
    context.keep_services(app, Item(settings=Item(is_demonstration=True)))
    rendering.install(app)
    app.context_processor(lambda: _frame(ACTOR))
    app.add_url_rule("/", "home.show", lambda: render_template_string(SHEET, **_typed(values)))
    app.add_url_rule("/home", "home.sample", lambda: render_template("pages/home/show.html", **home_values()))
    app.add_url_rule("/search", "search.show", lambda: "")
    app.add_url_rule("/sign-out", "sign_in.sign_out", lambda: "", methods=["POST"])
    app.add_url_rule("/sign-in", "sign_in.show", lambda: _sign_in())
    app.add_url_rule("/sign-in", "sign_in.sign_in_with_password", lambda: "", methods=["POST"])
    app.add_url_rule("/try", "sign_in.sign_in_as_invented_person", lambda: "", methods=["POST"])
    app.add_url_rule("/purpose", "sign_in.show_purposes", lambda: _purpose())
    app.add_url_rule("/purpose", "sign_in.state_purpose", lambda: "", methods=["POST"])
    for endpoint in ("sightings.index", "gallery.index", "requests.index", "footage.index"):
        app.add_url_rule(f"/{endpoint}", endpoint, lambda: "")
    app.add_url_rule("/error/<name>", "error", lambda name: render_template(f"errors/{name}.html"))
    app.after_request(_with_policy)
    return app


def _typed(make: object) -> dict[str, object]:
    made = make()  # type: ignore[operator]
    form = made["form"]
    from werkzeug.datastructures import MultiDict

    form.process(MultiDict(TYPED))
    form.clock.errors = ["Time is in the future: it is now 14:21."]
    return made


def _frame(actor: Actor | None) -> dict[str, object]:
    return {
        "actor": actor,
        "marking": "OFFICIAL-SENSITIVE" if actor else "OFFICIAL",
        "marking_note": "Members only. Do not copy or forward" if actor else "",
        "purpose_label": "Preventing and detecting robbery",
        "needs_you": 4,
        "demonstration": True,
        "nonce": NONCE,
    }


def _sign_in() -> str:
    frame = _frame(None)
    return render_template("pages/sign_in/sign_in.html", form=SignInForm(), people=PEOPLE, next=None, **frame)


def _purpose() -> str:
    return render_template("pages/sign_in/purpose.html", form=PurposeForm(), next="/home")


def _with_policy(response: Response) -> Response:
    response.headers["Content-Security-Policy"] = POLICY
    return response


ERRORS = tuple(sorted(path.stem for path in (rendering.TEMPLATES / "errors").glob("*.html")))
TOMORROW = SEEN + timedelta(days=1)
