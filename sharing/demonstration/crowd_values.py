"""What stands in the fields of the crowd's records."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from sharing.demonstration.drafts import Names
from sharing.vocabulary import codes

_BEARINGS = ("north", "east", "south", "west")


class Crowd:
    """What is drawn from, and with what: one seed for everything."""

    def __init__(self, told: Mapping[str, Any], seed: int) -> None:
        self.names = Names(seed)
        self.random = self.names.random
        self.places: Mapping[str, Sequence[Any]] = told["places"]
        self.given: Sequence[str] = told["given"]
        self.family: Sequence[str] = told["family"]
        self.crimes: Mapping[str, Mapping[str, Any]] = told["crimes"]
        self.phones: Sequence[Sequence[str]] = told["phones"]
        self.vehicles: Sequence[Sequence[str]] = told["vehicles"]
        self.said = {crime: each["said"] for crime, each in self.crimes.items()}
        #: How often each age from 11 to 60: most at 14 to 19.
        self.ages = [9 if 14 <= age <= 19 else 3 if age < 30 else 1 for age in range(11, 61)]

    def crime(self, only: frozenset[str]) -> str:
        """A crime type, as often as each is."""
        among = [crime for crime in self.crimes if not only or crime in only]
        return self.random.choices(among, [self.crimes[crime]["of"] for crime in among])[0]

    def phone(self) -> str:
        """A telephone number of the range that Ofcom keeps for drama."""
        return f"07700 900 {self.random.randrange(1000):03}"


def values_for(
    crowd: Crowd, type_: str, area: str, told: tuple[str, str], happened: datetime
) -> dict[str, Any]:
    """Values of the type's own fields; `told` is the crime type and what is said of it."""
    crime, said = told
    address, point, ward, kind = crowd.random.choice(crowd.places[area])
    jitter = [round(part + crowd.random.uniform(-0.002, 0.002), 5) for part in point]
    place = {"address": f"{crowd.random.randrange(1, 240)} {address}", "point": jitter, "ward": ward}
    if type_ == "incident":
        return {**_incident(crowd, crime, said, happened), **place, "place_kind": kind}
    if type_ == "alert":
        ends = happened + timedelta(days=3)
        return {"kind": "look-out", "issued": happened, "ends": ends, "message": said, "ward": ward}
    made = _MAKERS[type_](crowd, happened)
    if type_ == "vehicle":
        made["last_point"] = jitter
    return {**made, **place} if type_ in ("sighting", "premises") else made


def _incident(crowd: Crowd, crime: str, said: str, happened: datetime) -> dict[str, Any]:
    draw, about = crowd.random, crowd.crimes[crime]
    number = draw.randrange(1_000_000, 9_999_999)
    low, high = about["loss"]
    return {
        "crime_type": crime,
        "offence_class": about["class"],
        "occurred": happened,
        "occurred_until": happened + timedelta(minutes=draw.randrange(1, 30)),
        "method": [draw.choice(about["methods"])],
        "weapon": draw.choices((None, "knife", "blunt"), (80, 15, 5))[0],
        "violence": draw.random() < 0.2,
        "loss": draw.randrange(low, high + 1, 100) if high else 0,
        "goods": [draw.choice(about["goods"])] if about["goods"] else None,
        "recovered": draw.random() < 0.15,
        "outcome": draw.choice(("open", "open", "arrested", "charged", "no-trace", "no-further-action")),
        "prosecution_supported": draw.random() < 0.6,
        "evidence_until": happened.date() + timedelta(days=31),
        "account": f"{said} {draw.choice(crowd.given)} rang.",
        "crime_reference": str(number),
        "risk_score": draw.randrange(100),
        "statement_kind": "fact",
    }


def _sighting(crowd: Crowd, happened: datetime) -> dict[str, Any]:
    draw = crowd.random
    return {
        "seen": happened,
        "activity": [draw.choice(tuple(codes.ACTIVITIES))],
        "outcome": draw.choice(("open", "attended", "stopped", "no-trace")),
        "footage_until": happened.date() + timedelta(days=draw.choice((28, 31))),
        "direction": draw.choice(_BEARINGS),
        "transport": draw.choice(tuple(codes.TRANSPORT)),
        "account": "Seen on camera and followed until out of view.",
        "footage_reference": f"R{draw.randrange(1, 60):03}",
        "clock_error": draw.randrange(-5, 15),
    }


