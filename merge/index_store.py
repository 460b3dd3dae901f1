"""Rows that records are found by: match keys, shared values, search tokens; and which keys and values are common.

All are keyed hashes of 64 bits beside record numbers, so that the rows that every record writes in many places are
small. What a record itself keeps of them is packed into its row, so that no second index has to be written.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any, NamedTuple

from sqlalchemy import BindParameter, Connection, Table, bindparam, func, select

from core.bulk import delete_many, upsert_many
from core.driver import fetch
from core.lookups import Lookup
from merge.tables import merge_generic, merge_hub, merge_index, merge_key, merge_shared

Row = tuple[int, ...]

_AMONG: BindParameter[Any] = bindparam("ids", expanding=True)
_HUBS = Lookup(select(merge_hub.c.key).where(merge_hub.c.key.in_(_AMONG)))
_GENERIC = Lookup(select(merge_generic.c.value).where(merge_generic.c.value.in_(_AMONG)))
_HOLDERS = Lookup(select(merge_key.c.key, merge_key.c.record).where(merge_key.c.key.in_(_AMONG)))
_BEARERS = Lookup(select(merge_shared.c.value, merge_shared.c.record).where(merge_shared.c.value.in_(_AMONG)))
_LONGEST = 256


def change_keys(connection: Connection, gone: Collection[Row], new: Collection[Row]) -> None:
    """Take and give match keys, as (key, record number)."""
    _change(connection, merge_key, ("key", "record"), gone, new)


def change_shared(connection: Connection, gone: Collection[Row], new: Collection[Row]) -> None:
    """Take and give shared values, as (value, name, record number)."""
    _change(connection, merge_shared, ("value", "name", "record"), gone, new)


def change_tokens(connection: Connection, gone: Collection[Row], new: Collection[Row]) -> None:
    """Take and give search tokens, as (token, record number)."""
    _change(connection, merge_index, ("token", "record"), gone, new)


def _change(
    connection: Connection, table: Table, columns: Sequence[str], gone: Collection[Row], new: Collection[Row]
) -> None:
    delete_many(connection, table, columns, sorted(gone))
    # In the order of the table, so that neighbours are written together.
    upsert_many(connection, table, columns, sorted(new), shared={}, keys=columns, update=())


def holders_of(connection: Connection, keys: Collection[int], limit: int | None = None) -> dict[int, list[int]]:
    """The numbers of the records that hold each key, sorted; with ``limit`` no more than that many of each."""
    found: defaultdict[int, list[int]] = defaultdict(list)
    rows = _HOLDERS.rows(connection, keys) if limit is None else _some_holders(connection, keys, limit)
    for key, record in rows:
        found[key].append(record)
    for records in found.values():
        records.sort()
    return dict(found)


def _some_holders(connection: Connection, keys: Collection[int], limit: int) -> list[Sequence[Any]]:
    """One question for many keys that reads no more of the largest than is asked for."""
    wanted = sorted(set(keys))
    if connection.dialect.name == "postgresql":
        text = (
            "SELECT given.key, held.record FROM unnest(%s::bigint[]) AS given(key), LATERAL "
            "(SELECT record FROM merge_key WHERE key = given.key ORDER BY record LIMIT %s) AS held"
        )
        return fetch(connection, text, (wanted, limit)) if wanted else []
    found: list[Sequence[Any]] = []
    for start in range(0, len(wanted), _LONGEST):
        some = wanted[start : start + _LONGEST]
        found += fetch(connection, _sqlite_holders(1 << (len(some) - 1).bit_length()), _filled(some, limit - 1))
    return found


@lru_cache(maxsize=16)
def _sqlite_holders(count: int) -> str:
    """SQLite has no LATERAL: the key's last record that is wanted is looked for first."""
    values = ",".join(["(?)"] * count)
    return (
        f"WITH given(key) AS (VALUES {values}) SELECT given.key, merge_key.record FROM given CROSS JOIN merge_key "  # noqa: S608 - no values in it
        "ON merge_key.key = given.key AND merge_key.record <= coalesce((SELECT record FROM merge_key AS last "
        "WHERE last.key = given.key ORDER BY record LIMIT 1 OFFSET ?), 9223372036854775807)"
    )


def _filled(some: Sequence[int], *last: int) -> tuple[int | None, ...]:
    """As long as the next power of two; NULL finds nothing."""
    return (*some, *[None] * ((1 << (len(some) - 1).bit_length()) - len(some)), *last)


