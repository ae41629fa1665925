"""Every table of the product, gathered from where each is declared."""

from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from pkgutil import walk_packages

from sqlalchemy import MetaData

import auth
import foundation
import sharing
from foundation.database import metadata

#: How a declaration reads; the module need not be called `tables`.
_TABLES = ("Table(", "table_of(")


def every_table() -> MetaData:
    """The metadata after every module that declares a table was loaded, wherever it stands."""
    for package in (auth, foundation, sharing):
        for module in walk_packages(package.__path__, f"{package.__name__}."):
            if _declares_a_table(module.name):
                import_module(module.name)
    return metadata


def _declares_a_table(name: str) -> bool:
    found = find_spec(name)
    if found is None or found.origin is None:
        return False
    text = Path(found.origin).read_text("utf-8")
    return any(declaration in text for declaration in _TABLES)