def _item(crowd: Crowd, happened: datetime) -> dict[str, Any]:
    draw = crowd.random
    make, model = draw.choice(crowd.phones)
    return {
        "kind": "phone",
        "make": make,
        "model": model,
        "colour": draw.choice(tuple(codes.COLOURS)),
        "imei": f"35{draw.randrange(10**12):012}{draw.randrange(10)}",
        "loss": draw.randrange(5_000, 120_000, 100),
        "stolen": True,
        "ping_at": happened + timedelta(minutes=40),
        "ping_accuracy": draw.choice((10, 25, 60, 200)),
        "account": "Taken in the event to which it is linked.",
    }


def _vehicle(crowd: Crowd, happened: datetime) -> dict[str, Any]:
    draw = crowd.random
    make, model = draw.choice(crowd.vehicles)
    letters = "".join(draw.choices("ABCDEFGHJKLMNOPRSTUVWXY", k=2))
    return {
        "role_in_event": draw.choice(("used", "seen", "taken")),
        "stolen": draw.random() < 0.3,
        "last_seen": happened,
        "make": make,
        "model": model,
        "colour": draw.choice(tuple(codes.COLOURS)),
        "registration": f"{letters}{draw.randrange(2, 99):02}Q{draw.choice('ABCDE')}{draw.choice('LMNOP')}",
    }


#: What members do about somebody, by their card.
_ADVICE = {
    "none": "Do: report where they go and who with. Do not: approach.",
    "yellow": "Do: greet, offer help, report. Do not: approach about past thefts.",
    "red": "Do: refuse entry if safe; report the breach. Do not: touch or detain.",
}


def _subject(crowd: Crowd, happened: datetime) -> dict[str, Any]:
    draw, day = crowd.random, happened.date()
    card = draw.choice(("none", "yellow", "yellow", "red"))
    banned = card == "red"
    return {
        "state": draw.choice(("known", "id-sought")),
        "card": card,
        "ban": "active" if banned else "none",
        "ban_from": day if banned else None,
        "ban_until": day + timedelta(days=365) if banned else None,
        "gallery_until": day + timedelta(days=365),
        "advice": _ADVICE[card],
    }


def _order(crowd: Crowd, happened: datetime) -> dict[str, Any]:
    day = happened.date()
    return {
        "kind": "criminal-behaviour-order",
        "issuer": "Thames Magistrates’ Court",
        "starts": day,
        "ends": day + timedelta(days=730),
        "served_at": happened,
        "conditions": ["not-enter-zone"],
        "court_reference": f"01TM/{crowd.random.randrange(1000, 9999)}/{day:%y}",
        "conditions_text": "Must not enter the zone around Stratford Broadway.",
    }


def _premises(crowd: Crowd, happened: datetime) -> dict[str, Any]:
    del happened
    shop = f"{crowd.random.choice(crowd.family)} & {crowd.random.choice(crowd.family)}"
    return {"trading_name": shop, "place_kind": "shop", "phone": crowd.phone()}


_MAKERS: Mapping[str, Callable[[Crowd, datetime], dict[str, Any]]] = {
    "sighting": _sighting,
    "item": _item,
    "vehicle": _vehicle,
    "subject": _subject,
    "order": _order,
    "premises": _premises,
}


def person_values(crowd: Crowd, born: date | None, *, protected: bool) -> dict[str, Any]:
    """What is known of a person at an event: by name where there is a date of birth, else by looks."""
    draw = crowd.random
    looks = {
        "seen_as": draw.choice(("male", "male", "female")),
        "build": draw.choice(tuple(codes.BUILDS)),
        "hair": [draw.choice(tuple(codes.HAIR))],
        "clothing": [draw.choice(tuple(codes.CLOTHING))],
    }
    if born is None:
        return looks
    named = {
        "given_name": draw.choice(crowd.given),
        "family_name": draw.choice(crowd.family),
        "date_of_birth": born,
    }
    return {**looks, **named, "phone": crowd.phone()} if protected else {**looks, **named}
