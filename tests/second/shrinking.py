"""The smallest world that still shows a difference: parts are dropped one by one while it remains."""

from copy import deepcopy

#: Lists of a world whose entries may be dropped, by the path to them; a star stands for every entry.
DROPPABLE = [
    ("questions",),
    ("world", "break_glass"),
    ("world", "grants"),
    ("world", "releases"),
    ("world", "records"),
    ("world", "records", "*", "links"),
    ("world", "records", "*", "persons"),
    ("world", "records", "*", "necessity_notes"),
    ("world", "agreements"),
    ("world", "agreements", "*", "versions"),
    ("world", "agreements", "*", "withdrawals"),
    ("world", "agreements", "*", "suspended"),
    ("world", "agreements", "*", "confirmed"),
    ("world", "agreements", "*", "versions", "*", "clauses"),
    ("world", "agreements", "*", "versions", "*", "clauses", "*", "fields"),
    ("world", "agreements", "*", "versions", "*", "clauses", "*", "records"),
    ("world", "users"),
    ("world", "users", "*", "roles"),
    ("world", "subjects"),
    ("world", "agencies"),
    ("world", "approvers"),
    ("world", "grants", "*", "fields"),
    ("world", "grants", "*", "passes"),
]

#: Keys that an entry can do without.
OPTIONAL = ["keeper", "parent", "derived_from", "children", "never", "roles", "retention_days", "categories"]


def _lists(document, path):
    """Every list that a path leads to."""
    found = [document]
    for step in path:
        found = [inner for thing in found for inner in (thing if step == "*" else [thing.get(step)]) if inner]
    return found


def _without(document, path, number):
    """The document with the n-th entry of all lists on this path left out; None past the last."""
    smaller = deepcopy(document)
    for entries in _lists(smaller, path):
        if number < len(entries):
            del entries[number]
            return smaller
        number -= len(entries)
    return None


def _smaller_lists(document, differs):
    for path in DROPPABLE:
        number = 0
        while (smaller := _without(document, path, number)) is not None:
            if differs(smaller):
                document = smaller
            else:
                number += 1
    return document


def _fewer_keys(document, differs):
    for path in {path for path in DROPPABLE if path[0] == "world"}:
        for number in range(len([e for entries in _lists(document, path) for e in entries])):
            for key in OPTIONAL:
                smaller = deepcopy(document)
                entry = [e for entries in _lists(smaller, path) for e in entries][number]
                if not isinstance(entry, dict) or (key == "roles" and "treatment" not in entry):
                    continue
                if entry.pop(key, None) is not None and differs(smaller):
                    document = smaller
    return document


def shrink(document, differs):
    """The smallest document found for which `differs` is still true; it is called on broken worlds too."""
    while True:
        smaller = _fewer_keys(_smaller_lists(document, differs), differs)
        if smaller == document:
            return document
        document = smaller
