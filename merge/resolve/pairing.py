"""The first half of the incremental step: match keys, contacts, edges and relations after records changed.

An edge stands while its two records share a *usable* key, one that is no hub, and their weight is above the floor; the
weight leaves out contacts that are generic. Hubs are a list that is frozen between maintenance steps, and what is
generic is counted over all records, so what stands does not hang on the order in which records came.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from sqlalchemy import Connection

from core.record_key import RecordKey
from merge.graph_store import (
    change_edges,
    change_relations,
    edges_at,
    relations_at,
)
from merge.index_store import Row, change_keys, generic_among, holders_of
from merge.match.features import Features
from merge.match.score import Verdict
from merge.match.weighing import PairWeights
from merge.packing import values_of
from merge.record_store import Neighbour, Numbered, RecordRow, neighbours, numbered
from merge.resolve.graph import Edge
from merge.resolve.grouping import MatchSettings, compared
from merge.resolve.hubs import HubList
from merge.resolve.keying import NOTHING, Found, Keyer, broad_of, rows_of_keys, usable_keys
from merge.resolve.loader import Loader
from merge.resolve.records import LoadedRecord
from merge.resolve.relating import Relation
from merge.resolve.sharing import Flips, Sharing


@dataclass(frozen=True, slots=True)
class Changes:
    """What changed of customer records, by number.

    Attributes:
        names: record ids of all records here.
        old, new: what they were and are found by.
        loaded: the records in clear, by record id.
        gone: ids of records that are no customers any more.
        anew: whether all rows are written, those that should be there too.
        born: the rows of those that were never here before, by record id.
        keys: data keys that the step has found, by record id; what pairing finds is added.
    """

    names: Mapping[int, str] = field(default_factory=dict)
    old: Mapping[int, Found] = field(default_factory=dict)
    new: Mapping[int, Found] = field(default_factory=dict)
    loaded: Mapping[str, LoadedRecord] = field(default_factory=dict)
    gone: Collection[str] = ()
    anew: bool = False
    born: Mapping[str, RecordRow] = field(default_factory=dict)
    keys: dict[str, RecordKey] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Eased:
    """What a change of the list of hubs leaves to do: records that hold the keys, and keys that speak from now on."""

    records: Mapping[int, Numbered] = field(default_factory=dict)
    fresh: Collection[int] = ()


_NOTHING_EASED = Eased()


@dataclass(slots=True)
class PairingOutcome:
    """What the step did: records whose neighbourhood changed, counts of pairs and edges, and pairs open again.

    ``found`` are all edges of the pairs that were compared: of a record that was never here before all it has.
    """

    touched: set[str] = field(default_factory=set)
    found: Collection[Edge] = ()
    compared: int = 0
    edges: int = 0
    lost: int = 0
    reopened: tuple[tuple[str, str], ...] = ()


@dataclass(slots=True)
class _Work:
    """Records to be paired, by number; ``afresh`` are those whose pairs are all compared anew.

    ``met`` are others that they are compared with, by id.
    """

    names: dict[int, str]
    found: dict[int, Found]
    digests: dict[str, bytes]
    afresh: set[int]
    fresh: set[int]
    hubs: set[int] = field(default_factory=set)
    holders: dict[int, list[int]] = field(default_factory=dict)
    met: dict[str, Neighbour] = field(default_factory=dict)

    def take(self, records: Mapping[int, Numbered]) -> None:
        """Records that did not change themselves."""
        for number, one in records.items():
            if number not in self.found:
                self.names[number] = one.record_id
                self.found[number] = Found.unpacked(one.keys, one.shared)
                self.digests[one.record_id] = one.digest

    def meet(self, records: Mapping[int, Neighbour]) -> None:
        """Records that those to be paired are compared with."""
        for number, one in records.items():
            self.names[number] = one.record_id
            self.digests[one.record_id] = one.digest
            self.met[one.record_id] = one


class Pairing:
    """Keeps keys, contacts, edges and relations in step with the records. Takes connections, never commits."""

    def __init__(self, loader: Loader, settings: MatchSettings, keyer: Keyer, hubs: HubList, sharing: Sharing) -> None:
        self._loader = loader
        self._settings = settings
        self._keyer = keyer
        self._hubs = hubs
        self._sharing = sharing

    def update(
        self, connection: Connection, changes: Changes, *, actor: str, eased: Eased = _NOTHING_EASED
    ) -> PairingOutcome:
        """Replace keys, contacts and edges of changed customer records, take away those of gone ones.

        Args:
            connection: where to read and write.
            changes: what changed.
            actor: for whom.
            eased: what a maintenance step changed.
        """
        work = _Work(
            {number: name for number, name in changes.names.items() if number in changes.new},
            dict(changes.new),
            {},
            set(changes.new),
            set(eased.fresh),
        )
        self._write_keys(connection, changes, work)
        flips = self._sharing.update(connection, changes.old, changes.new, anew=changes.anew)
        again = flips.numbers - work.found.keys()
        if again:
            work.take(numbered(connection, again))
            work.afresh |= again
        work.take({number: one for number, one in eased.records.items() if number not in changes.old})
        self._find_holders(connection, work, actor)
        return self._edges(connection, changes, work, flips, actor)

    def _write_keys(self, connection: Connection, changes: Changes, work: _Work) -> None:
        every = [one.keys for one in (*changes.old.values(), *changes.new.values())]
        work.hubs = self._hubs.among(connection, every)
        taken: set[Row] = set()
        given: set[Row] = set()
        for number in changes.names:
            old = rows_of_keys(changes.old.get(number, NOTHING).keys, work.hubs)
            now = rows_of_keys(changes.new.get(number, NOTHING).keys, work.hubs)
            taken.update((key, number) for key in old - now)
            given.update((key, number) for key in (now if changes.anew else now - old))
        change_keys(connection, taken, given)

    def _find_holders(self, connection: Connection, work: _Work, actor: str) -> None:
        """Who holds each usable key; a key that has outgrown the guard is made a hub at once."""
        guard, less = self._settings.guard(broad=False), self._settings.guard(broad=True)
        while True:
            if work.digests:
                # Records were taken up that did not change themselves: their keys were not asked about yet.
                work.hubs = self._hubs.among(connection, [one.keys for one in work.found.values()])
            asked = {key for one in work.found.values() for key in usable_keys(one.keys, work.hubs)}
            work.holders = holders_of(connection, asked, guard + 1)
            crowded = {key for key, held in work.holders.items() if len(held) > guard}
            many = {key for key, held in work.holders.items() if len(held) > less} - crowded
            if many:
                crowded |= many & {key for one in work.found.values() for key in broad_of(one.keys)}
            if not crowded:
                return
            records, fresh = self._hubs.change(connection, crowded, (), actor=actor, cause="guard")
            work.take(records)
            work.fresh |= fresh
            work.hubs |= crowded

    def _edges(self, connection: Connection, changes: Changes, work: _Work, flips: Flips, actor: str) -> PairingOutcome:
        known = {changes.names[number] for number in changes.old}
        known |= {name for number, name in work.names.items() if number not in changes.new}
        stale = {(edge.left, edge.right): edge for edge in edges_at(connection, known)} if known else {}
        related = relations_at(connection, known) if known else set()
        fresh, kept = self._pairs(connection, work)
        edges, relations = self._compare(connection, work, fresh, changes)
        lost = {edge for pair, edge in stale.items() if pair not in kept and edge not in edges}
        new = edges - set(stale.values())
        change_edges(connection, lost, new)
        change_relations(connection, {one for one in related if one.pair not in kept} - relations, relations - related)
        outcome = PairingOutcome(found=edges, compared=len(fresh), edges=len(new), lost=len(lost))
        outcome.reopened = self._reopened(connection, flips, work, lost, actor)
        line = self._settings.line
        for edge in lost | new:
            # Who changed is touched anyway; the others only where the groups can hang on this pair.
            if edge.weight >= line or not {edge.left, edge.right} & changes.loaded.keys():
                outcome.touched.update((edge.left, edge.right))
        outcome.touched.update(changes.loaded)
        outcome.touched.difference_update(changes.gone)
        return outcome

    @staticmethod
    def _pairs(connection: Connection, work: _Work) -> tuple[set[tuple[str, str]], set[tuple[str, str]]]:
        """Pairs to compare, and pairs that only keep the edge they have; smaller id first."""
        again: dict[int, set[int]] = {}
        still: dict[int, set[int]] = {}
        for number, one in work.found.items():
            usable = usable_keys(one.keys, work.hubs)
            near = _held(work, usable)
            near.discard(number)
            if number in work.afresh:
                again[number] = near
            else:
                again[number] = near & _held(work, usable & work.fresh)
                still[number] = near - again[number]
        met = set().union(*again.values(), *still.values())
        work.meet(neighbours(connection, met - work.found.keys()))
        compared_anew = _named(again, work.names)
        return compared_anew, _named(still, work.names) - compared_anew

    def _compare(
        self,
        connection: Connection,
        work: _Work,
        pairs: Collection[tuple[str, str]],
        changes: Changes,
    ) -> tuple[set[Edge], set[Relation]]:
        needed, changed = {record for pair in pairs for record in pair}, changes.loaded
        digests = {one: work.digests[one] for one in needed if one not in changed}
        sealed = {name: one.features for name, one in work.met.items()}
        features = self._loader.features(connection, digests, sealed, changes.keys)
        features.update((one, changed[one].features) for one in needed if one in changed)
        values = {name: one.values for number, one in work.found.items() if (name := work.names[number]) in features}
        values.update((name, values_of(one.shared)) for name, one in work.met.items() if name in features)
        features = self.own(connection, values, features)
        edges: set[Edge] = set()
        relations: set[Relation] = set()
        weights = PairWeights(self._settings.model)
        for left, right in pairs:
            # A record whose key was destroyed is erased: it matches nobody.
            if left in features and right in features:
                edge, relation = compared(left, right, features[left], features[right], self._settings, weights)
                if edge is not None:
                    edges.add(edge)
                if relation is not None:
                    relations.add(relation)
        return edges, relations

    def own(
        self, connection: Connection, values: Mapping[str, set[int]], features: Mapping[str, Features]
    ) -> dict[str, Features]:
        """What records are compared by: without contacts that are generic. ``values`` are those each record shares."""
        generic = generic_among(connection, set().union(*values.values()))
        if not generic:
            return {**features}
        return {
            name: one if generic.isdisjoint(values[name]) else self._keyer.without(one, generic)
            for name, one in features.items()
        }

    def _reopened(
        self, connection: Connection, flips: Flips, work: _Work, lost: Collection[Edge], actor: str
    ) -> tuple[tuple[str, str], ...]:
        """Pairs whose link hung on a contact that is generic now; audited with the contact's change."""
        if not flips.bearers:
            return ()
        groups = [{work.names[one] for one in flips.bearers[value] if one in work.names} for value in flips.generic]
        pairs = [
            edge
            for edge in lost
            if edge.verdict != Verdict.NO and any({edge.left, edge.right} <= group for group in groups)
        ]
        subjects = {work.names[number] for number in flips.numbers if number in work.names}
        self._sharing.tell(connection, flips, subjects, pairs, actor)
        return tuple(sorted((edge.left, edge.right) for edge in pairs))


def _held(work: _Work, keys: Collection[int]) -> set[int]:
    return set().union(*(work.holders.get(key, ()) for key in keys))


def _named(near: Mapping[int, Collection[int]], names: Mapping[int, str]) -> set[tuple[str, str]]:
    """Pairs of ids. A number that no live record has is of one that is going."""
    pairs: set[tuple[str, str]] = set()
    for number, others in near.items():
        one = names.get(number)
        if one is not None:
            known = (names.get(other) for other in others)
            pairs.update((one, other) if one < other else (other, one) for other in known if other is not None)
    return pairs
