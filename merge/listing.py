"""Pages of golden records by id, narrowed to holders in SQL: what lists and exports walk along."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, false, func, or_, select

from merge.ownership.values import ANY_SCOPE, PRIMARY
from merge.tables import merge_golden, merge_owner, merge_record


@dataclass(frozen=True, slots=True)
class Holders:
    """Whose golden records: everybody's, or those of these holders and, with ``pools``, those of any pool."""

    everything: bool = False
    named: tuple[str, ...] = ()
    pools: bool = False


EVERYBODY = Holders(everything=True)


def held_by(golden_id: ColumnElement[Any], holders: Holders) -> list[ColumnElement[bool]]:
    """The conditions that a golden id is held by one of the holders; none for everybody's."""
    if holders.everything:
        return []
    owner = merge_owner.c
    theirs: list[ColumnElement[bool]] = [owner.holder.in_(holders.named)] if holders.named else []
    if holders.pools:
        theirs.append(owner.holder.startswith("pool:", autoescape=True))
    if not theirs:
        return [false()]
    held = select(owner.golden_id).where(
        or_(*theirs), owner.scope == ANY_SCOPE, owner.role == PRIMARY, owner.valid_to.is_(None)
    )
    return [golden_id.in_(held)]


@dataclass(frozen=True, slots=True)
class Narrow:
    """What narrows a list, by facts that are not personal: the holder, and changed at or after a time."""

    holder: str | None = None
    changed_since: datetime | None = None


EVERYTHING = Narrow()


def golden_page(
    connection: Connection, holders: Holders, narrow: Narrow = EVERYTHING, *, after: str, limit: int
) -> list[str]:
    """Ids of active golden records after an id, in the order of ids (a keyset page)."""
    golden = merge_golden.c
    query = select(golden.golden_id).where(golden.active, golden.golden_id > after)
    if narrow.changed_since is not None:
        query = query.where(golden.changed_at >= narrow.changed_since)
    if narrow.holder is not None:
        query = query.where(*held_by(golden.golden_id, Holders(named=(narrow.holder,))))
    query = query.where(*held_by(golden.golden_id, holders))
    return list(connection.execute(query.order_by(golden.golden_id).limit(limit)).scalars())


def count_goldens(connection: Connection) -> int:
    """How many active golden records there are."""
    return connection.execute(select(func.count()).select_from(merge_golden).where(merge_golden.c.active)).scalar_one()


def holders_counted(connection: Connection) -> dict[str, int]:
    """How many golden records each owner and pool holds, most first."""
    owner = merge_owner.c
    query = (
        select(owner.holder, func.count())
        .where(owner.scope == ANY_SCOPE, owner.role == PRIMARY, owner.valid_to.is_(None))
        .group_by(owner.holder)
        .order_by(func.count().desc(), owner.holder)
    )
    return {holder: count for holder, count in connection.execute(query).all()}  # noqa: C416  a result is no list of pairs


def golden_by_record(connection: Connection, record_ids: Sequence[str]) -> dict[str, str]:
    """The golden record of each live customer record."""
    table = merge_record.c
    query = select(table.record_id, table.golden_id).where(
        table.record_id.in_(record_ids), table.golden_id.is_not(None)
    )
    return {record_id: golden_id for record_id, golden_id in connection.execute(query) if golden_id is not None}
