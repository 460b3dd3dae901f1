from itertools import permutations

import pytest
from sqlalchemy import Engine

from core.clock import Clock
from core.crypto import Keyring
from core.database import unit_of_work
from merge.graph_store import edges_at
from merge.match.score import probability
from merge.resolve.batch import resolve_batch
from merge.resolve.identifiers import golden_of
from merge.survivorship.policy import SurvivorshipPolicy
from tests.merge.support import make_resolver, partition, person, record, record_id, snapshot

USCC = "91310000MA1K000019"


def test_AT04_one_credit_code_is_one_customer_whatever_the_names(
    engine: Engine, keyring: Keyring, clock: Clock
) -> None:
    resolver = make_resolver(keyring, clock)
    one = record("a", ("organization.name", "上海示例科技有限公司"), ("id.cn.uscc", USCC))
    other = record("b", ("organization.name", "Beispiel Handels GmbH"), ("id.cn.uscc", "9131 0000 ma1k000019"))
    wrong = record("c", ("organization.name", "另一家公司"), ("id.cn.uscc", "91310000MA1K000018"))
    with unit_of_work(engine) as connection:
        resolver.apply(connection, [one, other, wrong])
        assert partition(connection) == {frozenset({record_id("a"), record_id("b")}), frozenset({record_id("c")})}
        edge = next(iter(edges_at(connection, [record_id("a")])))
        assert (edge.verdict, edge.rule, round(probability(edge.weight), 2)) == ("auto", "R1", 1.0)


ORDER_RECORDS = [
    person("r1", "张三", source="crm"),
    person("r2", "张三", source="erp", days=3),
    record("r3", ("person.full_name", "张三"), ("phone", "13800138000"), ("email", "zs@example.com"), days=1),
    person("r4", "Zhang San", source="form", days=9),
]


@pytest.mark.parametrize("batches", [1, 2, 4])
def test_AT15_order(engine: Engine, keyring: Keyring, clock: Clock, batches: int) -> None:
    resolver = make_resolver(keyring, clock)
    expected = {
        (frozenset(one.records), one.plain, one.evidence)
        for one in resolve_batch(ORDER_RECORDS, resolver.settings, SurvivorshipPolicy())
    }
    assert len(expected) == 1
    every = [one.record_id for one in ORDER_RECORDS]
    size = len(ORDER_RECORDS) // batches
    for order in permutations(ORDER_RECORDS):
        with unit_of_work(engine) as connection:
            for start in range(0, len(order), size):
                resolver.apply(connection, order[start : start + size])
            assert snapshot(connection, keyring) == expected
            assert {golden_of(connection, one).golden_id for one in every} <= set(every)
            assert len({golden_of(connection, one).golden_id for one in every}) == 1
            resolver.apply(connection, [], every)
            assert partition(connection) == set()
