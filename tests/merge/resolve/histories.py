"""Everything that can happen to records, as a Hypothesis state machine; its end is compared with a batch."""

from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import suppress
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule
from sqlalchemy import Connection, select

from core.crypto import Keyring
from core.errors import Conflict, Invalid, NotFound
from core.records import SourceRecord
from merge.golden_store import events_of, goldens
from merge.graph_store import constraints_at, edges_at, relations_at
from merge.index_store import all_hubs
from merge.pin_store import PinKind, PinRow, pins_on
from merge.record_store import live_customers, rows_of
from merge.resolve.batch import graph_of, resolve_batch
from merge.resolve.graph import ConstraintKind
from merge.resolve.holding import AutoUnmerge
from merge.resolve.identifiers import golden_ids, golden_of
from merge.resolve.incremental import Resolver
from merge.resolve.maintenance import Maintainer
from merge.resolve.pinned import pins_of
from merge.resolve.pinning import Pinning, Wish
from merge.resolve.rebuild import check_rebuild, rebuild
from merge.resolve.records import prepare
from merge.resolve.stewarding import keep_apart, noting, take_back
from merge.resolve.unmerge import Unmerge
from merge.survivorship.pins import Pins
from merge.survivorship.policy import SurvivorshipPolicy
from merge.tables import merge_pin
from tests.conftest import SteppableClock
from tests.merge.support import make_resolver, partition, record, record_id, snapshot

