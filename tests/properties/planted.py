"""Faults planted in each of the three ways, which another must notice."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from typing import Any
from unittest.mock import patch

from sharing import contribution, facts, sight
from sharing.agreements import policy, releases
from sharing.release import lens, standing
from sharing.release.facts import Agreement
from tests.second import floors as second_floors

Planted = Callable[[], AbstractContextManager[Any]]


@contextmanager
def scope_forgets_suspension() -> Iterator[None]:
    """SQL gives the rows of agreements that are suspended; the engine refuses them one by one."""
    stands = sight.standing_at

    def standing(agreement: Agreement, now: Any) -> Any:
        return stands(replace(agreement, suspensions=()), now)

    with patch.object(sight, "standing_at", standing):
        yield


@contextmanager
def withdrawal_ignored() -> Iterator[None]:
    """A party that has withdrawn reads on."""

    def all_parties(_: Any, version: Any, __: Any) -> Any:
        return version.parties

    with (
        patch.object(standing, "parties_at", all_parties),
        patch.object(lens, "parties_at", all_parties),
        patch.object(lens, "revived_by_rejoining", lambda *_: False),
    ):
        yield


@contextmanager
def revocation_left_to_the_engine_alone() -> Iterator[None]:
    """Rows of a release that was taken back are found until the end of time."""

    def revoke(tx: Any, release_id: str) -> None:
        table = releases.release
        tx.execute(
            releases.update(table).where(table.c.id == release_id).values(revoked=releases.clock.now())
        )

    with patch.object(contribution.releases, "revoke", revoke):
        yield


@contextmanager
def conditions_forgotten() -> Iterator[None]:
    """Rows become facts without the originator's conditions."""
    with patch.object(facts, "conditions_of", lambda _: None):
        yield


@contextmanager
def policy_never_compiled_anew() -> Iterator[None]:
    """What was compiled first is held for good."""

    def held(tx: Any) -> Any:
        epoch = tx.execute(policy.select(policy.tables.policy_epoch.c.epoch)).scalar() or 0
        if tx.engine not in policy._held:
            policy._held[tx.engine] = (epoch, policy.load_policy(tx))
        return epoch, policy._held[tx.engine][1]

    with patch.object(sight, "policy_of", held):
        yield


@contextmanager
def second_lets_businesses_read_of_victims() -> Iterator[None]:
    """The rules written twice forget the floor of protected persons."""
    with patch.object(second_floors, "_protected", lambda *_: False):
        yield


@contextmanager
def member_without_a_shop_taken_for_staff() -> Iterator[None]:
    """Whoever loses their last shop is no member any more."""
    made = sight.reader_of

    def reader(actor: Any) -> Any:
        return replace(made(actor), sites=actor.sites or None)

    with patch.object(sight, "reader_of", reader):
        yield


#: Each fault, with the acts in which it matters: histories of those alone meet it soon and show it shortly.
FAULTS: tuple[tuple[Planted, tuple[str, ...]], ...] = (
    (scope_forgets_suspension, ("suspend",)),
    (withdrawal_ignored, ("withdraw",)),
    (revocation_left_to_the_engine_alone, ("revoke",)),
    (conditions_forgotten, ("bind",)),
    (policy_never_compiled_anew, ("suspend", "change_terms")),
    (member_without_a_shop_taken_for_staff, ("move",)),
    (second_lets_businesses_read_of_victims, ("pass_time", "send")),
)
