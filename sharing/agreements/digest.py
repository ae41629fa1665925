"""The exact text of a version, as bytes that anybody can hash, and whether that is still what is stored."""

import json
from collections.abc import Mapping
from hashlib import sha256
from typing import Any

from foundation.moments import in_utc

_FORM = "concordat/agreement/v1"


def exact_text(title: str, version: Mapping[Any, Any]) -> bytes:
    """Everything that a signature binds, as canonical JSON in UTF-8; its SHA-256 is the version's digest.

    `version` holds the columns of the table `agreement_version`. Source of the form: RFC 8785; all keys are
    ASCII and all numbers whole, so that sorting by code points and Python's own digits are what it asks for.
    """
    due = version["review_due"]
    agreed = {
        "form": _FORM,
        "agreement": version["agreement_id"],
        "version": version["number"],
        "title": title,
        "from": in_utc(version["from_at"]),
        "until": in_utc(version["until_at"]),
        "parties": version["parties"],
        "purposes": version["purposes"],
        "clauses": version["clauses"],
        "heads": version["heads"] or {},
        "review_due": due.isoformat() if due is not None else None,
    }
    return json.dumps(
        agreed, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False
    ).encode()


def digest_of(title: str, version: Mapping[Any, Any]) -> str:
    """SHA-256 of the exact text, in hexadecimal."""
    return sha256(exact_text(title, version)).hexdigest()


def is_intact(title: str, version: Mapping[Any, Any]) -> bool:
    """Whether the stored text is the one that was frozen; a version without a digest never was."""
    return version["digest"] is None or version["digest"] == digest_of(title, version)
