"""Who drafts what, what is kept, and what another agency learns of it: nothing."""

import re
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date

import pytest

from foundation import clock
from foundation.errors import Conflict, Denied, Invalid, Missing
from sharing.agreements import drafting
from sharing.agreements.policy import load_policy, policy_of
from sharing.agreements.stages import Stage
from sharing.agreements.writing import plain_version, written_agreement
from tests.drafts import INES, NEIL, SIMON, YUSRA, begun, clause, entries, set_stage, version
from tests.partnership import ROBBERY, actor


def read(database, place, by=INES):
    return drafting.read_version(database, actor(by), place)


def test_a_draft_is_kept_with_what_was_written_and_one_entry(database):
    with entries(database) as left:
        place = begun(database, clause(), review="2027-01-01", heads={"purpose": " Fewer robberies. "})
    assert re.fullmatch(r"NEW-[2-9A-HJKMNP-TV-Z]{4}", place[0])
    (entry,) = left
    assert entry["event"] == "sharing:agreement:draft-created"
    assert entry["detail"] == {"purpose": ROBBERY, "agreement": place[0], "number": 1, "clauses": 1}
    assert entry["agencies"] == ["newham"]
    found = read(database, place)
    assert (found.stage, found.edition, found.editable) == (Stage.DRAFT, 1, True)
    assert (found.title, found.drafted_by, found.before) == ("Working together", "newham", None)
    assert found.terms.review == date(2027, 1, 1)
    assert found.terms.heads == {"purpose": "Fewer robberies."}
    assert found.terms.clauses == (clause(),)


def test_another_agencys_draft_and_none_are_the_same(database):
    place = begun(database, clause())
    deeds = {
        "read": lambda who, where: drafting.read_version(database, who, where),
        "change": lambda who, where: drafting.change_draft(database, who, where, 1, version(clause())),
        "text": lambda who, where: drafting.change_draft_text(database, who, where, 1, "a: ["),
        "put": lambda who, where: drafting.put_clause(database, who, where, 1, {}),
        "remove": lambda who, where: drafting.remove_clause(database, who, where, 1, "1.1"),
        "discard": lambda who, where: drafting.discard_draft(database, who, where, 1),
    }
    for who, deed in ((who, deed) for who in (SIMON, NEIL) for deed in deeds):
        sentences = set()
        for where in (place, ("NEW-0000", 1), (place[0], 7), (place[0], 10**30)):
            with pytest.raises(Missing) as caught:
                deeds[deed](actor(who), where)
            sentences.add(str(caught.value))
        assert len(sentences) == 1, deed
    assert read(database, place, YUSRA).editable


def test_from_review_on_the_parties_read_it_and_nobody_changes_it(database):
    place = begun(database, clause())
    set_stage(database, place, Stage.REVIEW)
    assert read(database, place, SIMON).terms.clauses == (clause(),)
    assert not read(database, place, SIMON).editable
    assert not read(database, place).editable
    with pytest.raises(Missing):
        read(database, place, NEIL)
    with pytest.raises(Missing):
        drafting.change_draft(database, actor(INES), place, 1, version(clause()))
    with pytest.raises(Missing):
        drafting.discard_draft(database, actor(INES), place, 1)


@pytest.mark.parametrize("person", ["grace-abara", "leon-baptiste", "kate-lindqvist"])
def test_roles_without_the_permission_do_not_draft(database, person):
    place = begun(database, clause())
    who = actor(person)
    with pytest.raises(Denied):
        drafting.begin_agreement(database, who, "NEW", "T", version(clause()))
    with pytest.raises(Denied):
        drafting.begin_amendment(database, who, "RRP-01")
    with pytest.raises(Denied):
        drafting.list_drafts(database, who)
    with pytest.raises(Denied):
        drafting.discard_draft(database, who, place, 1)


def test_colleagues_read_the_draft_and_members_of_a_party_do_not(database):
    place = begun(database, clause())
    assert not read(database, place, "grace-abara").editable
    set_stage(database, place, Stage.REVIEW)
    assert read(database, place, "amara-hollis").terms.clauses == (clause(),)
    with pytest.raises(Missing):
        read(database, place, "leon-baptiste")
    set_stage(database, place, Stage.SIGNED)
    assert read(database, place, "leon-baptiste").terms.clauses == (clause(),)


def test_a_member_with_a_drafting_role_drafts_nothing(database):
    place = begun(database, clause())
    member = replace(actor(INES), sites=frozenset({"shop"}))
    with pytest.raises(Denied):
        drafting.begin_amendment(database, member, "STR-BCRP-01")
    with pytest.raises(Missing):
        drafting.read_version(database, member, place)


