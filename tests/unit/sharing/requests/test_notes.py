"""Notes of necessity: written by the owner, signed by the named approver alone, for six months at most."""

from datetime import timedelta

import pytest

from foundation import clock
from foundation.errors import Conflict, Denied, FactorRequired, Invalid, Missing
from sharing.disclosure import print_record, read_record
from sharing.release.floors import six_months_after
from sharing.requests.notes import NewNote, note_choices, notes_on, read_note, write_note
from sharing.requests.signing import end_note, refuse_note, sign_note
from sharing.waiting import list_waiting
from tests.unit.sharing.requests.scene import (
    APPROVER,
    BCRP,
    MEMBER,
    MET,
    OFFICER,
    PREPARER,
    RAIL,
    events,
    key_of,
    person,
)

SIGNER = "marcus-sallis"
YOUTH_JUSTICE = "havering-youth-justice"


def note(about, **more):
    said = {
        "link": about.child,
        "recipients": (BCRP,),
        "classes": ("identity",),
        "reason": "He threatens staff by name and must be recognised.",
        "until": clock.now() + timedelta(days=60),
        "approver": SIGNER,
        **more,
    }
    return NewNote(**said)


def written(database, about, **more):
    return write_note(database, person(PREPARER), about.id, note(about, **more))


def signed(database, about, **more):
    made = written(database, about, **more)
    sign_note(database, person(SIGNER), made, read_note(database, person(SIGNER), made).digest)
    return made


def child_name(database, about, reading=read_record):
    """The family name of the child as the member sees it; None if it is withheld."""
    page = reading(database, person(MEMBER), "incident", about.id)
    return next(each.fields.get("family_name") for each in page.record.persons if each.link == about.child)


@pytest.fixture
def named(database, about):
    """A robbery, until a test signs a note on it."""
    assert child_name(database, about) is None
    return about


def test_signed_note_opens_what_a_clause_holds_ready_until_its_end(database, named):
    made = written(database, named)
    assert child_name(database, named) is None
    assert made in {each.id for each in list_waiting(database, person(SIGNER))}
    line = read_note(database, person(SIGNER), made)
    assert (line.owner, line.categories, line.may_sign) == (
        "Metropolitan Police East Area",
        ("suspect",),
        True,
    )
    sign_note(database, person(SIGNER), made, line.digest)
    assert child_name(database, named) is not None
    with clock.stopped(line.until):
        assert child_name(database, named) is None
    (entry,) = [each for each in events(database, "sharing:note:signed") if each["detail"]["note"] == made]
    assert entry["agencies"] == sorted([MET, YOUTH_JUSTICE])
    assert "threatens" not in str(entry)


def test_only_its_named_approver_signs_with_a_fresh_proof_what_they_read(database, named):
    made = written(database, named)
    digest = read_note(database, person(SIGNER), made).digest
    for other in ("neil-garroway", "anne-whitlock"):
        with pytest.raises(Missing):
            sign_note(database, person(other), made, digest)
    for other in (PREPARER, APPROVER):
        with pytest.raises(Denied):
            sign_note(database, person(other), made, digest)
    with pytest.raises(FactorRequired):
        sign_note(database, person(SIGNER, proved=clock.now() - timedelta(minutes=5)), made, digest)
    with pytest.raises(Denied):
        sign_note(database, key_of(SIGNER), made, digest)
    with pytest.raises(Conflict, match="not the one that you read"):
        sign_note(database, person(SIGNER), made, "0" * 64)
    assert child_name(database, named) is None


def test_note_is_seen_by_its_two_sides_alone(database, named):
    made = written(database, named)
    assert read_note(database, person(OFFICER), made).state == "waiting"
    for stranger in (MEMBER, "priya-nair", RAIL, "celia-brandt", "miriam-stokes"):
        with pytest.raises(Missing):
            read_note(database, person(stranger), made)
    with pytest.raises(Missing):
        notes_on(database, person("priya-nair"), named.id)
    assert [each.id for each in notes_on(database, person(OFFICER), named.id)] == [made]


def test_six_months_are_the_longest(database, named):
    now = clock.now()
    with clock.stopped(now):
        longest = six_months_after(now)
        with pytest.raises(Invalid) as found:
            written(database, named, until=longest + timedelta(seconds=1))
        assert list(found.value.problems) == ["until"]
        made = written(database, named, until=longest)
    digest = read_note(database, person(SIGNER), made).digest
    with clock.stopped(longest), pytest.raises(Conflict, match="six months"):
        sign_note(database, person(SIGNER), made, digest)
    sign_note(database, person(SIGNER), made, digest)


def test_refused_note_opens_nothing_and_is_decided_once(database, named):
    made = written(database, named)
    digest = read_note(database, person(SIGNER), made).digest
    with pytest.raises(Invalid):
        refuse_note(database, person(SIGNER), made, "")
    refuse_note(database, person(SIGNER), made, "A description is enough.")
    with pytest.raises(Conflict):
        sign_note(database, person(SIGNER), made, digest)
    (line,) = notes_on(database, person(OFFICER), named.id)
    assert (line.state, line.refused_why) == ("refused", "A description is enough.")
    assert child_name(database, named) is None


@pytest.mark.parametrize("who", [OFFICER, SIGNER])
def test_either_side_ends_it_at_once(database, named, who):
    made = signed(database, named)
    assert child_name(database, named) is not None
    with pytest.raises(Missing):
        end_note(database, person(MEMBER), made)
    end_note(database, person(who), made)
    assert child_name(database, named) is None
    with pytest.raises(Conflict):
        end_note(database, person(who), made)


def test_owner_takes_back_a_note_that_nobody_signed(database, named):
    made = written(database, named)
    with pytest.raises(Missing):
        end_note(database, person(SIGNER), made)
    end_note(database, person(OFFICER), made)
    digest = read_note(database, person(SIGNER), made).digest
    with pytest.raises(Conflict):
        sign_note(database, person(SIGNER), made, digest)


@pytest.mark.parametrize(
    ("more", "part"),
    [({"link": "nobody"}, "link"), ({"recipients": ()}, "recipients"), ({"classes": ()}, "classes"),
     ({"recipients": ("havering",)}, "recipients"), ({"classes": ("vulnerability",)}, "classes"),
     ({"reason": "So."}, "reason"), ({"approver": "rosa-ojha"}, "approver"),
     ({"approver": "della-rowe"}, "approver")],
)  # fmt: skip
def test_note_is_whole(database, named, more, part):
    with pytest.raises(Invalid) as found:
        written(database, named, **more)
    assert list(found.value.problems) == [part]


def test_choices_are_businesses_and_named_approvers_of_police_and_youth_justice(database, named):
    choices = note_choices(database, person(OFFICER), named.id)
    assert dict(choices.approvers).keys() == {"marcus-sallis", "neil-garroway", "simon-achebe"}
    assert BCRP in dict(choices.businesses)
    assert "havering" not in dict(choices.businesses)
    with pytest.raises(Missing):
        note_choices(database, person(RAIL), named.id)


def test_note_never_opens_anything_in_print(database, named):
    signed(database, named)
    assert child_name(database, named) is not None
    assert child_name(database, named, print_record) is None
