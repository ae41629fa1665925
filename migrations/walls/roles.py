"""The roles of a database, and how each comes to be.

| role | logs in | what it is |
|---|---|---|
| `concordat_owner` | no | owns every table; sees no row of them |
| `concordat_wall` | no | owns the functions that answer for rows beyond the reader's |
| `concordat_maintenance` | no | migrations, loads and commands of the server; every row |
| `concordat_app` | yes | answers requests; owns nothing, sees what the person may see |
| `concordat_system` | yes | the server's own work: signing in, the ledger's sequencer, jobs |
| `concordat_auditor` | no, until somebody lets it | reads the ledger |
"""

from typing import Any

from sqlalchemy import Connection, text
from sqlalchemy.engine import make_url

from foundation.errors import Misconfigured
from foundation.walls import REQUESTS, SERVER

OWNER, WALL, MAINTENANCE, AUDITOR = (
    "concordat_owner",
    "concordat_wall",
    "concordat_maintenance",
    "concordat_auditor",
)
ROLES = (OWNER, WALL, MAINTENANCE, REQUESTS, SERVER, AUDITOR)
_PLAIN = "NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE NOREPLICATION"


#: The first good release of each version, in which a plan follows the policies of whoever runs it.
#: Source: CVE-2024-10976.
_MENDED = {15: 10, 16: 6, 17: 2}


def refuse_old(version: int) -> None:
    """Refuse a server by its `server_version_num` whose row-level security can be passed by.

    Raises:
        Misconfigured: if it is older than 15.10, 16.6 or 17.2.
    """
    major, minor = divmod(version, 10_000)
    if major < min(_MENDED) or minor < _MENDED.get(major, 0):
        raise Misconfigured("This PostgreSQL is too old to be safe: use 15.10, 16.6, 17.2 or newer.")


def make_roles(tx: Connection) -> None:
    """Make the roles that the server does not have yet; whoever connects may then act for owner and walls.

    Raises:
        Misconfigured: if whoever connects may not make roles, or the server is too old.
    """
    refuse_old(int(tx.execute(text("SHOW server_version_num")).scalar_one()))
    held = set(tx.execute(text("SELECT rolname FROM pg_roles WHERE rolname LIKE 'concordat\\_%'")).scalars())
    if missing := [role for role in ROLES if role not in held]:
        _refuse_powerless(tx)
        for role in missing:
            tx.exec_driver_sql(f"CREATE ROLE {role} NOLOGIN {_PLAIN}")
    if not _may_act_as(tx, OWNER, WALL, MAINTENANCE):
        tx.exec_driver_sql(f"GRANT {OWNER}, {WALL}, {MAINTENANCE} TO CURRENT_USER")


def let_in(tx: Connection, address: str, role: str) -> None:
    """Let the user of an address log in as the role: make that user, or give the role to them.

    The password of the address is set where the user could not log in before, and never changed; an address
    without one leaves it to the server how the user is recognised.

    Raises:
        Misconfigured: if the address names no user.
    """
    url = make_url(address)
    if not url.username:
        raise Misconfigured(f"The address for {role} names no user. Write it as user@host or user:word@host.")
    user = tx.dialect.identifier_preparer.quote(url.username)
    known = tx.execute(text("SELECT rolcanlogin FROM pg_roles WHERE rolname = :name"), {"name": url.username})
    can = known.scalar()
    if can is None:
        tx.exec_driver_sql(f"CREATE ROLE {user} LOGIN {_PLAIN}")
    elif not can:
        tx.exec_driver_sql(f"ALTER ROLE {user} LOGIN")
    if url.password and not can:
        _set_password(tx, url.username, str(url.password))
    if url.username != role and not _is_super(tx, url.username):
        tx.exec_driver_sql(f"GRANT {role} TO {user}")


def _set_password(tx: Connection, user: str, password: str) -> None:
    """Set it as its verifier, which tells nothing to whoever reads the server's log."""
    driver: Any = tx.connection.driver_connection
    verifier = driver.pgconn.encrypt_password(password.encode(), user.encode(), b"scram-sha-256").decode()
    quoted = tx.dialect.identifier_preparer.quote(user)
    driver.execute(f"ALTER ROLE {quoted} PASSWORD '{verifier}'")


def _is_super(tx: Connection, user: str) -> bool:
    asked = text("SELECT rolsuper FROM pg_roles WHERE rolname = :name")
    return bool(tx.execute(asked, {"name": user}).scalar())


def _may_act_as(tx: Connection, *roles: str) -> bool:
    asked = text("SELECT bool_and(pg_has_role(role, 'USAGE')) FROM unnest(CAST(:roles AS text[])) role")
    return bool(tx.execute(asked, {"roles": list(roles)}).scalar())


def _refuse_powerless(tx: Connection) -> None:
    asked = text("SELECT rolsuper OR rolcreaterole FROM pg_roles WHERE rolname = current_user")
    if not tx.execute(asked).scalar():
        raise Misconfigured(
            "The roles of the database are not there, and this user may not make them. Give "
            "CONCORDAT_DATABASE_OWNER_URL a user who may. See docs/running.md."
        )
