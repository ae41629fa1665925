import pytest
from hypothesis import given
from hypothesis import strategies as st

from sharing.release.pictures import Box, Covering, Mark, MarkKind, covering
from sharing.release.schema import Treatment

NAMED, OTHER, VICTIM = "link-1", "link-2", "link-3"
BOXES = {link: Box(10 * n, 10, 8, 8) for n, link in enumerate((NAMED, OTHER, VICTIM, None))}
FACES = tuple(Mark(MarkKind.FACE, box, link) for link, box in BOXES.items())
TEXT = Mark(MarkKind.TEXT, Box(0, 90, 100, 8))
PROTECTED = frozenset({VICTIM})
LEAVING = (Treatment.DISCLOSE, Treatment.GENERALISE, Treatment.MASK)


def covered(treatment, marks, named=NAMED, protected=PROTECTED, **told) -> Covering:
    return covering(treatment, marks, named, protected, **told)


def boxes(*links) -> tuple[Box, ...]:
    return tuple(BOXES[link] for link in links)


@pytest.mark.parametrize(
    ("treatment", "hidden"),
    [
        (Treatment.DISCLOSE, (VICTIM, None)),
        (Treatment.GENERALISE, (OTHER, VICTIM, None)),
        (Treatment.MASK, (NAMED, OTHER, VICTIM, None)),
    ],
)
def test_each_treatment_covers_its_faces_and_the_text(treatment, hidden):
    assert covered(treatment, (*FACES, TEXT)) == Covering(boxes=(*boxes(*hidden), TEXT.box))


def test_named_subject_who_is_protected_is_covered_under_every_treatment():
    for treatment in LEAVING:
        assert BOXES[NAMED] in covered(treatment, FACES, protected=frozenset({NAMED})).boxes


def test_without_a_named_subject_generalise_covers_every_face():
    assert covered(Treatment.GENERALISE, FACES, named=None).boxes == boxes(NAMED, OTHER, VICTIM, None)


def test_edges_are_covered_where_nobody_drew_a_box_round_the_text():
    assert covered(Treatment.MASK, FACES).bands
    assert not covered(Treatment.MASK, (*FACES, TEXT)).bands


def test_disclosed_picture_shows_its_text_only_to_whom_time_and_place_are_disclosed():
    assert covered(Treatment.DISCLOSE, FACES) == Covering(boxes=boxes(VICTIM, None), bands=True)
    told = covered(Treatment.DISCLOSE, (*FACES, TEXT), text_disclosed=True)
    assert told == Covering(boxes=boxes(VICTIM, None))
    assert covered(Treatment.MASK, (*FACES, TEXT), text_disclosed=True).boxes[-1] == TEXT.box


@pytest.mark.parametrize("treatment", LEAVING)
def test_picture_that_nobody_looked_over_is_covered_wholly(treatment):
    assert covered(treatment, None, text_disclosed=True) == Covering(everything=True)


@pytest.mark.parametrize("marks", [(), (TEXT,)])
def test_without_a_face_box_whoever_may_not_see_faces_sees_nothing(marks):
    assert covered(Treatment.MASK, marks) == Covering(everything=True)
    assert covered(Treatment.GENERALISE, marks) == Covering(everything=True)
    assert not covered(Treatment.DISCLOSE, marks).everything


@pytest.mark.parametrize("treatment", [Treatment.PSEUDONYM, Treatment.WITHHOLD, Treatment.ABSENT])
def test_no_picture_leaves_under_other_treatments(treatment):
    with pytest.raises(ValueError, match="no picture leaves"):
        covered(treatment, FACES)


links = st.sampled_from([NAMED, OTHER, VICTIM, None])
marks = st.lists(
    st.builds(
        Mark,
        st.sampled_from(MarkKind),
        st.builds(Box, st.integers(0, 99), st.integers(0, 99), st.integers(1, 9), st.integers(1, 9)),
        links,
    )
)


@given(marks, links, st.frozensets(st.sampled_from([NAMED, OTHER, VICTIM])))
def test_stronger_treatment_never_covers_less(drawn, named, protected):
    def seen(treatment):
        result = covered(treatment, drawn, named, protected)
        return {mark.box for mark in drawn} if result.everything else set(result.boxes)

    assert seen(Treatment.DISCLOSE) <= seen(Treatment.GENERALISE) <= seen(Treatment.MASK)
