"""The forms of a request: asking, answering in whole or in part, refusing, sending back."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from wtforms import (
    BooleanField,
    DateField,
    HiddenField,
    RadioField,
    SelectField,
    SelectMultipleField,
    TextAreaField,
    TimeField,
)
from wtforms.fields import SelectChoice
from wtforms.validators import InputRequired, Length

from foundation import clock
from portal.web.asked import fields_words
from portal.web.forms.fields import choices, moment
from portal.web.forms.sentences import PortalForm
from sharing.release.reasons import label
from sharing.release.schema import TREATABLE, Field, Treatment
from sharing.requests.asking import LONGEST, NewRequest
from sharing.requests.content import Answer
from sharing.requests.periods import PERIOD_WORDS
from sharing.requests.reading import RequestPage
from sharing.vocabulary.requests import BASES, DAYS, GATEWAYS, KEEPINGS, SECURITIES, URGENCIES


class RequestForm(PortalForm):
    """The heads of the Information Commissioner's data sharing request form that the record does not fill."""

    record = HiddenField()
    fields = SelectMultipleField("What do you need?", choices=[])
    need = TextAreaField("Why do you need it?", validators=[Length(max=LONGEST)])
    proportion = TextAreaField("Why would nothing less do?", validators=[Length(max=LONGEST)])
    basis = SelectField(
        "Lawful basis on which your agency would hold it", choices=choices(BASES, blank="Choose one")
    )
    gateway = SelectField(
        "Power or condition under which it can be given", choices=choices(GATEWAYS, blank="Choose one")
    )
    urgency = RadioField("How soon do you need an answer?", choices=choices(URGENCIES), default="normal")
    days = SelectField(
        "For how long do you need it?", choices=choices({str(n): words for n, words in DAYS.items()}),
        default="28",
    )  # fmt: skip
    keeping = RadioField("Where and for how long is it kept?", choices=choices(KEEPINGS), default="nowhere")
    security = RadioField("How is it kept safe?", choices=choices(SECURITIES), default="portal-only")
    users = SelectMultipleField("Who else needs it?", choices=[])
    everybody = BooleanField("Everybody of my agency who reads records needs it")
    #: Drawn when the form is first shown, and kept as long as it comes back: one form asks once.
    once = HiddenField()

    def offer(self, keys: Sequence[str], colleagues: Sequence[tuple[str, str]]) -> None:
        """Offer what can be asked for, and the colleagues who may need it too."""
        self.fields.choices = [SelectChoice(key, key) for key in keys]
        self.users.choices = [SelectChoice(user, name) for user, name in colleagues]

    def asked(self) -> NewRequest:
        """The request as it was typed."""
        return NewRequest(
            record=self.record.data or "",
            fields=tuple(self.fields.data or ()),
            basis=self.basis.data or "",
            gateway=self.gateway.data or "",
            need=self.need.data or "",
            proportion=self.proportion.data or "",
            urgency=self.urgency.data or "",
            days=int(self.days.data or 0),
            keeping=self.keeping.data or "",
            security=self.security.data or "",
            users=tuple(self.users.data or ()),
            everybody=bool(self.everybody.data),
        )

    def typed(self) -> dict[str, Any]:
        """What was typed, fit to be kept as a draft."""
        return {name: value for name, value in self.data.items() if name not in ("csrf_token", "once")}


class AnswerForm(PortalForm):
    """What is granted; a choice for each field and a reason for each floor are added by `answer_form`."""

    users = SelectMultipleField("To whom", choices=[])
    everybody = BooleanField("Everybody of the agency, as was asked")
    until_date = DateField("Until", validators=[InputRequired("Give the day on which it ends.")])
    until_time = TimeField("At", validators=[InputRequired("Give the time at which it ends.")])
    reasons = TextAreaField("Reasons that they will read", validators=[Length(max=LONGEST)])
    note = TextAreaField("Note for your own agency only", validators=[Length(max=LONGEST)])


class RefuseForm(PortalForm):
    """A refusal."""

    refusal = TextAreaField("Why it is refused; they will read this", validators=[Length(max=LONGEST)])
    refusal_note = TextAreaField("Note for your own agency only", validators=[Length(max=LONGEST)])


