"""What the browser itself refuses on our pages."""

import pytest
from playwright.sync_api import Error

pytestmark = pytest.mark.browser


def test_no_script_makes_markup_from_text(people):
    page = people.sign_in("Dan Osei")
    with pytest.raises(Error, match="requires 'TrustedHTML'"):
        page.evaluate("document.querySelector('main').innerHTML = '<b>planted</b>'")
    people.complaints.clear()  # the browser says so in its console as well
    assert page.get_by_role("heading", level=1).count() == 1
