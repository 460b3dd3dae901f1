"""Any order, any batching, with edits and deletes: what stands at the end is what a batch over it would make."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, Engine

from core.clock import Clock
from core.crypto import Keyring
from core.errors import Conflict, Invalid, NotFound
from core.records import SourceRecord
from merge.graph_store import constraints_at, edges_at, relations_at
from merge.index_store import all_hubs
from merge.record_store import live_customers
from merge.resolve.batch import graph_of, resolve_batch
from merge.resolve.identifiers import golden_ids
from merge.resolve.incremental import Resolver
from merge.resolve.maintenance import Maintainer
from merge.resolve.rebuild import check_rebuild
from merge.resolve.records import prepare
from merge.resolve.unmerge import Unmerge
from merge.survivorship.policy import SurvivorshipPolicy
from tests.merge.support import make_resolver, partition, record, record_id, snapshot

# Few values and a cap of two holders a key: keys become generic and usable again all the time.
KEY_CAP, KEY_GUARD, SHARED_BY = 2, 4, 1
NAMES = [f"r{number}" for number in range(8)]
VALUES = {
    "person.full_name": ["张三", "张伞", "Zhang San", "李四"],
    "phone": ["13800138000"],
    "email": ["zs@example.com"],
    "id.cn.ric": ["11010519491231002X", "310101199001011234"],
    "address.full": ["北京市朝阳区建国路88号", "上海市黄浦区南京东路1号"],
}


IDS = st.sampled_from([record_id(name) for name in NAMES])


@dataclass(frozen=True)
class Step:
    changed: Sequence[SourceRecord]
    removed: Sequence[str]
    merged: tuple[str, str] | None
    detached: str | None
    maintained: bool


@st.composite
def records(draw: st.DrawFn) -> SourceRecord:
    name = draw(st.sampled_from(NAMES))
    chosen = {key: draw(st.none() | st.sampled_from(values)) for key, values in VALUES.items()}
    values = [(key, value) for key, value in chosen.items() if value is not None]
    source = draw(st.sampled_from(["crm", "erp", "form"]))
    subject = draw(st.sampled_from([None, None, None, None, "r0"])) if name != "r0" else None
    return record(name, *values, source=source, days=draw(st.integers(0, 400)), subject=subject)


@st.composite
def steps(draw: st.DrawFn) -> list[Step]:
    return draw(
        st.lists(
            st.builds(
                Step,
                changed=st.lists(records(), max_size=5),
                removed=st.lists(IDS, max_size=4),
                merged=st.none() | st.none() | st.tuples(IDS, IDS),
                detached=st.none() | st.none() | IDS,
                maintained=st.booleans(),
            ),
            min_size=1,
            max_size=5,
        )
    )


@contextmanager
def rolled_back(engine: Engine) -> Iterator[Connection]:
    """A transaction that leaves nothing behind, so that each example finds an empty database."""
    with engine.connect() as connection:
        yield connection


def final_state(done: Sequence[Step]) -> dict[str, SourceRecord]:
    standing: dict[str, SourceRecord] = {}
    for step in done:
        for gone in step.removed:
            standing.pop(gone, None)
        standing.update({one.record_id: one for one in step.changed})
    return standing


def decide(connection: Connection, resolver: Resolver, step: Step) -> None:
    """What a steward decides after a step, where it can be decided; what is refused must leave no trace."""
    steward = Unmerge(resolver)
    if step.merged is not None:
        with suppress(NotFound, Conflict, Invalid):
            steward.merge(connection, step.merged, actor="user:s", reason_code="same")
            assert len(set(golden_ids(connection, step.merged).values())) == 1
    if step.detached is not None:
        rest = {one for group in partition(connection) if step.detached in group for one in group} - {step.detached}
        with suppress(NotFound, Conflict):
            steward.detach(connection, [step.detached], actor="user:s", reason_code="other")
            assert {frozenset(rest), frozenset({step.detached})} <= {
                group & (rest | {step.detached}) for group in partition(connection)
            }


def maintain(connection: Connection, resolver: Resolver) -> None:
    """A maintenance step; afterwards nothing is left to do, but for what the step itself made."""
    maintainer = Maintainer(resolver)
    for _ in range(10):
        plan = maintainer.plan(connection)
        if not plan:
            return
        for part in plan.slices():
            maintainer.apply(connection, part, actor="user:it")
    pytest.fail("the list of hubs does not come to rest")


def check(engine: Engine, keyring: Keyring, clock: Clock, done: Sequence[Step]) -> None:
    resolver = make_resolver(keyring, clock, key_cap=KEY_CAP, key_guard=KEY_GUARD, shared_by=SHARED_BY)
    with rolled_back(engine) as connection:
        for step in done:
            resolver.apply(connection, step.changed, step.removed)
            decide(connection, resolver, step)
            if step.maintained:
                maintain(connection, resolver)
            assert resolver.owners.broken(connection) == []
        standing = final_state(done)
        hubs = all_hubs(connection)
        expected = {
            (frozenset(one.records), one.plain, one.evidence)
            for one in resolve_batch(
                list(standing.values()),
                resolver.settings,
                SurvivorshipPolicy(),
                constraints_at(connection, standing),
                keyer=resolver.keyer,
                hubs=hubs,
            )
        }
        assert snapshot(connection, keyring) == expected
        customers = {name: prepare(one) for name, one in standing.items() if one.subject is None}
        graph = graph_of(customers, resolver.settings, keyer=resolver.keyer, hubs=hubs)
        assert sorted(edges_at(connection, customers)) == list(graph.edges)
        assert sorted(relations_at(connection, customers)) == list(graph.relations)
        assert check_rebuild(connection, resolver).identical
        seen = {one.record_id for step in done for one in step.changed}
        answers = golden_ids(connection, seen)
        assert answers.keys() == seen
        homes = live_customers(connection)
        assert all(answers[one] == home for one, home in homes.items())
        assert {home for home in answers.values() if home is not None} == set(homes.values())


@settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck))
@given(done=steps())
def test_any_history_equals_a_batch_over_what_is_left(
    sqlite_engine: Engine, keyring: Keyring, clock: Clock, done: list[Step]
) -> None:
    check(sqlite_engine, keyring, clock, done)


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(done=steps())
def test_any_history_equals_a_batch_on_postgresql(
    postgres_engine: Engine, keyring: Keyring, clock: Clock, done: list[Step]
) -> None:
    check(postgres_engine, keyring, clock, done)


@pytest.mark.full
@settings(max_examples=1000, deadline=None, suppress_health_check=list(HealthCheck))
@given(done=steps())
def test_any_history_equals_a_batch_a_thousand_times(
    engine: Engine, keyring: Keyring, clock: Clock, done: list[Step]
) -> None:
    check(engine, keyring, clock, done)
