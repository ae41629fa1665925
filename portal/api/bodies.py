"""Released values as JSON; the fields of a person on a record stand under the person's link."""

from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

import orjson

from sharing.disclosure import RecordPage
from sharing.release.exit import Released, ReleasedPerson, Treated, Withheld
from sharing.release.reasons import UNASKABLE
from sharing.release.treatments import CoveredPicture

_PICTURE = CoveredPicture("", everybody=False).text
_VERSION_DIGITS = 32  # hexadecimal
_WRITING = orjson.OPT_PASSTHROUGH_DATACLASS | orjson.OPT_PASSTHROUGH_DATETIME

#: Writes a mapping of outcomes by the writer of one of them.
_Outcomes = Callable[[Mapping[str, Any], Callable[[Any], Mapping[str, Any]]], Any]


def page_body(records: Iterable[Released], cursor: str | None) -> dict[str, Any]:
    """One page of a list, with the cursor of the next, if there is one; no totals."""
    return {"records": record_bodies(records), "more": cursor is not None, "cursor": cursor}


def record_body(record: Released) -> orjson.Fragment:
    """One record that stands alone, as JSON; its version is the one that If-Match takes."""
    body = _askable(record, _body(record, _plainly))
    return orjson.Fragment(_written({"version": record.version, **body}))


def detail_body(page: RecordPage) -> orjson.Fragment:
    """One record with its stills and the things linked to it, as JSON; with its label, if it has one."""
    record = page.record
    more: dict[str, Any] = {
        "granted": _granted(page),
        "stills": record_bodies(page.stills),
        "things": record_bodies(page.things),
    }
    if page.tlp:
        more["tlp"] = page.tlp
    body = _askable(record, _body(record, _plainly))
    return orjson.Fragment(_written({"version": record.version, **body, **more}))


def record_bodies(records: Iterable[Released]) -> list[orjson.Fragment]:
    """Records as JSON, ready to stand in a larger body.

    Records that went through the same compiled sheet share what was treated and withheld, the same objects;
    so that is written once for all of them. It took half of the time of a list of fifty.
    """
    kept: dict[int, orjson.Fragment] = {}

    def once(outcomes: Mapping[str, Any], each: Callable[[Any], Mapping[str, Any]]) -> orjson.Fragment:
        key = id(outcomes)
        if key not in kept:
            kept[key] = orjson.Fragment(orjson.dumps(_plainly(outcomes, each)))
        return kept[key]

    # With persons or links the maps are put together for the one record and gone after it: nothing to share,
    # and an identity that the next record's maps may have again.
    held = list(records)
    alone = [bool(record.persons or record.links) for record in held]
    written = [
        _written(_body(record, _plainly if by_itself else once))
        for record, by_itself in zip(held, alone, strict=True)
    ]
    # The version is put in front of the bytes that it is the digest of, which are not written again.
    return [orjson.Fragment(b'{"version":"%b",%b' % (_version(each).encode(), each[1:])) for each in written]


def _body(record: Released, outcomes: _Outcomes) -> dict[str, Any]:
    """What is shown, how it was treated, what is withheld and why. Absent is in none of them."""
    fields: Mapping[str, Any] = record.fields
    treated, withheld = record.treated, record.withheld
    if record.persons or record.links:
        fields, treated, withheld = dict(fields), dict(treated), dict(withheld)
        for person in record.persons:
            prefix = f"persons.{person.link}."
            fields |= {prefix + name: value for name, value in _unplaced(person.fields).items()}
            treated |= {prefix + name: each for name, each in person.treated.items()}
            withheld |= {prefix + name: each for name, each in person.withheld.items()}
        fields |= {f"links.{link.id}": link.to for link in record.links}
    if record.type == "media" and fields.get("picture") is not None:
        fields = {**fields, "picture": f"/api/v1/media/{record.id}/picture"}
    else:
        fields = _unplaced(fields)
    return {
        "id": record.id,
        "type": record.type,
        "owner": record.owner,
        "fields": fields,
        "treated": outcomes(treated, _treated),
        "withheld": outcomes(withheld, _withheld),
    }


def _unplaced(fields: Mapping[str, Any]) -> Mapping[str, Any]:
    """The fields without the place of a picture in the store, which would join records that show it."""
    return fields if fields.get("picture") is None else {**fields, "picture": _PICTURE}


def _askable(record: Released, body: dict[str, Any]) -> dict[str, Any]:
    """The body with the way to ask for each withheld field that an owner could give.

    Only where one record is read: in lists what is withheld is written once for many records.
    """
    base = f"/api/v1/requests?record={record.id}&field="
    for name, told in body["withheld"].items():
        if told["agreement"] is not None and told["reason"] not in UNASKABLE:
            told["ask"] = base + name
    return body


def _granted(page: RecordPage) -> dict[str, Any]:
    """What leaves by a grant: by key, the grant and until when."""
    groups: list[tuple[str, Released | ReleasedPerson]] = [("", page.record)]
    groups += [(f"persons.{person.link}.", person) for person in page.record.persons]
    found = {}
    for prefix, group in groups:
        by = {name: each.clause for name, each in group.disclosed.items()}
        by |= {name: each.clause for name, each in group.treated.items()}
        for name, grant in by.items():
            if grant is not None and grant in page.granted:
                found[prefix + name] = {"grant": grant, "until": page.granted[grant]}
    return found


def _plainly(outcomes: Mapping[str, Any], each: Callable[[Any], Mapping[str, Any]]) -> dict[str, Any]:
    return {name: each(outcome) for name, outcome in outcomes.items()}


def _treated(each: Treated) -> Mapping[str, Any]:
    return {"treatment": each.treatment.slug, "agreement": each.agreement, "clause": each.clause}


def _withheld(each: Withheld) -> dict[str, Any]:
    return {
        "reason": each.reason.value,
        "agreement": each.agreement,
        "clause": each.clause,
    }


def _written(body: Mapping[str, Any]) -> bytes:
    return orjson.dumps(body, default=_plain, option=_WRITING)


def _version(written: bytes) -> str:
    """A digest of what this reader was shown, and of nothing else."""
    return sha256(written).hexdigest()[:_VERSION_DIGITS]


def _plain(value: Any) -> Any:
    """What JSON has no form for: moments in UTC, and treated values as their text."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
    return value.isoformat() if hasattr(value, "isoformat") else value.text
