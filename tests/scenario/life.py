"""One agreement, the four people at it, and what each sees of its record at a moment."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from html import unescape
from typing import Any

from flask import Flask
from sqlalchemy import update
from werkzeug.test import TestResponse

from auth.tables import user
from foundation import clock
from foundation.database import Database
from sharing.agreements.policy import bump_epoch
from tests.negotiating import new_entries
from tests.partnership import ROBBERY
from tests.portal import Browser

TRANSPORT = "british-transport-police"
#: Drafts, signs and approves for the council; enters and answers there; reads for the police; reads for BTP.
RUTH, DAN, LEANNE, IMRAN = "ruth-okafor", "dan-osei", "leanne-whitby", "imran-sadiq"
#: Three agencies with four people between them: so these sign besides what else they do.
ROLES = {
    RUTH: ["coordinator", "dpo", "signatory"],
    LEANNE: ["officer", "signatory"],
    IMRAN: ["officer", "signatory"],
}
GONE = "gone"
RUNNING = "running-the-partnership"


class Life:
    """A portal whose clock stands still unless a step moves it, and the four at it."""

    def __init__(self, app: Flask, database: Database) -> None:
        self.app, self.database = app, database
        self.at: datetime = clock.now().replace(microsecond=0)
        self.until = self.at
        self.agreement = self.record = self.victim = self.request = self.policy = ""
        with database.transaction() as tx:
            for who, roles in ROLES.items():
                tx.execute(update(user).where(user.c.id == who).values(roles=roles))
            bump_epoch(tx)

    @contextmanager
    def later(self, **by: float) -> Iterator[None]:
        """What is done within happens so much later than the step before."""
        self.at += timedelta(**by)
        with clock.stopped(self.at):
            yield

    def enter(self, who: str) -> Browser:
        """Somebody who has just signed in, with their purpose."""
        browser = Browser(self.app)
        browser.sign_in_as(who)
        purpose = RUNNING if who == RUTH else ROBBERY
        assert browser.send("/purpose", "/purpose", purpose=purpose).status_code == 303
        return browser

    def path(self, number: int = 1, more: str = "") -> str:
        """An address of a version."""
        return f"/agreements/{self.agreement}/versions/{number}{more}"

    def record_page(self) -> str:
        """The record's address."""
        return f"/records/incidents/{self.record}"

    def sees(self, who: str) -> str:
        """What the record's page says to somebody; GONE if to them there is none."""
        answer = self.enter(who).get(self.record_page())
        assert answer.status_code in (200, 404)
        return GONE if answer.status_code == 404 else said(answer)

    def read(self, who: str) -> tuple[str, dict[str, Any]]:
        """The same, with the entry that the look left."""
        with new_entries(self.database) as entries:
            page = self.sees(who)
        (entry,) = [each for each in entries if each["event"].startswith("sharing:record:")]
        return page, entry


def said(answer: TestResponse) -> str:
    """What a page says, without its marks."""
    text = re.sub(r"<(script|style|head)\b.*?</\1>", " ", answer.text, flags=re.DOTALL)
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", text)).split())


def hidden(answer: TestResponse, name: str) -> str:
    """The value of a hidden field of a page."""
    found = re.search(rf'name="{name}"[^>]*value="([^"]*)"', answer.text)
    assert found, name
    return found[1]
