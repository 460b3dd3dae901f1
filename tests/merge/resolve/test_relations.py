"""What two records are to each other where it is not one customer is kept as an edge of its own."""

import pytest
from sqlalchemy import Engine

from core.clock import Clock
from core.crypto import Keyring
from core.database import unit_of_work
from core.records import AttributeValue
from merge.graph_store import edges_at, relations_at
from merge.match.features import Features, features
from merge.match.score import probability
from merge.resolve.incremental import Resolver
from merge.resolve.relating import Relation, RelationKind, relation_of
from merge.standardise.record import standardise
from sync.relations import related
from tests.merge.support import make_resolver, partition, record, record_id

PARENT = record("p", ("organization.name", "上海示例科技有限公司"))
OTHER = record("o", ("organization.name", "示例科技（上海）有限公司"))
BRANCH = record("b", ("organization.name", "上海示例科技有限公司北京分公司"))
HOME = ("address.full", "北京市朝阳区建国路88号院3号楼1201室")


def test_a_household_is_one_telephone_and_not_one_mask() -> None:
    def both(phone: str) -> tuple[Features, Features]:
        one, other = (
            features(standardise([AttributeValue("person.full_name", name), AttributeValue("phone", phone)]))
            for name in ("王芳", "王建国")
        )
        return one, other

    assert relation_of("a", "b", *both("13800138000"), None) == Relation("a", "b", RelationKind.HOUSEHOLD)
    assert relation_of("a", "b", *both("138****8000"), None) is None


@pytest.fixture
def resolver(keyring: Keyring, clock: Clock) -> Resolver:
    return make_resolver(keyring, clock)


@pytest.mark.parametrize("order", ["pob", "bop", "obp"])
def test_AT11_a_branch_is_no_duplicate(engine: Engine, resolver: Resolver, order: str) -> None:
    records = {"p": PARENT, "o": OTHER, "b": BRANCH}
    p, o, b = (record_id(name) for name in "pob")
    with unit_of_work(engine) as connection:
        for name in order:
            resolver.apply(connection, [records[name]])
        (edge,) = edges_at(connection, [p, o, b])
        assert {edge.left, edge.right} == {p, o}
        assert (edge.verdict, edge.rule, round(probability(edge.weight), 2)) == ("review", "R5", 0.85)
        assert relations_at(connection, [b]) == {
            Relation(p, b, RelationKind.BRANCH),
            Relation(o, b, RelationKind.BRANCH),
        }
        assert len(partition(connection)) == 3
        assert related(connection, p) == [("branch", b)]
        assert related(connection, b) == sorted([("parent", o), ("parent", p)])


def test_a_household_is_kept_and_goes_with_its_members(engine: Engine, resolver: Resolver) -> None:
    def member(name: str, full: str, home: tuple[str, str] = HOME) -> None:
        resolver.apply(connection, [record(name, ("person.full_name", full), home)])

    a, b = record_id("a"), record_id("b")
    with unit_of_work(engine) as connection:
        member("a", "张三")
        member("b", "张小明")
        member("c", "李雷")
        assert related(connection, a) == [("household", b)]
        assert related(connection, b) == [("household", a)]
        assert len(partition(connection)) == 3
        member("b", "张小明", ("address.full", "上海市黄浦区南京东路1号"))
        assert related(connection, a) == []
        member("b", "张小明")
        resolver.apply(connection, [], [b])
        assert related(connection, a) == []
        assert relations_at(connection, [a]) == set()