class ReturnForm(PortalForm):
    """What should change in a prepared answer."""

    why = TextAreaField("What should change?", validators=[Length(max=LONGEST)])


_FLOORS = {"child": "children", "protected": "victims and witnesses"}


def floor_words(link: str, floor: str, persons: Mapping[str, str]) -> str:
    """A floor that is passed for a person, in words."""
    return f"the protection of {_FLOORS[floor]}, for {persons.get(link, 'somebody on the record')}"


def answer_form(page: RequestPage, fields: Mapping[str, Field], persons: Mapping[str, str]) -> AnswerForm:
    """The form for one request, filled from what was prepared last, or in full as far as a grant opens it.

    `fields` are those of the record by their own name, `persons` how each link is called.
    """

    class Form(AnswerForm):
        pass

    weighed, kept = page.weighed or {}, page.prepared.content if page.prepared else {}
    for place, key in enumerate(page.line.fields):
        opens = key in weighed and weighed[key].opens
        given = kept["fields"].get(key, "") if kept else "disclose" if opens else ""
        offered = choices(_treatments(fields[key.rpartition(".")[2]]), blank="Not granted")
        words = fields_words([key], persons)
        setattr(Form, f"give_{place}", SelectField(words, choices=offered, default=given))
    said = {(each["link"], each["floor"]): each["why"] for each in kept.get("passes", ())}
    for place, passed in enumerate(page.passes):
        asked = f"Why does this pass {floor_words(*passed, persons)}?"
        setattr(Form, f"pass_{place}", TextAreaField(asked, default=said.get(passed, "")))
    form = Form(data=_offered(page, kept))
    form.users.choices = [SelectChoice(user, name) for user, name in page.users]
    return form


def answer_given(form: AnswerForm, page: RequestPage) -> Answer:
    """The answer as it was typed.

    Raises:
        Invalid: if the end is not a day and a time.
    """
    given = {key: form[f"give_{place}"].data for place, key in enumerate(page.line.fields)}
    passes = {passed: form[f"pass_{place}"].data or "" for place, passed in enumerate(page.passes)}
    return Answer(
        fields={key: slug for key, slug in given.items() if slug},
        users=tuple(form.users.data or ()),
        until=moment(form.until_date.data, form.until_time.data, field="until_date"),
        reasons=form.reasons.data or "",
        everybody=bool(form.everybody.data),
        passes=passes,
        note=form.note.data or "",
    )


def place_of(problem: str, page: RequestPage) -> str:
    """The form's field for a problem that the use case names."""
    kind, _, rest = problem.partition(" ")
    if kind == "field" and rest in page.line.fields:
        return f"give_{page.line.fields.index(rest)}"
    passes = [" ".join(passed) for passed in page.passes]
    if kind == "pass" and rest in passes:
        return f"pass_{passes.index(rest)}"
    return {"until": "until_date", "fields": "give_0"}.get(problem, problem)


def _offered(page: RequestPage, kept: Mapping[str, Any]) -> dict[str, Any]:
    """What the form offers at first: what was prepared last, else what was asked for."""
    until = clock.now() + timedelta(days=int(page.row["days"]))
    here = (datetime.fromisoformat(kept["until"]) if kept else until).astimezone(clock.LONDON)
    named = [] if page.row["everybody"] else [user for user, _ in page.users]
    return {
        "until_date": here.date(),
        "until_time": here.time().replace(second=0, microsecond=0),
        "users": kept.get("to_users", named),
        "everybody": kept["everybody"] == "yes" if kept else bool(page.row["everybody"]),
        "reasons": kept.get("reasons", ""),
        "note": page.note,
    }


def treatment_words(slug: str, field: Field) -> str:
    """What is given of a field, in words."""
    return _treatments(field)[slug]


def _treatments(field: Field) -> dict[str, str]:
    """What can be given of a field of this type, in words."""
    others = sorted(TREATABLE.get(field.type, frozenset()))
    return {"disclose": "In full"} | {each.slug: label(field.type, Treatment(each)) for each in others}


PERIODS = {str(urgency): words for urgency, words in PERIOD_WORDS.items()}
