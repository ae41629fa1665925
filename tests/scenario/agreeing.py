"""How an agreement comes to hold: drafted, tried out, talked over, signed, amended."""

from datetime import timedelta
from hashlib import sha256

from foundation import clock
from tests.negotiating import COUNCIL, POLICE, new_entries
from tests.partnership import ROBBERY
from tests.scenario.life import DAN, IMRAN, LEANNE, RUTH, TRANSPORT, hidden, said


def put_clause(browser, version, edition, **typed):
    """Add a clause of the council's to a draft by its form; in full, to both partners, unless said."""
    usual = {
        "treatment": "disclose",
        "records": ["incident"],
        "from_": [COUNCIL],
        "to": [POLICE, TRANSPORT],
        "purposes": [ROBBERY],
        "days": "366",
        "basis": "Crime and Disorder Act 1998, section 115.",
    }
    form = f"{version}/draft/clauses/new"
    kept = browser.send(form, form, edition=str(edition), **{**usual, **typed})
    assert kept.status_code == 303, said(kept)


def drafted(life):
    """The council writes two clauses on the pages; only its own staff can know of it."""
    with life.later(seconds=0), new_entries(life.database) as entries:
        ruth = life.enter(RUTH)
        today = clock.today()
        begun = ruth.send(
            "/agreements/drafts/new",
            "/agreements/drafts/new",
            stem="HAV-NIGHT",
            title="Robbery at night",
            parties=[COUNCIL, POLICE, TRANSPORT],
            purposes=[ROBBERY],
            begins=today.isoformat(),
            last=(today + timedelta(days=364)).isoformat(),
        )
        assert begun.status_code == 303, said(begun)
        life.agreement = begun.location.split("/")[2]
        put_clause(ruth, life.path(), 1, id="1.1", title="Partners see what happened.", classes=["event"])
        looks = {"classes": ["description"], "categories": ["victim"]}
        put_clause(ruth, life.path(), 2, id="1.2", title="Partners see how a victim looks.", **looks)
        page = said(ruth.get(life.path(1, "/terms")))
        assert "0 errors" in page
        assert "Partners see how a victim looks." in page
    assert [each["event"] for each in entries if "draft" in each["event"]] == [
        "sharing:agreement:draft-created",
        "sharing:agreement:draft-changed",
        "sharing:agreement:draft-changed",
    ]
    assert all(each["agencies"] == [COUNCIL] for each in entries)
    assert [life.enter(who).get(life.path()).status_code for who in (DAN, LEANNE, IMRAN)] == [200, 404, 404]


def tried_out(life):
    """The drafter sees what it would open, and for whom, before anybody else has read a word."""
    with life.later(minutes=10), new_entries(life.database) as entries:
        page = said(life.enter(RUTH).get(life.path(1, "/simulation")))
    assert "Met East Area 23 fields open" in page
    assert "BTP 23 fields open" in page
    assert "Incident Victim Not shown In full 1.2" in page
    assert "Address, Point, Ward" in page[page.index("Would be told of otherwise") :]
    (entry,) = [each for each in entries if each["event"] == "sharing:agreement:terms-simulated"]
    assert (entry["operation"], entry["agencies"]) == ("consultation", [COUNCIL])
    assert (entry["detail"]["opens"], entry["detail"]["closes"]) == (46, 0)


def reviewed(life):
    """All parties read it and one comments; then its text is frozen for all to take."""
    with life.later(minutes=10), new_entries(life.database) as entries:
        ruth, review = life.enter(RUTH), life.path(1, "/review")
        sent = ruth.send(review, review, edition=hidden(ruth.get(review), "edition"))
        assert sent.status_code == 303, said(sent)
        page = life.path(1, "/comment")
        leanne = life.enter(LEANNE)
        assert leanne.send(page, page, clause="1.2", text="Which victims?").status_code == 303
        for who in (RUTH, DAN, LEANNE, IMRAN):
            assert "Which victims?" in said(life.enter(who).get(life.path(1, "/clauses")))
        frozen = life.path(1, "/signing")
        assert ruth.send(frozen, frozen).status_code == 303
    by = {each["event"]: each for each in entries}
    assert by["sharing:agreement:commented"]["agency"] == POLICE
    assert "Which victims?" not in str(by)
    exact = life.enter(IMRAN).get(life.path(1, "/exact-text")).data
    assert by["sharing:agreement:sent-to-signing"]["detail"]["digest"] == sha256(exact).hexdigest()


