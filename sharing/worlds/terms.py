"""The parties of a world's file as facts: agencies, users, roles, and agreements with their clauses."""

from collections.abc import Callable, Mapping
from typing import Any

from sharing.records.registry import LINK, PERSON, SCHEMAS
from sharing.release.facts import (
    EVERYTHING,
    MEMBERS,
    Agency,
    Agreement,
    Children,
    Clause,
    Confirmation,
    Reader,
    RoleGrant,
    Suspension,
    Version,
    Withdrawal,
)
from sharing.release.policy import LINKS
from sharing.release.schema import TREATMENTS, Category, FieldClass
from sharing.worlds.file import Part, day, flag, moment, number, one_of, refuse, some_of, text, texts

__all__ = ["KINDS", "agency", "agreement", "categories", "day", "role_grant", "user"]

#: Kinds of agency, and whether the operator's marking starts as business.
KINDS: Mapping[str, bool] = {
    "police": False,
    "transport_police": False,
    "council": False,
    "bcrp": True,
    "bid": True,
    "retailer": True,
    "school": False,
    "youth_justice": False,
    "probation": False,
    "prosecution": False,
    "transport_operator": True,
    "mayors_office": False,
    "health": False,
    "other": True,
}
#: Kinds whose marking nobody can take away.
_ALWAYS_BUSINESS = frozenset({"bcrp", "bid", "retailer"})

_FIELDS = frozenset(
    {field.name for schema in (*SCHEMAS.values(), PERSON, LINK) for field in schema.fields}
    | {*FieldClass, LINKS.name}
)


def agency(part: Part) -> Agency:
    """One agency; whether it is a business is told, or follows from its kind."""
    kind = part.take("kind", one_of(KINDS, "kind"))
    marked = part.take("business", flag, KINDS[kind])
    found = Agency(part.take("id", text), kind, marked or kind in _ALWAYS_BUSINESS)
    if found.id in {*KINDS, MEMBERS, EVERYTHING, "*"}:
        raise refuse(part.where, f"{found.id} is a word of clauses and cannot name an agency")
    part.done()
    return found


def user(part: Part, agencies: Mapping[str, Agency]) -> Reader:
    """One user as a reader; a member by one `site`, or by a list of `sites`, which may be empty."""
    home = agencies[part.take("agency", one_of(agencies, "agency"))]
    found = Reader(
        user=part.take("id", text),
        agency=home.id,
        kind=home.kind,
        business=home.business,
        roles=part.take("roles", texts, frozenset()),
        sites=_sites(part),
    )
    part.done()
    return found


def _sites(part: Part) -> frozenset[str] | None:
    one: str | None = part.take("site", text, None)
    several: frozenset[str] | None = part.take("sites", texts, None)
    if one is not None and several is not None:
        raise refuse(part.where, "give site or sites, not both")
    return several if one is None else frozenset({one})


def role_grant(part: Part) -> RoleGrant:
    """What one role reads of its own agency's records."""
    found = RoleGrant(
        types=part.take("types", _all_or(some_of(SCHEMAS, "record type")), frozenset()),
        classes=part.take("classes", _all_or(some_of(FieldClass, "class")), frozenset()),
        intelligence=part.take("intelligence", flag, default=False),
        release=part.take("release", flag, default=False),
        purposes=part.take("purposes", texts, None),
    )
    part.done()
    return found


def agreement(part: Part, agencies: Mapping[str, Agency]) -> Agreement:
    """One agreement with all its versions."""
    known = one_of(agencies, "agency")
    found = Agreement(
        id=part.take("id", text),
        versions=tuple(_version(each, agencies) for each in part.parts("versions")),
        suspensions=tuple(
            _done(each, Suspension(each.take("from", moment), each.take("until", moment, None)))
            for each in part.parts("suspended")
        ),
        ended=part.take("ended", moment, None),
        withdrawals=tuple(
            _done(
                each,
                Withdrawal(
                    each.take("agency", known), each.take("at", moment), each.take("rejoined", moment, None)
                ),
            )
            for each in part.parts("withdrawals")
        ),
        confirmations=tuple(
            _done(
                each,
                Confirmation(
                    each.take("release", text),
                    each.take("version", number),
                    each.take("at", moment),
                ),
            )
            for each in part.parts("confirmed")
        ),
    )
    part.done()
    return found


def categories(where: str, raw: Any) -> frozenset[Category]:
    """A list of categories."""
    return frozenset(Category(each) for each in some_of(Category, "category")(where, raw))


def _version(part: Part, agencies: Mapping[str, Agency]) -> Version:
    found = Version(
        number=part.take("number", number),
        signed=part.take("signed", flag),
        from_at=part.take("from", moment),
        until=part.take("until", moment),
        parties=part.take("parties", some_of(agencies, "agency")),
        purposes=part.take("purposes", texts),
        clauses=tuple(_clause(each, agencies) for each in part.parts("clauses")),
    )
    part.done()
    return found


def _clause(part: Part, agencies: Mapping[str, Agency]) -> Clause:
    side = some_of({*agencies, *KINDS, MEMBERS}, "agency or kind")
    try:
        found = Clause(
            id=part.take("id", text),
            purposes=part.take("purposes", texts),
            from_parties=part.take("from", side),
            to_parties=part.take("to", side),
            records=part.take("records", some_of(SCHEMAS, "record type")),
            fields=part.take("fields", some_of(_FIELDS, "field or class")),
            treatment=TREATMENTS[part.take("treatment", one_of(TREATMENTS, "treatment"))],
            roles=part.take("roles", texts, None),
            categories=part.take("categories", categories, None),
            children=part.take(
                "children", lambda where, raw: Children(one_of(Children, "word")(where, raw)), None
            ),
            never=part.take("never", flag, default=False),
            retention_days=part.take("retention_days", number, None),
            basis=part.take("basis", text, ""),
        )
    except ValueError as error:
        raise refuse(part.where, str(error)) from None
    part.done()
    return found


def _done(part: Part, found: Any) -> Any:
    part.done()
    return found


def _all_or(read: Callable[[str, Any], frozenset[str]]) -> Callable[[str, Any], frozenset[str] | str]:
    return lambda where, raw: EVERYTHING if raw == EVERYTHING else read(where, raw)
