"""The list of channels is whole: each has a test that exists and a planted leak, or a reason to have none."""

import ast
from pathlib import Path

import pytest

from tests.leaks.channels import CHANNELS, PAGE, Channel, page
from tests.leaks.seeds import CRAWLED, SEEDS, WATCHED

FOLDER = Path(__file__).parent
HOW_MANY = 58

each_channel = pytest.mark.parametrize("channel", CHANNELS, ids=lambda channel: str(channel.number))


def test_every_channel_stands_in_the_list_once():
    assert [each.number for each in CHANNELS] == list(range(1, HOW_MANY + 1))


@each_channel
def test_channel_has_a_test_and_a_planted_leak_or_a_reason(channel: Channel):
    planted = [seed.name for seed in SEEDS if channel.number in seed.channels]
    assert bool(planted) is not bool(channel.absent)
    assert bool(channel.test) is not bool(channel.absent)


@each_channel
def test_named_test_exists(channel: Channel):
    file, _, name = channel.test.partition("::")
    if channel.test:
        tree = ast.parse((FOLDER / file).read_text(encoding="utf-8"))
        assert name in {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}


def test_planted_leak_is_found_in_one_way():
    assert all(seed.paths and seed.watch is None for seed in CRAWLED)
    assert all(seed.watch and not seed.paths for seed in WATCHED)
    assert len({seed.name for seed in SEEDS}) == len(SEEDS)


def test_page_says_what_the_list_says():
    assert PAGE.read_text(encoding="utf-8") == page(), "run: python -m tests.leaks.channels write"
