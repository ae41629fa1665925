import pytest

from sharing.records.words import words_of


def words(text):
    return words_of({"text": text})


def test_case_diacritics_and_punctuation_do_not_count():
    assert words("Zoë O’Brien, STRASSE; straße (Łódź)") == {"zoe", "brien", "strasse", "łodz"}


def test_one_letter_and_endless_words_are_left_out():
    assert words("a bc " + "x" * 65 + " " + "y" * 64) == {"bc", "y" * 64}


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("07700 900 418", "07700900418"),
        ("+44 7700 900418", "07700 900 418"),
        ("353918 11 204577 4", "353918112045774"),
        ("AB12 CDE", "AB12CDE"),
        ("ab12cde", "AB12 CDE"),
    ],
)
def test_both_spellings_of_a_number_find_each_other(typed, kept):
    assert words(typed) == words(kept)
    assert len(words(typed)) == 1


def test_a_reference_is_one_word_and_a_hyphened_word_is_two():
    assert words("7QF4-K2") == {"7qf4k2"}
    assert words("half-term") == {"half", "term"}


def test_short_numbers_stay_apart():
    assert words("14 Mowbray House, 2") == {"14", "mowbray", "house"}


def test_lists_are_read_and_other_values_are_not():
    assert words_of({"clothing": ["black-puffer"], "loss": 46000, "violence": True}) == {"black", "puffer"}
