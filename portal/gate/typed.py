"""What was typed when the session had ended: it stays in the browser alone, sealed for who typed it.

Nothing of it is kept on the server. Who was here last is told by flask's own signed session, which is emptied
by whoever signs out: after that nothing is kept at all.
"""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass
from datetime import datetime, timedelta

from flask import request, session

from foundation import clock
from foundation.crypto.sealing import SealBroken, derived_key, open_sealed, seal
from foundation.crypto.tokens import token_digest
from portal.gate import context
from portal.gate.identity import at_json_door
from portal.gate.paths import kept_fields

#: The one field of the form that sends it again.
FIELD = "typed"
_WHO = "who"
_KEPT = timedelta(hours=12)
#: Longer texts than any form takes are not kept.
_LONGEST = 200_000


@dataclass(frozen=True)
class Typed:
    """The fields of a form, and whether a file or a password went with it, which are not kept."""

    fields: tuple[tuple[str, str], ...]
    files: bool
    password: bool


def remember_who() -> None:
    """Keep in the browser's signed cookie, as a digest, who is asking, for the time after their session."""
    actor = None if at_json_door() or request.endpoint == "static" else context.actor_if_any()
    if actor is not None and session.get(_WHO) != _digest(actor.user_id):
        session[_WHO] = _digest(actor.user_id)


def typed_here() -> Typed:
    """What this request's form holds."""
    password = any("password" in name for name in request.form)
    files = any(sent.filename for sent in request.files.values())  # a field left empty is sent as well
    return Typed(kept_fields(), files, password)


def is_sent_again() -> bool:
    """Whether this request brings what was sealed before."""
    return request.method == "POST" and FIELD in request.form


def sealed() -> str | None:
    """What this request's form holds, sealed for who was here last; None where nobody knows who that was."""
    if request.method != "POST" or at_json_door() or _WHO not in session:
        return None
    if is_sent_again():
        return request.form[FIELD]
    typed = typed_here()
    told = {"fields": typed.fields, "files": typed.files, "password": typed.password}
    text = json.dumps({**told, "at": clock.now().isoformat()})
    if len(text) > _LONGEST:
        return None
    return urlsafe_b64encode(seal(_key(), _bound(session[_WHO]), text.encode())).decode()


def opened() -> Typed | None:
    """What was sealed for whoever is asking; None if that was somebody else, elsewhere or long ago."""
    bound = _bound(_digest(context.actor().user_id))
    try:
        told = json.loads(open_sealed(_key(), bound, urlsafe_b64decode(request.form[FIELD])))
    except (ValueError, SealBroken):
        return None
    if clock.now() - datetime.fromisoformat(told["at"]) > _KEPT:
        return None
    return Typed(tuple((name, value) for name, value in told["fields"]), told["files"], told["password"])


def _key() -> bytes:
    return derived_key(context.settings().secret_key, "typed")


def _digest(user_id: str) -> str:
    return token_digest(f"{context.settings().secret_key}|{user_id}")


def _bound(who: str) -> str:
    return f"{who}|{request.path}"
