"""What the OpenAPI document says of every operation: its problems, its answer, the purpose it is asked for.

Source: OpenAPI 3.1, RFC 9457.
"""

from typing import Any

from flask_smorest import Blueprint

_PROBLEM = {
    "type": "object",
    "required": ["type", "title", "status", "detail"],
    "properties": {
        "type": {"type": "string", "description": "Stable; a program may branch on it."},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string", "description": "A sentence for people; holds no stored value."},
        "problems": {"type": "object", "description": "What is wrong, by the key that was sent."},
        "reference": {"type": "string", "description": "Of a fault here: what to tell its operator."},
    },
}
_HEADER = "Sharing-Purpose"
_PURPOSE = {
    "description": "What the reading or the act is for; one of the key's purposes.",
    "schema": {"type": "string"},
}
_REFUSED = {
    "description": "A problem. Hidden, absent and unknown are the same bytes.",
    "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}},
}


def describe_problems(spec: Any) -> None:
    """Enter in the document what operations refer to."""
    spec.components.schema("Problem", _PROBLEM)
    spec.components.response("Problem", _REFUSED)
    spec.components.parameter(_HEADER, "header", _PURPOSE)


def query(name: str, words: str, **schema: Any) -> dict[str, Any]:
    """A parameter of an address, for `Noun.doc(parameters=[...])`; text if no schema is said."""
    return {"in": "query", "name": name, "description": words, "schema": schema or {"type": "string"}}


#: Of lists that are given page by page.
PLACE = (
    query("limit", "How many at most.", type="integer", minimum=1),
    query("cursor", "The place after the last page, as that page gave it."),
)


def bytes_of(*media: str) -> dict[str, Any]:
    """The answer of an operation that gives a file, for `Noun.doc(responses=...)`."""
    return {"2XX": {"description": "The bytes.", "content": {each: {} for each in media}}}


class DescribedBlueprint(Blueprint):
    """A blueprint whose operations are described with what holds for every one of them."""

    @staticmethod
    def _prepare_response_doc(
        doc: dict[str, Any], doc_info: dict[str, Any], **_more: object
    ) -> dict[str, Any]:
        said = doc_info.get("manual_doc", {})
        answers: dict[str, Any] = {"default": "Problem"}
        if "responses" not in said:
            answers["2XX"] = {"description": "As described.", "content": {"application/json": {}}}
        doc["responses"] = answers
        # What a view says of its parameters would replace the header.
        doc["parameters"] = [*doc.get("parameters", ()), *said.pop("parameters", ()), _HEADER]
        return doc
