"""Terms of agreements as people write them, checked clause by clause before they are kept.

The form is that of `sharing.release.facts.Clause` in words: `from`, `to`, treatments by their slugs. An empty
list is refused, never read as all.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import yaml
from sqlalchemy import insert

from foundation.database import Tx
from foundation.errors import Invalid
from sharing.agreements import tables
from sharing.agreements.clause_check import clause_problems
from sharing.agreements.policy import bump_epoch

_VERSION_KEYS = frozenset(
    {"number", "signed", "from", "until", "parties", "purposes", "clauses", "as", "without"}
)


@dataclass(frozen=True)
class VersionTerms:
    """One version: `clauses` are mappings in the form in which they are kept, in order."""

    number: int
    signed: bool
    from_at: datetime
    until: datetime
    parties: tuple[str, ...]
    purposes: tuple[str, ...]
    clauses: tuple[Mapping[str, Any], ...]


@dataclass(frozen=True)
class AgreementTerms:
    """An agreement with its versions, oldest first."""

    id: str
    title: str
    versions: tuple[VersionTerms, ...]


class Lined(dict[str, Any]):
    """A mapping that remembers the line of its file, counted from 1."""

    line: int = 0


class _Loader(yaml.SafeLoader):
    """Refuses a key that stands twice, and keeps lines."""


def _mapping(loader: _Loader, node: yaml.MappingNode) -> Lined:
    made = Lined()
    made.line = node.start_mark.line + 1
    for key_node, value_node in node.value:
        key = loader.construct_object(key_node, deep=True)
        if key in made:
            raise Invalid({f"line {key_node.start_mark.line + 1}": f"{key} stands twice."})
        made[key] = loader.construct_object(value_node, deep=True)
    return made


_Loader.add_constructor("tag:yaml.org,2002:map", _mapping)


def read_terms(path: Path, kinds: Mapping[str, str]) -> AgreementTerms:
    """Read and check an agreement's file; `kinds` maps each agency that may be a party to its kind.

    Raises:
        Invalid: with a sentence for each mistake, by line and clause.
    """
    return parse_terms(path.read_text(encoding="utf-8"), kinds)


def parse_terms(source: str | Mapping[str, Any], kinds: Mapping[str, str]) -> AgreementTerms:
    """Check an agreement given as YAML (or JSON) text or as a mapping, and give its terms.

    Raises:
        Invalid: with a sentence for each mistake, by line and clause.
    """
    raw = _loaded(source) if isinstance(source, str) else source
    problems: dict[str, str] = {}
    if not isinstance(raw, Mapping) or not all(
        isinstance(raw.get(key), str) and raw[key].strip() for key in ("id", "title")
    ):
        raise Invalid({"agreement": "An agreement has an id, a title and versions."})
    versions = raw.get("versions")
    if not isinstance(versions, list) or not versions:
        raise Invalid({"versions": "An agreement has at least one version."})
    whole = _resolved(versions, problems)
    made = tuple(_version(each, kinds, problems) for each in whole) if not problems else ()
    if problems:
        raise Invalid(problems)
    return AgreementTerms(
        raw["id"], raw["title"], tuple(sorted((each for each in made if each), key=lambda v: v.number))
    )


def store_agreement(tx: Tx, terms: AgreementTerms) -> None:
    """Insert an agreement with all its versions; what is compiled from agreements is compiled anew."""
    tx.execute(insert(tables.agreement), {"id": terms.id, "title": terms.title, "ended": None})
    tx.execute(
        insert(tables.agreement_version),
        [
            {
                "agreement_id": terms.id,
                "number": version.number,
                "signed": version.signed,
                "from_at": version.from_at,
                "until_at": version.until,
                "parties": list(version.parties),
                "purposes": list(version.purposes),
                "clauses": [dict(clause) for clause in version.clauses],
            }
            for version in terms.versions
        ],
    )
    bump_epoch(tx)


def _loaded(text: str) -> Any:
    try:
        return yaml.load(text, Loader=_Loader)  # noqa: S506 - derived from SafeLoader
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise Invalid({f"line {line}": f"This is not YAML: {error.problem}."}) from error


def where(thing: Any, fallback: str) -> str:
    """Where a mistake is: the line of the file if it is known."""
    line = getattr(thing, "line", 0)
    return f"line {line}, {fallback}" if line else fallback


def _resolved(versions: Sequence[Any], problems: dict[str, str]) -> list[Mapping[str, Any]]:
    """Versions with what they take over from the version that they are written `as`."""
    by_number = {each.get("number"): each for each in versions if isinstance(each, Mapping)}
    if len(by_number) != len(versions):
        problems["versions"] = "Every version is a mapping with a number of its own."
        return []
    return [_whole(each, by_number, problems, ()) for each in versions]


def _whole(
    version: Mapping[str, Any],
    by_number: Mapping[Any, Mapping[str, Any]],
    problems: dict[str, str],
    path: tuple[Any, ...],
) -> Mapping[str, Any]:
    other = version.get("as")
    if other is None:
        return version
    if other not in by_number or other in path:
        problems[where(version, f"version {version.get('number')}")] = (
            f"There is no version {other} to follow."
        )
        return version
    base = _whole(by_number[other], by_number, problems, (*path, version.get("number")))
    own = {clause["id"]: clause for clause in version.get("clauses", ()) if _named(clause)}
    without = set(version.get("without", ()))
    taken = [clause for clause in base.get("clauses", ()) if _named(clause) and clause["id"] not in without]
    if unknown := without - {clause["id"] for clause in base.get("clauses", ()) if _named(clause)}:
        problems[where(version, f"version {version.get('number')}")] = (
            f"No clause {', '.join(sorted(unknown))}."
        )
    clauses = [own.pop(clause["id"], clause) for clause in taken] + list(own.values())
    clauses = _among(clauses, base, version)
    made = Lined(
        {"parties": base.get("parties"), "purposes": base.get("purposes"), **version, "clauses": clauses}
    )
    made.line = getattr(version, "line", 0)
    return made


def _among(
    clauses: Sequence[Any], base: Mapping[str, Any], version: Mapping[str, Any]
) -> list[Mapping[str, Any]]:
    """The clauses without agencies that are no party of this version; a clause left without a side goes."""
    gone = set(base.get("parties") or ()) - set(version.get("parties") or base.get("parties") or ())
    kept: list[Mapping[str, Any]] = []
    for clause in clauses:
        sides = {side: [party for party in clause[side] if party not in gone] for side in ("from", "to")}
        if all(sides.values()):
            narrowed = Lined({**clause, **sides})
            narrowed.line = getattr(clause, "line", 0)
            kept.append(narrowed)
    return kept


def _named(clause: Any) -> bool:
    return isinstance(clause, Mapping) and isinstance(clause.get("id"), str)


def _version(
    raw: Mapping[str, Any], kinds: Mapping[str, str], problems: dict[str, str]
) -> VersionTerms | None:
    found: dict[str, str] = {}
    for place, sentence in _version_problems(raw, kinds):
        _note(found, place, sentence)
    if not found:
        seen: set[str] = set()
        for clause in raw["clauses"]:
            for place, sentence in clause_problems(clause, raw, kinds):
                _note(found, where(clause, f"version {raw['number']}, {place}"), sentence)
            if _named(clause) and clause["id"] in seen:
                place = where(clause, f"version {raw['number']}, clause {clause['id']}")
                _note(found, place, "There is another clause with this id.")
            seen.add(clause["id"] if _named(clause) else "")
    problems.update(found)
    if found:
        return None
    return VersionTerms(
        number=raw["number"],
        signed=raw["signed"],
        from_at=moment(raw["from"]),
        until=moment(raw["until"]),
        parties=tuple(raw["parties"]),
        purposes=tuple(raw["purposes"]),
        clauses=tuple(dict(clause) for clause in raw["clauses"]),
    )


def _note(problems: dict[str, str], place: str, sentence: str) -> None:
    problems[place] = f"{problems[place]} {sentence}" if place in problems else sentence


def _version_problems(raw: Mapping[str, Any], kinds: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    at = where(raw, f"version {raw.get('number')}")
    if unknown := sorted(set(raw) - _VERSION_KEYS):
        yield at, f"There is no such key: {', '.join(unknown)}."
    if type(raw.get("number")) is not int or type(raw.get("signed")) is not bool:
        yield at, "A version has a number, and says whether it is signed: true or false."
    for name in ("parties", "purposes", "clauses"):
        if not isinstance(raw.get(name), list) or not raw[name]:
            yield at, f"The list of {name} is missing or empty; an empty list never means all."
    try:
        if moment(raw.get("from")) >= moment(raw.get("until")):
            yield at, "It ends before it begins."
    except ValueError:
        yield at, "from and until are moments with a zone, such as 2026-01-01T00:00:00Z."
    if strangers := sorted({str(party) for party in raw.get("parties") or ()} - set(kinds)):
        yield at, f"No such agency: {', '.join(strangers)}."


def moment(value: Any) -> datetime:
    """A moment written with a zone, in UTC.

    Raises:
        ValueError: if it is anything else.
    """
    found = value if isinstance(value, datetime) else datetime.fromisoformat(str(value))
    if found.tzinfo is None:
        raise ValueError("a moment needs a zone")
    return found.astimezone(UTC)
