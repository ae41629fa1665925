"""The forms by which terms are written: a new agreement, its frame, its heads, its text and one clause."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime, time, timedelta
from typing import Any

from wtforms import (
    BooleanField,
    DateField,
    IntegerField,
    RadioField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.fields import SelectChoice
from wtforms.validators import InputRequired, Length, NumberRange, Optional, ValidationError
from wtforms.widgets import HiddenInput

from auth.purposes import PURPOSES
from auth.roles import ROLE_LABELS
from foundation.clock import LONDON
from portal.web.forms.fields import chips, choices
from portal.web.forms.sentences import PortalForm
from sharing.agreements.clause_check import fields_by_class
from sharing.agreements.content import VersionTerms
from sharing.agreements.heads import HEADS, LONGEST
from sharing.agreements.wording import entry_label, side_label
from sharing.agreements.writing import instant
from sharing.release.facts import MEMBERS
from sharing.vocabulary.words import CATEGORIES, CLASSES, RECORD_TYPES, TREATMENTS

#: How old the people are whom a clause speaks of; nothing is said by the first.
CHILDREN: Mapping[str, str] = {
    "": "Not said",
    "no": "Not of anybody under 18",
    "also": "Under 18 too",
    "only": "Under 18 only",
}
#: Keys of clauses that no attribute can be called by.
_RENAMED = {"from": "from_", "roles": "roles", "retention_days": "days"}


class EditionForm(PortalForm):
    """A form about a draft; `edition` is the one that the person had before them."""

    edition = IntegerField(widget=HiddenInput(), validators=[InputRequired(), NumberRange(1, 10**9)])

    def now_at(self, edition: int) -> None:
        """Rest on this edition from now on."""
        # What came in counts before `data` when the field is printed.
        self.edition.raw_data = None
        self.edition.data = edition


class AgreedForm(PortalForm):
    """What is agreed besides heads and clauses."""

    title = StringField("Title", validators=[InputRequired("Say what the sharing is for."), Length(max=300)])
    parties = SelectMultipleField(
        "Parties", choices=[], validators=[InputRequired("Tick the parties, your own agency too.")]
    )
    purposes = SelectMultipleField(
        "Purposes", choices=[], validators=[InputRequired("Tick at least one purpose.")]
    )
    begins = DateField("From", validators=[InputRequired("Give the first day.")])
    last = DateField("Last day", validators=[InputRequired("Give the last day.")])

    def offer(self, agencies: Mapping[str, str], purposes: Iterable[str] = ()) -> None:
        """Offer the agencies, and the portal's purposes besides those that are named already."""
        known = {each.slug: each.label for each in PURPOSES}
        self.parties.choices = choices(agencies)
        self.purposes.choices = choices({**known, **{each: each for each in purposes if each not in known}})

    def version(self, before: VersionTerms | None = None) -> dict[str, Any]:
        """The version that was typed, in the form in which terms are written.

        A day that is as it was keeps the moment that was there `before`.
        """
        begins, until = _day_begins(self.begins.data), _day_begins(self.last.data + timedelta(days=1))
        if before is not None:
            begins = before.from_at if self.begins.data == first_day(before) else begins
            until = before.until if self.last.data == last_day(before) else until
        return {
            "from": instant(begins),
            "until": instant(until),
            "parties": list(self.parties.data or ()),
            "purposes": list(self.purposes.data or ()),
        }


class NewAgreementForm(AgreedForm):
    """What a new agreement begins with."""

    stem = StringField(
        "How its reference begins",
        validators=[InputRequired("Say how its reference begins."), Length(max=30)],
    )


class FrameForm(AgreedForm, EditionForm):
    """The same of a draft that is there, and when it is to be reviewed."""

    review = DateField("To be reviewed by", validators=[Optional()])


def _head(slug: str) -> TextAreaField:
    return TextAreaField(HEADS[slug], validators=[Length(max=LONGEST)])


class HeadsForm(EditionForm):
    """A text under each of the nine heads, and the edition."""

    purpose = _head("purpose")
    organisations = _head("organisations")
    controllers = _head("controllers")
    data_items = _head("data_items")
    lawful_basis = _head("lawful_basis")
    special_category = _head("special_category")
    access_rights = _head("access_rights")
    governance = _head("governance")
    details = _head("details")

    def heads(self) -> dict[str, str]:
        """What was written, by head."""
        return {slug: _lines(self[slug].data) for slug in HEADS if (self[slug].data or "").strip()}


class TextForm(PortalForm):
    """A draft as text."""

    text = TextAreaField("Text", validators=[InputRequired("Write or paste the text.")])

    def typed(self) -> str:
        """The text with the ends of lines that everybody but browsers uses."""
        return _lines(self.text.data)


class DraftTextForm(TextForm, EditionForm):
    """The text of a draft that is there."""


