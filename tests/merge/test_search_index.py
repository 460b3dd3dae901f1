import pytest
from sqlalchemy import Engine

from core.clock import Clock
from core.crypto import Keyring
from core.database import unit_of_work
from merge.resolve.incremental import Resolver
from merge.search_index import name_grams
from tests.merge.support import make_resolver, record, record_id

RESIDENT = ("id.cn.ric", "11010519491231002X")
A, B, C = (record_id(name) for name in "abc")


@pytest.fixture
def resolver(keyring: Keyring, clock: Clock) -> Resolver:
    return make_resolver(keyring, clock)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("欧阳修", [A]),
        ("歐陽修", [A]),
        ("阳修", [A]),
        ("修", [A]),
        ("ouyang", [A]),
        ("王", [B]),
        ("王修", []),
        ("138 0013 8000", [A]),
        ("+8613800138000", [A]),
        ("13800138001", []),
        ("020 7946 0000", [C]),
        ("2079460000", [C]),
        ("B@Example.COM", [B]),
        ("11010519491231002x", [B]),
        ("müller", [C]),
        ("Muller anna", [C]),
        ("Mull", [C]),
        ("an", [C]),
        ("smith", []),
        ("", []),
    ],
)
def test_people_are_found_by_what_people_type(
    sqlite_engine: Engine, resolver: Resolver, text: str, found: list[str]
) -> None:
    with unit_of_work(sqlite_engine) as connection:
        resolver.apply(
            connection,
            [
                record("a", ("person.full_name", "欧阳修"), ("phone", "13800138000")),
                record(
                    "b", ("person.full_name", "王小明"), ("email", "b@example.com"), ("id.cn.ric", "11010519491231002X")
                ),
                record("c", ("person.full_name", "Anna Müller"), ("phone", "+44 20 7946 0000")),
            ],
        )
        assert resolver.search.find(connection, text) == found


def test_an_old_value_finds_the_golden_record_that_it_went_to(engine: Engine, resolver: Resolver) -> None:
    shared = ("id.cn.uscc", "91310000MA1K000019")
    with unit_of_work(engine) as connection:
        resolver.apply(connection, [record("a", shared, ("email", "old@example.com"))])
        resolver.apply(connection, [record("b", shared, ("email", "new@example.com"))])
        assert resolver.search.find(connection, "OLD@example.com") == [A]
        assert resolver.search.find(connection, "new@example.com") == [A]
        resolver.apply(connection, [record("a", shared)])
        assert resolver.search.find(connection, "old@example.com") == []
        resolver.apply(connection, [], [A, B])
        assert resolver.search.find(connection, "new@example.com") == []


def test_a_query_asks_for_pairs_and_the_index_holds_single_characters_too() -> None:
    assert name_grams("张三丰", single=False) == {"张三", "三丰"}
    assert name_grams("张三丰", single=True) == {"张三", "三丰", "张", "三", "丰"}
    assert name_grams("Li Na", single=False) == {"li", "na"}
    assert name_grams("张三 Zhang", single=False) == {"张三", "zha", "han", "ang"}
