"""Released values as JSON bodies; the fields of a person on a record stand under the person's link."""

from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime
from typing import Any

from sharing.release.exit import Released, Treated, Withheld


def page_body(records: Iterable[Released], cursor: str | None) -> dict[str, Any]:
    """One page of a list, with the cursor of the next, if there is one; no totals."""
    return {
        "records": [record_body(record) for record in records],
        "more": cursor is not None,
        "cursor": cursor,
    }


def record_body(record: Released) -> dict[str, Any]:
    """One record: what is shown, how it was treated, what is withheld and why. Absent is in none."""
    fields = {name: _plain(value) for name, value in record.fields.items()}
    treated = {name: _treated(each) for name, each in record.treated.items()}
    withheld = {name: _withheld(each) for name, each in record.withheld.items()}
    for person in record.persons:
        prefix = f"persons.{person.link}."
        fields |= {prefix + name: _plain(value) for name, value in person.fields.items()}
        treated |= {prefix + name: _treated(each) for name, each in person.treated.items()}
        withheld |= {prefix + name: _withheld(each) for name, each in person.withheld.items()}
    fields |= {f"links.{link.id}": link.to for link in record.links}
    if record.type == "media" and fields.get("picture") is not None:
        fields["picture"] = f"/api/v1/media/{record.id}/picture"
    return {
        "id": record.id,
        "type": record.type,
        "owner": record.owner,
        "version": record.version,
        "fields": fields,
        "treated": treated,
        "withheld": withheld,
    }


def _treated(each: Treated) -> Mapping[str, Any]:
    return {"treatment": each.treatment.slug, "agreement": each.agreement, "clause": each.clause}


def _withheld(each: Withheld) -> Mapping[str, Any]:
    return {
        "reason": each.reason.value,
        "agreement": each.agreement,
        "clause": each.clause,
    }


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
    if isinstance(value, date):
        return value.isoformat()
    return getattr(value, "text", value)
