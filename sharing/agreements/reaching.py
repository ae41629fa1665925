"""Whom a release reaches, flat: the rows by which a reader's newest records are found."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

#: When a release ends that nobody has ended.
NEVER = datetime(9999, 12, 31, tzinfo=UTC)
#: The recipient key of a release to all parties of the day.
EVERYBODY = "*"


def reach_rows(release: Mapping[str, Any], record_type: str) -> list[dict[str, Any]]:
    """One row per recipient and purpose; `release` holds the columns of the table `release`.

    A row lives from the release until the earlier of its expiry and its revocation.
    """
    ends = [end for end in (release["expires"], release["revoked"]) if end is not None]
    recipients = [EVERYBODY] if release["recipients"] == "all" else release["recipients"]
    return [
        {
            "release_id": release["id"],
            "recipient": recipient,
            "purpose": purpose,
            "agreement_id": release["agreement_id"],
            "type": record_type,
            "record_id": release["record_id"],
            "at": release["at"],
            "until_at": min(ends, default=NEVER),
        }
        for recipient in dict.fromkeys(recipients)
        for purpose in dict.fromkeys(release["purposes"])
    ]