def bearers_of(connection: Connection, values: Collection[int]) -> dict[int, list[int]]:
    """The numbers of the records that hold each shared value, sorted."""
    found: dict[int, list[int]] = {}
    for value, record in _BEARERS.rows(connection, values):
        found.setdefault(value, []).append(record)
    return {value: sorted(records) for value, records in found.items()}


def borne_by_many(connection: Connection, values: Collection[int], names: int) -> set[int]:
    """Those of the values that stand with more than so many different names; however many records hold them."""
    wanted = sorted(set(values))
    found: set[int] = set()
    marker = "%s" if connection.dialect.name == "postgresql" else "?"
    for start in range(0, len(wanted), _LONGEST):
        some = wanted[start : start + _LONGEST]
        text = _many_names(1 << (len(some) - 1).bit_length(), names, marker)
        found.update(row[0] for row in fetch(connection, text, _filled(some)))
    return found


@lru_cache(maxsize=64)
def _many_names(count: int, names: int, marker: str) -> str:
    """Hops from one name of a value to the next: as many seeks as names are asked for, whatever the rows."""
    cast = "::bigint" if marker == "%s" else ""
    values = ",".join([f"({marker}{cast})"] * count)
    inner = f"SELECT column1{cast} AS value, 0{cast} AS name FROM (VALUES {values}) AS given"  # noqa: S608 - no values in it
    for _ in range(names + 1):
        hop = "SELECT min(held.name) FROM merge_shared AS held WHERE held.value = seen.value AND held.name > seen.name"
        inner = f"SELECT seen.value, ({hop}) AS name FROM ({inner}) AS seen"  # noqa: S608 - no values in it
    return f"SELECT value FROM ({inner}) AS hops WHERE name IS NOT NULL"  # noqa: S608 - no values in it


def hubs_among(connection: Connection, keys: Collection[int]) -> set[int]:
    """Those of the keys that are hubs."""
    return {row[0] for row in _HUBS.rows(connection, keys)}


def all_hubs(connection: Connection) -> frozenset[int]:
    """Every hub."""
    return frozenset(connection.execute(select(merge_hub.c.key)).scalars())


def change_hubs(connection: Connection, gone: Collection[int], new: Collection[int], at: datetime) -> None:
    """Take keys from the list of hubs and put others on it."""
    delete_many(connection, merge_hub, ("key",), [(key,) for key in sorted(gone)])
    rows = [(key,) for key in sorted(new)]
    upsert_many(connection, merge_hub, ("key",), rows, shared={"at": at}, keys=("key",), update=())


def generic_among(connection: Connection, values: Collection[int]) -> set[int]:
    """Those of the values that are generic."""
    return {row[0] for row in _GENERIC.rows(connection, values)}


def change_generic(connection: Connection, gone: Collection[int], new: Collection[int], at: datetime) -> None:
    """Values that are generic no more, and such that have become so."""
    delete_many(connection, merge_generic, ("value",), [(value,) for value in sorted(gone)])
    rows = [(value,) for value in sorted(new)]
    upsert_many(connection, merge_generic, ("value",), rows, shared={"at": at}, keys=("value",), update=())


class Crowd(NamedTuple):
    """How many records hold a key, and the number of one of them."""

    size: int
    member: int


def keys_held_by_more(connection: Connection, count: int) -> dict[int, Crowd]:
    """All keys that more than ``count`` records hold; reads the whole index of keys."""
    table = merge_key.c
    query = select(table.key, func.count(), func.max(table.record)).group_by(table.key).having(func.count() > count)
    return {key: Crowd(held, holder) for key, held, holder in connection.execute(query)}


def count_pairs(connection: Connection) -> int:
    """Pairs that share a key which is no hub, once for each such key; reads the whole index of keys."""
    table = merge_key.c
    held = (
        select(func.count().label("n")).where(table.key.not_in(select(merge_hub.c.key))).group_by(table.key).subquery()
    )
    return int(connection.execute(select(func.coalesce(func.sum(held.c.n * (held.c.n - 1) / 2), 0))).scalar_one())


def key_counts(connection: Connection, keys: Collection[int]) -> Mapping[int, int]:
    """How many records hold each key; keys nobody holds are absent."""
    return {key: len(records) for key, records in holders_of(connection, keys).items()}
