"""The storyline of `demo/storyline.yaml` as drafts, with its persons, stills, links and cameras."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from foundation.clock import LONDON
from foundation.files import Files
from foundation.pictures import reencode
from sharing.demonstration.drafts import Batch, Draft, DraftPerson, DraftRelease, Names, lay
from sharing.demonstration.moments import birth_of, day_of, moment_of
from sharing.demonstration.people import People, id_of, read
from sharing.demonstration.pictures import Drawn, draw
from sharing.records.person import PERSON
from sharing.records.registry import SCHEMAS
from sharing.release.schema import FieldType, Schema

_OWN = "own"


def story_batch(files: Files, people: People, names: Names, now: datetime) -> Batch:
    """All rows of the storyline; its stills are drawn, taken in as any other picture, and stored."""
    told, batch = read("storyline.yaml"), Batch()
    births = {key: about.get("born") for key, about in told["persons"].items()}
    entered = _entered_on(told["records"])
    for key, about in told["persons"].items():
        batch.add("person", {**person_row(key, about, now), "entered_on": entered.get(key)})
    for each in told["records"]:
        _tell(batch, each, births, (files, people, names, now))
    for agency, register in told["cameras"].items():
        for draft in _cameras(agency, register, people, now):
            lay(batch, draft, names)
    return batch


def person_row(key: str, about: Mapping[str, Any], now: datetime) -> dict[str, Any]:
    """A natural person: age, belief about age, order of anonymity."""
    age = about.get("age")
    return {
        "id": id_of(f"person {key}"),
        "date_of_birth": birth_of(about["born"], now) if "born" in about else None,
        "date_of_birth_verified": about.get("verified", False),
        "apparent_age": {"low": age[0], "high": age[1], "recorded": day_of(about["seen"], now).isoformat()}
        if age
        else None,
        "believed_child": about.get("believed_child", False),
        "anonymity_order": about.get("anonymity_order"),
    }


def _entered_on(records: Sequence[Mapping[str, Any]]) -> dict[str, str]:
    """The link with which each person came: their own record's, else that of the first that tells of them."""
    found: dict[str, str] = {}
    for told in records:
        for each in told.get("persons", ()):
            found.setdefault(each["person"], id_of(f"link {told['key']} {each['person']}"))
    return found | {
        told["person"]: id_of(f"link {told['key']} {_OWN}") for told in records if "person" in told
    }


def values_of(schema: Schema, told: Mapping[str, Any], now: datetime) -> dict[str, Any]:
    """The values with their days and times counted from now.

    Raises:
        KeyError: for a field that the schema does not have.
    """
    made = {}
    for name, value in told.items():
        kind = schema.by_name[name].type
        if kind is FieldType.TIME:
            value = moment_of(value, now)  # noqa: PLW2901 - the same value, counted from now
        elif kind is FieldType.DATE:
            value = day_of(value, now)  # noqa: PLW2901 - as above
        made[name] = value
    return made


def _tell(
    batch: Batch,
    told: Mapping[str, Any],
    births: Mapping[str, str | None],
    with_: tuple[Files, People, Names, datetime],
) -> None:
    files, people, names, now = with_
    stills = [(still, id_of(f"record {still['key']}")) for still in told.get("stills", ())]
    drawn = [draw(still["scene"], still["banner"], _stamp(still, now)) for still, _ in stills]
    keys = [_keep(files, each) for each in drawn]
    draft = _draft(
        told, births, people, now, stills=[id_ for _, id_ in stills], picture=keys[0][0] if keys else None
    )
    lay(batch, draft, names)
    for (still, still_id), picture, each in zip(stills, keys, drawn, strict=True):
        lay(batch, _still(draft, still, still_id, picture, now), names)
        for row in _boxes(still, still_id, told["key"], each):
            batch.add("box", row)
    for other in told.get("linked", ()):
        row = {"record_id": draft.id, "to_record": id_of(f"record {other}"), "made_by": draft.owner}
        batch.add("record_link", {"id": id_of(f"{told['key']} {other}"), "created_at": draft.recorded, **row})


