"""The digest by which an entry of the ledger names its policy."""

from dataclasses import replace

from sharing.release.facts import Agency
from tests.unit.sharing.release.scene import END, agreement, clause, policy


def of(treatment="disclose", **more):
    return policy(agreement(clause("1", {"place", "event", "admin"}, treatment), **more))


def test_same_policy_has_the_same_digest_in_whatever_order_it_was_read():
    one = of()
    turned = replace(one, agencies=dict(reversed(one.agencies.items())), marks=[])
    assert one.digest == turned.digest
    assert len(one.digest) == 64


def test_every_change_that_decides_changes_the_digest():
    agreed = of()
    marked = {name: Agency(each.id, each.kind, not each.business) for name, each in agreed.agencies.items()}
    digests = [
        agreed.digest,
        of("generalise").digest,
        of(ended=END).digest,
        replace(agreed, agencies=marked, marks=[]).digest,
        replace(agreed, approvers={"somebody": "police"}, marks=[]).digest,
    ]
    assert len(set(digests)) == len(digests)
