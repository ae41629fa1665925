"""Recorded journeys tell the observer's people the same in both worlds, byte for byte, at every step."""

from typing import NamedTuple
from unittest.mock import patch

import pytest
from sqlalchemy import func, select

from portal.web import exports as web_exports
from portal.web import recalls as web_recalls
from portal.web import requests as web_requests
from sharing.exports.tables import export
from sharing.partnerships import standing
from sharing.partnerships.tables import partnership
from sharing.recalls.tables import recall
from sharing.requests.tables import request
from sharing.simulation import simulate
from tests.leaks.drive import differences
from tests.leaks.journeys import JOURNEYS
from tests.leaks.pairs import ENGINES, Pair, Pairs
from tests.leaks.planting import first_wall_alone, on_pages
from tests.leaks.playing import Player, Told
from tests.leaks.scanner import Scanner

TRIED_ON_ANOTHERS = "/agreements/{drafted}/versions/1/simulation?record=incident:{unreleased-incident-0}"
#: A colleague does not learn of the other's request, nor a shop of another's report before it is checked; and
#: nobody tries terms on the records of others.
REFUSED = {
    "railway": {
        "kate-lindqvist at /requests/{request} [0]",
        f"della-rowe at {TRIED_ON_ANOTHERS} [0]",
    },
    "member-excluding": {"magda-kowalska at /records/incidents/{report} [0]"},
}
VIEWS = tuple(dict.fromkeys(journey.view for journey in JOURNEYS))


class Played(NamedTuple):
    """Two worlds after their journeys, and by journey what the observer's people were told in both."""

    pair: Pair
    players: list[Player]
    told: dict[str, tuple[Told, Told]]


@pytest.fixture(scope="module")
def stages(tmp_path_factory):
    """Worlds of their own: journeys change them."""
    made = Pairs(tmp_path_factory.mktemp("journeys"))
    yield made
    made.close()


@pytest.fixture(scope="module", params=[(engine, view) for engine in ENGINES for view in VIEWS], ids=str)
def played(request, stages):
    pair = stages.of(*request.param)
    players = [Player(pair.one), Player(pair.other)]
    ours = [journey for journey in JOURNEYS if journey.view == request.param[1]]
    told = {journey.title: tuple(player.play(journey) for player in players) for journey in ours}
    return Played(pair, players, told)


def test_worlds_cannot_be_told_apart(played):
    answers = played.told
    found = {name: differences(one.compared, other.compared) for name, (one, other) in answers.items()}
    assert found == {name: [] for name in answers}


def test_journeys_get_to_where_they_go(played):
    """Else that both worlds say the same might be that they say nothing."""
    pair, answers = played.pair, played.told
    shown = [each for told in answers.values() for each in told[0].compared]
    refused = {each.ask.partition(": ")[2] for each in shown if each.status >= 400}
    assert refused == REFUSED[pair.one.view.name]
    assert sum(each.status == 404 for each in shown) == len(refused)
    assert sum(each.status == 200 for each in shown) > 20
    for each in [each for told in answers.values() for each in told[0].opened]:
        assert each.status == 200
    if pair.one.view.name == "railway":
        (one,), (other,) = (told.opened for told in answers["request, railway"])
        assert differences([one], [other]) != []


def test_no_canary_leaves(played):
    pair, answers = played.pair, played.told
    scanner = Scanner([*pair.one.canaries, *pair.other.canaries])
    told = [each for both in answers.values() for world in both for each in world.compared]
    hits = {each.ask: scanner.found(each.raw) | scanner.found(repr(each.headers).encode()) for each in told}
    assert {ask: hit for ask, hit in hits.items() if hit} == {}


def every_board(tx, _actor):
    """The partnerships of everybody."""
    return list(tx.execute(select(partnership.c.id)).scalars())


#: By name: where it shows, to whom, and how it is planted.
LEAKS = {
    "another board's actions": (
        "/actions", "kate-lindqvist", lambda: patch.object(standing, "own_partnerships", every_board),
    ),
    "the owner's note on a request": (
        "/requests/{request}", "hugh-barrow",
        on_pages(web_requests, lambda tx: tx.execute(select(request.c.owner_note)).scalars().all()),
    ),
    "the owner's reason for a recall": (
        "/recalls/notices/{notice}", "imran-sadiq",
        on_pages(web_recalls, lambda tx: tx.execute(select(recall.c.reason)).scalars().all()),
    ),
    "how many files others have": (
        "/exports", "kate-lindqvist",
        on_pages(web_exports, lambda tx: tx.execute(select(func.count(export.c.id))).scalar()),
    ),
    "what one's role does not show of a record that terms are tried on": (
        "/agreements/{drafted}/versions/1/simulation?record=sighting:{tried}", "della-rowe",
        lambda: patch.object(simulate, "_is_told", lambda *_: True),
    ),
}  # fmt: skip


@pytest.mark.parametrize("leak", LEAKS)
@pytest.mark.parametrize("played", [(engine, "railway") for engine in ENGINES], ids=str, indirect=True)
def test_planted_leak_is_found(played, leak: str):
    path, who, plant = LEAKS[leak]
    one, other = (player.again(who, path) for player in played.players)
    assert differences(one, other) == [], "found without the leak"
    with first_wall_alone(*(player.world.app for player in played.players)), plant():
        one, other = (player.again(who, path) for player in played.players)
    assert differences(one, other) != []
