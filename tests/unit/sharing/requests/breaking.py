"""Glass that an inspector breaks in tests, and what they then read."""

from sharing.disclosure import read_record
from sharing.requests.glass import Declared, break_the_glass
from tests.unit.sharing.requests.scene import MET, RAIL_INSPECTOR, person

REASON = "The suspect has said that he will kill her tonight."


def declared(about, **more):
    said = {"owner": MET, "reference": about.reference, "danger": "life", "reason": REASON, **more}
    return Declared(**said)


def broken(database, about, user_id=RAIL_INSPECTOR):
    return break_the_glass(database, person(user_id), declared(about))


def read(database, about, who=None, **more):
    return read_record(database, who or person(RAIL_INSPECTOR), "incident", about.id, **more)
