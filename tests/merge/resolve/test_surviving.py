"""What was known when, and what was valid when."""

from datetime import datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, Engine, func, select

from core.clock import Clock
from core.crypto import Keyring
from core.database import unit_of_work
from core.errors import NotFound
from merge.golden_store import goldens
from merge.policy_store import Policies
from merge.record_store import live_customers
from merge.resolve.incremental import Resolver
from merge.resolve.pinning import Pinning, Wish
from merge.resolve.surviving import Moment, Surviving
from merge.resolve.unmerge import Unmerge
from merge.survivorship.values import golden_bytes
from merge.tables import merge_member_past, merge_record_past
from tests.conftest import SteppableClock
from tests.merge.support import START, make_resolver, person, record, record_id

A, B, C = (record_id(name) for name in "abc")
STEWARD = "user:s"


@pytest.fixture
def resolver(keyring: Keyring, clock: Clock) -> Resolver:
    return make_resolver(keyring, clock)


@pytest.fixture
def surviving(keyring: Keyring, clock: Clock, resolver: Resolver) -> Surviving:
    return Surviving(keyring, clock, resolver.publisher.policies)


def name_at(connection: Connection, surviving: Surviving, any_id: str, at: datetime) -> str | None:
    return surviving.at(connection, any_id, Moment(at)).values.first("person.full_name")


def code(connection: Connection, surviving: Surviving, any_id: str, at: datetime) -> str:
    with pytest.raises(NotFound) as caught:
        surviving.at(connection, any_id, Moment(at))
    return caught.value.code


def test_an_edited_value_is_told_as_it_was_known(
    engine: Engine, resolver: Resolver, surviving: Surviving, stepping: SteppableClock
) -> None:
    first = stepping.at
    with unit_of_work(engine) as connection:
        resolver.apply(connection, [person("a", "张三")])
        stepping.step(days=1)
        resolver.apply(connection, [person("a", "张三丰", days=1)])
        stepping.step(days=1)
        # What comes again unchanged leaves no trace.
        resolver.apply(connection, [person("a", "张三丰", days=1)])
        assert connection.execute(select(func.count()).select_from(merge_record_past)).scalar_one() == 1
        assert name_at(connection, surviving, A, first) == "张三"
        assert name_at(connection, surviving, A, first + timedelta(hours=23)) == "张三"
        assert name_at(connection, surviving, A, first + timedelta(days=1)) == "张三丰"
        assert code(connection, surviving, A, first - timedelta(seconds=1)) == "golden.not_yet"
        assert code(connection, surviving, record_id("z"), first) == "golden.unknown"
        past = surviving.at(connection, A, Moment(first))
        assert (past.version, past.changed_at, past.members) == (1, first, (A,))
        assert past.holder is not None


def test_what_was_valid_is_told_apart_from_what_was_known(
    engine: Engine, resolver: Resolver, surviving: Surviving, stepping: SteppableClock
) -> None:
    with unit_of_work(engine) as connection:
        resolver.apply(connection, [person("a", "张三", days=0)])
        stepping.step(days=1)
        # He changed his name on day 10, which is told later.
        resolver.apply(connection, [person("a", "张三丰", days=10)])
        now = stepping.at

        def valid(known: datetime, day: int) -> str | None:
            moment = Moment(known, START + timedelta(days=day))
            return surviving.at(connection, A, moment).values.first("person.full_name")

        assert (valid(now, 5), valid(now, 10)) == ("张三", "张三丰")
        assert valid(now - timedelta(hours=1), 10) == "张三"
        with pytest.raises(NotFound) as caught:
            valid(now, -1)
        assert caught.value.code == "golden.not_yet"


def test_merges_unmerges_and_ids_as_they_were(
    engine: Engine, resolver: Resolver, surviving: Surviving, stepping: SteppableClock
) -> None:
    unmerge, times = Unmerge(resolver), []
    with unit_of_work(engine) as connection:
        resolver.apply(connection, [person("a", "张三")])
        resolver.apply(connection, [person("c", "李四", phone="13900139000")])
        times.append(stepping.at)
        stepping.step(days=1)
        unmerge.merge(connection, [A, C], actor=STEWARD, reason_code="same")
        times.append(stepping.at)
        stepping.step(days=1)
        unmerge.detach(connection, [C], actor=STEWARD, reason_code="wrong")
        times.append(stepping.at)
        found = [[surviving.at(connection, one, Moment(at)) for one in (A, C)] for at in times]
        assert [[past.golden_id for past in pair] for pair in found] == [[A, C], [A, A], [A, C]]
        assert found[1][0].members == tuple(sorted([A, C]))
        assert found[1][0].homes == {A, C}
        assert found[0][1].values.all("phone") == ["+8613900139000"]
        assert sorted(found[1][1].values.all("phone")) == ["+8613800138000", "+8613900139000"]


def test_removed_records_lead_on_as_they_did(
    engine: Engine, resolver: Resolver, surviving: Surviving, stepping: SteppableClock
) -> None:
    with unit_of_work(engine) as connection:
        resolver.apply(connection, [person("a", "张三")])
        resolver.apply(connection, [person("b", "张三")])
        both = stepping.at
        stepping.step(days=1)
        resolver.apply(connection, [], [A])
        assert surviving.at(connection, A, Moment(both)).members == tuple(sorted([A, B]))
        assert surviving.at(connection, A, Moment(stepping.at)).members == (B,)


