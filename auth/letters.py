"""Letters to people: that something waits, and where. Written to the outbox; sent when it is their turn."""

from collections.abc import Iterable
from datetime import timedelta
from enum import StrEnum
from typing import NamedTuple

from sqlalchemy import select

from auth.roles import Role
from auth.tables import user
from foundation.database import Database, Tx
from foundation.mail import Letter, deliver, written
from foundation.outbox.rows import Job, finish, put, put_once
from foundation.settings import Settings

#: The kind of job.
MAIL = "mail"
#: Of one kind of notice nobody gets a second letter sooner than this.
_APART = timedelta(minutes=15)


class Notice(StrEnum):
    """What may be urgent enough for a letter. The letter itself does not say which it is."""

    AGREEMENT_TO_SIGN = "agreement-to-sign"
    BREAK_GLASS = "break-glass"
    EXPORT_STOPPED = "export-stopped"
    FACTOR_LOST = "factor-lost"
    JOB_GIVEN_UP = "job-given-up"
    RECALL = "recall"
    REQUEST_OVERDUE = "request-overdue"
    SIGN_ON_REOPENED = "sign-on-reopened"


class _Person(NamedTuple):
    id: str
    agency_id: str
    email: str


def notify(tx: Tx, users: Iterable[str], notice: Notice) -> None:
    """Tell each of these users by letter that something waits; unknown and ended accounts are passed over.

    What waits stands on the first page (sharing.waiting). Callers leave out whoever did it themselves.
    """
    for row in _people(tx, users):
        payload = {"user": row.id, "letter": "waiting", "path": "/"}
        about = f"{row.id} {notice}"
        put_once(tx, MAIL, payload, about=about, apart=_APART, agency=row.agency_id)


def notify_role(tx: Tx, agency: str, role: Role, notice: Notice) -> None:
    """Tell everybody of an agency who holds the role."""
    people = tx.execute(select(user.c.id, user.c.roles).where(user.c.agency_id == agency))
    notify(tx, [row.id for row in people if role in row.roles], notice)


def tell_administrators(tx: Tx, job: Job) -> None:
    """Tell the administrators of the agency that a job was given up; of letters only their list tells."""
    if job.agency is not None and job.kind != MAIL:
        notify_role(tx, job.agency, Role.ADMINISTRATOR, Notice.JOB_GIVEN_UP)


def send_mail(tx: Tx, to: str, letter: str, path: str) -> None:
    """Send the user `to` the letter of this name in templates/letters/, with a link to the path.

    The path stands in the outbox until the letter has gone: no token that lets somebody in belongs in it.
    """
    for row in _people(tx, [to]):
        put(tx, MAIL, {"user": row.id, "letter": letter, "path": path}, agency=row.agency_id)


def post_letter(database: Database, settings: Settings, job: Job) -> None:
    """The job of one letter: hand it to the mail server, unless the account has ended since.

    If the process dies in between, the letter goes again, under the same message id.

    Raises:
        Hopeless: if the mail server will never take it.
        OSError: if it cannot be reached.
    """
    with database.transaction() as tx:
        people = _people(tx, [job.payload["user"]])
    for row in people:
        subject, text = written(job.payload["letter"], settings.public_url + job.payload["path"])
        deliver(settings, Letter(job.id, row.email, subject, text))
    with database.transaction() as tx:
        finish(tx, job)


def _people(tx: Tx, users: Iterable[str]) -> list[_Person]:
    found = select(user.c.id, user.c.agency_id, user.c.email).where(
        user.c.id.in_(sorted(set(users))), user.c.disabled.is_(False)
    )
    return [_Person(row.id, row.agency_id, row.email) for row in tx.execute(found.order_by(user.c.id))]