def _draft(
    told: Mapping[str, Any],
    births: Mapping[str, str | None],
    people: People,
    now: datetime,
    *,
    stills: Sequence[str],
    picture: str | None,
) -> Draft:
    key = told["key"]
    more: dict[str, Any] = {"conditions": told.get("conditions")}
    if "site" in told:
        more["site"] = id_of(told["site"])
    if "keeper" in told:
        more["keeper"] = id_of(f"link {' '.join(told['keeper'])}")
    persons = [_person(key, each, births, now) for each in told.get("persons", ())]
    if "person" in told:
        own = {"person": told["person"], "categories": [], "values": told["own"] | {"picture": picture}}
        persons = [_person(key, own, births, now, own=True)]
        more["person_id"] = persons[0].person
    by = people.by_user[id_of(told["by"])]
    return Draft(
        id=id_of(f"record {key}"),
        type=told["type"],
        reference=told.get("reference", key),
        owner=told["owner"],
        by=(by.id, by.name),
        recorded=moment_of(told["recorded"], now),
        values=values_of(SCHEMAS[told["type"]], told["values"], now),
        persons=persons,
        releases=[_release(each, people, now) for each in told.get("releases", ())],
        stills=stills,
        status=told.get("status", "open"),
        more=more,
    )


def _person(
    record: str,
    told: Mapping[str, Any],
    births: Mapping[str, str | None],
    now: datetime,
    *,
    own: bool = False,
) -> DraftPerson:
    key = told["person"]
    values = values_of(PERSON, {name: value for name, value in told["values"].items() if value}, now)
    born = births[key]
    if born is not None and "family_name" in values:
        values["date_of_birth"] = birth_of(born, now)
    return DraftPerson(
        link=id_of(f"link {record} {_OWN if own else key}"),
        person=id_of(f"person {key}"),
        categories=tuple(told["categories"]),
        values=values,
        confirmed=told.get("confirmed", True),
        own=own,
    )


def _release(told: Mapping[str, Any], people: People, now: datetime) -> DraftRelease:
    at = moment_of(told["at"], now)
    return DraftRelease(
        agreement=told["agreement"],
        version=people.version_at(told["agreement"], at),
        purposes=tuple(told["purposes"]),
        recipients="all" if told["to"] == "all" else tuple(told["to"]),
        at=at,
        expires=moment_of(told["until"], now),
        text=told.get("text"),
        category=told.get("category"),
    )


def _stamp(still: Mapping[str, Any], now: datetime) -> str:
    return moment_of(still["taken"], now).astimezone(LONDON).strftime("%d-%m-%Y %H:%M:11")


def _keep(files: Files, drawn: Drawn) -> tuple[str, str, str]:
    picture = reencode(drawn.jpeg)
    return files.put(picture.bytes), picture.format, picture.sha256


def _still(
    parent: Draft, told: Mapping[str, Any], still_id: str, picture: tuple[str, str, str], now: datetime
) -> Draft:
    values = {
        "picture": picture[0],
        "format": picture[1],
        "sha256": picture[2],
        "taken": moment_of(told["taken"], now),
        "caption": told["caption"],
        "exhibit_number": told.get("exhibit"),
    }
    more = {"parent": parent.id, "looked_over": True, "site": parent.more.get("site")}
    return Draft(still_id, "media", told["key"], parent.owner, parent.by, parent.recorded, values, more=more)


def _boxes(still: Mapping[str, Any], still_id: str, record: str, drawn: Drawn) -> Iterator[dict[str, Any]]:
    marked = [("face", place, box) for place, box in drawn.faces.items()]
    marked += [("text", str(n), box) for n, box in enumerate(drawn.texts)]
    for kind, place, (left, top, width, height) in marked:
        person = still["faces"].get(place) if kind == "face" else None
        yield {
            "id": id_of(f"box {still['key']} {kind} {place}"),
            "media_id": still_id,
            "kind": kind,
            "link_id": id_of(f"link {record} {person}") if person else None,
            "left": left,
            "top": top,
            "width": width,
            "height": height,
        }


def _cameras(agency: str, register: Mapping[str, Any], people: People, now: datetime) -> Iterator[Draft]:
    by = people.by_user[id_of(register["by"])]
    names = ("number", "address", "point", "ward", "bearing", "overwrite_days", "clock_error")
    release = _release({**register["release"], "at": "-100d 09:00", "until": "+80d"}, people, now)
    for line in register["list"]:
        yield Draft(
            id=id_of(f"record camera {line[0]}"),
            type="camera",
            reference=line[0],
            owner=agency,
            by=(by.id, by.name),
            recorded=moment_of("-120d 09:00", now),
            values=dict(zip(names, line, strict=True)),
            releases=[release],
        )
