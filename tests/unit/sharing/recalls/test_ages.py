"""What is known of an age, put right: it holds at the next read, tells readers, never loosens by a guess."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select, update

from foundation import clock
from foundation.errors import Invalid
from sharing.agreements.releases import NewRelease
from sharing.contribution import release_record, submit
from sharing.recalls.acts import Age
from sharing.recalls.recalling import recall, rehearse
from sharing.records.record import link as links
from sharing.records.record import person as persons
from sharing.submission import NewPerson, NewRecord
from tests.partnership import EXCLUDING, actor
from tests.unit.sharing.recalls.conftest import BUSINESS, OWNER, TRANSPORT


def do(scene, record_id, act):
    return recall(scene.database, actor(OWNER), "incident", record_id, act)


def link_of(scene, record_id):
    return scene.look(OWNER, record_id).persons[0].link


def adult(**known):
    values = {"given_name": "Adam", "family_name": "Suspectson", "clothing": ["black-puffer"]}
    return (NewPerson(("suspect",), {**values, **known}),)


def believed(scene, record_id):
    with scene.database.transaction() as tx:
        person = select(links.c.person_id).where(links.c.record_id == record_id).scalar_subquery()
        return tx.execute(select(persons.c.believed_child).where(persons.c.id == person)).scalar_one()


def test_belief_that_somebody_is_a_child_works_at_the_next_read_and_tells(scene, act):
    made = scene.incident(BUSINESS, TRANSPORT, persons=adult(date_of_birth="1991-02-03"))
    link = link_of(scene, made)
    before = scene.look("priya-nair", made).persons[0]
    assert before.fields["clothing"] == ["black-puffer"]
    scene.look("imran-sadiq", made)
    done = do(scene, made, act(ages=(Age(link, date(1991, 2, 3), verified=False, may_be_child=True),)))
    told = scene.notices(made)
    assert done.told == len(told)
    # the police keep the name; the age band of somebody believed to be a child is no longer an adult's
    assert told["imran-sadiq"]["fields"] == [f"persons.{link}.age_band"]
    assert scene.look("imran-sadiq", made).persons[0].fields["family_name"] == "Suspectson"


def test_belief_closes_the_name_to_businesses_and_they_are_told(scene, act):
    convicted = (NewPerson(("convicted",), {"family_name": "Suspectson", "date_of_birth": "1991-02-03"}),)
    made = scene.incident(persons=convicted)
    release = NewRelease("HAV-CSP-01", (EXCLUDING,), (BUSINESS,))
    release_record(scene.database, actor(OWNER), made, release)

    def shown():
        return scene.look("priya-nair", made, purpose=EXCLUDING).persons[0]

    assert shown().fields["family_name"] == "Suspectson"
    link = link_of(scene, made)
    do(scene, made, act(ages=(Age(link, date(1991, 2, 3), verified=False, may_be_child=True),)))
    with pytest.raises((KeyError, IndexError)):
        assert shown().fields["family_name"]
    assert f"persons.{link}.family_name" in scene.notices(made)["priya-nair"]["fields"]


def test_age_of_somebody_on_several_records_tells_the_readers_of_each(scene, act):
    first = scene.incident(TRANSPORT, persons=adult(date_of_birth="1991-02-03"))
    convicted = (NewPerson(("convicted",), {"family_name": "Suspectson", "date_of_birth": "1991-02-03"}),)
    second = scene.incident(TRANSPORT, persons=convicted)
    release = NewRelease("HAV-CSP-01", (EXCLUDING,), (BUSINESS,))
    release_record(scene.database, actor(OWNER), second, release)
    with scene.database.transaction() as tx:
        person = tx.execute(select(links.c.person_id).where(links.c.record_id == first)).scalar_one()
        tx.execute(update(links).where(links.c.record_id == second).values(person_id=person))
    scene.look("priya-nair", second, purpose=EXCLUDING)
    scene.look("hugh-barrow", second)
    age = Age(link_of(scene, first), date(2015, 2, 3), verified=True, may_be_child=False)
    assert do(scene, first, act(ages=(age,))).told == 0
    # a child's name closes to businesses; what the police read of the second has not changed
    assert set(scene.notices(second)) == {"priya-nair"}


def test_nobody_becomes_an_adult_without_a_document(scene, act):
    made = scene.incident(TRANSPORT, persons=adult(date_of_birth=clock.today().replace(year=2012)))
    link = link_of(scene, made)
    do(scene, made, act(ages=(Age(link, date(1991, 2, 3), verified=False, may_be_child=False),)))
    assert believed(scene, made) is True
    do(scene, made, act(ages=(Age(link, date(1991, 2, 3), verified=True, may_be_child=False),)))
    assert believed(scene, made) is False
    with pytest.raises(Invalid, match="verified too"):
        do(scene, made, act(ages=(Age(link, date(1980, 2, 3), verified=False, may_be_child=False),)))


def test_guess_made_from_a_later_record_opens_no_earlier_one(scene, act):
    seen = clock.today().replace(day=1)
    early = scene.incident(occurred=clock.now().replace(day=1) - timedelta(days=9 * 365), persons=adult())
    late = scene.incident()
    with scene.database.transaction() as tx:
        person = tx.execute(select(links.c.person_id).where(links.c.record_id == early)).scalar_one()
        tx.execute(update(links).where(links.c.record_id == late).values(person_id=person))
        tx.execute(
            update(persons)
            .where(persons.c.id == person)
            .values(date_of_birth=seen.replace(year=seen.year - 20), date_of_birth_verified=False)
        )
    link = link_of(scene, late)
    do(scene, late, act(ages=(Age(link, date(1991, 2, 3), verified=False, may_be_child=False),)))
    assert believed(scene, early) is True


BORN, GUESS = date(1991, 2, 3), date(1980, 2, 3)
GUESSER = "imran-sadiq"


def known(scene, link):
    """What is held of the person of a link: the date of birth and whether a document was seen."""
    with scene.database.transaction() as tx:
        person = select(links.c.person_id).where(links.c.id == link).scalar_subquery()
        found = select(persons.c.date_of_birth, persons.c.date_of_birth_verified).where(
            persons.c.id == person
        )
        return tuple(tx.execute(found).one())


@pytest.fixture
def shared(scene, act):
    """(the owner's record, another agency's record, its link) of one person whose date the owner verified."""
    made = scene.incident(persons=adult(date_of_birth=BORN.isoformat()))
    do(scene, made, act(ages=(Age(link_of(scene, made), BORN, verified=True, may_be_child=False),)))
    with scene.database.transaction() as tx:
        person = tx.execute(select(links.c.person_id).where(links.c.record_id == made)).scalar_one()
    values = {"crime_type": "robbery", "occurred": clock.now()}
    new = NewRecord(
        "incident", values, persons=(NewPerson(("suspect",), {"clothing": ["black-puffer"]}, person),)
    )
    other = submit(scene.database, actor(GUESSER), new).id
    return made, other, scene.look(GUESSER, other).persons[0].link


@pytest.mark.parametrize("guess", [BORN, GUESS], ids=["right", "wrong"])
def test_a_guessed_date_is_taken_the_same_whether_it_is_right_or_wrong(scene, act, shared, guess):
    _, other, link = shared
    asked = act(ages=(Age(link, guess, verified=False, may_be_child=False),))
    effect = rehearse(scene.database, actor(GUESSER), "incident", other, asked)
    assert (effect.told, effect.untold) == ((), ())
    assert recall(scene.database, actor(GUESSER), "incident", other, asked).told == 0
    shown = scene.look(GUESSER, other).persons[0].fields
    assert (shown["date_of_birth"], shown["age_band"]) == (guess, None)
    assert known(scene, link) == (BORN, True)


@pytest.mark.parametrize("guess", [BORN, GUESS], ids=["right", "wrong"])
def test_a_verified_date_is_defended_with_the_same_words_on_the_link_it_came_with(scene, act, shared, guess):
    made, _, _ = shared
    link = link_of(scene, made)
    with pytest.raises(Invalid, match="verified too"):
        do(scene, made, act(ages=(Age(link, guess, verified=False, may_be_child=False),)))
    assert known(scene, link) == (BORN, True)


def test_date_of_birth_is_not_changed_past_the_belief(scene, act):
    made = scene.incident(TRANSPORT, persons=adult(date_of_birth="1991-02-03"))
    key = f"persons.{link_of(scene, made)}.date_of_birth"
    with pytest.raises(Invalid) as refused:
        do(scene, made, act(values={key: "1990-01-01"}))
    assert set(refused.value.problems) == {key}
