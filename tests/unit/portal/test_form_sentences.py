"""No form says a sentence of the library's: those name no way on."""

import importlib
import pkgutil
import re
from pathlib import Path

import pytest
import wtforms
from flask import Flask
from flask_wtf import FlaskForm
from werkzeug.datastructures import MultiDict
from wtforms.validators import Length

import portal.web
from portal.web.forms.sentences import OTHERWISE, SENTENCES, PortalForm

#: What is never a date, a number or a choice, and is too long for any field.
GARBAGE = "garbage " * 2_000
_SAID = re.compile(r'^msgid(?:_plural)? "(.+)"$', re.MULTILINE)


def of_the_library():
    """Its sentences, and how each reads with whatever is filled in."""
    listed = Path(wtforms.__file__).parent / "locale" / "wtforms.pot"
    said = set(_SAID.findall(listed.read_text(encoding="utf-8")))
    return {each: re.compile(re.sub(r"%\\\(\w+\\\)[sd]", ".*", re.escape(each)), re.DOTALL) for each in said}


def forms(kind=FlaskForm):
    """Every form class of the pages."""
    for module in pkgutil.walk_packages(portal.web.__path__, "portal.web."):
        importlib.import_module(module.name)
    for each in kind.__subclasses__():
        if each.__module__.startswith("portal."):
            yield each
        yield from forms(each)


def errors_of(form, typed):
    """What a form says of a text in each of its fields, by field."""
    names = [name for name in dir(form) if hasattr(getattr(form, name), "field_class")]
    with Flask(__name__).test_request_context():
        made = form(MultiDict(dict.fromkeys(names, typed)), meta={"csrf": False})
        for field in made:
            if getattr(field, "choices", ()) is None:
                field.choices = []
            field.validate(made, [each for each in field.validators if isinstance(each, Length)] or ())
        return {field.name: [str(said) for said in field.errors] for field in made}


class Planted(FlaskForm):
    """A form that speaks as the library does."""

    which = wtforms.SelectField(choices=["one"])


def library_says(form):
    known = of_the_library().values()
    return {
        name: said
        for typed in (GARBAGE, "garbage")
        for name, errors in errors_of(form, typed).items()
        for said in errors
        if any(each.fullmatch(said) for each in known)
    }


def test_a_planted_form_is_found():
    assert library_says(Planted) == {"which": "Not a valid choice."}


def test_no_form_says_a_sentence_of_the_library():
    found = [*forms()]
    assert len(found) > 40
    assert {form.__name__: said for form in found if (said := library_says(form))} == {}
    assert [form for form in found if not issubclass(form, PortalForm)] == []


def test_sentences_are_those_that_the_library_has():
    """A sentence that the library has changed would leave ours without a use."""
    assert SENTENCES.keys() <= of_the_library().keys()


@pytest.mark.parametrize("said", sorted(of_the_library()))
def test_whatever_the_library_says_has_words_that_can_be_filled_in(said):
    ours = PortalForm.Meta().get_translations(None)
    values = {"min": 1, "max": 2, "value": "x", "values": "x, y", "other_name": "x"}
    for words in (ours.gettext(said), ours.ngettext(said, said, 2)):
        assert words % values != said % values if "%" in said else words != said
        assert words in {OTHERWISE, *SENTENCES.values()}
