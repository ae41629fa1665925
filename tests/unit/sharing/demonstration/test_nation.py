from collections import Counter

from sharing.demonstration import nation
from sharing.demonstration.people import read_people

WHOLE = nation.with_nation(read_people(), 1)


def test_sixty_agencies_and_two_hundred_agreements_of_two_to_sixty():
    assert len({agency.id for agency in WHOLE.agencies}) == nation.AGENCIES
    assert len({terms.id for terms in WHOLE.agreements}) == nation.AGREEMENTS
    sizes = [len(terms.versions[0].parties) for terms in WHOLE.agreements if terms.id.startswith("N-")]
    assert (min(sizes), max(sizes)) == (2, 60)


def test_the_sparse_agency_stands_in_one_agreement_that_few_records_use():
    standing = [terms.id for terms in WHOLE.agreements if nation.SPARSE in terms.versions[-1].parties]
    assert standing == [nation.SPARSE_AGREEMENT]
    profiles = nation.nation_profiles(WHOLE, {})
    assert not any(route.agreement == nation.SPARSE_AGREEMENT for each in profiles for route in each.routes)
    assert nation.sparse_profile(WHOLE).routes[0].to == (nation.SPARSE,)


def test_every_route_is_of_a_party():
    parties = {terms.id: terms.versions[-1].parties for terms in WHOLE.agreements}
    for profile in nation.nation_profiles(WHOLE, {}):
        assert all(profile.agency in parties[route.agreement] for route in profile.routes)
        assert profile.staff


def test_ids_of_agencies_and_users_are_used_once():
    assert max(Counter(user.id for user in WHOLE.users).values()) == 1
    assert max(Counter(user.email for user in WHOLE.users).values()) == 1
