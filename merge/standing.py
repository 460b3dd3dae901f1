"""Where ids lead and what stands there now, without the sealed values: what an answer hangs on.

Every query takes many ids at once, so that answers that are given together cost few of them. Each column here changes
with what it stands for: a golden record's cache has a key of its own, a record's digest is that of all it says.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, bindparam, func, select

from core.database import chunks
from core.errors import NotFound
from core.lookups import Lookup
from merge.resolve.identifiers import golden_ids, gone, unknown
from merge.tables import merge_golden, merge_item, merge_record

_CHUNK = 1_000
# The newest events of a golden record; more are for lists of their own.
ITEMS = 100


@dataclass(frozen=True, slots=True)
class Head:
    """One active golden record without its values; ``cache_key_id`` names the key, and so the content, of its cache.

    ``policy`` is the survivorship policy that its values are to be told by, which a cache may be older than.
    """

    golden_id: str
    version: int
    members: int
    cache_key_id: str
    policy: str = ""


@dataclass(frozen=True, slots=True)
class ItemHead:
    """One record that tells of an event of a golden record. ``digest`` changes with anything the record says."""

    record_id: str
    digest: bytes


_RECORD, _GOLDEN = merge_record.c, merge_golden.c
_LED = Lookup(
    select(_RECORD.record_id, _RECORD.golden_id, _RECORD.removed_at, _RECORD.is_item).where(
        _RECORD.record_id.in_(bindparam("ids", expanding=True))
    )
)
# Whether it is active is looked at afterwards: in the question it makes SQLite walk the index of all active ones.
_HEADS = Lookup(
    select(_GOLDEN.golden_id, _GOLDEN.version, _GOLDEN.members, _GOLDEN.cache_key_id, _GOLDEN.active).where(
        _GOLDEN.golden_id.in_(bindparam("ids", expanding=True))
    )
)
_CHANGED = select(_GOLDEN.golden_id, _GOLDEN.changed_at).where(_GOLDEN.golden_id.in_(bindparam("ids", expanding=True)))
_OF = merge_record.alias("subject")
_OWN = merge_record.alias("own")
_RANKED = (
    select(
        _OF.c.golden_id,
        merge_item.c.record_id,
        func.row_number()
        .over(partition_by=_OF.c.golden_id, order_by=(merge_item.c.occurred_at.desc(), merge_item.c.record_id))
        .label("rank"),
    )
    .join(_OF, _OF.c.record_id == merge_item.c.subject_id)
    .where(
        _OF.c.golden_id.in_(bindparam("ids", expanding=True)),
        merge_item.c.section.in_(bindparam("sections", expanding=True)),
    )
    .subquery()
)
_ITEMS = Lookup(
    select(_RANKED.c.golden_id, _RANKED.c.record_id, _OWN.c.digest)
    .join(_OWN, _OWN.c.record_id == _RANKED.c.record_id)
    .where(_RANKED.c.rank <= ITEMS, _OWN.c.sealed_values.is_not(None))
    .distinct()
    .order_by(_RANKED.c.golden_id, _RANKED.c.record_id)
)


def led_to(connection: Connection, ids: Iterable[str]) -> dict[str, str | NotFound]:
    """The golden record that each id leads to, or NotFound ``golden.unknown`` or ``golden.gone`` in its place."""
    wanted = set(ids)
    found: dict[str, str | NotFound] = {
        record_id: golden_id
        for record_id, golden_id, removed_at, is_item in _LED.rows(connection, wanted)
        if golden_id is not None and removed_at is None and not is_item
    }
    # Ids that were merged away with their record, or that name an event, lead on over other records.
    rest = [one for one in wanted if one not in found]
    if rest:
        told = golden_ids(connection, rest)
        found.update((one, gone() if one in told and told[one] is None else told.get(one) or unknown()) for one in rest)
    return found


def heads(connection: Connection, golden_ids: Iterable[str]) -> dict[str, Head]:
    """Those of the golden records that are active and hold values."""
    return {
        golden_id: Head(golden_id, version, members, cache_key_id)
        for golden_id, version, members, cache_key_id, active in _HEADS.rows(connection, set(golden_ids))
        if active and cache_key_id is not None
    }


def changed_at(connection: Connection, golden_ids: Iterable[str]) -> dict[str, datetime]:
    """When each golden record came to its version.

    Not a part of ``Head``: SQLite keeps it behind the sealed values, which would be read to get there.
    """
    found: dict[str, datetime] = {}
    for some in chunks(sorted(set(golden_ids)), _CHUNK):
        found.update((row[0], row[1]) for row in connection.execute(_CHANGED, {"ids": list(some)}))
    return found


def item_heads(
    connection: Connection, golden_ids: Collection[str], sections: Sequence[str]
) -> dict[str, list[ItemHead]]:
    """The records that tell of the newest events of golden records in those sections, each list by id."""
    found: dict[str, list[ItemHead]] = {}
    if not sections:
        return found
    for golden_id, record_id, digest in _ITEMS.rows(connection, set(golden_ids), sections=sections):
        found.setdefault(golden_id, []).append(ItemHead(record_id, digest))
    return found
