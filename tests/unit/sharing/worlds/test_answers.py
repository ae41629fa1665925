import pytest

from foundation.errors import Invalid
from sharing.records.registry import LINK, PERSON, SCHEMAS
from sharing.worlds.answers import NO_SUCH_RECORD, answers_of, read_world
from tests.unit.sharing.worlds.paper import question, world


def ask(raw, *questions):
    return answers_of({"world": raw, "questions": list(questions or (question(),))})


def test_answer_has_a_key_for_every_field_of_the_record_its_persons_and_links():
    (answer,) = ask(world())
    people = {f"persons.l1.{field.name}" for field in (*LINK.fields, *PERSON.fields)}
    assert set(answer) == {field.name for field in SCHEMAS["incident"].fields} | people | {"links.k1"}


def test_answers_come_in_order_and_in_the_words_of_the_file():
    first, second, third = ask(world(), question(), question("pc"), question(purpose="other"))
    assert first["crime_type"] == {
        "treatment": "disclose",
        "reason": "clause",
        "agreement": "A",
        "clause": "1",
    }
    assert first["risk_score"] == {"treatment": "absent", "reason": None, "agreement": None, "clause": None}
    assert first["address"] == {
        "treatment": "withhold",
        "reason": "no-clause",
        "agreement": "A",
        "clause": None,
    }
    assert second["address"] == {
        "treatment": "disclose",
        "reason": "owner",
        "agreement": None,
        "clause": None,
    }
    assert third == NO_SUCH_RECORD


def test_business_is_by_kind_unless_said_and_other_is_until_decided():
    raw = world()
    assert {name for name, agency in read_world(raw).policy.agencies.items() if agency.business} == {
        "romford",
        "charity",
    }
    raw["agencies"][3]["business"] = False
    raw["agencies"][1]["business"] = False
    assert {name for name, agency in read_world(raw).policy.agencies.items() if agency.business} == {
        "romford"
    }


def test_release_by_somebody_without_the_permission_counts_for_nothing():
    raw = world()
    raw["releases"][0]["by"] = "clerk"
    assert ask(raw) == [NO_SUCH_RECORD]


def test_keeper_is_found_on_another_record():
    assert ask(world(), question(record="r2"))[0]["registration"]["reason"] == "no-clause"


def broken(change):
    raw = world()
    change(raw)
    return raw


@pytest.mark.parametrize(
    ("change", "named"),
    [
        (lambda raw: raw.update(colour="red"), "colour"),
        (lambda raw: raw["agencies"][0].update(town="x"), "town"),
        (lambda raw: raw["agencies"][0].update(kind="circus"), "circus"),
        (lambda raw: raw["agreements"][0]["versions"][0]["clauses"][0].update(purposes=[]), "Clause 1"),
        (
            lambda raw: raw["agreements"][0]["versions"][0]["clauses"][0].update(fields=["face_shape"]),
            "face_shape",
        ),
        (lambda raw: raw["agreements"][0]["versions"][0]["clauses"][0].update(to=["nobody"]), "nobody"),
        (lambda raw: raw["records"][0]["fields"].update(colour="red"), "colour"),
        (lambda raw: raw["records"][0]["persons"][0].update(subject="unknown"), "unknown"),
        (lambda raw: raw["records"][0]["persons"][0]["fields"].update(colour="red"), "colour"),
        (lambda raw: raw["records"][0]["links"][0].update(to="r9"), "r9"),
        (lambda raw: raw["records"][1].update(keeper="l9"), "l9"),
        (lambda raw: raw["records"][1].update(parent="r9"), "r9"),
        (lambda raw: raw["records"][1].update(derived_from="r2"), "leads back"),
        (lambda raw: raw["records"].append(raw["records"][0]), "twice"),
        (lambda raw: raw["releases"][0].update(record="r9"), "r9"),
        (lambda raw: raw["releases"][0].update(by="ghost"), "ghost"),
        (lambda raw: raw["releases"][0].update(at="yesterday"), "ISO time"),
        (lambda raw: raw.update(approvers=["ghost"]), "ghost"),
        (lambda raw: raw["subjects"][0].update(dob="long ago"), "ISO date"),
        (lambda raw: raw["subjects"][0].pop("id"), "id is missing"),
        (lambda raw: raw["users"][1].update(sites=["s2"]), "not both"),
    ],
)
def test_what_a_file_does_not_know_is_an_error_that_names_it(change, named):
    with pytest.raises(Invalid, match=named):
        ask(broken(change))


@pytest.mark.parametrize("more", [{"reader": "ghost"}, {"record": "r9"}, {"exit": "fax"}, {"colour": "red"}])
def test_unknown_words_in_a_question_are_an_error(more):
    with pytest.raises(Invalid, match=next(iter(more if "colour" in more else more.values()))):
        ask(world(), question(**more))


def test_overdue_review_of_the_agency_asks_for_a_second_person():
    raw = world()
    raw["users"] += [
        {"id": name, "agency": "havering", "roles": ["duty_inspector"], "site": None}
        for name in ("one", "two")
    ]
    entry = {
        "id": "b1",
        "user": "one",
        "record": "r1",
        "at": "2026-02-17T14:00:00Z",
        "role": "duty_inspector",
        "danger": "life",
        "reason": "A threat.",
        "factor_at": "2026-02-17T13:58:00Z",
        "reviewed": None,
        "second_person": None,
    }
    old = {**entry, "id": "b0", "user": "two", "record": "r2", "at": "2026-02-01T14:00:00Z"}
    reasons = []
    for entries in ([entry], [entry, old], [{**entry, "second_person": "two"}, old]):
        raw["break_glass"] = entries
        reasons.append(ask(raw, question("one"))[0]["address"]["reason"])
    assert reasons == ["break-glass", "no-clause", "break-glass"]


@pytest.mark.parametrize(
    ("held", "seen"),
    [
        ({"site": "s1"}, "owner"),
        ({"sites": ["s1"]}, "owner"),
        ({"site": None, "sites": ["s2", "s1"]}, "owner"),
        ({"sites": ["s2"]}, None),
        ({"sites": []}, None),
        ({"site": None}, "owner"),
        ({"sites": None}, "owner"),
    ],
)
def test_user_has_one_site_or_a_list_of_them_and_an_empty_list_makes_no_staff(held, seen):
    raw = world()
    raw["records"][0].update(owner="romford", site="s1")
    raw["releases"] = []
    raw["users"][1] = {"id": "shop", "agency": "romford", "roles": ["officer"], **held}
    (answer,) = ask(raw, question("shop"))
    assert (answer if isinstance(answer, str) else answer["status"]["reason"]) == (seen or "no such record")
