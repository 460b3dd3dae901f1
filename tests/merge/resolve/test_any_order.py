"""Any order, any batching, with edits, deletes, decisions of people and maintenance: what stands at the end is what a
batch over it makes, by the same list of hubs."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, precondition, rule, run_state_machine_as_test
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
from merge.resolve.maintenance import Maintainer
from merge.resolve.rebuild import check_rebuild
from merge.resolve.records import prepare
from merge.resolve.unmerge import Unmerge
from merge.survivorship.policy import SurvivorshipPolicy
from tests.merge.support import make_resolver, partition, record, record_id, snapshot

# Few values and small caps: keys become hubs and usable again, contacts generic and one's own, all the time.
KEY_CAP, KEY_GUARD, SHARED_BY = 2, 4, 1
NAMES = [f"r{number}" for number in range(8)]
VALUES = {
    "person.full_name": ["张三", "张伞", "Zhang San", "李四"],
    "phone": ["13800138000"],
    "email": ["zs@example.com"],
    "id.cn.ric": ["11010519491231002X", "310101199001011234"],
    "address.full": ["北京市朝阳区建国路88号", "上海市黄浦区南京东路1号"],
    "organization.name": ["上海示例科技有限公司", "上海示例科技有限公司北京分公司"],
}
IDS = st.sampled_from([record_id(name) for name in NAMES])


@st.composite
def records(draw: st.DrawFn) -> SourceRecord:
    name = draw(st.sampled_from(NAMES))
    chosen = {key: draw(st.none() | st.sampled_from(values)) for key, values in VALUES.items()}
    values = [(key, value) for key, value in chosen.items() if value is not None]
    source = draw(st.sampled_from(["crm", "erp", "form"]))
    subject = draw(st.sampled_from([None, None, None, None, "r0"])) if name != "r0" else None
    return record(name, *values, source=source, days=draw(st.integers(0, 400)), subject=subject)


class Histories(RuleBasedStateMachine):
    """Everything that can happen to records, in any order; the end is compared with a batch."""

    def __init__(self, connection: Connection, keyring: Keyring, clock: Clock) -> None:
        super().__init__()
        self.connection = connection
        self.keyring = keyring
        self.resolver = make_resolver(keyring, clock, key_cap=KEY_CAP, key_guard=KEY_GUARD, shared_by=SHARED_BY)
        self.standing: dict[str, SourceRecord] = {}
        self.seen: set[str] = set()

    @rule(changed=st.lists(records(), min_size=1, max_size=5), removed=st.lists(IDS, max_size=2))
    def take_in(self, changed: Sequence[SourceRecord], removed: Sequence[str]) -> None:
        """A batch: new records, edits, deletes; of two with one id the later counts."""
        self.resolver.apply(self.connection, changed, removed)
        for gone in removed:
            self.standing.pop(gone, None)
        self.standing.update({one.record_id: one for one in changed})
        self.seen.update(one.record_id for one in changed)

    @precondition(lambda self: self.standing)
    @rule(removed=st.lists(IDS, min_size=1, max_size=3))
    def take_away(self, removed: Sequence[str]) -> None:
        """The source has them no more."""
        self.resolver.apply(self.connection, [], removed)
        for gone in removed:
            self.standing.pop(gone, None)

    @precondition(lambda self: len(self.standing) > 1)
    @rule(pair=st.tuples(IDS, IDS))
    def merge(self, pair: tuple[str, str]) -> None:
        """A steward says that two are one; what is refused leaves no trace."""
        with suppress(NotFound, Conflict, Invalid):
            Unmerge(self.resolver).merge(self.connection, pair, actor="user:s", reason_code="same")
            assert len(set(golden_ids(self.connection, pair).values())) == 1

    @precondition(lambda self: len(self.standing) > 1)
    @rule(taken=IDS)
    def detach(self, taken: str) -> None:
        """A steward takes a record out; the rest stays together."""
        rest = {one for group in partition(self.connection) if taken in group for one in group} - {taken}
        with suppress(NotFound, Conflict):
            Unmerge(self.resolver).detach(self.connection, [taken], actor="user:s", reason_code="other")
            assert {frozenset(rest), frozenset({taken})} <= {
                group & (rest | {taken}) for group in partition(self.connection)
            }

    @precondition(lambda self: self.standing)
    @rule()
    def maintain(self) -> None:
        """A maintenance step; afterwards nothing is left to do."""
        maintainer = Maintainer(self.resolver)
        for _ in range(10):
            plan = maintainer.plan(self.connection)
            if not plan:
                return
            for part in plan.slices():
                maintainer.apply(self.connection, part, actor="user:it")
        pytest.fail("the list of hubs does not come to rest")

    def teardown(self) -> None:
        """Partition, golden values, evidence, edges, relations and ids are those of a batch."""
        connection, resolver = self.connection, self.resolver
        assert resolver.owners.broken(connection) == []
        hubs = all_hubs(connection)
        expected = {
            (frozenset(one.records), one.plain, one.evidence)
            for one in resolve_batch(
                list(self.standing.values()),
                resolver.settings,
                SurvivorshipPolicy(),
                constraints_at(connection, self.standing),
                keyer=resolver.keyer,
                hubs=hubs,
            )
        }
        assert snapshot(connection, self.keyring) == expected
        customers = {name: prepare(one) for name, one in self.standing.items() if one.subject is None}
        graph = graph_of(customers, resolver.settings, keyer=resolver.keyer, hubs=hubs)
        assert sorted(edges_at(connection, customers)) == list(graph.edges)
        assert sorted(relations_at(connection, customers)) == list(graph.relations)
        assert check_rebuild(connection, resolver).identical
        answers = golden_ids(connection, self.seen)
        assert answers.keys() == self.seen
        homes = live_customers(connection)
        assert all(answers[one] == home for one, home in homes.items())
        assert {home for home in answers.values() if home is not None} == set(homes.values())


@contextmanager
def rolled_back(engine: Engine) -> Iterator[Connection]:
    """A transaction that leaves nothing behind, so that each example finds an empty database."""
    with engine.connect() as connection:
        connection.begin()
        yield connection


def run(engine: Engine, keyring: Keyring, clock: Clock, examples: int) -> None:
    class Rolled(Histories):
        def __init__(self) -> None:
            self.transaction = rolled_back(engine)
            super().__init__(self.transaction.__enter__(), keyring, clock)

        def teardown(self) -> None:
            try:
                super().teardown()
            finally:
                self.transaction.__exit__(None, None, None)

    run_state_machine_as_test(
        Rolled,
        settings=settings(
            max_examples=examples, stateful_step_count=8, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )


def test_any_history_equals_a_batch_over_what_is_left(engine: Engine, keyring: Keyring, clock: Clock) -> None:
    run(engine, keyring, clock, 50)


@pytest.mark.full
def test_any_history_equals_a_batch_a_thousand_times(engine: Engine, keyring: Keyring, clock: Clock) -> None:
    run(engine, keyring, clock, 1000)
