"""The demonstration's partnership in a database of each kind, for a whole module."""

from tests.unit.sharing.drafting.conftest import database

__all__ = ["database"]
