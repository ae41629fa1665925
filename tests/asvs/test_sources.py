"""What the sources do not do, so that what is said not to apply stays true."""

import ast
import re

from foundation.settings import Settings
from portal.cli.serve import server
from tests.architecture.sources import ROOT, files
from tests.asvs.requirements import CODE
from tests.portal import demonstration_settings

#: Runs data, or draws what can be foretold.
RUNS = re.compile(r"render_template_string|from_string\(|\b(pickle|marshal|shelve|dill)\b|\b(eval|exec)\(")
FORETOLD = re.compile(r"^\s*(import random|from random import)", re.MULTILINE)
TALKS = re.compile(r"postMessage|onmessage|\"message\"|WebSocket|EventSource")
KEEPS = re.compile(r"(?:localStorage|sessionStorage|indexedDB|caches|document\.cookie)\b[^;]*")


def sources():
    for path in files(".py"):
        if path.as_posix().startswith(CODE):
            yield path.as_posix(), (ROOT / path).read_text(encoding="utf-8")


def scripts():
    return [(ROOT / path).read_text(encoding="utf-8") for path in files(".js") if path.parts[0] == "portal"]


def test_no_source_uses_what_would_run_data():
    assert [name for name, text in sources() if RUNS.search(text)] == []
    assert RUNS.search("x = eval(said)")


def test_no_source_draws_what_can_be_foretold():
    drawing = {name for name, text in sources() if FORETOLD.search(text)}
    assert {name for name in drawing if not name.startswith("sharing/demonstration/")} == set()
    assert FORETOLD.search("import random\n")


def test_no_pattern_is_made_of_input():
    """A pattern is a text that stands in the source, or is made of names of the module, which are capital."""
    odd = set()
    for name, text in sources():
        for node in ast.walk(ast.parse(text)):
            if _is_pattern(node) and not _is_ours(node.args[0]):
                odd.add((name, ast.unparse(node.args[0])))
    assert odd == {
        ("foundation/picture_shape.py", "magic"),  # of a table of three
        ("foundation/pdf_reading.py", "_REFERENCE % name"),  # a name of the PDF standard, as a literal
        ("foundation/ledger/verifier/verify.py", "form"),  # of two that stand in the module
    }


def _is_pattern(node):
    function = getattr(node, "func", None)
    return (
        isinstance(node, ast.Call)
        and isinstance(function, ast.Attribute)
        and isinstance(function.value, ast.Name)
        and function.value.id == "re"
    )


def _is_ours(first):
    names = [node.id for node in ast.walk(first) if isinstance(node, ast.Name)]
    return not isinstance(first, ast.BinOp) and all(name.strip("_").isupper() for name in names)


def test_what_is_formatted_is_a_text_of_ours():
    """A new place is looked at before it stands here: its text must not come from anybody's typing."""
    formatting = {name for name, text in sources() if re.search(r"\.format(_map)?\(", text)}
    assert formatting == {
        "foundation/ledger/placing.py",  # its own statements, of parts that stand beside them
        "foundation/mail.py",  # the letter's file
        "portal/web/waiting.py",  # its table of words
        "sharing/contribution.py",  # one sentence of the module that it imports
        "sharing/ledger_words.py",  # its table of words
        "sharing/queries.py",  # two sentences of its own, on why lookups stand behind the wall
        "sharing/release/reasons.py",  # its table of sentences
        "sharing/submission.py",  # one sentence of its own
    }


def test_scripts_neither_talk_to_windows_nor_open_sockets():
    assert scripts()
    assert [text for text in scripts() if TALKS.search(text)] == []


def test_scripts_keep_two_preferences_and_nothing_else():
    kept = {found for text in scripts() for found in KEEPS.findall(text)}
    assert kept == {
        "localStorage.getItem(`concordat.${name}`)",
        "localStorage.setItem(`concordat.${name}`, value)",
    }
    names = {name for text in scripts() for name in re.findall(r"stored\.set\(\"?([\w.]+)", text)}
    assert names == {"keys", "theme"}


def test_scripts_of_pages_hold_no_data():
    found = []
    for path in files(".html"):
        if path.parts[0] == "templates":
            text = (ROOT / path).read_text(encoding="utf-8")
            found += re.findall(r"<script[^>]*>(.*?)</script>", text, re.DOTALL)
    assert found
    within = {name for body in found for name in re.findall(r"\{\{(.*?)\}\}", body)}
    assert within <= {' static_file("vendor/govuk-frontend.min.js") '}


def test_server_opens_no_websocket(tmp_path):
    settings: Settings = demonstration_settings(tmp_path)
    assert server(settings).websockets is False
