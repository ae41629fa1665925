"""The door's documentation for people: drawn on the server from the OpenAPI document, without any script."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, render_template

from auth.holders import COVERED, COVERED_IF_SENT, OLDEST
from portal.api.errors import PROBLEMS
from portal.gate.admission import public


@dataclass(frozen=True)
class Operation:
    """One method of one path; `body` are the keys of the JSON that it takes, with what each is."""

    method: str
    path: str
    summary: str
    body: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Group:
    """The operations of one noun."""

    name: str
    operations: tuple[Operation, ...]


def page_of(spec: Any) -> Blueprint:
    """The blueprint of `/api/v1/docs` for an OpenAPI specification; it holds no data, so it is public."""
    blueprint = Blueprint("api_documentation", __name__)

    @blueprint.get("/api/v1/docs")
    @public
    def show() -> str:
        """Every noun with its methods, and what problems there are."""
        groups = groups_of(spec.to_dict())
        return render_template(
            "pages/documentation/show.html",
            groups=groups,
            problems=PROBLEMS,
            covered=COVERED,
            covered_if_sent=COVERED_IF_SENT,
            seconds=OLDEST.seconds,
        )

    return blueprint


def groups_of(document: Mapping[str, Any]) -> tuple[Group, ...]:
    """The operations of an OpenAPI document by the first part of their path, in the order of paths."""
    found: dict[str, list[Operation]] = {}
    for path in sorted(document["paths"]):
        name = path.removeprefix("/api/v1/").split("/")[0]
        found.setdefault(name, []).extend(_operations(document, path))
    return tuple(Group(name, tuple(operations)) for name, operations in found.items())


def _operations(document: Mapping[str, Any], path: str) -> Iterator[Operation]:
    for method, said in document["paths"][path].items():
        if method == "parameters":
            continue
        content = said.get("requestBody", {}).get("content", {})
        schema = content.get("application/json", {}).get("schema", {})
        yield Operation(method.upper(), path, said.get("summary", ""), tuple(_keys(document, schema)))


def _keys(document: Mapping[str, Any], schema: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    whole = _resolved(document, schema)
    required = set(whole.get("required", ()))
    for name, each in whole.get("properties", {}).items():
        words = _kind(document, each)
        yield name, f"{words}, required" if name in required else words


def _resolved(document: Mapping[str, Any], schema: Mapping[str, Any]) -> Mapping[str, Any]:
    reference = schema.get("$ref", "")
    if not reference:
        return schema
    found: Mapping[str, Any] = document["components"]["schemas"][reference.rsplit("/", 1)[-1]]
    return found


def _kind(document: Mapping[str, Any], schema: Mapping[str, Any]) -> str:
    for choices in (schema.get("anyOf"), schema.get("allOf")):
        if choices:
            return " or ".join(_kind(document, each) for each in choices)
    if "enum" in schema:
        return "one of " + ", ".join(str(each) for each in schema["enum"])
    if "items" in schema:
        return f"list of {_kind(document, schema['items'])}"
    if "$ref" in schema:
        inner = _resolved(document, schema).get("properties", {})
        return f"object ({', '.join(inner)})"
    kinds = schema.get("type", "any")
    words = " or ".join(kinds) if isinstance(kinds, list) else str(kinds)
    return f"{words} ({schema['format']})" if "format" in schema else words
