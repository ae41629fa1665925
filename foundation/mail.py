"""Handing one letter to the mail server: plain text, one recipient, over a way that is kept.

A letter says that something waits and where; never what. Sources: RFC 5321, RFC 3834.
"""

import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path

from foundation import clock
from foundation.errors import Misconfigured
from foundation.outbox.rows import Hopeless
from foundation.settings import Settings

LETTERS = Path(__file__).parent.parent / "templates" / "letters"
_TIMEOUT = 20.0  # seconds, for each answer of the server


@dataclass(frozen=True)
class Letter:
    """A letter that is ready to go; `id` is the same each time that it is tried."""

    id: str
    to: str
    subject: str
    text: str


def written(name: str, link: str) -> tuple[str, str]:
    """Subject and text of the letter of this name: its first line, and what follows it.

    Raises:
        Misconfigured: if there is no such letter.
    """
    try:
        page = (LETTERS / f"{name}.txt").read_text("utf-8")
    except FileNotFoundError:
        raise Misconfigured(f"There is no letter templates/letters/{name}.txt.") from None
    subject, _, text = page.partition("\n")
    return subject.strip(), text.strip().format(link=link) + "\n"


def deliver(settings: Settings, letter: Letter) -> None:
    """Hand the letter over; it is the server's on return. Without a mail server it goes nowhere.

    Raises:
        Hopeless: if the server will never take it.
        OSError: if it could not be reached, or not now; smtplib's errors are of this kind.
    """
    if not settings.mail_host:
        return
    message = EmailMessage(policy=SMTP)
    message["From"] = settings.mail_from
    message["To"] = letter.to
    message["Subject"] = letter.subject
    message["Date"] = clock.now()
    message["Message-ID"] = f"<{letter.id}@{settings.mail_from.rpartition('@')[2]}>"
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(letter.text)
    with _connected(settings) as server:
        try:
            server.send_message(message, settings.mail_from, [letter.to])
        except smtplib.SMTPRecipientsRefused as refused:
            if all(code >= 500 for code, _ in refused.recipients.values()):
                raise Hopeless from None
            raise


@contextmanager
def _connected(settings: Settings) -> Iterator[smtplib.SMTP]:
    at = (settings.mail_host, settings.mail_port)
    if settings.mail_security == "tls":
        opened: smtplib.SMTP = smtplib.SMTP_SSL(*at, timeout=_TIMEOUT, context=ssl.create_default_context())
    else:
        opened = smtplib.SMTP(*at, timeout=_TIMEOUT)
    with opened as server:
        if settings.mail_security == "starttls":
            server.starttls(context=ssl.create_default_context())
        if settings.mail_user:
            server.login(settings.mail_user, settings.mail_password)
        yield server
