"""The scanner finds a token however a leak may write it, and cries no wolf."""

from random import Random

import pytest

from tests.leaks.scanner import WRITINGS, Scanner
from tests.leaks.values import Writer

TOKEN = Writer(0).canary("a place")
OTHERS = [Writer(0).canary(str(number)) for number in range(500)]
SCANNER = Scanner([*OTHERS, TOKEN])
AROUND = b'{"id":"0920fa98-c315-45f3-8714-b1c78a3c829c","text":"'


@pytest.mark.parametrize("writing", WRITINGS)
def test_planted_token_is_found_in_each_writing(writing: str):
    hits = SCANNER.found(AROUND + WRITINGS[writing](TOKEN) + b'"}')
    assert {hit.split()[0] for hit in hits} == {TOKEN}


@pytest.mark.parametrize("writing", WRITINGS)
def test_absent_token_is_not_found_in_any_writing(writing: str):
    assert SCANNER.found(AROUND + WRITINGS[writing](Writer(0).canary("elsewhere")) + b'"}') == set()


def test_noise_holds_no_token():
    assert SCANNER.found(Random(1).randbytes(300_000)) == set()
