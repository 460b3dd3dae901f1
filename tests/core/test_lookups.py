import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Column, Engine, Integer, MetaData, Table, Text, bindparam, insert, select

from core.bounded import Bounded
from core.database import reading, unit_of_work
from core.errors import Unavailable
from core.lookups import Lookup

THINGS = Table("things_of_a_test", MetaData(), Column("name", Text, primary_key=True), Column("size", Integer))
QUERY = select(THINGS.c.name, THINGS.c.size).where(
    THINGS.c.name.in_(bindparam("ids", expanding=True)), THINGS.c.size.in_(bindparam("sizes", expanding=True))
)


def test_a_lookup_finds_what_the_query_layer_finds_whatever_the_number(engine: Engine) -> None:
    rows = [{"name": f"n{number}", "size": number % 3} for number in range(1500)]
    lookup = Lookup(QUERY)
    with unit_of_work(engine) as connection:
        THINGS.create(connection)
        connection.execute(insert(THINGS), rows)
        for count in (0, 1, 2, 3, 5, 511, 512, 513, 1400):
            ids = [f"n{number}" for number in range(count)] + (["x'; --%s"] if count else [])
            for sizes in ([0], [1, 2]):
                found = sorted(tuple(row) for row in lookup.rows(connection, ids, sizes=sizes))
                assert found == sorted((f"n{one}", one % 3) for one in range(count) if one % 3 in sizes)
        THINGS.drop(connection)


def test_what_the_database_refuses_is_told_in_our_words(engine: Engine) -> None:
    missing = Table("no_such_table_of_a_test", MetaData(), Column("name", Text))
    lookup = Lookup(select(missing.c.name).where(missing.c.name.in_(bindparam("ids", expanding=True))))
    with pytest.raises(Unavailable) as refused, reading(engine) as connection:
        lookup.rows(connection, ["secret"])
    assert refused.value.code == "database.schema"
    assert "secret" not in str(refused.value)


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(st.lists(st.tuples(st.integers(0, 8), st.integers(0, 5))), st.integers(0, 12))
def test_what_is_remembered_never_weighs_too_much_and_is_the_newest(steps: list[tuple[int, int]], most: int) -> None:
    memory: Bounded[int, int] = Bounded(most)
    newest: dict[int, tuple[int, int]] = {}
    for number, (key, weight) in enumerate(steps):
        memory.put(key, number, weight)
        newest[key] = (number, weight)
        held = [one for one in newest if memory.get(one) is not None]
        assert sum(newest[one][1] for one in held) <= most
        assert all(memory.get(one) == newest[one][0] for one in held)
        assert (memory.get(key) is not None) == (weight <= most)
    for key in newest:
        memory.drop(key)
    assert len(memory) == 0
