"""What a page says, and what it carries unseen."""

import re


def words(answer):
    """What a page says, without its marks."""
    text = re.sub(r"<(script|style|head)\b.*?</\1>", " ", answer.text, flags=re.DOTALL)
    return " ".join(re.sub(r"<[^>]+>", " ", text).split())


def hidden(answer, name):
    """The value of a hidden field of the page."""
    found = re.search(rf'name="{name}"[^>]* value="([^"]+)"', answer.text)
    assert found, name
    return found[1]


def record_page(about):
    return f"/records/incidents/{about.id}"
