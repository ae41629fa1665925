"""Every table of the product, gathered from where each is declared."""

from importlib import import_module
from pkgutil import walk_packages

from sqlalchemy import MetaData

import auth
import foundation
import sharing
from foundation.database import metadata


def every_table() -> MetaData:
    """The metadata after every module was loaded, since any may declare a table."""
    for package in (auth, foundation, sharing):
        for module in walk_packages(package.__path__, f"{package.__name__}."):
            import_module(module.name)
    return metadata
