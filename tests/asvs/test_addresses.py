"""Every reader of addresses reads the same: what is checked is what another program would connect to."""

import httpx
import pytest
import urllib3.exceptions
import urllib3.util
from hypothesis import example, given
from hypothesis import strategies as st

from foundation.errors import Invalid
from foundation.outbound import checked_target
from foundation.settings import Settings
from tests.portal import production_settings

ALLOWED = ("hooks.partner.example", "b.example")
_PARTS = (
    "https://", "http://", "HTTPS://", "//", "/", "\\", "@", ":", "?", "#", ".", "%2e", "%40", "%00", "[",
    "hooks.partner.example", "b.example", "evil.example", "127.0.0.1", "::1", ":443", ":80", ":0443", "user",
    "]", "\t", "\n", " ", ";", "\u3002", "\uff0e", "\u2100", "xn--", "a", "..", "%25",
)  # fmt: skip


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    return production_settings(tmp_path_factory.mktemp("portal"), CONCORDAT_WEBHOOK_HOSTS=",".join(ALLOWED))


def others(address: str) -> set[tuple[str, str, int]]:
    """Scheme, host and port as two other readers take them; one that takes nothing does not count."""
    found = set()
    try:
        read = urllib3.util.parse_url(address)
        found.add((read.scheme or "", (read.host or "").strip("[]"), read.port or 443))
    except (urllib3.exceptions.HTTPError, ValueError):
        pass
    try:
        other = httpx.URL(address)
        found.add((other.scheme, other.host, other.port or 443))
    except (httpx.InvalidURL, ValueError):
        pass
    return found


@given(st.lists(st.sampled_from(_PARTS), min_size=1, max_size=8).map("".join))
@example("https://hooks.partner.example/in?x=1")
@example("https://hooks.partner.example\\@evil.example/")
@example("https://evil.example#@hooks.partner.example/")
@example("https://hooks.partner.example:443@evil.example/")
@example("https://hooks.partner.example%2eevil.example/")
@example("https://hooks.partner.example.:443/")
@example("https:\\\\evil.example/hooks.partner.example")
@example("https://[::ffff:127.0.0.1]/")
@example("https:///hooks.partner.example")
def test_address_that_is_taken_reads_the_same_to_everybody(settings: Settings, address: str) -> None:
    try:
        target = checked_target(settings, address)
    except Invalid:
        return
    assert target.host in ALLOWED
    assert others(address) == {("https", target.host, target.port)}


@pytest.mark.parametrize("host", ALLOWED)
def test_plain_addresses_are_taken(settings: Settings, host: str) -> None:
    for address in (
        f"https://{host}",
        f"https://{host}/in",
        f"https://{host}:443/in?x=1",
        f"HTTPS://{host.upper()}/",
    ):
        assert checked_target(settings, address).host == host
        assert others(address) == {("https", host, 443)}
