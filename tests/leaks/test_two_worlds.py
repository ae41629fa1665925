"""Two worlds that differ only in what an observer may not see answer that observer with equal bytes."""

import pytest

from sharing.catalogue import PLURALS
from tests.leaks.drive import differences
from tests.leaks.exits import UNKNOWN, Ask
from tests.leaks.pairs import ENGINES, Pairs
from tests.leaks.views import VIEWS

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
    shown = {answer.ask: answer for answer in pairs.of(engine, view).answers[0]}
    for type_ in VIEWS[view].records:
        page = shown[f"api GET /api/v1/{PLURALS[type_]} [0]"]
        assert page.body.count(b'"id":"') >= 1, f"{type_}: {page.body[:200]!r}"


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
