"""Two worlds that differ only in what an observer may not see answer with equal bytes, and with no canary.

One file, since everything is asked once for all of its tests.
"""

import json

import pytest
from sqlalchemy import select

from foundation.ledger.tables import ledger_pending
from sharing.catalogue import PLURALS
from tests.leaks.asks import UNKNOWN, Ask
from tests.leaks.drive import Answer, differences
from tests.leaks.pairs import ENGINES, Pair, Pairs
from tests.leaks.views import VIEWS
from tests.leaks.worlds import WORD

each_pair = pytest.mark.parametrize(
    ("engine", "view"), [(engine, view) for engine in ENGINES for view in VIEWS]
)


@each_pair
def test_observer_cannot_tell_the_worlds_apart(pairs: Pairs, engine: str, view: str):
    one, other = pairs.of(engine, view).answers
    assert differences(one, other) == []
    assert len(one) > 500


@each_pair
def test_no_exit_breaks(pairs: Pairs, engine: str, view: str):
    assert [answer.ask for answer in pairs.of(engine, view).answers[0] if answer.status >= 500] == []


@each_pair
def test_worlds_are_not_empty_for_the_observer(pairs: Pairs, engine: str, view: str):
    """Records of each type that exists for the observer are shown, so that equal does not mean nothing."""
    pair = pairs.of(engine, view)
    shown = {answer.ask: answer for answer in pair.answers[0]}
    for type_ in VIEWS[view].records:
        door = f"/api/v1/{PLURALS[type_]}"
        listed = json.loads(shown[f"api GET {door} [0]"].body)["records"]
        first = pair.one.ids.get(f"{type_}-0") or pair.one.stills["incident-0"][0]
        alone = json.loads(shown[f"api GET {door}/{first} [0]"].body)
        assert first in {each["id"] for each in listed}, type_
        assert alone["withheld"], type_


@each_pair
def test_record_of_a_list_names_its_own_persons_only(pairs: Pairs, engine: str, view: str):
    """A list writes what records share once; nothing that is one record's own may be shared."""
    for type_ in ("incident", "sighting"):
        ask = Ask("api", f"/api/v1/{PLURALS[type_]}?q={WORD}")
        for record in json.loads(pairs.of(engine, view).observers[0].ask(ask)[0].raw)["records"]:
            links = {name.split(".")[1] for name in record["fields"] if name.startswith("persons.")}
            told = {name.split(".")[1] for name in record["withheld"] if name.startswith("persons.")}
            assert told <= links, record["id"]


@each_pair
def test_worlds_do_as_much_work(pairs: Pairs, engine: str, view: str):
    """Statements sent to the database, by which a clock could tell; reported where few differ."""
    one, other = pairs.of(engine, view).answers
    uneven = [a.ask for a, b in zip(one, other, strict=True) if a.statements != b.statements]
    assert len(uneven) < len(one) // 20, uneven


@each_pair
@pytest.mark.parametrize("type_", PLURALS)
def test_hidden_record_answers_like_one_that_nobody_has(pairs: Pairs, engine: str, view: str, type_: str):
    pair = pairs.of(engine, view)
    hidden = [pair.other.ids.get(f"{kind}-{type_}-{n}") for kind in ("unreleased",) for n in range(3)]
    if type_ == "media":
        hidden = pair.other.stills["unreleased-incident-0"]
    for path, door in ((f"/records/{PLURALS[type_]}", "web"), (f"/api/v1/{PLURALS[type_]}", "api")):
        told = [
            pair.observers[1].ask(Ask(door, f"{path}/{each}", title="the same"))[0].told
            for each in (*UNKNOWN, *hidden)
        ]
        assert told[0][0] == 404
        assert all(each == told[0] for each in told)


@each_pair
def test_hidden_still_answers_like_one_that_nobody_has(pairs: Pairs, engine: str, view: str):
    pair = pairs.of(engine, view)
    still = pair.other.stills["unreleased-incident-0"][0]
    asks = [Ask("web", f"/stills/{each}", title="the same") for each in (UNKNOWN[0], still)]
    unknown, hidden = (pair.observers[1].ask(ask)[0].told for ask in asks)
    assert unknown == hidden
    assert unknown[0] == 404


@each_pair
def test_filter_on_a_hidden_field_is_refused_in_the_same_words(pairs: Pairs, engine: str, view: str):
    observer = pairs.of(engine, view).observers[0]
    told = {
        observer.ask(Ask("api", f"/api/v1/incidents?{asked}", title="the same"))[0].told
        for asked in ("no_such_field=1", "source_reference=1", f"{'x' * 60}=2")
    }
    assert len(told) == 1
    assert {status for status, _, _ in told} == {400}


def told(pair: Pair, answer: Answer) -> list[str]:
    """The canaries in an answer, less those that the request itself held."""
    asked = answer.ask.lower()
    headers = repr(answer.headers).encode()
    hits = pair.scanner.found(answer.raw) | pair.scanner.found(headers)
    return [f"{answer.ask}: {hit}" for hit in hits if hit.split()[0][:6] not in asked]


@each_pair
def test_no_canary_leaves(pairs: Pairs, engine: str, view: str):
    pair = pairs.of(engine, view)
    assert len(pair.one.canaries) > 300
    assert [hit for answers in pair.answers for answer in answers for hit in told(pair, answer)] == []


@each_pair
def test_ledger_names_fields_and_never_their_values(pairs: Pairs, engine: str, view: str):
    pair = pairs.of(engine, view)
    assert pair.answers
    for world in (pair.one, pair.other):
        with world.database.transaction() as tx:
            details = list(tx.execute(select(ledger_pending.c.detail)).scalars())
        assert len(details) > 300
        assert pair.scanner.found("\n".join(details).encode()) == set()
