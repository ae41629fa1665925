"""Agreements on their way, between three agencies of the demonstration, for tests of the lifecycle."""

import json
import threading
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta

from sqlalchemy import func, insert, select

from foundation import clock
from foundation.identifiers import new_id
from foundation.ledger.encoding.kept import seen_by
from foundation.ledger.tables import ledger_pending
from sharing.agreements import lifecycle, tables
from sharing.agreements.releases import NewRelease
from sharing.agreements.signing import sign
from sharing.agreements.stages import Stage
from sharing.contribution import submit
from sharing.disclosure import read_record
from sharing.submission import NewRecord
from tests.partnership import ROBBERY, actor

COUNCIL, POLICE, SHOPS = "havering", "metropolitan-east-area", "romford-bcrp"
PARTIES = (COUNCIL, POLICE, SHOPS)
#: Who signs for whom, and who drafts.
SIGNATORY = {COUNCIL: "judith-prentice", POLICE: "neil-garroway", SHOPS: "rosa-ojha"}
DRAFTER = "ruth-okafor"


def clause(id_="1.1", **change):
    """A clause by which the council lets its partners see what happened."""
    plain = {
        "id": id_, "title": "What happened.", "purposes": [ROBBERY], "from": [COUNCIL],
        "to": [POLICE, SHOPS], "records": ["incident", "sighting"], "fields": ["event"],
        "treatment": "disclose", "basis": "Crime and Disorder Act 1998, section 115.",
    }  # fmt: skip
    return {**plain, **change}


def person(user, purpose=ROBBERY):
    """Somebody who has just proved who they are."""
    return replace(actor(user, purpose), factor_at=clock.now())


class Talks:
    """One agreement in a database that holds the demonstration's people."""

    def __init__(self, database, name=""):
        self.database = database
        self.id = name or f"T-{new_id()[:8]}"
        with database.transaction() as tx:
            tx.execute(insert(tables.agreement), {"id": self.id, "title": "Robbery at night"})

    def draft(self, number=1, *clauses, **change):
        """A draft of the council's."""
        now = clock.now()
        row = {
            "agreement_id": self.id, "number": number, "stage": Stage.DRAFT,
            "from_at": now - timedelta(days=1), "until_at": now + timedelta(days=365),
            "parties": list(PARTIES), "purposes": [ROBBERY], "clauses": list(clauses) or [clause()],
            "heads": {"purpose": "Fewer robberies."}, "drafted_by": DRAFTER, "drafted_agency": COUNCIL,
            "drafted_at": now,
        }  # fmt: skip
        with self.database.transaction() as tx:
            tx.execute(insert(tables.agreement_version), {**row, **change})
        return self

    def reviewed(self, number=1, *clauses, **change):
        """One that its parties read."""
        self.draft(number, *clauses, **change)
        lifecycle.send_to_review(self.database, actor(DRAFTER), self.id, number, edition=1)
        return self

    def frozen(self, number=1, *clauses, **change):
        """One that its parties can sign."""
        self.reviewed(number, *clauses, **change)
        lifecycle.send_to_signing(self.database, actor(DRAFTER), self.id, number)
        return self

    def concluded(self, number=1, *clauses, **change):
        """One that all have signed."""
        self.frozen(number, *clauses, **change)
        for party in self.row(number)["parties"]:
            self.sign(party, number)
        return self

    def sign(self, party, number=1, digest=None):
        """The party's signature; gives from when the version is in force, if it was the last."""
        digest = digest or self.row(number)["digest"]
        return sign(self.database, person(SIGNATORY[party]), self.id, number, digest=digest)

    def row(self, number=1):
        """The version as it is stored."""
        version = tables.agreement_version
        wanted = select(version).where(version.c.agreement_id == self.id, version.c.number == number)
        with self.database.transaction() as tx:
            return dict(tx.execute(wanted).mappings().one())

    def rows(self, table):
        """What else is stored of the agreement."""
        with self.database.transaction() as tx:
            found = tx.execute(select(table).where(table.c.agreement_id == self.id)).mappings()
            return [dict(row) for row in found]

    def sighting(self, *recipients, by="dan-osei"):
        """A sighting of the council's, released to the recipients; gives its id."""
        release = NewRelease(self.id, (ROBBERY,), recipients or (POLICE,))
        values = {"seen": clock.now() - timedelta(hours=1), "address": "12 South Street, Romford",
                  "ward": "St Edward's", "direction": "north"}  # fmt: skip
        return submit(self.database, actor(by), NewRecord("sighting", values, releases=(release,))).id

    def seen(self, record, user="leanne-whitby"):
        """The released fields of a sighting as somebody sees them now."""
        return dict(read_record(self.database, actor(user), "sighting", record).record.fields)


def entries_of(database, after=-1):
    """Every entry that waits to be sequenced past a number, oldest first."""
    pending = ledger_pending.c
    wanted = select(pending.detail).where(pending.seq > after).order_by(pending.seq)
    with database.transaction() as tx:
        return [json.loads(seen_by(row, None)) for row in tx.execute(wanted).scalars()]


@contextmanager
def new_entries(database):
    """The list fills at the block's end with the entries that were left inside it."""
    with database.transaction() as tx:
        last = tx.execute(select(func.max(ledger_pending.c.seq))).scalar()
    found = []
    yield found
    found.extend(entries_of(database, -1 if last is None else last))


def at_once(*acts):
    """What each of the acts gave or raised, begun together in threads of their own."""
    ready, outcomes = threading.Barrier(len(acts)), [None] * len(acts)

    def run(place, act):
        ready.wait()
        try:
            outcomes[place] = act()
        except Exception as problem:  # noqa: BLE001 - what it was is the test's to say
            outcomes[place] = problem

    threads = [threading.Thread(target=run, args=each) for each in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return outcomes
