"""Goal 9: deciding and building fifty records of an incident's fields for one reader.

Run with `python -m benchmarks.micro` from the top of the repository. Prints medians of nine rounds.
"""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from statistics import median
from time import process_time

from sharing.records.registry import LINK, PERSON, SCHEMAS
from sharing.release.exit import release_many
from sharing.release.facts import (
    ALL,
    Agency,
    Agreement,
    Clause,
    Exit,
    Link,
    Person,
    Question,
    Reader,
    Record,
    Release,
    Version,
    Whole,
)
from sharing.release.policy import Policy, make_policy
from sharing.release.schema import Category, Treatment

START = datetime(2026, 1, 1, tzinfo=UTC)
NOW = datetime(2026, 2, 17, 14, tzinfo=UTC)
PURPOSE = frozenset({"preventing-and-detecting-robbery"})
ROUNDS, LOOPS = 9, 60


def _clause(
    name: str, fields: set[str], treatment: Treatment, categories: set[Category] | None = None
) -> Clause:
    return Clause(
        id=name,
        purposes=PURPOSE,
        from_parties=frozenset({"police"}),
        to_parties=frozenset({"bcrp"}),
        records=frozenset({"incident"}),
        fields=frozenset(fields),
        treatment=treatment,
        categories=frozenset(categories) if categories else None,
    )


def policy() -> Policy:
    """One typical agreement between a police area and a partnership."""
    clauses = (
        _clause("1", {"event", "place", "narrative", "admin"}, Treatment.DISCLOSE),
        _clause("2", {"occurred", "address", "loss"}, Treatment.GENERALISE),
        _clause("3", {"identifier"}, Treatment.WITHHOLD),
        _clause("4", {"description"}, Treatment.DISCLOSE, {Category.SUSPECT}),
    )
    parties = frozenset({"east", "romford"})
    version = Version(1, True, START, START + timedelta(days=365), parties, PURPOSE, clauses)  # noqa: FBT003 - signed
    agencies = (Agency("east", "police", business=False), Agency("romford", "bcrp", business=True))
    return make_policy(agencies, (Agreement("HAV-CSP-01", (version,)),), {}, {}, SCHEMAS, (LINK, PERSON))


def records(persons: int) -> list[Record]:
    """Fifty incidents of the police, each released once, each with so many persons."""
    fields = [field.name for field in SCHEMAS["incident"].fields]
    made = []
    for number in range(50):
        values = {name: f"{name} {number}" for name in fields}
        occurred = NOW - timedelta(hours=number * 7)
        values |= {
            "occurred": occurred,
            "loss": number * 1700,
            "ward": "St Edward's",
            "address": "South Street",
        }
        made.append(
            Record(
                id=f"r{number}",
                type="incident",
                owner="east",
                happened=occurred,
                values=Whole(values),
                persons=tuple(
                    Link(f"l{number}.{each}", Person(f"p{number}.{each}"), frozenset({Category.SUSPECT}))
                    for each in range(persons)
                ),
                releases=(
                    Release(
                        f"x{number}",
                        "HAV-CSP-01",
                        PURPOSE,
                        frozenset({ALL}),
                        NOW,
                        permitted=True,
                        text="Robbery.",
                    ),
                ),
            )
        )
    return made


def timed(run: Callable[[], object]) -> float:
    """Milliseconds of processor time of one run, the median of the rounds: other work does not count."""
    taken = []
    for _ in range(ROUNDS):
        begun = process_time()
        for _ in range(LOOPS):
            run()
        taken.append((process_time() - begun) / LOOPS * 1000)
    return median(taken)


def release_of_fifty() -> float:
    """Milliseconds for a page of fifty incidents without persons: goal 9."""
    reader = Reader(
        "u", "romford", "bcrp", business=True, roles=frozenset({"member"}), sites=frozenset({"s1"})
    )
    question = Question("preventing-and-detecting-robbery", NOW + timedelta(hours=1), Exit.BULK)
    one, page = policy(), records(0)
    return timed(lambda: release_many(one, page, reader, question, lambda _, __: ""))


def main() -> None:
    reader = Reader(
        "u", "romford", "bcrp", business=True, roles=frozenset({"member"}), sites=frozenset({"s1"})
    )
    question = Question("preventing-and-detecting-robbery", NOW + timedelta(hours=1), Exit.BULK)
    one = policy()
    for persons in (0, 1):
        page = records(persons)
        shown = release_many(one, page, reader, question, lambda _, __: "")
        took = timed(lambda page=page: release_many(one, page, reader, question, lambda _, __: ""))
        first = shown[0]
        sizes = (
            f"{len(first.fields)} shown, {len(first.treated)} of them treated, {len(first.withheld)} withheld"
        )
        print(f"release of {len(shown)} incidents, {persons} persons each ({sizes}): {took:.3f} ms")


if __name__ == "__main__":
    main()
