"""The marking of a page: the highest of what it shows, top and bottom, on screen and on paper."""

from auth.actor import Actor
from portal.web.wording import plain
from sharing.release.exit import Released
from sharing.vocabulary.grading import highest


def page_marking(*records: Released) -> str:
    """The highest marking of the records; one that does not show its own counts as the highest there is."""
    return highest(str(plain(record.fields.get("marking") or "")) for record in records)


def marking_note(actor: Actor, tlp: str = "") -> str:
    """Who may read the page, with the label of what it shows, if it has one."""
    whom = "Recipients only" if not actor.member else "Members only. Do not copy or forward"
    return f"TLP:{tlp}. {whom}" if tlp else whom
