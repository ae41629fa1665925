"""The errors that use cases raise and doors map to answers, each door in one table."""

from collections.abc import Mapping


class ConcordatError(Exception):
    """Something that the person can be told, in a sentence that says what to do."""


class Missing(ConcordatError):  # noqa: N818 - named for what is the case, as the doors show it
    """There is nothing here that this reader can see: hidden and absent are the same."""


class Deleted(ConcordatError):  # noqa: N818
    """What the reader's agency was given was deleted after its time; its people learn that and no more."""


class Denied(ConcordatError):  # noqa: N818
    """The person's role does not allow the action."""


class Unauthenticated(ConcordatError):  # noqa: N818
    """Nobody is signed in, or the key is not good."""


class SignatureRequired(Unauthenticated):
    """The key is bound to its holder, and the request came without a signature of theirs that fits."""


class HttpsRequired(ConcordatError):  # noqa: N818
    """The request came by plain http, where others can read and change it."""


class FactorRequired(ConcordatError):  # noqa: N818
    """The person has to prove again who they are, because the last proof is too old for this act."""


class SecondFactorRequired(ConcordatError):  # noqa: N818
    """Somebody has proven a first half, and has to prove or add a second factor before anything opens."""


class RulesRequired(ConcordatError):  # noqa: N818
    """A member has to accept their scheme's rules first, because they changed or the year is over."""


class VettingRequired(ConcordatError):  # noqa: N818
    """The role that allows this is closed, because the vetting that the agency asks for has run out."""


class PurposeRequired(ConcordatError):  # noqa: N818
    """A read of shared records without a stated purpose."""


class Invalid(ConcordatError):  # noqa: N818
    """What was typed cannot be taken as it is.

    `problems` maps a field's name to a sentence that states the fact, never a stored value.
    """

    def __init__(self, problems: Mapping[str, str]) -> None:
        super().__init__("; ".join(f"{name}: {problem}" for name, problem in problems.items()))
        self.problems = dict(problems)


class FilterRefused(ConcordatError):  # noqa: N818
    """A list cannot be narrowed by this field, whatever is stored in it."""


class Conflict(ConcordatError):  # noqa: N818
    """Somebody else changed it first, or the same key came with another body."""


class Stale(Conflict):
    """The record is not as it was when the person read it."""


class Throttled(ConcordatError):  # noqa: N818
    """Too many attempts; `retry_after` is in seconds."""

    def __init__(self, retry_after: int, sentence: str = "") -> None:
        super().__init__(sentence or f"Too many attempts. Wait {retry_after} seconds and try again.")
        self.retry_after = retry_after


class Unavailable(ConcordatError):  # noqa: N818
    """The service cannot answer safely now, for instance because the ledger cannot be written."""


class Outdated(Unavailable):
    """What was read is no longer what holds: the terms changed, or it was taken back, while it was read."""


class Misconfigured(ConcordatError):  # noqa: N818
    """A setting is missing or unsafe; the process must not start."""