def signed(life):
    """Two sign at once; the third has to prove anew who she is, and nothing is in force before her."""
    path = life.path(1, "/sign")
    with life.later(minutes=10), new_entries(life.database) as entries:
        for who in (RUTH, IMRAN):
            browser = life.enter(who)
            digest = hidden(browser.get(path), "digest")
            assert browser.send(path, path, digest=digest, read="y").status_code == 303
        leanne = life.enter(LEANNE)
        assert leanne.send(path, path, digest="0" * 64, read="y").status_code == 409
        assert "2 of 3" in said(life.enter(DAN).get(life.path()))
    with life.later(minutes=6):
        asked = leanne.send(path, path, digest=digest, read="y")
        assert asked.status_code == 401
        assert "Prove that it is you" in said(asked)
        kept = leanne.send(path, "/confirm", then=path, post="yes", digest=digest, read="y")
        assert hidden(kept, "digest") == digest
        with new_entries(life.database) as last:
            assert leanne.send(path, path, digest=digest, read="y").status_code == 303
        for who in (RUTH, DAN, LEANNE, IMRAN):
            assert "Signatures, 3 of 3" in said(life.enter(who).get(life.path()))
    events = [each for each in (*entries, *last) if each["event"] == "sharing:agreement:signed"]
    assert [(each["agency"], each["detail"]["digest"]) for each in events] == [
        (COUNCIL, digest),
        (TRANSPORT, digest),
        (POLICE, digest),
    ]
    assert "sharing:agreement:concluded" in [each["event"] for each in last]
    (refused,) = [each for each in entries if each["event"] == "sharing:agreement:refused"]
    assert (refused["operation"], refused["detail"]["why"]) == ("security", "Conflict")


def amended(life):
    """A second version shares the ward; what was released before opens once the owner has confirmed it."""
    base = f"/agreements/{life.agreement}"
    with life.later(minutes=10):
        ruth = life.enter(RUTH)
        assert ruth.send("/agreements/drafts", f"{base}/amendment").status_code == 303
        ward = {"title": "Partners see the ward.", "fields": ["ward"], "to": [POLICE]}
        put_clause(ruth, life.path(2), 1, id="1.3", **ward)
        review, signing, sign = (life.path(2, f"/{act}") for act in ("review", "signing", "sign"))
        assert ruth.send(review, review, edition="2").status_code == 303
        assert ruth.send(signing, signing).status_code == 303
        for who in (RUTH, LEANNE, IMRAN):
            browser = life.enter(who)
            digest = hidden(browser.get(sign), "digest")
            assert browser.send(sign, sign, digest=digest, read="y").status_code == 303
    with life.later(days=30):
        assert "St Edward’s" not in life.sees(LEANNE).replace("'", "’")
        dan, page = life.enter(DAN), f"{base}/confirmation"
        with new_entries(life.database) as entries:
            done = dan.send(page, page, version=hidden(dan.get(page), "version"))
        assert done.status_code == 303
        assert "sharing:agreement:releases-confirmed" in [each["event"] for each in entries]
        page, entry = life.read(LEANNE)
        assert "St Edward’s" in page.replace("'", "’")
        assert "St Edward’s" not in life.sees(IMRAN).replace("'", "’")
    assert "1.3" in entry["detail"]["shown"]["forms"][0]["by"]
    assert entry["detail"]["policy"] != life.policy
