"""What waits for somebody, in words, and where each thing is done."""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from flask import url_for

from foundation import clock
from foundation.clock import LONDON
from sharing.requests.waiting import AT_ONCE
from sharing.waiting import Waiting

Address = Callable[[Waiting], str]


class Words(NamedTuple):
    """The words of the button, the title and what it is, and where it leads; `{}` stands for the title."""

    doing: str
    title: str
    text: str
    address: Address


def _at(endpoint: str, part: str) -> Address:
    def address(each: Waiting) -> str:
        parts: Any = {part: each.id}
        return url_for(endpoint, **parts)

    return address


def _version(endpoint: str) -> Address:
    return lambda each: url_for(endpoint, agreement_id=each.id, number=each.version)


_ACTION, _REQUEST = _at("actions.show", "action_id"), _at("requests.show", "request_id")
_GLASS = _at("glass.show", "glass_id")

WORDS: Mapping[str, Words] = {
    "action": Words("Answer", "{}", "An action of yours", _ACTION),
    "answer": Words("Decide", "{}", "Its owner has answered; the meeting closes it", _ACTION),
    "report": Words(
        "Check",
        "Report {}",
        "A report waits for a second person",
        lambda each: url_for("records.show", plural="incidents", record_id=each.id),
    ),
    "request": Words(
        "Answer", "{} asks for what is withheld", "A request about a record of your agency", _REQUEST
    ),
    "approval": Words(
        "Look", "An answer to {}, prepared", "It needs a second person, who did not prepare it", _REQUEST
    ),
    "overdue": Words(
        "Look", "{} has had no answer", "A request is overdue; your agency has to answer", _REQUEST
    ),
    "answered": Words("Read", "{} has answered", "A request of yours", _REQUEST),
    "confirm-glass": Words(
        "Look", "{} breaks the glass", "A second person in your role has to confirm it", _GLASS
    ),
    "review-glass": Words("Review", "Review: {} broke the glass", "Due within 72 hours", _GLASS),
    "note": Words(
        "Look",
        "{} asks you to sign a note",
        "That sharing about somebody under 18 is necessary",
        _at("notes.show", "note_id"),
    ),
    "glass-broken": Words(
        "Read", "The glass was broken", "A record was opened because of a danger to life", _GLASS
    ),
    "glass-reviewed": Words(
        "Read", "A review is done", "Of a record that was opened in danger to life", _GLASS
    ),
    "recall": Words(
        "Answer",
        "Recall {}",
        "Its owner has taken back or corrected what you were shown",
        _at("recalls.notice", "notice_id"),
    ),
    "late-recall": Words(
        "See who",
        "Recall of {}",
        "Somebody who was told has not answered in time",
        _at("recalls.show", "recall_id"),
    ),
    "order": Words(
        "Read",
        "Court’s order: {}",
        "A court’s order covers a record of yours, or no longer does",
        lambda _: url_for("handling.orders"),
    ),
    "stop": Words(
        "Look",
        "An export was stopped",
        "It held values of your agency’s records that its reader may not see. It never left",
        lambda _: url_for("exports.stopped"),
    ),
    "access-review": Words(
        "Review",
        "Access review: {} to look at",
        "Say of each person whether their access is still right",
        lambda _: url_for("people.review"),
    ),
    "lost-factor": Words(
        "Look",
        "{} has lost every factor",
        "A second person of the agency has to vouch for them",
        _at("vouching.show", "lost_id"),
    ),
    "key-ending": Words(
        "Renew",
        "The key “{}” runs out soon",
        "Make another in its place, and give it to the program before this one ends",
        lambda _: url_for("service_accounts.index"),
    ),
    "given-up": Words(
        "Look",
        "Not done",
        "It was tried several times, and is tried no more",
        lambda _: url_for("webhooks.index", _anchor="given-up"),
    ),
    "agreement-sign": Words(
        "Read and sign",
        "{}",
        "{agreement}: your agency has yet to sign version {version}",
        _version("agreement_acts.sign"),
    ),
    "agreement-read": Words(
        "Read",
        "{}",
        "{agreement}, version {version}, is in review; your agency has not said what it thinks",
        _version("agreements.clauses"),
    ),
    "agreement-settle": Words(
        "Look",
        "{}",
        "{agreement}: others have commented on version {version}, which your agency drafted",
        _version("agreements.history"),
    ),
    "agreement-redraft": Words(
        "Look",
        "{}",
        "{agreement}: version {version} was sent back to your agency",
        _version("agreements.history"),
    ),
    "agreement-review": Words(
        "Review", "{}", "{agreement} is due to be reviewed", _at("agreement_acts.review", "agreement_id")
    ),
    "agreement-renew": Words(
        "Look",
        "{}",
        "{agreement} runs out, and no version comes after",
        _at("agreements.show", "agreement_id"),
    ),
    "agreement-confirm": Words(
        "Look",
        "{}",
        "{agreement}: version {version} would open more of what your agency released before",
        _at("agreement_acts.confirmation", "agreement_id"),
    ),
}


def waiting_item(each: Waiting) -> dict[str, object]:
    """A waiting thing as components/cards.html takes it."""
    today = clock.today()
    late = each.due is not None and (each.due < today or (each.by is not None and each.by <= clock.now()))
    near = each.due is not None and (each.due - today).days <= 7
    words = WORDS[each.kind]
    address = words.address(each)
    return {
        "when": _when(each),
        "left": ("overdue" if late else "due") if each.due else "",
        "colour": "red" if late or each.kind in AT_ONCE else "amber" if near else "",
        "title": words.title.format(each.title).strip(),
        "address": address,
        "text": words.text.format(agreement=each.id, version=each.version),
        "doing": words.doing,
        "doing_address": address,
    }


def _when(each: Waiting) -> str:
    if each.due is None:
        return "Now" if each.kind in AT_ONCE else "Waiting"
    if each.by is not None and each.due == clock.today():
        return f"{each.by.astimezone(LONDON):%H:%M}"
    return f"{each.due:%-d %b}"
