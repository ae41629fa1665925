"""Functions and files stay short enough to read at once."""

import ast

from tests.architecture.sources import ROOT, files

MOST_FUNCTION_LINES = 50
MOST_FILE_LINES = 350

#: File, or file and function -> why it may be longer. A reason whose place has become short fails too.
REASONS: dict[str, str] = {
    "foundation/ledger/verifier/verify.py": "one file that an auditor reads, and runs with nothing beside it",
    "foundation/ledger/verifier/witness.py": "one file that an agency runs with nothing beside it",
    "foundation/settings.py": "every setting in one list, from which the documentation is written",
    "tests/api/test_exports.py": "every way of an export at the JSON door, on one scene",
}

#: Written by a command from the declared tables, one function for each.
GENERATED = "migrations/versions/"


def too_long(name, text):
    """What in the file is longer than it may be, as `name` or `name:function`."""
    found = [name] if text.count("\n") > MOST_FILE_LINES else []
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            lines = (node.end_lineno or node.lineno) - node.lineno + 1
            if lines > MOST_FUNCTION_LINES:
                found.append(f"{name}:{node.name}")
    return found


def test_functions_and_files_are_short_or_say_why_not():
    found = set()
    for path in files(".py"):
        if not path.as_posix().startswith(GENERATED):
            found.update(too_long(path.as_posix(), (ROOT / path).read_text(encoding="utf-8")))
    assert found == set(REASONS)


def test_long_function_and_long_file_are_found():
    function = "def walk():\n" + "    step()\n" * MOST_FUNCTION_LINES
    assert too_long("a.py", function) == ["a.py:walk"]
    assert too_long("a.py", "x = 1\n" * (MOST_FILE_LINES + 1)) == ["a.py"]
    assert too_long("a.py", "def walk():\n" + "    step()\n" * (MOST_FUNCTION_LINES - 1)) == []
