"""Every field through which somebody could name another agency's thing, and what each of them is.

The fields are read from the application: of programs from the description of its JSON door, of pages from
the classes of their forms and from what the views take out of a request by name. A field of which the tables
below do not say what it is makes the test red.
"""

import ast
import importlib
import pkgutil
import sys
from collections.abc import Iterator, Mapping
from typing import Any

import wtforms
from flask import Flask
from flask_wtf import FlaskForm

import portal.web
from tests.architecture.sources import ROOT

#: Fields that hold an id of somebody's thing; tests.escalation.cases tries each.
IDS = {
    "?agreement", "?person", "?record", "account", "ages[].link", "agreement", "owner", "passes[].link",
    "people[].site", "persons{key}", "record", "records[].id", "release", "releases[].agreement", "subject",
    "of", "people[].partnership_roles[].partnership", "person", "successor", "texts{key}", "users[]",
    "InvitationForm.partnerships", "PartnershipForm.person", "request partnership",
    "NewActionForm.owner", "NoteForm.link", "NoteForm.approver", "EndForm.successor",
    "RequestForm.record", "RequestForm.users", "AnswerForm.users", "ReportForm.subject",
    "CommissionerForm.record", "CommissionerForm.subject", "CommissionerForm.agreement",
    "KeyForm.agreements", "WebhookForm.sight", "SightingForm.recipients", "IntelligenceForm.recipients",
    "request agreement", "request draft", "request proposal", "request person", "request record",
    "request subject", "request what", "people[].sites[]", "people[].areas[]", "site", "ReportForm.site",
    "RolesForm.sites", "RolesForm.areas", "AreaForm.sites", "HoldForm.record",
}  # fmt: skip

#: Words, codes of closed lists and numbers of what the address names already.
WORDS = {
    "?about", "?after", "?against", "?area", "?by", "?crime", "?edition", "?field", "?in", "?limit",
    "?purpose", "?q", "?since", "?type", "?until", "clause", "code", "digest", "events[]", "fields[]",
    "fields{key}",
    "findings", "format", "handling.code", "handling.marking", "handling.tlp", "handling.withheld[]",
    "marking", "measure", "message", "need", "note", "passes[].why", "people[].email", "people[].job_title",
    "people[].name", "proportion", "purpose", "purposes[]", "reason", "reasons", "records[].type",
    "people[].vetting.reference",
    "reference", "releases[].purposes[]", "releases[].text", "said", "sample", "stills[].picture", "text",
    "texts{}", "title", "tlp", "type", "url", "version.from", "version.heads{key}", "version.heads{}",
    "version.purposes[]", "version.review", "version.until", "withheld[]",
    *(
        f"{where}clauses[].{name}"
        for where in ("", "version.")
        for name in ("basis", "categories[]", "children", "fields[]", "id", "purposes[]", "records[]",
                     "roles[]", "title", "treatment")
    ),
    "AnswerForm.move", "CommentForm.clause", "ClauseForm.purposes", "RolesForm.roles", "KeyForm.name",
    "RotationForm.holder",
    "KeyForm.actions", "KeyForm.purposes", "AccountForm.roles", "AccountForm.name", "RequestForm.fields",
    "InvitationForm.name", "InvitationForm.email", "InvitationForm.job_title", "JoinForm.name",
    "CodeForm.code", "ConfirmForm.code", "HalfForm.code", "PurposeForm.purpose",
    "NewActionForm.title", "NewActionForm.measure", "NewActionForm.once", "RequestForm.once",
    "IntelligenceForm.once", "GlassForm.reference",
    "SignInForm.email", "ConditionsForm.version", "OrderForm.reference",
    "RecallForm.version", "ReportForm.boxes", "ReportForm.once", "SightingForm.boxes", "SightingForm.camera",
    "SightingForm.address", "SightingForm.subject", "SightingForm.mark", "WebhookForm.url",
    "WebhookForm.events", "AgreedForm.title", "AgreedForm.purposes", "NewAgreementForm.stem",
    "ClauseForm.id", "ClauseForm.title", "ProviderForm.issuer", "ProviderForm.client_id",
    "ProviderForm.acr", "IntelligenceForm.address", "IntelligenceForm.ward",
    "IntelligenceForm.source_reference", "IntelligenceForm.source_identity", "IntelligenceForm.handler",
    "CheckForm.reference", "InvitationForm.reference", "PartnershipForm.role", "VettingRuleForm.role",
    "RegainForm.code", "SignForm.digest", "CommissionerForm.reference", "CommissionerForm.since",
    "CommissionerForm.until", "CommissionerForm.person", "AreaForm.name",
    *(
        f"request {name}"
        for name in ("act", "after", "against", "area", "basis", "camera", "changed", "child", "clause",
                     "crime", "digest", "do", "edition", "evidence", "eyes", "field", "fields",
                     "format", "from", "kind", "like", "name", "next", "number", "only", "post", "proven",
                     "purpose", "q", "role", "sample", "seen_date", "seen_time", "then", "to", "type",
                     "unasked", "why")
    ),
}  # fmt: skip