def test_a_change_counts_editions_and_names_what_changed(database):
    place = begun(database, clause(), clause("1.2"))
    with entries(database) as left:
        edition = drafting.change_draft(
            database,
            actor(YUSRA),
            place,
            1,
            version(clause(), clause("1.2", treatment="generalise"), clause("1.3"), review="2027-01-01"),
            "Working together well",
        )
    assert edition == 2
    (entry,) = left
    assert entry["event"] == "sharing:agreement:draft-changed"
    assert entry["detail"] | {"purpose": ""} == {
        "purpose": "", "agreement": place[0], "number": 1, "edition": 2,
        "clauses": ["1.2", "1.3"], "other": ["review", "title"],
    }  # fmt: skip
    assert read(database, place).title == "Working together well"


def test_two_people_do_not_write_over_each_other(database):
    place = begun(database, clause())
    drafting.put_clause(database, actor(INES), place, 1, clause("1.2"))
    for late in (
        lambda: drafting.put_clause(database, actor(YUSRA), place, 1, clause("1.3")),
        lambda: drafting.change_draft(database, actor(YUSRA), place, 1, version(clause()), "Other"),
        lambda: drafting.remove_clause(database, actor(YUSRA), place, 1, "1.1"),
        lambda: drafting.discard_draft(database, actor(YUSRA), place, 1),
    ):
        with entries(database) as left, pytest.raises(Conflict):
            late()
        assert left == []
    found = read(database, place)
    assert (found.edition, found.title) == (2, "Working together")
    assert [each["id"] for each in found.terms.clauses] == ["1.1", "1.2"]


def test_of_fifty_changes_at_once_one_is_kept(database):
    place = begun(database, clause())

    def change(number):
        try:
            return drafting.put_clause(database, actor(INES), place, 1, clause(f"2.{number}"))
        except Conflict:
            return None

    with ThreadPoolExecutor(8) as threads:
        kept = [each for each in threads.map(change, range(50)) if each is not None]
    assert kept == [2]
    assert len(read(database, place).terms.clauses) == 2


def test_clauses_are_put_replaced_and_removed_one_by_one(database):
    place = begun(database)
    who = actor(INES)
    drafting.put_clause(database, who, place, 1, clause("1.1"))
    drafting.put_clause(database, who, place, 2, clause("1.2"))
    drafting.put_clause(database, who, place, 3, clause("1.0", treatment="mask"), instead_of="1.1")
    assert [each["id"] for each in read(database, place).terms.clauses] == ["1.0", "1.2"]
    drafting.remove_clause(database, who, place, 4, "1.0")
    assert [each["id"] for each in read(database, place).terms.clauses] == ["1.2"]
    with pytest.raises(Missing):
        drafting.remove_clause(database, who, place, 5, "1.0")
    with pytest.raises(Missing):
        drafting.put_clause(database, who, place, 5, clause(), instead_of="9")


def test_mistakes_of_a_clause_come_back_as_sentences_and_nothing_is_kept(database):
    place = begun(database, clause())
    with pytest.raises(Invalid) as caught:
        drafting.put_clause(
            database, actor(INES), place, 1, clause("1.1", fields=["nonsense"], to=["havering"])
        )
    (place_said,) = {key.removeprefix("version 1, ") for key in caught.value.problems}
    assert place_said == "clause 1.1"
    said = caught.value.problems["version 1, clause 1.1"]
    assert "havering in to is no party of this version." in said
    assert "fields has no nonsense." in said
    assert read(database, place).edition == 1


def test_a_party_that_clauses_name_cannot_leave_unnoticed(database):
    place = begun(database, clause())
    with pytest.raises(Invalid) as caught:
        drafting.change_draft(
            database, actor(INES), place, 1, version(clause(), parties=["newham", "east-bank-bcrp"])
        )
    assert "metropolitan-north-east in from is no party" in caught.value.problems["version 1, clause 1.1"]


def test_the_drafters_agency_is_a_party_of_what_it_drafts(database):
    others = ["metropolitan-north-east", "east-bank-bcrp"]
    raw = version(parties=others)
    with pytest.raises(Invalid, match="Your agency is one of the parties"):
        drafting.begin_agreement(database, actor(INES), "NEW", "T", raw)
    place = begun(database)
    with pytest.raises(Invalid, match="Your agency is one of the parties"):
        drafting.change_draft(database, actor(INES), place, 1, raw)


@pytest.mark.parametrize("stem", ["", "-", "a b", "NEW_1", "x" * 31, "É"])
def test_a_reference_begins_with_letters_and_digits(database, stem):
    with pytest.raises(Invalid) as caught:
        drafting.begin_agreement(database, actor(INES), stem, " ", version())
    assert set(caught.value.problems) == {"id", "title"}


