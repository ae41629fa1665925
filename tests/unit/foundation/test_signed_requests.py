"""Signatures of requests, held against the examples of the standards themselves."""

from dataclasses import replace

import pytest
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
from cryptography.hazmat.primitives.asymmetric.ed448 import Ed448PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from foundation.crypto.signed_requests import (
    SentRequest,
    SignatureFault,
    check_signature,
    read_public_key,
    thumbprint,
    verified,
)

# RFC 9421, appendix B.1.4, B.2 and B.2.6
PUBLIC = """-----BEGIN PUBLIC KEY-----
MCowBQYDK2VwAyEAJrQLj5P/89iXES9+vFgrIy29clF9CC/oPPsw3c5D0bs=
-----END PUBLIC KEY-----
"""
NAME = "test-key-ed25519"
EXAMPLE = SentRequest(
    "POST",
    "http://example.com/foo?param=Value&Pet=dog",
    {
        "Host": "example.com",
        "Date": "Tue, 20 Apr 2021 02:07:55 GMT",
        "Content-Type": "application/json",
        "Content-Digest": "sha-512=:WZDPaVn/7XgHaAy8pmojAkGWoRx2UFChF41A2svX+TaPm"
        "+AbwAgBWnrIiYllu7BNNyealdVLvRwEmTHWXvJwew==:",
        "Content-Length": "18",
        "Signature-Input": 'sig-b26=("date" "@method" "@path" "@authority" "content-type" "content-length")'
        f';created=1618884473;keyid="{NAME}"',
        "Signature": "sig-b26=:wqcAqbmYJ2ji2glfAMaRy4gruYYnx2nEFN2HN6jrnDnQCK1"
        "u02Gb04v9EDgwUPiu4A0w6vuQv5lIp5WPpBKRCw==:",
    },
    b'{"hello": "world"}',
)


def test_the_standard_s_own_example_of_ed25519_is_taken():
    found = verified(EXAMPLE, read_public_key(PUBLIC), NAME)
    assert found.covered_components['"@authority"'] == "example.com"
    assert found.parameters["created"] == 1618884473


@pytest.mark.parametrize(
    "altered",
    [
        {"method": "PUT"},
        {"url": "http://example.com/fooo?param=Value&Pet=dog"},
        {"url": "http://example.org/foo?param=Value&Pet=dog"},
        {"headers": {**EXAMPLE.headers, "Date": "Tue, 20 Apr 2021 02:07:56 GMT"}},
        {"headers": {**EXAMPLE.headers, "Content-Length": "19"}},
        {"headers": {name: value for name, value in EXAMPLE.headers.items() if name != "Date"}},
    ],
)
def test_the_standard_s_example_is_refused_once_it_is_altered(altered):
    with pytest.raises(SignatureFault, match="wrong"):
        verified(replace(EXAMPLE, **altered), read_public_key(PUBLIC), NAME)


def test_a_signature_whose_keyid_is_no_thumbprint_is_refused():
    with pytest.raises(SignatureFault, match="wrong"):
        check_signature(EXAMPLE, read_public_key(PUBLIC), ("@method",))


def test_thumbprint_is_that_of_the_standard_s_own_example():
    # RFC 8037, appendix A.3
    given = "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"
    assert thumbprint(given) == "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k"


def test_other_kinds_of_keys_are_no_public_keys():
    other = [
        key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()
        for key in (generate_private_key(SECP256R1()), Ed448PrivateKey.generate())
    ]
    for pem in (*other, "", "key", PUBLIC.replace("MCow", "MCox"), PUBLIC.replace("0bs=", ""), "\ud800"):
        with pytest.raises(ValueError):  # noqa: PT011 - each says it in words of its own
            read_public_key(pem)
