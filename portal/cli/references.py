"""The pages of docs/ that list what the code declares: fields, events of the ledger, settings."""

import ast
from collections.abc import Iterable, Iterator, Sequence
from importlib.resources import files

import sharing.events
from auth.events import EVENTS
from foundation.settings import described
from sharing.catalogue import every_record_fields, link_fields, own_fields, person_fields
from sharing.release.schema import Field

_WRITTEN = "by `python -m portal.cli.docs write`; do not edit by hand."


def fields_page() -> str:
    """Give `docs/fields.md`: every field of every record type, with its one class and its type."""
    head = (
        "# Fields and their classes",
        "",
        f"Written from `sharing/records/` {_WRITTEN}",
        "Clauses of agreements speak of classes or of single fields. `*` marks a field that is coarse",
        "already: it leaves as it is under generalise, mask and pseudonym.",
    )
    parts = [
        ("Every record", every_record_fields()),
        ("A person on a record", link_fields() + person_fields()),
    ]
    parts += [(type_.capitalize(), own) for type_, own in own_fields().items()]
    return "\n".join([*head, *(line for name, own in parts for line in _table(name, own))]) + "\n"


def _table(name: str, own: Sequence[Field]) -> Iterator[str]:
    yield from ("", f"## {name}", "", "| class | fields (type) |", "|---|---|")
    for class_ in dict.fromkeys(field.field_class for field in own):
        those = [_said(field) for field in own if field.field_class is class_]
        yield f"| {class_} | {', '.join(those)} |"


def _said(field: Field) -> str:
    return f"`{field.name}` {field.type}{'*' if field.coarse else ''}"


def events_page() -> str:
    """Give `docs/events.md`: the closed lists of what can stand in the ledger, with the keys of each."""
    head = (
        "# Events of the ledger",
        "",
        f"Written from `auth/events.py` and `sharing/events/` {_WRITTEN}",
        "Every entry has its id, moment, operation, event, actor, agency, session, the agencies that may",
        "read it and the records that it names; `detail` has exactly the keys below. Values of records never",
        "stand in it.",
        "",
        "| event | operation | keys of its detail |",
        "|---|---|---|",
    )
    rows = [(each.name, each.operation.value, sorted(each.keys)) for each in EVENTS]
    for module in files(sharing.events).iterdir():
        if module.name.endswith(".py"):
            rows += _declared(ast.parse(module.read_text(encoding="utf-8")))
    return "\n".join([*head, *(_row(*row) for row in sorted(rows))]) + "\n"


def settings_page() -> str:
    """Give `docs/settings.md`: one row per setting, from the declarations."""
    rows = [
        f"| `{item.metadata['variable']}` | {item.metadata['about']} | {item.metadata['unit']} "
        f"| {'`' + item.metadata['default'] + '`' if item.metadata['default'] else ''} |"
        for item in described()
    ]
    head = (
        "# Settings",
        "",
        f"Written from `foundation/settings.py` {_WRITTEN}",
        "The process does not start when a setting is missing, unknown or unsafe; it says which in one line.",
        "",
        "| variable | what it sets | unit | default |",
        "|---|---|---|---|",
    )
    return "\n".join((*head, *rows)) + "\n"


def _row(name: str, operation: str, keys: Iterable[str]) -> str:
    return f"| `{name}` | {operation} | {', '.join(f'`{key}`' for key in keys)} |"


def _declared(module: ast.Module) -> Iterator[tuple[str, str, list[str]]]:
    """The events of a module whose functions each make one entry, as their source says."""
    for function in module.body:
        if isinstance(function, ast.FunctionDef) and not function.name.startswith("_"):
            for call in ast.walk(function):
                if isinstance(call, ast.Call) and isinstance(call.func, ast.Name):
                    yield from _event(call)


def _event(call: ast.Call) -> Iterator[tuple[str, str, list[str]]]:
    named = {each.arg: each.value for each in call.keywords if each.arg}
    match call:
        case ast.Call(
            func=ast.Name(id="entry" | "entry_of_shown"),
            args=[_, _, ast.Attribute(attr=operation), ast.Constant(value=str(name))],
        ):
            keys = {"purpose", *named} - {"agencies", "records", "under"}
        case ast.Call(func=ast.Name(id="Entry")):
            operation, name = _attribute(named["operation"]), _text(named["event"])
            detail = named["detail"]
            keys = {_text(key) for key in detail.keys if key} if isinstance(detail, ast.Dict) else set()
        case _:
            return
    if name:
        yield name, operation.lower(), sorted(keys)


def _attribute(node: ast.expr) -> str:
    return node.attr if isinstance(node, ast.Attribute) else ""


def _text(node: ast.expr) -> str:
    return str(node.value) if isinstance(node, ast.Constant) else ""
