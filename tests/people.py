"""Invented agencies and people for tests of the gate and of pages."""

from functools import cache

from sqlalchemy import update

from auth.accounts import NewAgency, NewUser, create_accounts
from auth.roles import Role
from auth.tables import user
from foundation.crypto.passwords import hash_password
from foundation.database import Database

PASSWORD = "three-herons-on-a-weir"
OPERATOR = "11111111-1111-4111-8111-111111111111"
DPO = "22222222-2222-4222-8222-222222222222"
INVENTED = "33333333-3333-4333-8333-333333333333"
SERVICE = "44444444-4444-4444-8444-444444444444"

AGENCY = NewAgency("havering", "London Borough of Havering", "Havering", "council")


def add_people(database: Database, *, invented: bool = True) -> None:
    """One council with an operator, a data protection officer, a service account and an invented person."""
    people = [
        NewUser(OPERATOR, "havering", "Dan Osei", "Dan.Osei@havering.example", frozenset({Role.OPERATOR})),
        NewUser(DPO, "havering", "Ruth Okafor", "ruth@havering.example", frozenset({Role.DPO})),
        NewUser(SERVICE, "havering", "Feed", "feed@havering.example", frozenset({Role.ANALYST})),
    ]  # fmt: skip
    if invented:
        roles = frozenset({Role.OPERATOR, Role.MEMBER})
        line = "Enter a sighting; hold footage"
        people.append(NewUser(INVENTED, "havering", "Ann Vent", "ann@x.example", roles, demonstration=line))
    create_accounts(database, [AGENCY], [], people)
    with database.transaction() as tx:
        tx.execute(update(user).where(user.c.id == OPERATOR).values(password_hash=_hashed()))


@cache
def _hashed() -> str:
    """Once in a process, since to be slow is what a password's hash is for."""
    return hash_password(PASSWORD)
