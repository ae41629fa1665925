"""What each agency reads of an entry of several, made from the one text that is kept."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as some

from foundation.ledger.encoding.detail import canonical, leaf_of, parse
from foundation.ledger.encoding.kept import kept_text, read_kept, seen_by, taken_home, view_texts
from foundation.ledger.encoding.views import new_views
from foundation.ledger.verifier import verify
from tests.ledgers import AT

SECRET = bytes(range(32))
FORMS = [{"by": ["1"], "full": ["ward"]}, {"by": ["2"], "full": ["street"]}, {"by": [""], "full": ["name"]}]
TOLD = {
    "id": "e-1",
    "at": "2026-02-17T14:00:00.000000Z",
    "operation": "consultation",
    "event": "sharing:record:listed",
    "actor": "officer-1",
    "agency": "havering",
    "session": "5e55",
    "agencies": ["btp", "havering", "met"],
    "records": ["a", "b", "c", "d", "e"],
    "detail": {
        "purpose": "robbery",
        "shown": {"forms": FORMS, "records": ["0 ISA-1", "2", "1 ISA-2", "0 ISA-1", "1 ISA-1"]},
        "type": "incident",
    },
    "subjects": ["aa", "bb"],
}
OWNERS = [0, 1, 2, 2, 2]


def texts_of(told=TOLD, owners=OWNERS, subjects=None):
    return view_texts(told, canonical(told), owners, subjects or {})


def test_each_owner_reads_its_own_records_and_what_was_shown_of_them():
    found = {agency: json.loads(text) for agency, text in texts_of(subjects={"met": ["cc"]}).items()}
    assert found["havering"] == TOLD
    assert found["btp"]["detail"] == {
        "purpose": "robbery",
        "shown": {"forms": [FORMS[0]], "records": ["0 ISA-1"]},
        "type": "incident",
    }
    assert (found["btp"]["agencies"], found["btp"]["records"]) == (["btp", "havering"], ["a"])
    assert "subjects" not in found["btp"]
    met = found["met"]
    assert (met["agencies"], met["records"], met["subjects"]) == (
        ["havering", "met"],
        ["c", "d", "e"],
        ["cc"],
    )
    # Its forms are numbered in the order of its own records: the numbers tell nothing of the others'.
    assert met["detail"]["shown"] == {
        "forms": [FORMS[1], FORMS[0]],
        "records": ["0 ISA-2", "1 ISA-1", "0 ISA-1"],
    }


WORDS = some.text(
    some.characters(codec="utf-8", exclude_characters=" ") | some.sampled_from('\0"\\,{}[]é\u0301\n'),
    min_size=1,
    max_size=6,
)


@some.composite
def entries(draw):
    """What an entry tells, with the owners of its records; any text may stand anywhere."""
    agencies = sorted(draw(some.lists(WORDS, min_size=2, max_size=5, unique_by=canonical_word)))
    actors = draw(some.sampled_from(agencies))
    others = [number for number, agency in enumerate(agencies) if agency != actors]
    owners = others + draw(some.lists(some.integers(0, len(agencies) - 1), max_size=6))
    records = sorted({f"{number} {draw(WORDS)}" for number in range(len(owners))})
    detail = draw(some.dictionaries(WORDS.filter(lambda word: word != "shown"), WORDS, max_size=3))
    if draw(some.booleans()):
        forms = draw(some.lists(some.dictionaries(WORDS, WORDS, max_size=2), min_size=1, max_size=4))
        number = some.integers(0, len(forms) - 1)
        told = [
            f"{draw(number)} {draw(WORDS)}" if draw(some.booleans()) else str(draw(number)) for _ in records
        ]
        detail |= {"shown": {"forms": forms, "records": told}}
    told = {**TOLD, "agency": actors, "agencies": agencies, "records": records, "detail": detail}
    try:
        return parse(canonical(told)), owners
    except ValueError:  # two keys that are one in NFC
        return {**TOLD}, OWNERS


def canonical_word(word):
    return json.loads(canonical({"word": word}))["word"]


def narrowed(told, owners, agency):
    """The same rule, written out."""
    its = [place for place, owner in enumerate(owners) if told["agencies"][owner] == agency]
    view = {name: value for name, value in told.items() if name != "subjects"}
    view["agencies"] = [each for each in told["agencies"] if each in (agency, told["agency"])]
    view["records"] = [told["records"][place] for place in its]
    if "shown" in told["detail"]:
        shown, forms, records = told["detail"]["shown"], [], []
        for place in its:
            number, *rest = shown["records"][place].split(" ", 1)
            if number not in forms:
                forms.append(number)
            records.append(" ".join([str(forms.index(number)), *rest]))
        named = [shown["forms"][int(number)] for number in forms]
        view["detail"] = {**told["detail"], "shown": {"forms": named, "records": records}}
    return view


@given(entries())
def test_text_of_a_view_is_the_canonical_one_whatever_it_says(made):
    told, owners = made
    found = texts_of(told, owners)
    assert [*found] == [told["agency"], *[each for each in told["agencies"] if each != told["agency"]]]
    for agency in set(found) - {told["agency"]}:
        assert found[agency] == canonical(narrowed(told, owners, agency))


@given(entries())
def test_what_is_kept_gives_each_agency_what_was_committed_to(made):
    told, owners = made
    text = canonical(told)
    texts = view_texts(told, text, owners, {})
    views = new_views(SECRET, texts)
    kept = kept_text(views.salt, owners, {}, text)
    assert read_kept(kept).views(SECRET).commitment() == views.commitment()
    for agency, own in texts.items():
        assert seen_by(kept, agency) == own
        opening, detail = taken_home(kept, SECRET, agency)
        assert detail == own
        assert verify.commitment(opening, detail, 7, agency)[0] == leaf_of(views.commitment(), AT)


def test_references_of_a_view_are_kept_for_it_alone():
    text, subjects = canonical(TOLD), {"met": ["cc", "dd"]}
    kept = kept_text(bytes(8), OWNERS, subjects, text)
    assert json.loads(seen_by(kept, "met"))["subjects"] == ["cc", "dd"]
    assert "subjects" not in json.loads(seen_by(kept, "btp"))
    assert json.loads(seen_by(kept, None))["subjects"] == TOLD["subjects"]
    assert view_texts(TOLD, text, OWNERS, subjects)["met"] == seen_by(kept, "met")


def test_whoever_has_no_view_reads_nothing():
    kept = kept_text(bytes(8), OWNERS, {}, canonical(TOLD))
    assert seen_by(kept, None) == canonical(TOLD)  # what the actor's own reads
    assert seen_by(kept, "newham") is None
    with pytest.raises(ValueError, match="no view is of this agency"):
        taken_home(kept, SECRET, "newham")
    alike = canonical(TOLD)  # one detail for all whom it concerns
    assert (seen_by(alike, "newham"), taken_home(alike, SECRET, "newham")) == (alike, (SECRET, alike))


NOT_TOLD = {
    "owners of other records": (TOLD, OWNERS[:-1]),
    "a number of no agency": (TOLD, [0, 1, 2, 2, 3]),
    "a number from the end": (TOLD, [0, 1, 2, 2, -1]),
    "an agency without records": (TOLD, [1, 1, 2, 2, 2]),
    "what was shown of other records": (
        {**TOLD, "detail": {"shown": {"forms": FORMS, "records": ["0"]}}},
        OWNERS,
    ),
}


@pytest.mark.parametrize("wrong", NOT_TOLD)
def test_nothing_is_made_where_it_cannot_be_told_whose_is_what(wrong):
    told, owners = NOT_TOLD[wrong]
    with pytest.raises(ValueError, match=r"it cannot be told|an agency has no record"):
        texts_of(told, owners)


def test_what_was_kept_in_another_form_is_refused():
    kept = kept_text(b"\xab" * 8, OWNERS, {}, canonical(TOLD))
    lines = kept.split("\n")
    swapped = "\n".join([lines[0], lines[1], lines[2], lines[3].replace('"a"', '"a" ')])
    for changed in (
        kept.upper(),
        f"{kept}\n",
        f" {kept}",
        "",
        lines[0],
        kept.replace("[0,", "[ 0,"),
        swapped,
    ):
        with pytest.raises(ValueError):  # noqa: PT011 - whatever is wrong with it
            read_kept(changed)
