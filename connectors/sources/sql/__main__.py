"""The SQL source as a program."""

from connectors.sources.base import run
from connectors.sources.sql.source import SqlSource

if __name__ == "__main__":
    run(SqlSource())
