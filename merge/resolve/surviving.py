"""Golden values made when they are asked for: by the policy in force now, or as of an earlier time.

Two times are told apart. *Known at* is when we knew it: which records made up the golden record then, what they said
then, which pins and which policy held. *Valid at* is when it was so in the world, as far as sources told: of what was
known, the last that each source asserted for that time or before.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select

from core.clock import Clock
from core.crypto import Keyring
from core.errors import NotFound
from merge.history_store import home_at, members_at, versions_at
from merge.ownership.store import history_of
from merge.ownership.values import PRIMARY
from merge.pin_store import pins_at
from merge.policy_store import Policies
from merge.record_store import members_of, rows_of
from merge.resolve.identifiers import gone, unknown
from merge.resolve.loader import Loader
from merge.resolve.pinned import PinLoader
from merge.resolve.publishing import golden_values
from merge.resolve.records import LoadedRecord, prepare
from merge.survivorship.pins import NONE
from merge.survivorship.policy import SurvivorshipPolicy
from merge.survivorship.values import GoldenValues
from merge.tables import merge_change

_MAX_HOPS = 10_000


@dataclass(frozen=True, slots=True)
class Moment:
    """A place in both times; ``valid_at`` None asks for what counted then, whenever it was asserted for."""

    known_at: datetime
    valid_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Past:
    """A golden record as it was. ``homes`` are the golden records that its records belong to now.

    ``version`` is 0 and ``changed_at`` None where the feed does not reach back so far.
    """

    golden_id: str
    members: tuple[str, ...]
    homes: frozenset[str]
    values: GoldenValues
    version: int
    changed_at: datetime | None
    holder: str | None


class Surviving:
    """Makes golden values. What it gives stays in the memory of the process, on its way through disclosure."""

    def __init__(self, keyring: Keyring, clock: Clock, policies: Policies) -> None:
        self._clock = clock
        self._policies = policies
        self._loader = Loader(keyring)
        self._pins = PinLoader(keyring, clock)

    def policy(self, connection: Connection) -> SurvivorshipPolicy:
        """The policy in force."""
        return self._policies.current(connection)

    def now(
        self, connection: Connection, golden_ids: Collection[str], policy: SurvivorshipPolicy | None = None
    ) -> dict[str, GoldenValues]:
        """The values of golden records as they are, by the policy in force or another one."""
        policy = policy or self._policies.current(connection)
        members = members_of(connection, golden_ids)
        homes = {record: golden_id for golden_id, held in members.items() for record in held}
        loaded, rows = self._loader.load(connection, homes), rows_of(connection, homes)
        held = self._pins.held(connection, homes, self._clock.now())
        return {
            golden_id: golden_values(
                [loaded[record] for record in records if record in loaded],
                policy,
                max(rows[record].asserted_at for record in records),
                held[golden_id].pins if golden_id in held else NONE,
            )
            for golden_id, records in members.items()
        }

    def records(self, connection: Connection, record_ids: Collection[str]) -> list[LoadedRecord]:
        """Records as survivorship reads them, in the order of their ids; those whose key is gone are absent."""
        loaded = self._loader.load(connection, record_ids)
        return [loaded[one] for one in sorted(loaded)]

    def at(self, connection: Connection, any_id: str, moment: Moment) -> Past:
        """The golden record that an id led to at that time.

        Raises NotFound ``golden.unknown`` for an id never given out, ``golden.not_yet`` where nothing stood there at
        that time, ``golden.gone`` where nothing of it can be read any more.
        """
        known_at, valid_at = moment.known_at, moment.valid_at
        golden_id = self._golden_at(connection, any_id, known_at)
        members = members_at(connection, golden_id, known_at)
        records = self._loader.open_records(versions_at(connection, members, known_at, valid_at))
        if not records:
            raise gone() if valid_at is None else not_yet()
        loaded = [prepare(records[one]) for one in sorted(records)]
        rows = pins_at(connection, members, known_at if valid_at is None else min(known_at, valid_at))
        held = self._pins.grouped(rows, dict.fromkeys(members, golden_id)).get(golden_id)
        policy = self._policies.at(connection, known_at)
        empty_at = max(one.asserted_at for one in records.values())
        version, changed_at = _version_at(connection, golden_id, known_at)
        return Past(
            golden_id,
            tuple(members),
            frozenset(row.golden_id for row in rows_of(connection, members).values() if row.golden_id is not None),
            golden_values(loaded, policy, empty_at, NONE if held is None else held.pins),
            version,
            changed_at,
            _holder_at(connection, golden_id, known_at),
        )

    def _golden_at(self, connection: Connection, any_id: str, at: datetime) -> str:
        """Where an id led: over records that had left by then to those that had come in their place."""
        seen: set[str] = set()
        while any_id not in seen and len(seen) < _MAX_HOPS:
            seen.add(any_id)
            row = rows_of(connection, [any_id]).get(any_id)
            if row is None:
                raise unknown()
            following = row.subject_id if row.is_item else None
            if not row.is_item:
                home = home_at(connection, any_id, at)
                if home is not None:
                    return home
                following = row.forward_to if row.removed_at is not None and row.removed_at <= at else None
            if following is None:
                raise not_yet()
            any_id = following
        raise gone()


def not_yet() -> NotFound:
    """There was nothing at that time."""
    return NotFound("golden.not_yet", "Nothing was known of this golden record at that time; ask for a later one.")


def _version_at(connection: Connection, golden_id: str, at: datetime) -> tuple[int, datetime | None]:
    table = merge_change.c
    query = (
        select(table.version, table.at)
        .where(table.golden_id == golden_id, table.at <= at)
        .order_by(table.sequence.desc())
        .limit(1)
    )
    row = connection.execute(query).one_or_none()
    return (0, None) if row is None else (row.version, row.at)


def _holder_at(connection: Connection, golden_id: str, at: datetime) -> str | None:
    held = [
        one.holder
        for one in history_of(connection, [golden_id])
        if one.role == PRIMARY and one.valid_from <= at and (one.valid_to is None or one.valid_to > at)
    ]
    return held[-1] if held else None
