"""Colleagues of an observer, in other roles, cannot tell the two worlds apart in the rooms they enter."""

import pytest

from tests.leaks.asks import Ask
from tests.leaks.drive import Observer, ask_all
from tests.leaks.pairs import ENGINES, Pairs
from tests.leaks.rooms import rooms
from tests.leaks.telling import told_by

#: Somebody of the railway's police, and what they state as their purpose: an investigator, and who answers
#: for the force's data.
INVESTIGATOR = ("hugh-barrow", "preventing-and-detecting-robbery")
DPO = ("noor-haddad", "running-the-partnership")


@pytest.mark.parametrize(
    ("engine", "colleague"), [*((engine, INVESTIGATOR) for engine in ENGINES), ("sqlite", DPO)]
)
def test_colleague_cannot_tell_the_worlds_apart(pairs: Pairs, engine: str, colleague: tuple[str, str]):
    who, purpose = colleague
    pair = pairs.of(engine, "railway")
    pages = [ask for ask in rooms(pair.one, pair.other) if ask.door == "web"]
    asks = [Ask("web", "/"), Ask("web", "/ledger"), *pages]
    one, other = (ask_all(Observer(world, who, purpose=purpose), asks) for world in (pair.one, pair.other))
    assert told_by(pair, asks, one, other) == []
    assert sum(answer.status == 200 for answer in one) >= 15
    assert [answer.ask for answer in (*one, *other) if answer.status >= 500] == []
