"""What waits in quarantine, counted by reason and listed whole, page by page. No content."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Connection, Engine, Select, and_, func, or_, select

from core.database import plain, reading
from sync.tables import rejected

_SHOWN = ("id", "run_id", "connection", "stream", "code", "message", "at", "attempts")
_PAGE = 1_000


def reasons(connection: Connection, name: str = "") -> list[tuple[str, str, int]]:
    """How many wait, by connection and reason, in that order; of one connection where it is named."""
    columns = (rejected.c.connection, rejected.c.code)
    query = _waiting(select(*columns, func.count()), name, "").group_by(*columns).order_by(*columns)
    return [(row[0], row[1], row[2]) for row in connection.execute(query)]


def waiting(
    connection: Connection, name: str = "", code: str = "", *, after: dict[str, Any] | None = None, limit: int = _PAGE
) -> list[dict[str, Any]]:
    """What waits, oldest first, after a row of the page before; of one connection or reason where that is said."""
    query = _waiting(select(*(rejected.c[one] for one in _SHOWN)), name, code)
    if after is not None:
        later = rejected.c.at > after["at"]
        query = query.where(or_(later, and_(rejected.c.at == after["at"], rejected.c.id > after["id"])))
    query = query.order_by(rejected.c.at, rejected.c.id).limit(limit)
    return [plain(row) for row in connection.execute(query).mappings()]


def all_waiting(engine: Engine, name: str = "", code: str = "", *, page: int = _PAGE) -> Iterator[dict[str, Any]]:
    """The same, every page of it, one in memory at a time."""
    after: dict[str, Any] | None = None
    while True:
        with reading(engine) as connection:
            found = waiting(connection, name, code, after=after, limit=page)
        yield from found
        if len(found) < page:
            return
        after = found[-1]


def _waiting(query: Select[Any], name: str, code: str) -> Select[Any]:
    query = query.where(rejected.c.replayed_at.is_(None))
    if name:
        query = query.where(rejected.c.connection == name)
    return query.where(rejected.c.code == code) if code else query
