"""Terms of agreements as people write them, checked clause by clause before they are kept.

The form is that of `sharing.release.facts.Clause` in words: `from`, `to`, treatments by their slugs. An empty
list is refused, never read as all.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from sqlalchemy import insert

from foundation.database import Tx
from foundation.errors import Invalid
from sharing.agreements import tables
from sharing.agreements.clause_check import clause_problems
from sharing.agreements.content import AgreementTerms, VersionTerms, columns_of
from sharing.agreements.lined import Lined, load_lined, refuse_unkeepable, where
from sharing.agreements.policy import bump_epoch
from sharing.agreements.stages import Stage
from sharing.agreements.version_check import day, list_in, moment, version_problems, words_in

__all__ = [
    "AgreementTerms",
    "VersionTerms",
    "check_version",
    "parse_draft",
    "parse_terms",
    "read_terms",
    "store_agreement",
]

_TITLE = 300


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
    raw, versions = _opened(source)
    problems: dict[str, str] = {}
    whole = _resolved(versions, problems)
    made = tuple(_version(each, kinds, problems) for each in whole) if not problems else ()
    if problems:
        raise Invalid(problems)
    return AgreementTerms(
        raw["id"], raw["title"], tuple(sorted((each for each in made if each), key=lambda v: v.number))
    )


def parse_draft(source: str | Mapping[str, Any], kinds: Mapping[str, str]) -> AgreementTerms:
    """The same for a draft: the newest version of the text is taken, and the portal numbers it.

    A draft need not say its number or that it is not signed, and may have no clause yet.

    Raises:
        Invalid: with a sentence for each mistake, by line and clause.
    """
    raw, versions = _opened(source)
    problems: dict[str, str] = {}
    whole = _resolved([_as_draft(each) for each in versions], problems)
    if problems:
        raise Invalid(problems)
    newest = max(whole, key=lambda each: int(each["number"]))
    return AgreementTerms(raw["id"], raw["title"], (check_version(newest, kinds),))


def check_version(raw: Mapping[str, Any], kinds: Mapping[str, str]) -> VersionTerms:
    """A draft's version, given as a mapping, as terms.

    Raises:
        Invalid: with a sentence for each mistake, by clause.
    """
    refuse_unkeepable(raw)
    problems: dict[str, str] = {}
    made = _version(_as_draft(raw), kinds, problems, drafting=True)
    if made is None:
        raise Invalid(problems)
    return made


def store_agreement(tx: Tx, terms: AgreementTerms) -> None:
    """Insert an agreement with all its versions; what is compiled from agreements is compiled anew."""
    tx.execute(insert(tables.agreement), {"id": terms.id, "title": terms.title, "ended": None})
    tx.execute(
        insert(tables.agreement_version),
        [
            {
                "agreement_id": terms.id,
                "number": version.number,
                "stage": Stage.SIGNED if version.signed else Stage.DRAFT,
                **columns_of(version),
            }
            for version in terms.versions
        ],
    )
    bump_epoch(tx)


def _opened(source: str | Mapping[str, Any]) -> tuple[Mapping[str, Any], list[Any]]:
    """The agreement and its versions, not looked into yet."""
    raw = load_lined(source) if isinstance(source, str) else source
    if not isinstance(raw, Mapping) or not all(
        isinstance(raw.get(key), str) and raw[key].strip() for key in ("id", "title")
    ):
        raise Invalid({"agreement": "An agreement has an id, a title and versions."})
    if not isinstance(source, str):
        refuse_unkeepable(raw)
    if len(raw["title"]) > _TITLE:
        raise Invalid({where(raw, "title"): f"The title is longer than {_TITLE} characters."})
    versions = raw.get("versions")
    if not isinstance(versions, list) or not versions:
        raise Invalid({"versions": "An agreement has at least one version."})
    return raw, versions


def _as_draft(version: Any) -> Any:
    if not isinstance(version, Mapping):
        return version
    made = Lined({"number": 1, **version, "signed": False})
    made.line = getattr(version, "line", 0)
    return made


def _resolved(versions: Sequence[Any], problems: dict[str, str]) -> list[Mapping[str, Any]]:
    """Versions with what they take over from the version that they are written `as`."""
    by_number = {
        each["number"]: each
        for each in versions
        if isinstance(each, Mapping) and type(each.get("number")) is int
    }
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
    at = where(version, f"version {version['number']}")
    if type(other) is not int or other not in by_number or other in path:
        problems[at] = f"There is no version {other} to follow."
        return version
    base = _whole(by_number[other], by_number, problems, (*path, version["number"]))
    own = {clause["id"]: clause for clause in list_in(version.get("clauses")) if _named(clause)}
    without = words_in(version.get("without"))
    named = [clause for clause in list_in(base.get("clauses")) if _named(clause)]
    if unknown := without - {clause["id"] for clause in named}:
        problems[at] = f"No clause {', '.join(sorted(unknown))}."
    taken = [clause for clause in named if clause["id"] not in without]
    clauses = [own.pop(clause["id"], clause) for clause in taken] + list(own.values())
    clauses = _among(clauses, base, version)
    taken_over = {key: base[key] for key in ("parties", "purposes", "heads") if key in base}
    made = Lined({**taken_over, **version, "clauses": clauses})
    made.line = getattr(version, "line", 0)
    return made


def _among(
    clauses: Sequence[Any], base: Mapping[str, Any], version: Mapping[str, Any]
) -> list[Mapping[str, Any]]:
    """The clauses without agencies that are no party of this version; a clause left without a side goes."""
    gone = words_in(base.get("parties")) - words_in(version.get("parties") or base.get("parties"))
    kept: list[Mapping[str, Any]] = []
    for clause in clauses:
        sides = {
            side: [party for party in list_in(clause.get(side)) if party not in gone]
            for side in ("from", "to")
        }
        if not gone:
            kept.append(clause)
        elif all(sides.values()):
            narrowed = Lined({**clause, **sides})
            narrowed.line = getattr(clause, "line", 0)
            kept.append(narrowed)
    return kept


def _named(clause: Any) -> bool:
    return isinstance(clause, Mapping) and isinstance(clause.get("id"), str)


def _version(
    raw: Mapping[str, Any], kinds: Mapping[str, str], problems: dict[str, str], *, drafting: bool = False
) -> VersionTerms | None:
    found: dict[str, str] = {}
    for place, sentence in version_problems(raw, kinds, drafting=drafting):
        _note(found, place, sentence)
    if not found:
        seen: set[str] = set()
        for clause in list_in(raw.get("clauses")):
            for place, sentence in clause_problems(clause, raw, kinds):
                _note(found, where(clause, f"version {raw['number']}, {place}"), sentence)
            if _named(clause) and clause["id"] in seen:
                place = where(clause, f"version {raw['number']}, clause {clause['id']}")
                _note(found, place, "There is another clause with this id.")
            seen.add(clause["id"] if _named(clause) else "")
    problems.update(found)
    return None if found else _made(raw)


def _made(raw: Mapping[str, Any]) -> VersionTerms:
    return VersionTerms(
        number=raw["number"],
        signed=raw["signed"],
        from_at=moment(raw["from"]),
        until=moment(raw["until"]),
        parties=tuple(raw["parties"]),
        purposes=tuple(raw["purposes"]),
        clauses=tuple(dict(clause) for clause in list_in(raw.get("clauses"))),
        review=None if raw.get("review") is None else day(raw["review"]),
        heads={slug: text.strip() for slug, text in (raw.get("heads") or {}).items() if text.strip()},
    )


def _note(problems: dict[str, str], place: str, sentence: str) -> None:
    problems[place] = f"{problems[place]} {sentence}" if place in problems else sentence
