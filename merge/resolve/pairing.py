"""The first half of the incremental step: match keys and edges after records changed.

An edge stands while its two records share a *usable* key, one that at most ``key_cap`` records hold, and their weight
is above the floor. That depends on all records, not on the order they came in: so when a key crosses the cap in
either direction, the pairs of all its holders are looked at again in the same step.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field

from sqlalchemy import Connection

from merge.graph_store import delete_edges, edges_at, write_edges
from merge.record_store import change_keys, holders_of, key_counts, keys_of
from merge.resolve.graph import Edge
from merge.resolve.grouping import MatchSettings, edge_of, pairs_of
from merge.resolve.loader import Loader
from merge.resolve.records import LoadedRecord


@dataclass(slots=True)
class PairingOutcome:
    """What the step did: records whose neighbourhood changed, and counts of pairs and edges."""

    touched: set[str] = field(default_factory=set)
    compared: int = 0
    edges: int = 0
    generic: int = 0


@dataclass(frozen=True, slots=True)
class _KeyChange:
    """How many records hold each key that changed or is asked for, before and after."""

    before: Mapping[bytes, int]
    after: Mapping[bytes, int]
    cap: int

    def usable(self, key: bytes) -> bool:
        return self.after.get(key, 0) <= self.cap

    def crossed(self, *, upwards: bool) -> list[bytes]:
        return sorted(
            key
            for key, count in self.after.items()
            if (count > self.cap) is upwards and (self.before.get(key, 0) > self.cap) is not upwards
        )


class Pairing:
    """Keeps keys and edges in step with the records."""

    def __init__(self, loader: Loader, settings: MatchSettings) -> None:
        self._loader = loader
        self._settings = settings

    def update(
        self,
        connection: Connection,
        changed: Mapping[str, LoadedRecord],
        keys: Mapping[str, Collection[bytes]],
        gone: Collection[str],
    ) -> PairingOutcome:
        """Replace keys and edges of changed customer records, take away those of gone ones.

        Args:
            connection: where to read and write.
            changed: customer records with new content.
            keys: their match keys, hashed.
            gone: records that are no customers any more.
        """
        outcome = PairingOutcome(touched=set(changed))
        counts = self._change_keys(connection, keys, {*changed, *gone})
        stale = edges_at(connection, {*changed, *gone})
        outcome.touched.update(record for edge in stale for record in (edge.left, edge.right))
        delete_edges(connection, [(edge.left, edge.right) for edge in stale])
        lost = self._unsupported(connection, counts)
        delete_edges(connection, [(edge.left, edge.right) for edge in lost])
        outcome.touched.update(record for edge in lost for record in (edge.left, edge.right))
        pairs = self._pairs(connection, keys, counts)
        made = self._compare(connection, pairs, changed)
        write_edges(connection, made)
        outcome.touched.update(record for edge in made for record in (edge.left, edge.right))
        outcome.touched.difference_update(gone)
        outcome.compared, outcome.edges = len(pairs), len(made)
        outcome.generic = sum(1 for key in counts.after if not counts.usable(key))
        return outcome

    def _change_keys(
        self, connection: Connection, keys: Mapping[str, Collection[bytes]], records: Collection[str]
    ) -> _KeyChange:
        held = keys_of(connection, records)
        gone = [(key, record) for record, old in held.items() for key in old if key not in keys.get(record, ())]
        new = [(key, record) for record, now in keys.items() for key in now if key not in held.get(record, ())]
        watched = {key for key, _ in gone} | {key for now in keys.values() for key in now}
        before = key_counts(connection, watched)
        after = Counter({key: before.get(key, 0) for key in watched})
        after.update(key for key, _ in new)
        after.subtract(key for key, _ in gone)
        change_keys(connection, gone, new)
        return _KeyChange(before, after, self._settings.key_cap)

    def _unsupported(self, connection: Connection, counts: _KeyChange) -> list[Edge]:
        """Edges that only keys now generic spoke for."""
        crossed = counts.crossed(upwards=True)
        if not crossed:
            return []
        groups = [set(records) for records in holders_of(connection, crossed).values()]
        edges = [
            edge
            for edge in edges_at(connection, set().union(*groups))
            if any(edge.left in records and edge.right in records for records in groups)
        ]
        held = keys_of(connection, {record for edge in edges for record in (edge.left, edge.right)})
        shared = {edge: held.get(edge.left, set()) & held.get(edge.right, set()) for edge in edges}
        holding = key_counts(connection, set().union(*shared.values()))
        return [edge for edge in edges if all(holding.get(key, 0) > self._settings.key_cap for key in shared[edge])]

    def _pairs(
        self, connection: Connection, keys: Mapping[str, Collection[bytes]], counts: _KeyChange
    ) -> list[tuple[str, str]]:
        """Pairs to compare: changed records with all that share a usable key, and all of a key usable again."""
        again = set(counts.crossed(upwards=False))
        asked = {key for now in keys.values() for key in now if counts.usable(key)} | again
        shared = {key for key in asked if counts.after[key] > 1}
        pairs: set[tuple[str, str]] = set()
        for key, records in holders_of(connection, shared).items():
            pairs.update(pairs_of(records, None if key in again else keys.keys()))
        return sorted(pairs)

    def _compare(
        self, connection: Connection, pairs: Iterable[tuple[str, str]], changed: Mapping[str, LoadedRecord]
    ) -> list[Edge]:
        needed = {record for pair in pairs for record in pair if record not in changed}
        known = {**self._loader.load(connection, needed), **changed}
        made = []
        for left, right in pairs:
            # A record whose key was destroyed is erased: it matches nobody.
            if left in known and right in known:
                edge = edge_of(left, right, known[left].features, known[right].features, self._settings)
                if edge is not None:
                    made.append(edge)
        return made
