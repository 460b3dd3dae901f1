"""Records and a resolver for tests of the merge engine."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from hashlib import sha256

from sqlalchemy import Connection, select

from audit.log import AuditLog
from core.clock import Clock
from core.crypto import Keyring
from core.records import AttributeValue, SourceRecord
from merge.golden_store import CACHE_FIELD, goldens
from merge.graph_store import edges_at
from merge.match.model import Model
from merge.ownership.rules import OwnershipPolicy
from merge.record_store import live_customers
from merge.resolve.graph import Edge
from merge.resolve.grouping import MatchSettings, evidence_digest
from merge.resolve.incremental import Resolver
from merge.tables import merge_change

START = datetime(2026, 1, 1, tzinfo=UTC)
MOBILE = "13800138000"


def record_id(name: str) -> str:
    """An id as the keyring would make one."""
    return "g_" + sha256(name.encode()).hexdigest()[:32]


def record(
    name: str,
    *values: tuple[str, str],
    source: str = "crm",
    days: float = 0,
    subject: str | None = None,
    extra: dict[str, str] | None = None,
) -> SourceRecord:
    """A source record of our own id ``name``, asserted some days after the start."""
    return SourceRecord(
        record_id=record_id(name),
        source=source,
        values=[AttributeValue(attribute, value) for attribute, value in values],
        asserted_at=START + timedelta(days=days),
        subject=None if subject is None else record_id(subject),
        extra=extra or {},
    )


def person(name: str, full_name: str, *, phone: str = MOBILE, **more: object) -> SourceRecord:
    """A customer with a name and a mobile phone."""
    return record(name, ("person.full_name", full_name), ("phone", phone), **more)  # type: ignore[arg-type]


def make_resolver(
    keyring: Keyring,
    clock: Clock,
    *,
    key_cap: int = 40,
    key_guard: int = 160,
    shared_by: int = 3,
    ownership: OwnershipPolicy | None = None,
) -> Resolver:
    """A resolver with the untrained model."""
    settings = MatchSettings(Model(), key_cap=key_cap, key_guard=key_guard, shared_by=shared_by)
    return Resolver(keyring, clock, AuditLog(clock), settings, ownership=ownership)


def partition(connection: Connection) -> set[frozenset[str]]:
    """The golden records as sets of record ids."""
    homes = live_customers(connection)
    groups: dict[str, set[str]] = {}
    for one, golden_id in homes.items():
        groups.setdefault(golden_id, set()).add(one)
    return {frozenset(group) for group in groups.values()}


def snapshot(connection: Connection, keyring: Keyring) -> set[tuple[frozenset[str], bytes, str]]:
    """Members, golden bytes and evidence of every golden record, opened by the test itself."""
    homes = live_customers(connection)
    rows = goldens(connection, set(homes.values()))
    keys = keyring.record_keys([row.cache_key_id or "" for row in rows.values()], create=False)
    found = set()
    for members in partition(connection):
        row = rows[homes[min(members)]]
        assert row.active
        assert row.members == len(members)
        assert row.cache is not None
        assert row.cache_key_id is not None
        inside: list[Edge] = [
            edge for edge in edges_at(connection, members) if edge.left in members and edge.right in members
        ]
        found.add((members, keys[row.cache_key_id].open(CACHE_FIELD, row.cache), evidence_digest(inside)))
    return found


def feed(connection: Connection) -> Sequence[tuple[str, str]]:
    """Kind and golden id of every entry of the feed, oldest first."""
    query = select(merge_change.c.kind, merge_change.c.golden_id).order_by(merge_change.c.sequence)
    return [(kind, golden_id) for kind, golden_id in connection.execute(query)]
