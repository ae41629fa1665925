"""Bodies that no honest program sends are problems, never faults."""

import pytest

from tests.api.doors import OPERATOR, problem

DEEP = b'{"values":' + b"[" * 25 + b"]" * 25 + b"}"


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        (b"hello", (400, "malformed")),
        (b"\xff\xfe", (400, "malformed")),
        (b'{"values":', (400, "malformed")),
        (b"", (400, "malformed")),
        (b"[]", (422, "invalid")),
        (b"null", (422, "invalid")),
        (DEEP, (422, "invalid")),
        (b"[" * 100_000, (422, "invalid")),
        (b'{"values":{},"values":{"ward":"Hacton"}}', (422, "invalid")),
        (b'{"values":{"clock_error":' + b"9" * 6000 + b"}}", (422, "invalid")),
        (b'{"values":{"clock_error":9223372036854775808}}', (422, "invalid")),
        (b'{"values":{"clock_error":1e999}}', (422, "invalid")),
        (b'{"values":{"clock_error":NaN}}', (422, "invalid")),
        (b'{"values":{"address":"a\\u0000b"}}', (422, "invalid")),
        (b'{"values":{"address":"\\ud800"}}', (422, "invalid")),
        (b'{"\\udfff":1}', (422, "invalid")),
    ],
)
def test_odd_body_is_a_problem(each_sharing, raw, expected):
    for path in ("sightings", "sightings/preview", "reports"):
        user = OPERATOR if path != "reports" else "priya-nair"
        assert problem(each_sharing.send("POST", path, user, raw=raw)) == expected


def test_whole_characters_beyond_the_first_plane_are_kept(each_sharing):
    raw = b'{"values":{"address":"\\ud83d\\udeb2 rack, Romford"}}'
    made = each_sharing.send("POST", "sightings", OPERATOR, raw=raw).json["id"]
    fields = each_sharing.get(f"sightings/{made}", OPERATOR).json["fields"]
    assert fields["address"] == "\U0001f6b2 rack, Romford"