def test_an_amendment_takes_over_the_terms_and_the_next_number(database):
    who = actor(INES)
    place = drafting.begin_amendment(database, who, "STR-BCRP-01")
    found = read(database, place)
    assert place == ("STR-BCRP-01", 2)
    assert found.before is not None
    assert found.before.number == 1
    assert found.terms.clauses == found.before.clauses
    assert found.terms.from_at > clock.now()
    for second in (INES, SIMON):
        with pytest.raises(Conflict, match="being prepared already"):
            drafting.begin_amendment(database, actor(second), "STR-BCRP-01")
    with pytest.raises(Missing):
        drafting.begin_amendment(database, actor(NEIL), "STR-BCRP-01")
    with pytest.raises(Invalid, match="does not change by an amendment"):
        drafting.change_draft(database, who, place, 1, version(clause()), "Another title")
    assert place in [(each.agreement, each.number) for each in drafting.list_drafts(database, who).drafts]
    assert drafting.list_drafts(database, actor(SIMON)).drafts == ()
    assert "STR-BCRP-01" not in dict(drafting.list_drafts(database, actor(SIMON)).amendable)
    with entries(database) as left:
        drafting.discard_draft(database, who, place, 1)
    assert [(each["event"], each["operation"]) for each in left] == [
        ("sharing:agreement:draft-discarded", "erasure")
    ]
    with pytest.raises(Missing):
        read(database, place)
    assert read(database, ("STR-BCRP-01", 1)).stage is Stage.SIGNED


def test_of_eight_amendments_at_once_one_is_begun(database):
    def begin(_):
        try:
            return drafting.begin_amendment(database, actor(INES), "STR-BCRP-01")
        except Conflict:
            return None

    with ThreadPoolExecutor(8) as threads:
        made = [each for each in threads.map(begin, range(8)) if each]
    assert made == [("STR-BCRP-01", 2)]
    drafting.discard_draft(database, actor(INES), made[0], 1)


def test_text_begins_an_amendment_of_an_own_agreement_and_a_new_one_of_any_other(database):
    signed = read(database, ("STR-BCRP-01", 1))
    text = written_agreement(signed.agreement, signed.title, [signed.terms])
    place = drafting.begin_from_text(database, actor(INES), text)
    assert place == ("STR-BCRP-01", 2)
    assert read(database, place).terms == replace(signed.terms, number=2, signed=False)
    with pytest.raises(Invalid, match="another agreement"):
        drafting.change_draft_text(
            database, actor(INES), place, 1, text.replace("STR-BCRP-01", "STR-BCRP-02")
        )
    drafting.discard_draft(database, actor(INES), place, 1)

    # HAV-CSP-01 is others': its reference says nothing of it, and is no more than the beginning of a new one.
    mine = begun(database, clause())
    found = read(database, mine)
    for taken in ("HAV-CSP-01", "HAV-CSP-99"):
        new = drafting.begin_from_text(
            database, actor(INES), written_agreement(taken, found.title, [found.terms])
        )
        assert re.fullmatch(rf"{taken}-\w{{4}}", new[0])
        assert new[1] == 1


def test_text_with_mistakes_names_line_and_clause(database):
    place = begun(database, clause())
    found = read(database, place)
    text = written_agreement(found.agreement, found.title, [found.terms])
    bad = text.replace("disclose", "blur")
    line = 1 + text[: text.index("- id: '1.1'")].count("\n")
    with pytest.raises(Invalid) as caught:
        drafting.change_draft_text(database, actor(INES), place, 1, bad)
    assert caught.value.problems == {f"line {line}, version 1, clause 1.1": "There is no treatment blur."}
    assert drafting.change_draft_text(database, actor(INES), place, 1, text.replace("disclose", "mask")) == 2
    assert read(database, place).terms.clauses[0]["treatment"] == "mask"


def test_discarding_the_only_version_leaves_no_agreement(database):
    place = begun(database, clause())
    drafting.discard_draft(database, actor(YUSRA), place, 1)
    with database.transaction() as tx:
        assert place[0] not in policy_of(tx)[1].agreements
        assert place[0] not in load_policy(tx).agreements


def test_a_new_party_is_not_shown_what_was_in_force_before_it_came(database):
    place = drafting.begin_amendment(database, actor(INES), "STR-BCRP-01")
    signed = read(database, ("STR-BCRP-01", 1))
    parties = [*signed.terms.parties, "metropolitan-east-area"]
    drafting.change_draft(
        database, actor(INES), place, 1, {**plain_version(signed.terms), "parties": parties}
    )
    set_stage(database, place, Stage.REVIEW)
    assert read(database, place, NEIL).before is None
    assert read(database, place, SIMON).before == signed.terms
    with pytest.raises(Missing):
        read(database, ("STR-BCRP-01", 1), NEIL)
    set_stage(database, place, Stage.DRAFT)
    drafting.discard_draft(database, actor(INES), place, 2)


def test_a_draft_has_no_say_in_what_anybody_sees(database):
    with database.transaction() as tx:
        before = policy_of(tx)[0]
    place = begun(database, clause())
    drafting.put_clause(database, actor(INES), place, 1, clause("1.2"))
    with database.transaction() as tx:
        assert policy_of(tx)[0] == before