# Few values and small caps: keys become hubs and usable again, contacts generic and one's own, all the time.
KEY_CAP, KEY_GUARD, SHARED_BY = 2, 4, 1
NAMES = [f"r{number}" for number in range(8)]
VALUES: dict[str, list[str | None]] = {
    "person.full_name": ["张三", "张三", "张三", "Zhang San", "李四"],
    "phone": ["13800138000", "13800138000", "13900139000"],
    "email": ["zs@example.com"],
    "id.cn.ric": [None, None, "11010519491231002X", "310101199001011234"],
    "address.full": ["北京市朝阳区建国路88号", "上海市黄浦区南京东路1号"],
    "organization.name": [None, "上海示例科技有限公司", "上海示例科技有限公司北京分公司"],
    "consent.marketing": ["granted", "denied"],
}
IDS = st.sampled_from([record_id(name) for name in NAMES])
WISHES = st.sampled_from(
    [("occupation", "总监"), ("person.full_name", "张三丰"), ("phone", "13900139000"), ("consent.marketing", "denied")]
)
IGNORED = st.sampled_from([("phone", "138 0013 8000"), ("person.full_name", "张三"), ("email", "ZS@example.com")])
# Of a decision: for good, or for a day.
ENDS = st.sampled_from([None, None, timedelta(days=1)])
STEWARD = "user:s"
REFUSED = (NotFound, Conflict, Invalid)


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

    def __init__(self, connection: Connection, keyring: Keyring, stepping: SteppableClock) -> None:
        super().__init__()
        self.connection = connection
        self.keyring = keyring
        self.stepping = stepping
        self.standing: dict[str, SourceRecord] = {}
        self.seen: set[str] = set()
        self.taken: list[tuple[Mapping[str, Any], Sequence[str]]] = []

    @initialize(
        policy=st.sampled_from(AutoUnmerge),
        first=st.lists(records(), min_size=6, max_size=8, unique_by=lambda one: one.record_id),
    )
    def begin(self, policy: AutoUnmerge, first: Sequence[SourceRecord]) -> None:
        """Some records, and what falls apart by itself when its evidence is gone."""
        base = make_resolver(
            self.keyring, self.stepping.as_clock(), key_cap=KEY_CAP, key_guard=KEY_GUARD, shared_by=SHARED_BY
        )
        self.resolver = Resolver(self.keyring, base.clock, base.audit, base.settings, auto_unmerge=policy)
        self.unmerge, self.pinning = Unmerge(self.resolver), Pinning(self.resolver)
        self.take_in(first, [])

    @rule(changed=st.lists(records(), min_size=1, max_size=5), removed=st.lists(IDS, max_size=2))
    def take_in(self, changed: Sequence[SourceRecord], removed: Sequence[str]) -> None:
        """A batch: new records, edits, deletes; of two with one id the later counts."""
        held = self.held()
        self.resolver.apply(self.connection, changed, removed)
        for gone in removed:
            self.standing.pop(gone, None)
        self.standing.update({one.record_id: one for one in changed})
        self.seen.update(one.record_id for one in changed)
        assert self.held() == held

    @rule(removed=st.lists(IDS, min_size=1, max_size=3))
    def take_away(self, removed: Sequence[str]) -> None:
        """The source has them no more."""
        held = self.held()
        self.resolver.apply(self.connection, [], removed)
        for gone in removed:
            self.standing.pop(gone, None)
        assert self.held() == held

    @rule(data=st.data())
    def merge(self, data: st.DataObject) -> None:
        """A steward says that two are one; what is refused leaves no trace."""
        pair = self.two(data)
        if self.decide(pair, lambda: self.unmerge.merge(self.connection, pair, actor=STEWARD, reason_code="same")):
            assert len(self.within(pair)) == 1

    @rule(data=st.data(), ends=ENDS)
    def detach(self, data: st.DataObject, ends: timedelta | None) -> None:
        """A steward takes records out; the rest stays together."""
        group = self.one(data)
        taken = data.draw(st.sets(st.sampled_from(sorted(group)), min_size=1, max_size=2)) if group else set()
        rest = group - taken
        done = self.decide(
            taken,
            lambda: self.unmerge.detach(
                self.connection, taken, actor=STEWARD, reason_code="other", expires_at=self.after(ends)
            ),
        )
        if done:
            assert frozenset(rest) in self.within(group)

    @rule(data=st.data())
    def undo(self, data: st.DataObject) -> None:
        """A merge of the past is undone: what it brought together is apart, and each part of it whole."""
        merges = [one for one in events_of(self.connection, self.seen) if one["kind"] == "merged"]
        if not merges:
            return
        event = data.draw(st.sampled_from(merges))
        parts = [frozenset(held) for held in event["ids"]["records"].values()]
        mixed = [group for group in partition(self.connection) if sum(bool(part & group) for part in parts) > 1]
        done = self.decide(
            [event["golden_id"]],
            lambda: self.unmerge.undo(self.connection, event["event_id"], actor=STEWARD, reason_code="not_same"),
        )
        assert done == bool(mixed)
        if done:
            expected = [{part & group for part in parts if part & group} for group in mixed]
            assert any(whole == self.within(frozenset().union(*whole)) for whole in expected)

    @rule(data=st.data())
    def explode(self, data: st.DataObject) -> None:
        """Every record of a golden record becomes one of its own."""
        group = self.one(data)
        about = min(group, default=record_id("nobody"))
        if self.decide(
            [about], lambda: self.unmerge.explode(self.connection, about, actor=STEWARD, reason_code="mixed")
        ):
            assert self.within(group) == {frozenset({one}) for one in group}

    @rule(data=st.data())
    def tell_apart(self, data: st.DataObject) -> None:
        """A steward says that two are two."""
        pair = self.two(data)
        self.decide(pair, lambda: keep_apart(self.connection, self.resolver, pair, actor=STEWARD, reason_code="two"))

    @rule(data=st.data())
    def lift(self, data: st.DataObject) -> None:
        """What kept two apart is lifted: they are asked about, and do not merge by themselves."""
        homes = live_customers(self.connection)
        kept = [
            (homes[one.left], homes[one.right])
            for one in constraints_at(self.connection, homes)
            if one.kind is ConstraintKind.CANNOT_LINK and {*one.pair} <= homes.keys()
        ]
        if not kept:
            return
        pair = data.draw(st.sampled_from(sorted(kept)))
        before = partition(self.connection)
        self.unmerge.lift(self.connection, *pair, actor=STEWARD, reason_code="wrong")
        assert partition(self.connection) == before

    @precondition(lambda self: self.taken)
    @rule(data=st.data())
    def take_back(self, data: st.DataObject) -> None:
        """A decision of a steward is taken back."""
        made, about = self.taken.pop(data.draw(st.integers(0, len(self.taken) - 1)))
        take_back(self.connection, self.resolver, made, about, actor=STEWARD)

    @rule(data=st.data(), wish=WISHES, ends=ENDS)
    def pin(self, data: st.DataObject, wish: tuple[str, str], ends: timedelta | None) -> None:
        """A steward pins a value: it is the first, whatever the sources say."""
        name, value = wish
        about = self.anybody(data)
        if about is None:
            return
        wanted = Wish(name, value, "said", expires_at=self.after(ends))
        home = golden_of(self.connection, about).golden_id
        assert self.pinning.put(self.connection, about, wanted, actor=STEWARD).anchor_id == home
        values = self.resolver.loader.open_goldens(list(goldens(self.connection, [home]).values()))[home]
        assert values.attributes[name][0].lineage.rule == "pin"

    @rule(data=st.data(), wish=IGNORED, ends=ENDS)
    def ignore(self, data: st.DataObject, wish: tuple[str, str], ends: timedelta | None) -> None:
        """A steward says that a value may not win."""
        name, value = wish
        about = self.anybody(data)
        if about is not None:
            ignored = Wish(name, value, "wrong", kind=PinKind.IGNORE, expires_at=self.after(ends))
            self.pinning.put(self.connection, about, ignored, actor=STEWARD)

    @rule(data=st.data())
    def unpin(self, data: st.DataObject) -> None:
        """What was said of a value is lifted."""
        one = self.pinned(data)
        if one is not None:
            self.pinning.remove(self.connection, one.anchor_id, one.attribute, actor=STEWARD, kind=one.kind)

    @rule(data=st.data())
    def take_away_pinned(self, data: st.DataObject) -> None:
        """The source has a record no more that something was said on."""
        one = self.pinned(data)
        if one is not None:
            self.take_away([one.anchor_id])

    @rule(data=st.data())
    def move_pin(self, data: st.DataObject) -> None:
        """What was said of one customer is given to another."""
        held, one, to = self.held(), self.pinned(data), self.anybody(data)
        if one is not None and to is not None:
            with suppress(Invalid):  # the same customer
                self.pinning.move(self.connection, one.anchor_id, [one.attribute], to, actor=STEWARD)
        assert self.held() == held

    @rule(data=st.data())
    def claim(self, data: st.DataObject) -> None:
        """Somebody owns a customer from now on, so that it does not fall apart by itself."""
        about = self.anybody(data)
        if about is not None:
            owners = self.resolver.owners
            with suppress(Conflict):  # it is theirs already
                owners.assign_by_hand(self.connection, about, "user:chen", actor=STEWARD, reason_code="test")

    @rule(days=st.integers(0, 2))
    def wait(self, days: int) -> None:
        """Time passes; what was decided for a time ends."""
        self.stepping.step(days=days, seconds=1)
        self.unmerge.expire(self.connection)
        self.pinning.expire(self.connection)

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

    @rule()
    def make_anew(self) -> None:
        """Everything is made anew from the records; nothing comes out different."""
        before, homes = snapshot(self.connection, self.keyring), live_customers(self.connection)
        rebuild(self.connection, self.resolver, actor="user:it")
        assert snapshot(self.connection, self.keyring) == before
        assert live_customers(self.connection) == homes

    def decide(self, about: Collection[str], do: Callable[[], object]) -> bool:
        """Do what a steward decides; whether it was allowed. It can be taken back later; what is refused is nothing."""
        before, standing = partition(self.connection), self.constraints()
        try:
            _, made = noting(self.connection, do)
        except REFUSED:
            assert (partition(self.connection), self.constraints()) == (before, standing)
            return False
        self.taken.append((made, list(about)))
        return True

    def one(self, data: st.DataObject) -> frozenset[str]:
        """A golden record of several records; nobody where there is none."""
        groups = sorted(sorted(group) for group in partition(self.connection) if len(group) > 1)
        return frozenset(data.draw(st.sampled_from(groups))) if groups else frozenset()

    def two(self, data: st.DataObject) -> tuple[str, str]:
        """Records of two golden records; of nobody where there are none."""
        groups = sorted(sorted(group) for group in partition(self.connection))
        if len(groups) < 2:
            return record_id("nobody"), record_id("no one")
        left, right = data.draw(st.permutations(groups))[:2]
        return left[0], right[-1]

    def anybody(self, data: st.DataObject) -> str | None:
        """A record that is there."""
        names = sorted(live_customers(self.connection))
        return data.draw(st.sampled_from(names)) if names else None

    def pinned(self, data: st.DataObject) -> PinRow | None:
        """Something that was said of a value of somebody who is there."""
        standing = pins_on(self.connection, live_customers(self.connection), self.stepping.now())
        return data.draw(st.sampled_from(standing)) if standing else None

    def constraints(self) -> set[str]:
        return {one.constraint_id for one in constraints_at(self.connection, self.seen)}

    def within(self, records: Collection[str]) -> set[frozenset[str]]:
        """How records stand to each other, as groups of them alone."""
        return {group & set(records) for group in partition(self.connection) if group & set(records)}

    def after(self, ends: timedelta | None) -> Any:
        return None if ends is None else self.stepping.now() + ends

    def held(self) -> list[tuple[str, str, str]]:
        """What people said of values and nobody lifted: no coming and going loses it.

        It stands on a record that is there, as long as anything is left of its golden record.
        """
        now = self.stepping.now()
        anchors = self.connection.execute(select(merge_pin.c.anchor_id)).scalars().all()
        standing = pins_on(self.connection, anchors, now)
        homes, live = golden_ids(self.connection, anchors), live_customers(self.connection)
        rows = rows_of(self.connection, anchors)
        # A record that was the whole of its golden record and comes again as an event of another customer leads there,
        # and what was said of it does not go along.
        assert all(
            one.anchor_id in live
            for one in standing
            if homes[one.anchor_id] is not None and not rows[one.anchor_id].is_item
        )
        opened = self.resolver.publisher.pins.open(standing)
        return sorted((one.attribute, one.kind.value, opened[one.pin_id]) for one in standing)

    def teardown(self) -> None:
        """Partition, golden values, evidence, edges, relations and ids are those of a batch."""
        connection, resolver = self.connection, self.resolver
        assert resolver.owners.broken(connection) == []
        hubs = all_hubs(connection)
        pinned = pins_on(connection, self.seen, self.stepping.now())
        opened = resolver.publisher.pins.open(pinned)

        def said_of(members: Collection[str]) -> Pins:
            return pins_of([one for one in pinned if one.anchor_id in members], opened)

        decided = constraints_at(connection, self.standing)
        expected = {
            (frozenset(one.records), one.plain, one.evidence)
            for one in resolve_batch(
                list(self.standing.values()),
                resolver.settings,
                SurvivorshipPolicy(),
                decided,
                said_of,
                keyer=resolver.keyer,
                hubs=hubs,
            )
        }
        assert snapshot(connection, self.keyring) == expected
        apart = [set(one.pair) for one in decided if one.kind is ConstraintKind.CANNOT_LINK]
        assert not any(pair <= group for pair in apart for group in partition(connection))
        customers = {name: prepare(one) for name, one in self.standing.items() if one.subject is None}
        graph = graph_of(customers, resolver.settings, keyer=resolver.keyer, hubs=hubs)
        assert sorted(edges_at(connection, customers)) == list(graph.edges)
        assert sorted(relations_at(connection, customers)) == list(graph.relations)
        assert check_rebuild(connection, resolver).identical
        self.check_ids()

    def check_ids(self) -> None:
        """Every id ever seen leads somewhere; those that lead to a golden record are its records and their forerunners.

        Which of its records' ids a golden record bears is one that was published; the aliases that live are exactly
        its records.
        """
        answers = golden_ids(self.connection, self.seen)
        assert answers.keys() == self.seen
        homes = live_customers(self.connection)
        assert all(answers[one] == home for one, home in homes.items())
        assert {home for home in answers.values() if home is not None} == set(homes.values())
        assert all(homes[home] == home for home in homes.values())
