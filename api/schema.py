"""Gathers the tables of all packages, for migrations and tests."""

from importlib import import_module
from importlib.util import find_spec

from sqlalchemy import MetaData

from core.database import metadata

_MODULES = (
    "audit.tables",
    "governance.tables",
    "merge.tables",
    "merge.said_tables",
    "connectors.tables",
    "sync.tables",
)


def all_tables() -> MetaData:
    """The one MetaData with every table declared."""
    for name in _MODULES:
        if find_spec(name) is not None:
            import_module(name)
    return metadata