def test_pins_and_policies_as_they_held(
    engine: Engine, keyring: Keyring, clock: Clock, resolver: Resolver, stepping: SteppableClock
) -> None:
    policies = Policies({}, {})
    surviving, pinning = Surviving(keyring, clock, policies), Pinning(resolver)
    with unit_of_work(engine) as connection:
        resolver.apply(connection, [record("a", ("occupation", "主管"))])
        first = stepping.at
        stepping.step(days=1)
        pinning.put(connection, A, Wish("occupation", "总监", "said"), actor=STEWARD)
        second = stepping.at
        stepping.step(days=1)
        pinning.remove(connection, A, "occupation", actor=STEWARD)
        policies.add(connection, {"downgrade_percent": 40}, actor=STEWARD, reason_code="better", at=stepping.at)
        told = [surviving.at(connection, A, Moment(at)).values for at in (first, second, stepping.at)]
        assert [values.first("occupation") for values in told] == ["主管", "总监", "主管"]
        assert [values.policy for values in told] == ["default@1", "default@1", "configured@2"]


def test_a_pin_that_was_given_to_another_says_nothing_of_the_time_before(
    engine: Engine, resolver: Resolver, surviving: Surviving, stepping: SteppableClock
) -> None:
    unmerge, pinning, times = Unmerge(resolver), Pinning(resolver), []
    with unit_of_work(engine) as connection:
        resolver.apply(connection, [person("a", "张三"), person("c", "李四", phone="13900139000")])
        pinning.put(connection, A, Wish("occupation", "总监", "said"), actor=STEWARD)
        times.append(stepping.at)
        stepping.step(days=1)
        unmerge.merge(connection, [A, C], actor=STEWARD, reason_code="same")
        times.append(stepping.at)
        stepping.step(days=1)
        unmerge.detach(connection, [C], actor=STEWARD, reason_code="wrong")
        pinning.move(connection, A, ["occupation"], C, actor=STEWARD)
        times.append(stepping.at)
        found = [[surviving.at(connection, one, Moment(at)).values for one in (A, C)] for at in times]
        told = [tuple(values.first("occupation") for values in pair) for pair in found]
        assert told == [("总监", None), ("总监", "总监"), (None, "总监")]


def test_the_past_goes_with_the_key_of_its_record(
    engine: Engine, resolver: Resolver, surviving: Surviving, stepping: SteppableClock
) -> None:
    first = stepping.at
    with unit_of_work(engine) as connection:
        resolver.apply(connection, [person("a", "张三"), person("b", "张三", source="form")])
        stepping.step(days=1)
        resolver.apply(connection, [person("a", "张三丰"), person("b", "张三峰", source="form")])
        sealed = connection.execute(select(merge_record_past.c.sealed_values)).scalars().all()
        assert len(sealed) == 2
        assert not any("张".encode() in bytes(one) for one in sealed)
        resolver.keyring.destroy([A], "erased")
        lineage = surviving.at(connection, A, Moment(first)).values.attributes["person.full_name"][0].lineage
        assert lineage.record_id == B
        resolver.keyring.destroy([B], "erased")
        assert code(connection, surviving, A, first) == "golden.gone"


STEPS = st.lists(
    st.tuples(st.sampled_from("abcd"), st.sampled_from(["张三", "李四", "王五", ""]), st.booleans()),
    min_size=1,
    max_size=8,
)


@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(steps=STEPS)
def test_the_past_is_what_was_told_then(
    steps: list[tuple[str, str, bool]], request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Whatever happens, every golden record as of an earlier time has the bytes that were kept at that time."""
    engine = request.getfixturevalue("sqlite_engine")
    stepping = SteppableClock()
    keyring: Keyring = request.getfixturevalue("keyring")
    clock = stepping.as_clock()
    prefix = tmp_path_factory.mktemp("x").name
    resolver = make_resolver(keyring, clock)
    surviving = Surviving(keyring, clock, resolver.publisher.policies)
    told: list[tuple[datetime, dict[str, tuple[str, bytes]]]] = []
    stepping.count = int.from_bytes(prefix.encode(), "big") % 2**60
    with engine.connect() as connection, connection.begin() as transaction:
        for number, (name, full_name, together) in enumerate(steps):
            stepping.step(hours=1)
            if full_name:
                phone = "13800138000" if together else f"1390013900{ord(name) % 10}"
                resolver.apply(connection, [person(name, full_name, phone=phone, days=number)])
            else:
                resolver.apply(connection, [], [record_id(name)])
            told.append((stepping.at, kept(connection, resolver)))
        for at, goldens_then in told:
            for any_id, (golden_id, plain) in goldens_then.items():
                past = surviving.at(connection, any_id, Moment(at))
                assert (past.golden_id, golden_bytes(past.values)) == (golden_id, plain)
        transaction.rollback()


def kept(connection: Connection, resolver: Resolver) -> dict[str, tuple[str, bytes]]:
    homes = live_customers(connection)
    opened = resolver.loader.open_goldens(list(goldens(connection, set(homes.values())).values()))
    return {one: (golden_id, golden_bytes(opened[golden_id])) for one, golden_id in homes.items()}


def test_only_what_is_replaced_is_stored(engine: Engine, resolver: Resolver, stepping: SteppableClock) -> None:
    with unit_of_work(engine) as connection:
        resolver.apply(connection, [person("a", "张三"), person("b", "张三"), person("c", "李四", phone="13900139000")])
        stepping.step(days=1)
        resolver.apply(connection, [person("d", "张三")])
        for table in (merge_record_past, merge_member_past):
            assert connection.execute(select(func.count()).select_from(table)).scalar_one() == 0
