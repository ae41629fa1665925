"""Public keys of passkeys are sealed, so that no other can be put in the place of one."""

import sqlalchemy as sa
from alembic import context, op

from auth.passkeys import passkey_bound, passkey_key
from foundation.crypto.sealing import seal
from foundation.errors import Misconfigured

revision = "0026"
down_revision = "0025"

_passkey = sa.table(
    "passkey", sa.column("id"), sa.column("user_id"), sa.column("credential"), sa.column("public_key")
)


def upgrade() -> None:
    rows = op.get_bind().execute(sa.select(_passkey)).all()
    secret_key = context.config.attributes.get("secret_key", "")
    if rows and not secret_key:
        raise Misconfigured("Passkeys are to be sealed. Run: python -m portal.cli.setup prepare")
    for row in rows:
        bound = passkey_bound(row.user_id, row.credential)
        sealed = seal(passkey_key(secret_key), bound, row.public_key.encode()).hex()
        op.execute(_passkey.update().where(_passkey.c.id == row.id).values(public_key=sealed))
