"""The rules of schemes, who accepted them, and vetting, of `demo/members.yaml`."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import insert, update

from auth.tables import agency, user
from auth.vetting import Vetting, kept_of
from foundation.database import Tx
from sharing.demonstration.moments import day_of, moment_of
from sharing.demonstration.people import People, id_of, read
from sharing.people.tables import member_rules, rules_acceptance


def keep_members(tx: Tx, people: People, now: datetime) -> None:
    """Keep them; the people are there already."""
    told = read("members.yaml")
    for where, rules in told["vetting_rules"].items():
        tx.execute(update(agency).where(agency.c.id == where).values(vetting_rules=rules))
    for who, each in told["vetting"].items():
        check = Vetting(each["kind"], each["reference"], day_of(each["until"], now))
        tx.execute(update(user).where(user.c.id == id_of(who)).values(vetting=kept_of([check])))
    numbers: dict[str, int] = {}
    for each in told["rules"]:
        number = numbers[each["agency"]] = numbers.get(each["agency"], 0) + 1
        _keep_rules(tx, people, each, number, now)


def _keep_rules(tx: Tx, people: People, told: Mapping[str, Any], number: int, now: datetime) -> None:
    by, where = people.by_user[id_of(told["by"])], told["agency"]
    rules = {"id": id_of(f"rules {where} {number}"), "agency_id": where, "number": number}
    made = {"text": told["text"].strip(), "made_by": by.id, "made_at": moment_of(told["at"], now)}
    tx.execute(insert(member_rules), {**rules, **made})
    for who, at in told["accepted"].items():
        accepted = {"id": id_of(f"accepted {who} {number}"), "user_id": id_of(who), "rules_id": rules["id"]}
        tx.execute(insert(rules_acceptance), {**accepted, "at": moment_of(at, now)})
