"""Terms written down again: as plain values for JSON, and as YAML that reads back as the same terms."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

import yaml

from sharing.agreements.content import VersionTerms

#: The order in which the keys of a clause are written.
_CLAUSE_KEYS = (
    "id", "title", "purposes", "from", "to", "roles", "records", "categories", "children", "fields",
    "treatment", "never", "basis", "retention_days",
)  # fmt: skip
_WIDTH = 110


def plain_version(terms: VersionTerms) -> dict[str, Any]:
    """A version as plain values, in the order in which people read it."""
    review = {} if terms.review is None else {"review": terms.review.isoformat()}
    heads = {"heads": dict(terms.heads)} if terms.heads else {}
    return {
        "number": terms.number,
        "signed": terms.signed,
        "from": instant(terms.from_at),
        "until": instant(terms.until),
        **review,
        "parties": list(terms.parties),
        "purposes": list(terms.purposes),
        **heads,
        "clauses": [plain_clause(clause) for clause in terms.clauses],
    }


def plain_clause(clause: Mapping[str, Any]) -> dict[str, Any]:
    """A clause with its keys in the order in which people read it."""
    return {key: clause[key] for key in _CLAUSE_KEYS if key in clause}


def plain_agreement(id_: str, title: str, versions: Iterable[VersionTerms]) -> dict[str, Any]:
    """An agreement as plain values, in the form that `parse_terms` takes."""
    return {"id": id_, "title": title, "versions": [plain_version(terms) for terms in versions]}


def written_agreement(id_: str, title: str, versions: Iterable[VersionTerms]) -> str:
    """An agreement as YAML, in the form that `parse_terms` takes."""
    return _yaml(plain_agreement(id_, title, versions))


def written_clause(clause: Mapping[str, Any]) -> str:
    """One clause as YAML."""
    return _yaml(plain_clause(clause))


def instant(moment: datetime) -> str:
    """A moment as it is written in terms."""
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")


class _Dumper(yaml.SafeDumper):
    """Short lists on one line, long texts as they were typed, moments without quotation marks."""


def _text(dumper: yaml.SafeDumper, value: str) -> yaml.ScalarNode:
    style = "|" if "\n" in value else None
    return dumper.represent_scalar("tag:yaml.org,2002:str", value, style=style)


def _list(dumper: yaml.SafeDumper, value: list[Any]) -> yaml.SequenceNode:
    words = all(isinstance(each, str) for each in value)
    return dumper.represent_sequence("tag:yaml.org,2002:seq", value, flow_style=words)


class _Moment(str):
    """A moment or a day, already in words."""

    __slots__ = ()


def _moment(dumper: yaml.SafeDumper, value: _Moment) -> yaml.ScalarNode:
    return dumper.represent_scalar("tag:yaml.org,2002:timestamp", str(value))


_Dumper.add_representer(str, _text)
_Dumper.add_representer(list, _list)
_Dumper.add_representer(_Moment, _moment)


def _yaml(value: Any) -> str:
    text = yaml.dump(
        _with_moments(value), Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=_WIDTH, indent=2
    )
    return str(text)


def _with_moments(value: Any) -> Any:
    if isinstance(value, dict):
        return {
            key: _Moment(each)
            if key in ("from", "until", "review") and isinstance(each, str)
            else _with_moments(each)
            for key, each in value.items()
        }
    return [_with_moments(each) for each in value] if isinstance(value, list) else value
