"""What counts as marked above OFFICIAL, and which marking a page gets."""

import pytest

from sharing.records.values import cleaned
from sharing.release.schema import Schema, fields
from sharing.vocabulary.grading import TOO_HIGH, highest, is_marked_too_high


@pytest.mark.parametrize(
    "text",
    [
        "TOP SECRET",
        "SECRET",
        "The man was seen. TOP SECRET: not for partners.",
        "SECRET\nThe man was seen.",
        "The man was seen.\nUK SECRET",
        "Marked SECRET by its sender.",
        "HE WAS SEEN AT NINE\nSECRET - UK EYES ONLY",
        "**SECRET** he was seen",
        "TOP-SECRET",
    ],
)
def test_marking_is_found_as_people_type_it(text):
    assert is_marked_too_high(text)


@pytest.mark.parametrize(
    "text",
    [
        "He kept it secret from his mother.",
        "Secret Garden nursery, South Street",
        "HE KEPT IT SECRET FROM HER AND LEFT",
        "The secretary rang.",
        "SECRETARY OF THE CLUB",
        "OFFICIAL-SENSITIVE",
        "",
    ],
)
def test_word_secret_in_a_sentence_is_no_marking(text):
    assert not is_marked_too_high(text)


def test_text_marked_too_high_is_refused_with_what_to_do_instead():
    from foundation.errors import Invalid

    schema = Schema("some", fields("narrative", caption="text"))
    with pytest.raises(Invalid) as refused:
        cleaned(schema, {"caption": "TOP SECRET photograph"})
    assert refused.value.problems == {"caption": TOO_HIGH}


def test_page_has_the_highest_marking_of_what_it_shows_and_the_highest_in_doubt():
    assert highest(["OFFICIAL"]) == "OFFICIAL"
    assert highest(["OFFICIAL", "OFFICIAL-SENSITIVE"]) == "OFFICIAL-SENSITIVE"
    assert highest(["OFFICIAL", ""]) == "OFFICIAL-SENSITIVE"
    assert highest([]) == "OFFICIAL-SENSITIVE"
