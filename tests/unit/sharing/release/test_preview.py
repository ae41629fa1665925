from sharing.release.preview import Audience, preview
from tests.unit.sharing.release.scene import NOW, PURPOSE, agreement, clause, policy, reader, record, released

TIMES = agreement(clause("1", {"occurred"}))
WARDS = agreement(clause("2", {"ward"}, "generalise"), clause("3", {"occurred"}, "generalise"), name="B")


def previewed(*names, who=None):
    about = record(releases=tuple(released(name, agreement=name) for name in names))
    audience = Audience("council", who or reader(), (PURPOSE,))
    (found,) = preview(policy(TIMES, WARDS), about, [audience], NOW, lambda *_: "")
    return found


def test_each_audience_sees_what_the_engine_would_give_under_each_agreement_alone():
    found = previewed("A", "B")
    assert [(view.agreement, set(view.released.fields)) for view in found.views] == [
        ("A", {"occurred"}),
        ("B", {"occurred", "ward"}),
    ]


def test_union_lays_the_forms_of_each_field_side_by_side():
    forms = previewed("A", "B").together["occurred"]
    assert [(form.treatment.slug, form.agreement) for form in forms] == [
        ("disclose", "A"),
        ("generalise", "B"),
    ]


def test_views_that_together_give_more_fields_than_any_alone_are_joined():
    assert not previewed("B").joined
    other = agreement(clause("2", {"ward"}), name="B")
    about = record(releases=(released(), released("S", agreement="B")))
    audience = Audience("council", reader(), (PURPOSE,))
    (found,) = preview(policy(TIMES, other), about, [audience], NOW, lambda *_: "")
    assert found.joined


def test_audience_for_whom_nothing_exists_sees_nothing():
    found = previewed("A", who=reader("cps", purposes=frozenset()))
    assert [view.released for view in found.views] == [None]
    assert found.together == {}
