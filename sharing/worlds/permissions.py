"""The page docs/permissions.md: what a role reads of its own agency, and what agreements give whom."""

from collections.abc import Iterator, Mapping

from auth.roles import IN_PARTNERSHIP, PERMISSIONS, ROLE_LABELS, Permission
from sharing.records.registry import LINK, PERSON, SCHEMAS
from sharing.release.decision import Decision, decide
from sharing.release.facts import Exit, Question
from sharing.release.schema import Category, Field, FieldClass
from sharing.worlds.answers import World, read_world
from sharing.worlds.file import moment
from sharing.worlds.goldenterms import PURPOSE, clauses
from sharing.worlds.goldenworld import NOW, READERS, persons, record, world

_HEAD = """# Who sees what

Written by `flask --app wsgi policy matrix` from the code; do not edit. Its difference is the review.

## Roles, towards records of their own agency

What is not here is not allowed. Source needs the intelligence role. A member reads its own sites' records.
"""
_JOINT = """
## Roles, in a partnership

They count in the partnership for which they are held and open no record. The agency that leads it gives them.

| role | may there |
|---|---|
"""
_SHARED = """
## Readers, towards records of another agency

What the golden agreement, whose clauses stand at the end, gives of an incident of the police that happened
two weeks ago, asked one record at a time. Several answers in a cell belong to different fields of the class;
a reason stands behind what is withheld. A person of whom nothing is given does not exist for the reader.
"""
_CLAUSES = """
## The clauses of the golden agreement

| clause | to | fields | treatment | categories | children | else |
|---|---|---|---|---|---|---|
"""


def permissions_page() -> str:
    """The text of the page, the same on every machine."""
    about = read_world(world(record(persons=persons())))
    tables = "\n".join(_audience(about, reader) for reader in READERS)
    roles = f"{_roles()}\n{_JOINT}{_in_partnership()}"
    return f"{_HEAD}\n{roles}{_SHARED}{tables}{_CLAUSES}" + "".join(_clauses())


def _roles() -> str:
    rows = ["| role | record types | classes | source | releases | may |", "|---|---|---|---|---|---|"]
    for role, permission in PERMISSIONS.items():
        types, classes = _set(permission.types), _set(permission.classes)
        marks = f"{_mark(permission.intelligence)} | {_mark(permission.release)}"
        rows.append(f"| {ROLE_LABELS[role]} | {types} | {classes} | {marks} | {_actions(permission)} |")
    return "\n".join(rows)


def _in_partnership() -> str:
    rows = ((ROLE_LABELS[role], ", ".join(sorted(actions))) for role, actions in IN_PARTNERSHIP.items())
    return "".join(f"| {label} | {actions} |\n" for label, actions in rows)


def _actions(permission: Permission) -> str:
    return ", ".join(sorted(action.value for action in permission.actions))


def _set(names: frozenset[str] | str) -> str:
    return names if isinstance(names, str) else ", ".join(sorted(names)) or "none"


def _mark(held: bool) -> str:  # noqa: FBT001 - a cell of a table
    return "yes" if held else "no"


def _audience(about: World, name: str) -> str:
    reader = about.users[name]
    question = Question(PURPOSE, moment("now", NOW), Exit.ONE)
    decision = decide(about.policy, about.records["r1"], reader, question)
    site = ", with a site" if reader.sites else ", without a site" if reader.member else ""
    roles = f", role {', '.join(sorted(reader.roles))}" if reader.roles else ", no role"
    head = f"\n### {name}: {reader.kind}{site}{roles}\n\n"
    if decision is None:
        return head + "The incident does not exist for this reader.\n"
    return head + _record_table(decision) + "\n" + _person_table(decision)


def _record_table(decision: Decision) -> str:
    rows = ["| class | of the incident itself |", "|---|---|"]
    by_class = _by_class(SCHEMAS["incident"].fields)
    rows += [f"| {name} | {_cell(decision, fields, '')} |" for name, fields in by_class.items()]
    return "\n".join(rows) + "\n"


def _person_table(decision: Decision) -> str:
    columns = [
        link["link"] for link in persons() if link["link"] in decision.persons and link["categories"] != []
    ]
    by_class = _by_class((*LINK.fields, *PERSON.fields))
    groups: dict[tuple[str, ...], list[str]] = {}
    for column in columns:
        cells = tuple(_cell(decision, fields, f"persons.{column}.") for fields in by_class.values())
        groups.setdefault(cells, []).append(column)
    hidden = sorted({category.value for category in Category} - {column.split(".")[0] for column in columns})
    heads = " | ".join(", ".join(names) for names in groups.values())
    rows = [f"| class | {heads} |", "|---|" + "---|" * len(groups)]
    for place, name in enumerate(by_class):
        rows.append(f"| {name} | " + " | ".join(cells[place] for cells in groups) + " |")
    unseen = f"\nDo not exist: {', '.join(hidden)}.\n" if hidden else ""
    return ("\n".join(rows) + "\n" if groups else "") + unseen


def _by_class(fields: tuple[Field, ...]) -> Mapping[FieldClass, list[str]]:
    found: dict[FieldClass, list[str]] = {}
    for field in fields:
        found.setdefault(field.field_class, []).append(field.name)
    return found


def _cell(decision: Decision, fields: list[str], prefix: str) -> str:
    words: dict[str, None] = {}
    for name in fields:
        outcome = decision.outcomes[prefix + name]
        behind = f" ({outcome.reason})" if outcome.reason is not None and not outcome.opens else ""
        words[f"{outcome.treatment.slug}{behind}"] = None
    return ", ".join(words)


def _clauses() -> Iterator[str]:
    for clause in clauses():
        others: dict[str, object] = {
            key: clause[key] for key in ("roles", "never", "retention_days") if key in clause
        }
        if clause["purposes"] != [PURPOSE]:
            others["purposes"] = clause["purposes"]
        if len(clause["records"]) < len(SCHEMAS):
            others["records"] = clause["records"]
        more = "; ".join(f"{key} {_words(value)}" for key, value in others.items())
        cells = (
            clause["id"],
            _words(clause["to"]),
            _words(clause["fields"]),
            clause["treatment"],
            _words(clause.get("categories", [])),
            clause.get("children", ""),
            more,
        )
        yield f"| {' | '.join(cells)} |\n"


def _words(value: object) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)