class ClauseForm(EditionForm):
    """One clause, key by key."""

    id = StringField("Number", validators=[InputRequired("Give it a number, like 2.1."), Length(max=20)])
    title = StringField(
        "In one sentence", validators=[InputRequired("Say in one sentence what it does."), Length(max=300)]
    )
    treatment = RadioField("What leaves", choices=choices(TREATMENTS), default="disclose")
    classes = chips("Classes of field", CLASSES)
    fields = SelectMultipleField(
        "Single fields",
        choices=[
            SelectChoice(name, entry_label(name)) for names in fields_by_class().values() for name in names
        ],
    )
    records = SelectMultipleField(
        "Records",
        choices=choices({slug: plural for slug, (_, plural) in RECORD_TYPES.items()}),
        validators=[InputRequired("Tick at least one kind of record.")],
    )
    categories = chips("About whom", CATEGORIES)
    children = RadioField("Age", choices=choices(CHILDREN), default="")
    from_ = SelectMultipleField("From", choices=[], validators=[InputRequired("Tick whose records.")])
    to = SelectMultipleField("To", choices=[], validators=[InputRequired("Tick who reads them.")])
    roles = chips("Only to these roles", {role.value: label for role, label in ROLE_LABELS.items()})
    purposes = SelectMultipleField(
        "For which purposes", choices=[], validators=[InputRequired("Tick at least one purpose.")]
    )
    basis = TextAreaField("Basis", validators=[InputRequired("State the basis."), Length(max=2000)])
    days = IntegerField("Days from release", validators=[Optional(), NumberRange(1, 36_525)])
    never = BooleanField("No other clause of this agreement lowers it")

    def offer(self, terms: VersionTerms, names: Mapping[str, str], kinds: Mapping[str, str]) -> None:
        """Offer the parties of the version, their kinds, and its purposes."""
        agencies = {party: names[party] for party in terms.parties}
        sides = {
            **agencies,
            **{kind: side_label(kind, {}) for kind in dict.fromkeys(kinds[party] for party in terms.parties)},
        }
        self.from_.choices = choices({**sides, MEMBERS: side_label(MEMBERS, {})})
        self.to.choices = choices({**sides, MEMBERS: side_label(MEMBERS, {})})
        known = {each.slug: each.label for each in PURPOSES}
        self.purposes.choices = choices({each: known.get(each, each) for each in terms.purposes})

    def clause(self) -> dict[str, Any]:
        """The clause that was typed, in the form in which terms are written, without what was left out."""
        optional: dict[str, Any] = {
            "roles": list(self.roles.data or ()),
            "categories": list(self.categories.data or ()),
            "children": self.children.data,
            "never": self.never.data,
            "retention_days": self.days.data,
        }
        return {
            "id": (self.id.data or "").strip(),
            "title": (self.title.data or "").strip(),
            "purposes": list(self.purposes.data or ()),
            "from": list(self.from_.data or ()),
            "to": list(self.to.data or ()),
            "records": list(self.records.data or ()),
            "fields": [*(self.classes.data or ()), *(self.fields.data or ())],
            "treatment": self.treatment.data,
            "basis": " ".join((self.basis.data or "").split()),
            **{key: value for key, value in optional.items() if value},
        }

    def validate_classes(self, field: SelectMultipleField) -> None:
        """Something is named: a class, or a single field."""
        if not field.data and not self.fields.data:
            raise ValidationError("Tick at least one class, or single fields.")

    def name_of(self, key: str) -> str:
        """The field of this form in which a key of a clause is typed."""
        if key == "fields":
            return "classes"
        return _RENAMED.get(key, key)


def clause_data(clause: Mapping[str, Any]) -> dict[str, Any]:
    """A clause as the form is filled with it."""
    entries = clause["fields"]
    return {
        **{key: clause[key] for key in ("id", "title", "treatment", "records", "to", "purposes", "basis")},
        "from_": clause["from"],
        "classes": [each for each in entries if each in CLASSES],
        "fields": [each for each in entries if each not in CLASSES],
        "categories": clause.get("categories", []),
        "children": clause.get("children", ""),
        "roles": clause.get("roles", []),
        "days": clause.get("retention_days"),
        "never": clause.get("never", False),
    }


def first_day(terms: VersionTerms) -> date:
    """The day in London on which a version begins."""
    return terms.from_at.astimezone(LONDON).date()


def last_day(terms: VersionTerms) -> date:
    """The last day in London on which a version holds."""
    return (terms.until - timedelta(microseconds=1)).astimezone(LONDON).date()


def _day_begins(day: date) -> datetime:
    return datetime.combine(day, time(), tzinfo=LONDON)


def _lines(text: str | None) -> str:
    return (text or "").replace("\r\n", "\n").replace("\r", "\n")
