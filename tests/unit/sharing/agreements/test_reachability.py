"""Against every situation there is: those that stand for others must not hide one."""

from dataclasses import replace
from itertools import chain, combinations, product

from hypothesis import given, reject, settings
from hypothesis import strategies as st

from foundation.errors import Invalid
from sharing.agreements.clause_check import spoken_fields
from sharing.agreements.lint import Kind, Severity
from sharing.agreements.lints import engine_version, lints_of
from sharing.release.clauses import Case, holding, nearby
from sharing.release.schema import Category
from tests.unit.sharing.agreements.test_lints import AGENCIES, KINDS, ROBBERY, clause, terms

_entry = st.sampled_from(["event", "occurred", "ward", "place", "identity", "family_name", "date_of_birth"])
_side = st.lists(
    st.sampled_from(["met", "north", "borough", "shops", "members", "police", "council", "bcrp"]),
    min_size=1,
    max_size=3,
    unique=True,
)
_people = st.lists(st.sampled_from(["suspect", "victim"]), min_size=1, unique=True)
_clauses = st.lists(
    st.fixed_dictionaries(
        {
            "from": _side,
            "to": _side,
            "fields": st.lists(_entry, min_size=1, max_size=2, unique=True),
            "treatment": st.sampled_from(["disclose", "generalise", "withhold"]),
            "records": st.lists(st.sampled_from(["incident", "sighting"]), min_size=1, unique=True),
        },
        optional={
            "categories": _people,
            "children": st.sampled_from(["no", "also", "only"]),
            "roles": st.just(["operator"]),
            "never": st.sampled_from([True]),
            "retention_days": st.sampled_from([5, 9]),
        },
    ),
    min_size=1,
    max_size=5,
)
SOME = (Category.SUSPECT, Category.VICTIM, Category.OTHER)
SETS = [frozenset(each) for each in chain.from_iterable(combinations(SOME, size) for size in (1, 2, 3))]


def every_case(parties):
    for owner, agency in product(parties, parties):
        for at_site, member, role in product((False, True), (False, True), ((), ("operator",))):
            if owner != agency:
                yield Case(
                    owner=owner,
                    owner_kind=KINDS[owner],
                    at_site=at_site,
                    agency=agency,
                    agency_kind=KINDS[agency],
                    member=member,
                    inside=False,
                    roles=frozenset(role),
                    purpose=ROBBERY,
                    type="",
                )


def decides(version, stored):
    """Whether the clause holds anywhere at all, asked without any short cut."""
    fields = [*spoken_fields(stored)]
    for case, each, elapsed in product(every_case(sorted(version.parties)), fields, (0, 5, 9, 184)):
        people = product(SETS, (False, True)) if each.personal else [(None, False)]
        for categories, child in people:
            full = replace(case, type=each.type, categories=categories, child=child, elapsed=elapsed)
            if stored["id"] in holding(nearby(version, full), full, each.field):
                return True
    return False


@settings(max_examples=40, deadline=None)
@given(_clauses)
def test_a_clause_is_called_unreachable_exactly_if_it_never_holds(raw):
    clauses = []
    for number, each in enumerate(raw):
        made = clause(str(number), **each)
        if made["treatment"] == "withhold":
            made.pop("retention_days", None)
        if [*spoken_fields(made)]:
            clauses.append(made)
    parties = ["met", "north", "borough", "shops"]
    try:
        version = terms(*clauses, parties=parties)
    except Invalid:
        reject()
    lints = lints_of(version, AGENCIES)
    called = {
        each.clause for each in lints if each.kind is Kind.UNREACHABLE and each.severity is Severity.ERROR
    }
    engine = engine_version(version)
    assert called == {each["id"] for each in clauses if not decides(engine, each)}