#: Agencies and kinds of agency: every partner knows their names.
AGENCIES = {
    "?agency", "?owner", "audience", "audiences[]", "handling.named[]", "named[]", "recipients[]",
    "releases[].recipients[]", "version.parties[]",
    *(f"{where}clauses[].{name}" for where in ("", "version.") for name in ("from[]", "to[]")),
    "request agency", "request audience", "request owner",
    "ClauseForm.from_", "ClauseForm.to", "AgreedForm.parties", "ConditionsForm.named", "GlassForm.owner",
    "NoteForm.recipients",
}  # fmt: skip

#: Sealed by the portal for one person, or made by the browser; nobody can write one.
SEALED = {"?cursor", "request cursor", "request answer", "request logout_token"}

#: Whom the demonstration's sign-in page offers to everybody.
OFFERED = {"request user"}

#: Named by the address as well, which alone counts.
UNUSED = {"NewActionForm.meeting"}

_NO_ID = (
    wtforms.BooleanField, wtforms.DateField, wtforms.DecimalField, wtforms.FileField, wtforms.IntegerField,
    wtforms.PasswordField, wtforms.TextAreaField, wtforms.TimeField,
)  # fmt: skip


def of_programs(app: Flask) -> set[str]:
    """What the JSON door takes that could hold an id: texts of bodies, keys of maps, and queries."""
    spec = app.test_client().get("/api/v1/openapi.json").get_json()
    found = set()
    for operations in spec["paths"].values():
        for told in (each for each in operations.values() if isinstance(each, dict)):
            for body in told.get("requestBody", {}).get("content", {}).values():
                found |= set(_texts(spec["components"]["schemas"], body["schema"], ""))
            asked = (each for each in told.get("parameters", ()) if each.get("in") == "query")
            found |= {f"?{each['name']}" for each in asked}
    return {name for name in found if ".values." not in f".{name}" and not name.startswith("persons{}")}


def _texts(schemas: Mapping[str, Any], told: Mapping[str, Any], place: str) -> Iterator[str]:
    if "$ref" in told:
        told = schemas[told["$ref"].rpartition("/")[2]]
    for several in ("allOf", "anyOf", "oneOf"):
        for each in told.get(several, ()):
            yield from _texts(schemas, each, place)
    for name, inside in told.get("properties", {}).items():
        yield from _texts(schemas, inside, f"{place}.{name}" if place else name)
    if "items" in told:
        yield from _texts(schemas, told["items"], f"{place}[]")
    if isinstance(told.get("additionalProperties"), Mapping) and told["additionalProperties"]:
        yield f"{place}{{key}}"
        yield from _texts(schemas, told["additionalProperties"], f"{place}{{}}")
    kinds = told.get("type")
    words = "string" in (kinds if isinstance(kinds, list) else [kinds]) and "enum" not in told
    if words and told.get("format") not in {"date", "date-time"}:
        yield place


def of_forms() -> set[str]:
    """Fields of forms that could hold an id: those that take a text, or a choice that is made when asked."""
    for module in pkgutil.walk_packages(portal.web.__path__, "portal.web."):
        importlib.import_module(module.name)
    found = set()
    for form in _forms(FlaskForm):
        for name, made in vars(form).items():
            kind = getattr(made, "field_class", None)
            if kind is None or issubclass(kind, _NO_ID) or not _stands_in_portal(form):
                continue
            if not made.kwargs.get("choices"):
                found.add(f"{form.__name__}.{name}")
    return found


def _stands_in_portal(form: type) -> bool:
    """Whether it is a class of a module of ours, and not one that a request has made of such a class."""
    return form.__module__.startswith("portal.") and hasattr(sys.modules[form.__module__], form.__name__)


def _forms(kind: type) -> Iterator[type]:
    for each in kind.__subclasses__():
        yield each
        yield from _forms(each)


def of_views() -> set[str]:
    """What views take out of a request by its name."""
    found = set()
    for path in sorted((ROOT / "portal" / "web").rglob("*.py")):
        found |= {f"request {name}" for name in taken(path.read_text(encoding="utf-8"))}
    return found


def taken(source: str) -> set[str]:
    """The names by which a module takes something out of a request's form or query."""
    found = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.args:
            name = node.args[0] if _of_request(ast.unparse(node.func)) else node
        elif isinstance(node, ast.Subscript) and _of_request(f"{ast.unparse(node.value)}.get"):
            name = node.slice
        else:
            continue
        if isinstance(name, ast.Constant):
            found.add(str(name.value))
    return found


def _of_request(words: str) -> bool:
    what, _, how = words.rpartition(".")
    return what in {"request.form", "request.args", "request.values", "typed", "sent", "asked", "args"} and (
        how in {"get", "getlist"}
    )


def uncovered(fields: set[str]) -> list[str]:
    """Fields of which the tables do not say what they are."""
    return sorted(fields - IDS - WORDS - AGENCIES - SEALED - OFFERED - UNUSED)


def stale(fields: set[str]) -> list[str]:
    """What the tables say of fields that are not there."""
    return sorted((IDS | WORDS | AGENCIES | SEALED | OFFERED | UNUSED) - fields)
