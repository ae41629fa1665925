"""Terms at the JSON door: drafted, checked, tried out and taken away by a program, seen by nobody else."""

import pytest

from tests.api.doors import OFFICER, problem
from tests.drafts import INES, NEIL, clause, version
from tests.partnership import ROBBERY

POLICE, COUNCIL = "metropolitan-north-east", "newham"


@pytest.fixture
def door(each_sharing):
    return each_sharing


def drafted(door, *clauses):
    """A new draft of Newham's; gives the path of the version."""
    body = {"reference": "NEW", "title": "Working together", "version": version(*clauses or [clause()])}
    made = door.post("agreements/drafts", INES, body)
    assert made.status_code == 201, made.text
    return f"agreements/{made.json['agreement']}/versions/{made.json['number']}"


def tag(answer):
    return {"If-Match": answer.headers["ETag"]}


def test_draft_is_written_read_back_and_let_go_and_another_agency_learns_nothing(door):
    path = drafted(door)
    read = door.get(f"{path}/terms", INES)
    assert (read.json["stage"], read.json["digest"]) == ("draft", None)
    assert read.json["version"]["clauses"] == [clause()]
    assert path.split("/")[1] in {
        each["agreement"] for each in door.get("agreements/drafts", INES).json["drafts"]
    }
    for stranger in (NEIL, OFFICER):
        nothing = door.get("agreements/NEW-0000/versions/1/terms", stranger)
        assert door.get(f"{path}/terms", stranger).data == nothing.data
        assert problem(nothing) == (404, "missing")
    with door.new_entries(INES) as entries:
        gone = door.send("DELETE", f"{path}/terms", INES, headers=tag(read))
    assert gone.status_code == 204
    assert [entry["event"] for entry in entries] == ["sharing:agreement:draft-discarded"]
    assert problem(door.get(f"{path}/terms", INES)) == (404, "missing")


def test_two_programs_do_not_write_over_each_other(door):
    path = drafted(door)
    first = tag(door.get(f"{path}/terms", INES))
    body = {"title": "Another title", "version": version(clause(), clause("1.2", fields=["admin"]))}
    changed = door.send("PUT", f"{path}/terms", INES, body=body, headers=first)
    assert changed.status_code == 204
    late = door.send("PUT", f"{path}/terms/clauses", INES, body={"clauses": [clause()]}, headers=first)
    assert late.status_code == 412
    blind = door.send("PUT", f"{path}/terms/clauses", INES, body={"clauses": [clause()]})
    assert blind.status_code == 428
    odd = door.send("PUT", f"{path}/terms", INES, body=body, headers={"If-Match": '"two"'})
    assert odd.status_code == 412
    kept = door.get(f"{path}/terms", INES).json
    assert [each["id"] for each in kept["version"]["clauses"]] == ["1.1", "1.2"]
    assert kept["title"] == "Another title"
    fewer = door.send(
        "PUT", f"{path}/terms/clauses", INES, body={"clauses": [clause("2")]}, headers=tag(changed)
    )
    assert fewer.status_code == 204
    assert [each["id"] for each in door.get(f"{path}/terms", INES).json["version"]["clauses"]] == ["2"]


def test_text_taken_away_comes_back_and_mistakes_name_line_and_clause(door):
    path = drafted(door)
    yaml = door.get(f"{path}/exports/yaml", INES)
    edition = tag(door.get(f"{path}/terms", INES))
    same = door.send("PUT", f"{path}/terms/text", INES, body={"text": yaml.text}, headers=edition)
    assert same.status_code == 204
    assert door.get(f"{path}/terms", INES).json["version"]["clauses"] == [clause()]
    wrong = yaml.text.replace("treatment: disclose", "treatment: reveal")
    refused = door.send("PUT", f"{path}/terms/text", INES, body={"text": wrong}, headers=tag(same))
    assert problem(refused) == (422, "invalid")
    line = next(place for place, text in enumerate(wrong.splitlines(), 1) if text.strip().startswith("- id:"))
    assert refused.json["problems"] == {
        f"line {line}, version 1, clause 1.1": "There is no treatment reveal."
    }
    for form, begins in (("json", b"{"), ("odrl", b"{"), ("pdf", b"%PDF-")):
        assert door.get(f"{path}/exports/{form}", INES).data.startswith(begins), form


def test_unknown_keys_are_refused_at_their_place(door):
    body = {"reference": "NEW", "title": "T", "version": version({**clause(), "colour": "red"})}
    refused = door.post("agreements/drafts", INES, body)
    assert problem(refused) == (422, "invalid")
    assert "colour" in refused.text


def test_doubts_are_told_clause_by_clause(door):
    victims = clause("1.2", fields=["identity"], categories=["victim"], to=["east-bank-bcrp"])
    path = drafted(door, clause(), victims)
    found = door.get(f"{path}/lints", INES).json["lints"]
    assert "1.2" in {each["clause"] for each in found if each["severity"] == "error"}
    assert "1.1" not in {each["clause"] for each in found if each["severity"] == "error"}


def test_version_is_tried_out_before_anybody_signs(door):
    path = drafted(door)
    body = {"owner": POLICE, "purpose": ROBBERY}
    with door.new_entries(INES) as entries:
        found = door.post(f"{path}/simulation", INES, body).json
    opened = [each for each in found["changes"] if each["field"] == "crime_type"]
    assert opened
    assert {(each["before"], each["after"], each["clause"]) for each in opened} == {
        ("absent", "disclose", "1.1")
    }
    assert all(each["audience"].startswith(COUNCIL) for each in opened)
    assert [entry["event"] for entry in entries] == ["sharing:agreement:terms-simulated"]
    assert problem(door.post(f"{path}/simulation", NEIL, body)) == (404, "missing")
