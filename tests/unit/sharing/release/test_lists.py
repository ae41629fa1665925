from dataclasses import replace
from datetime import timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from sharing.release.decision import decide
from sharing.release.exit import release, release_many
from sharing.release.facts import (
    ALL,
    BreakGlass,
    Conditions,
    Exit,
    Grant,
    Keeper,
    Question,
)
from sharing.release.schema import Category, Treatment
from tests.unit.sharing.release.scene import (
    ADULT,
    CHILD,
    NOW,
    PURPOSE,
    agreement,
    clause,
    link,
    policy,
    reader,
    record,
    released,
    version,
)

CLASSES = ["event", "place", "narrative", "identifier", "admin", "occurred", "registration", "crime_type"]
TREATMENTS = ["disclose", "generalise", "mask", "withhold", "absent"]
clauses = st.lists(
    st.builds(
        lambda name, fields, treatment, retention, to, never: clause(
            str(name), fields, treatment, retention_days=retention, to_parties=to, never=never
        ),
        st.integers(1, 9),
        st.sets(st.sampled_from(CLASSES), min_size=1, max_size=3),
        st.sampled_from(TREATMENTS),
        st.sampled_from([None, 5, 15]),
        st.sampled_from([{"bcrp"}, {"council", "bcrp"}, {"havering"}, {"members"}]),
        st.booleans(),
    ),
    max_size=5,
)
releases = st.lists(
    st.builds(
        lambda name, of, days, text, to: released(
            f"R{name}", agreement=of, at=NOW - timedelta(days=days), text=text, recipients=frozenset(to)
        ),
        st.integers(0, 9),
        st.sampled_from(["A", "B", "C"]),
        st.integers(-1, 40),
        st.sampled_from([None, "", "One text.", "Another text."]),
        st.sampled_from([{ALL}, {"havering"}, {"romford"}, {"members"}]),
    ),
    max_size=2,
)
GRANT = Grant(
    "G",
    "A",
    frozenset({"occurred"}),
    Treatment.DISCLOSE,
    "havering",
    None,
    PURPOSE,
    NOW - timedelta(days=1),
    NOW + timedelta(days=1),
)
GLASS = BreakGlass("B", "havering-user", NOW, "duty_inspector", "life", "A threat.", NOW, overdue=False)
records = st.builds(
    lambda kind, owner, site, made, values, extra, persons: record(
        type=kind, owner=owner, site=site, releases=tuple(made), values=values, persons=persons, **extra
    ),
    st.sampled_from(["incident", "vehicle", "intelligence", "media"]),
    st.sampled_from(["east", "romford", "havering"]),
    st.sampled_from([None, "s1", "s2"]),
    releases,
    st.fixed_dictionaries(
        {},
        optional={
            "occurred": st.just(NOW),
            "registration": st.sampled_from(["AB1", "LD57ABC"]),
            "ward": st.just("Hylands"),
            "account": st.just("Original."),
            "crime_type": st.sampled_from(["robbery", None]),
        },
    ),
    st.sampled_from(
        [
            {},
            {},
            {},
            {"conditions": Conditions(withhold_classes=frozenset({"event"}))},
            {"grants": (GRANT,)},
            {"break_glass": (GLASS,)},
            {"keeper": Keeper(link(ADULT, Category.VICTIM, name="k"), NOW)},
            {"parent": record()},
            {"derived_from": record(conditions=Conditions(named_recipients=frozenset({"havering"})))},
        ]
    ),
    st.sampled_from([(), (link(),), (link(replace(ADULT, anonymity_order="yjs")),)]),
)
readers = st.sampled_from(
    [
        reader("havering", "officer", "duty_inspector"),
        reader("romford", "member"),
        reader("romford", "member", sites=frozenset({"s1"})),
        reader("romford", "member", sites=frozenset({"s1", "s2"})),
        reader("romford", "member", sites=frozenset()),
        reader("east", "analyst"),
        reader("cps"),
    ]
)


def shape(out):
    return (out.id, dict(out.fields), dict(out.disclosed), dict(out.treated), dict(out.withheld))


@settings(max_examples=250, deadline=None)
@given(clauses, clauses, clauses, st.lists(records, max_size=6), readers, st.sampled_from(list(Exit)))
def test_list_is_what_each_decision_gives_less_persons_and_links(first, second, later, some, who, leaving):
    versions = (version(*second), version(*later, number=2, from_at=NOW - timedelta(days=3)))
    scheme = version(*first, parties=frozenset({"romford"}))
    terms = (
        agreement(*first),
        agreement(name="B", versions=versions),
        agreement(name="C", versions=(scheme,)),
    )
    question, held = Question(PURPOSE, NOW, leaving), policy(*terms)
    numbered = [replace(one, id=f"r{place}") for place, one in enumerate(some)]
    expected = []
    for one in numbered:
        decision = decide(policy(*terms), one, who, question)
        if decision is not None:
            expected.append(shape(release(decision, one, lambda _, person: person)))
    for _ in range(2):
        found = release_many(held, numbered, who, question, lambda _, person: person)
        assert [shape(out) for out in found] == expected


def test_sheets_keep_no_text_of_a_release():
    held = policy(agreement(clause("1", {"narrative"})))
    question = Question(PURPOSE, NOW, Exit.BULK)
    some = [record(id=name, releases=(released(text=name),)) for name in ("one", "two")]
    shown = release_many(held, some, reader(), question, lambda *_: "")
    assert [out.fields["account"] for out in shown] == ["one", "two"]
    kept = [sheet for sheets in held.sheets.values() for sheet in sheets.values()]
    assert [sheet.texts for sheet in kept] == [(("account", ""),)]
    assert not any(outcome.text for sheet in kept for outcome in sheet.disclosed.values())


def test_list_keeps_its_order_across_the_sheets_of_its_records():
    held = policy(agreement(clause("1", {"event", "address"}), clause("2", {"occurred"}, "generalise")))
    wide = record(type="alert")
    some = [
        replace(one, id=f"r{place}")
        for place, one in enumerate([record(), wide, record(values={"occurred": "no time"}), wide, record()])
    ]
    shown = release_many(held, some, reader(), Question(PURPOSE, NOW, Exit.BULK), lambda *_: "")
    assert [out.id for out in shown] == ["r0", "r1", "r2", "r3", "r4"]
    assert [out.type for out in shown] == ["incident", "alert", "incident", "alert", "incident"]
    told = [("occurred" in out.treated, "occurred" in out.withheld) for out in shown]
    assert told[0] == told[4] == (True, False)
    assert told[2] == (False, True)


def test_list_withholds_the_picture_of_a_child_although_its_records_share_a_sheet():
    held = policy(agreement(clause("1", {"image", "event"})))
    some = [record(id="none", type="alert"), record(id="child", type="alert", persons=(link(CHILD),))]
    for who, withheld in ((reader("romford"), [False, True]), (reader(), [False, False])):
        shown = release_many(held, some, who, Question(PURPOSE, NOW, Exit.BULK), lambda *_: "")
        assert ["picture" in out.withheld for out in shown] == withheld


def test_list_leaves_out_what_does_not_exist():
    held = policy(agreement(clause("1", {"event"})))
    some = [record(id="one"), record(id="two", releases=())]
    shown = release_many(held, some, reader(), Question(PURPOSE, NOW, Exit.BULK), lambda *_: "")
    assert [out.id for out in shown] == ["one"]
