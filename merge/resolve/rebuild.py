"""Golden records made anew from the source records: to compare them, byte for byte, and to replace them."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection

from core.records import SourceRecord
from merge.golden_store import goldens
from merge.graph_store import constraints_at
from merge.pin_store import pins_on
from merge.record_store import live_customers, live_records
from merge.resolve.batch import resolve_batch
from merge.resolve.incremental import ResolveOutcome, Resolver
from merge.resolve.pinned import pins_of
from merge.resolve.publishing import golden_digest
from merge.survivorship.pins import Pins


@dataclass(frozen=True, slots=True)
class RebuildReport:
    """How many golden records were made anew, and the ids of those that differ from what is kept.

    ``unreadable`` counts live records without a key (erased): they contribute nothing.
    """

    records: int
    goldens: int
    different: tuple[str, ...]
    unreadable: int

    @property
    def identical(self) -> bool:
        """Whether everything is as it is kept."""
        return not self.different


def check_rebuild(
    connection: Connection, resolver: Resolver, given: Sequence[SourceRecord] | None = None
) -> RebuildReport:
    """Make all golden records anew in memory and compare them with the rows.

    ``given`` are the records as their landed originals say today; without them the merge engine's own copies are used.
    """
    homes = live_customers(connection)
    loaded = resolver.loader.load(connection, homes)
    records = [one.record for one in loaded.values()]
    if given is not None:
        records = [record for record in given if record.subject is None]
    loading = resolver.publisher.pins
    pinned = pins_on(connection, homes, resolver.clock.now())
    opened, by_anchor = loading.open(pinned), defaultdict(list)
    for pin in pinned:
        by_anchor[pin.anchor_id].append(pin)

    def said_of(members: Collection[str]) -> Pins:
        return pins_of([pin for record in members for pin in by_anchor.get(record, ())], opened)

    policy = resolver.publisher.policies.current(connection)
    made = resolve_batch(records, resolver.settings, policy, constraints_at(connection, homes), said_of)
    rows = goldens(connection, set(homes.values()))
    different: set[str] = set()
    kept: dict[str, set[str]] = {}
    for record, golden_id in homes.items():
        kept.setdefault(golden_id, set()).add(record)
    for one in made:
        first = one.records[0]
        if first not in homes:
            different.add(first)
            continue
        golden_id = homes[first]
        row = rows.get(golden_id)
        digest = golden_digest(resolver.keyring, one.plain, one.records)
        if kept[golden_id] != set(one.records) or row is None or not row.active or row.digest != digest:
            different.add(golden_id)
    held = {record.record_id for record in records}
    different.update(golden_id for golden_id, members in kept.items() if not members & held)
    return RebuildReport(len(records), len(made), tuple(sorted(different)), len(homes) - len(loaded))


def rebuild(connection: Connection, resolver: Resolver, *, actor: str) -> ResolveOutcome:
    """Take all live records in anew: after rules, model or policy changed, or when ``check_rebuild`` found damage.

    What comes out the same is left as it is; ids and decisions of people stay.
    """
    loaded = resolver.loader.load(connection, live_records(connection))
    return resolver.apply(connection, [one.record for one in loaded.values()], anew=True, actor=actor)
