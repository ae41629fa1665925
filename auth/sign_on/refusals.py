"""Why a sign-in at an agency's provider is refused: a closed list, each with the sentence that is told."""

from collections.abc import Mapping

#: What the ledger keeps, and what the person reads. No sentence holds anything of what was received.
REASONS: Mapping[str, str] = {
    "provider-refused": "Your agency’s sign-in did not let you in.",
    "provider-unreachable": "Your agency’s sign-in cannot be reached. Try again in a few minutes.",
    "provider-metadata": "What your agency’s sign-in says of itself is not as agreed.",
    "state": "This sign-in was not begun in this browser, has been used, or took more than ten minutes.",
    "mix-up": "The answer came from another sign-in than the one that was begun.",
    "issuer-missing": "The answer does not say which sign-in it comes from.",
    "code": "Your agency’s sign-in sent no code, or did not take it back.",
    "token-form": "What your agency’s sign-in sent cannot be read.",
    "token-type": "What your agency’s sign-in sent is meant for something else.",
    "algorithm": "What your agency’s sign-in sent is signed in a way that is not allowed here.",
    "key": "What your agency’s sign-in sent is signed with a key that it does not publish.",
    "signature": "The signature of what your agency’s sign-in sent is not good.",
    "issuer": "What was sent names another sign-in than that of your agency.",
    "audience": "What was sent is meant for another service.",
    "expired": "What your agency’s sign-in sent has run out.",
    "time": "What your agency’s sign-in sent is dated in the future or too long ago.",
    "nonce": "What was sent belongs to another sign-in.",
    "subject": "What was sent does not say who you are.",
    "strength": "You were not let in as strongly as your agency asks for.",
    "not-fresh": "Your agency’s sign-in did not ask you again who you are, so this proves nothing new.",
    "not-linked": "No account here is linked to the one that you used. Sign in another way and link it on "
    "the page of your account, or ask your agency’s administrator.",
    "other-person": "You signed in at your agency as somebody else than here.",
    "taken": "That account of your agency is linked to somebody else here.",
    "session-ended": "Your session here has ended in the meantime. Sign in and begin again.",
    "logout-events": "The token does not say that it is for signing out.",
    "logout-nonce": "A token for signing out must not hold a nonce.",
    "logout-who": "The token names neither a person nor a session.",
    "logout-replayed": "The token was used before.",
}


class Refused(Exception):  # noqa: N818 - says what is the case
    """It is not let in; `reason` is a key of `REASONS`.

    Raises:
        KeyError: if there is no such reason.
    """

    def __init__(self, reason: str) -> None:
        super().__init__(REASONS[reason])
        self.reason = reason
