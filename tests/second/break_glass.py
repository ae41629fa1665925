"""Danger to life: which entry of a break-glass register opens a record now, and what it leaves closed."""

from datetime import timedelta

from tests.second import floors
from tests.second.ages import moment, within
from tests.second.terms import share_an_agreement
from tests.second.world_view import is_member

ROLES = {"duty_inspector", "safeguarding_lead"}
DANGERS = {"life", "serious_harm", "missing_child"}


def _overdue_before(question, entry):
    """Whether a review of the reader's agency was overdue when the glass was broken."""
    at = moment(entry["at"])
    for earlier in question.world["break_glass"]:
        if earlier["id"] == entry["id"]:
            continue
        due = moment(earlier["at"]) + timedelta(hours=72)
        reviewed = moment(earlier["reviewed"])
        agency = question.user(earlier["user"])["agency"]
        if agency == question.reader["agency"] and due <= at and (reviewed is None or reviewed > at):
            return True
    return False


def _seconded(question, entry):
    second = question.user(entry["second_person"]) if entry["second_person"] else None
    return (
        second is not None
        and second["id"] != entry["user"]
        and second["agency"] == question.reader["agency"]
        and not is_member(second)
        and entry["role"] in second["roles"]
    )


def _well_made(question, entry):
    at = moment(entry["at"])
    factor = moment(entry["factor_at"])
    return (
        entry["role"] in ROLES & set(question.reader["roles"])
        and entry["danger"] in DANGERS
        and bool(entry["reason"])
        and within(at, factor, factor + timedelta(minutes=5))
        and (not _overdue_before(question, entry) or _seconded(question, entry))
    )


def _vetoes(question, record):
    return [(c, foreign) for c, foreign in floors.conditions_on(question, record) if c.get("veto")]


def valid_entry(question, record):
    """The first entry, by id, that opens this record to the reader on the screen now; None without one."""
    agency = question.reader["agency"]
    if question.exit != "one" or question.business():
        return None
    if any(floors.stops_agency(c, foreign, agency) for c, foreign in _vetoes(question, record)):
        return None
    for entry in sorted(question.world["break_glass"], key=lambda entry: entry["id"]):
        at = moment(entry["at"])
        if (
            (entry["user"], entry["record"]) == (question.reader["id"], record["id"])
            and within(question.now, at, at + timedelta(minutes=30))
            and _well_made(question, entry)
            and share_an_agreement(question, record["owner"], agency, (at, question.now))
        ):
            return entry
    return None


def opens(question, record, field):
    """Whether a broken glass opens a field: everything but the source and what is vetoed."""
    if field.cls == "source":
        return False
    return not any(
        field.cls in c.get("withhold_classes", ()) or (c.get("sanitised_only") and field.type == "text")
        for c, _ in _vetoes(question, record)
    )
