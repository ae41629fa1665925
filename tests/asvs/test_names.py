"""No element of ours bears a name that a script reads of the document, of the window or of a form.

Elements with an `id` are properties of the window, some with a `name` are properties of the document, and
fields are properties of their form: each of them could stand where a script expects a function.
"""

import importlib
import pkgutil
import re
from collections.abc import Iterator

import pytest
import wtforms
from flask_wtf import FlaskForm

import portal.web
from tests.architecture.sources import ROOT

SCRIPTS = {path.name: path.read_text("utf-8") for path in sorted((ROOT / "portal" / "static").glob("*.js"))}
TEMPLATES = {
    str(path.relative_to(ROOT)): path.read_text("utf-8")
    for path in sorted((ROOT / "templates").rglob("*.html"))
}
#: Elements whose name is a property of the document. Source: HTML Standard 3.1.7.
_NAMED = re.compile(r"<(?:embed|form|iframe|img|object)\b[^>]*?\sname=", re.DOTALL)
_GIVEN = re.compile(r"\s(?:id|name)=\"([^\"{]+)\"")
_READ = re.compile(r"\b(?:window|globalThis|self|document|form|target)\??\.([A-Za-z]+)")
_READ_BY_NAME = re.compile(r"\b(?:window|globalThis|self|document)\??\.?\[")
#: What scripts take of the global scope without saying so.
_GLOBALS = re.compile(r"(?<![.\w\"'`-])(localStorage|navigator|matchMedia|fetch|URL|Blob|CSS|atob|btoa)\b")


def read_by_scripts() -> set[str]:
    found = {name for text in SCRIPTS.values() for name in _READ.findall(text)}
    return found | {name for text in SCRIPTS.values() for name in _GLOBALS.findall(text)}


def names_in_templates() -> dict[str, str]:
    return {name: path for path, text in TEMPLATES.items() for name in _GIVEN.findall(text)}


def names_of_fields() -> Iterator[str]:
    for module in pkgutil.walk_packages(portal.web.__path__, "portal.web."):
        for each in vars(importlib.import_module(module.name)).values():
            if isinstance(each, type) and issubclass(each, FlaskForm | wtforms.Form):
                yield from (name for name in dir(each) if hasattr(getattr(each, name), "field_class"))


def test_scripts_read_what_browsers_give_and_no_element_by_its_name():
    assert {"querySelectorAll", "getElementById", "localStorage", "elements"} <= read_by_scripts()
    assert [name for name, text in SCRIPTS.items() if _READ_BY_NAME.search(text)] == []


def test_no_element_bears_a_name_that_a_script_reads():
    names = names_in_templates()
    assert len(names) > 50
    assert names.keys() & read_by_scripts() == set()


def test_no_field_of_a_form_bears_one():
    fields = set(names_of_fields())
    assert {"csrf_token", "email", "still"} & fields
    assert fields & read_by_scripts() == set()


def test_no_element_is_a_property_of_the_document():
    assert [path for path, text in TEMPLATES.items() if _NAMED.search(text)] == []


def test_every_script_is_a_module_whose_names_are_its_own():
    tags = [tag for text in TEMPLATES.values() for tag in re.findall(r"<script\b[^>]*\ssrc=[^>]*>", text)]
    assert tags
    assert all('type="module"' in tag for tag in tags)


@pytest.mark.parametrize(
    ("planted", "found"),
    [('<img name="querySelectorAll">', True), ('<form\n name="body">', True), ('<input name="body">', False)],
)
def test_planted_name_is_found(planted, found):
    assert bool(_NAMED.search(planted)) is found
    assert _GIVEN.findall(planted)[0] in read_by_scripts()
