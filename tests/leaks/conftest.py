"""What every test of leaks may ask for."""

from tests.leaks.pairs import pairs

__all__ = ["pairs"]
