"""Recalls of the demonstration: looks, recalls and answers, by the use cases themselves, at earlier times."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from auth.actor import Actor
from foundation import clock
from foundation.database import Database
from sharing.demonstration.moments import day_of, moment_of
from sharing.demonstration.people import People, id_of, read
from sharing.disclosure import read_record
from sharing.recalls.acts import Act
from sharing.recalls.kinds import Done
from sharing.recalls.lists import list_recalls
from sharing.recalls.notices import Acknowledgement, acknowledge
from sharing.recalls.recalling import recall

#: Whose session it was, in the ledger: nobody's.
_SESSION = "0" * 64


def tell_recalls(database: Database, people: People, now: datetime) -> None:
    """Let the people of `demo/recalls.yaml` look, recall and answer."""
    for told in read("recalls.yaml")["recalls"]:
        _tell(database, people, told, now)


def _tell(database: Database, people: People, told: Mapping[str, Any], now: datetime) -> None:
    record_id, purpose = id_of(f"record {told['record']}"), told["purpose"]
    for look in told["looks"]:
        with clock.stopped(moment_of(look["at"], now)):
            read_record(database, _actor(people, look["who"], purpose), told["type"], record_id)
    act = Act(
        values=told["values"],
        reason=told["reason"],
        message=told["message"],
        due=day_of(told["due"], now),
    )
    with clock.stopped(moment_of(told["at"], now)):
        recall(database, _actor(people, told["by"], purpose), told["type"], record_id, act)
    for answer in told["answers"]:
        who = _actor(people, answer["who"], purpose)
        with clock.stopped(moment_of(answer["at"], now)):
            mine = list_recalls(database, who).mine
            notice = next(each for each in mine if each.record == record_id)
            said = Acknowledgement(Done(answer["done"]), answer.get("said", ""))
            acknowledge(database, who, notice.id, said)


def _actor(people: People, name: str, purpose: str) -> Actor:
    user = people.by_user[id_of(name)]
    home = next(each for each in people.agencies if each.id == user.agency_id)
    return Actor(
        user_id=user.id,
        name=user.name,
        agency_id=home.id,
        agency_name=home.name,
        agency_kind=home.kind,
        business=home.business,
        roles=user.roles,
        purpose=purpose,
        session=_SESSION,
        sites=user.sites,
        job_title=user.job_title,
    )
