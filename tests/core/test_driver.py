"""Statements given to the driver itself stand in the transaction of the query layer."""

import pytest
from sqlalchemy import Column, Connection, Engine, Integer, MetaData, Table, Text, bindparam, select
from sqlalchemy.exc import DBAPIError

from core.database import reading, unit_of_work
from core.driver import change, fetch, savepoint
from core.lookups import Prepared

_NOTES = Table("note_of_a_test", MetaData(), Column("id", Integer, primary_key=True), Column("text", Text))


@pytest.fixture
def notes(engine: Engine) -> Engine:
    with unit_of_work(engine) as connection:
        _NOTES.create(connection)
    return engine


def _write(connection: Connection, *numbers: int) -> None:
    for number in numbers:
        change(connection, f"INSERT INTO note_of_a_test VALUES ({int(number)}, 'n')", ())  # noqa: S608  a number


def _failing(connection: Connection, *numbers: int) -> None:
    with savepoint(connection):
        _write(connection, *numbers)
        raise KeyError


def _standing(engine: Engine) -> list[int]:
    with reading(engine) as connection:
        return [row[0] for row in fetch(connection, "SELECT id FROM note_of_a_test ORDER BY id", ())]


def test_what_fails_within_a_savepoint_is_undone_alone(notes: Engine) -> None:
    with unit_of_work(notes) as connection:
        _write(connection, 1)
        with savepoint(connection):
            _write(connection, 3)
            with pytest.raises(KeyError):
                _failing(connection, 4)
            _write(connection, 5)
        with pytest.raises(KeyError):
            _failing(connection, 6, 7)
    assert _standing(notes) == [1, 3, 5]


def test_what_the_database_refuses_within_a_savepoint_leaves_the_transaction_whole(notes: Engine) -> None:
    with unit_of_work(notes) as connection:
        _write(connection, 1)
        with pytest.raises(DBAPIError):
            _failing(connection, 2, 1)
        _write(connection, 3)
    assert _standing(notes) == [1, 3]


def test_a_savepoint_that_comes_first_begins_the_transaction_and_goes_with_it(notes: Engine) -> None:
    def fail() -> None:
        with unit_of_work(notes) as connection:
            with savepoint(connection):
                _write(connection, 1)
            raise KeyError

    with pytest.raises(KeyError):
        fail()
    assert _standing(notes) == []


def test_a_prepared_statement_takes_its_values_anew_each_time(notes: Engine) -> None:
    prepared = Prepared(
        select(_NOTES.c.id).where(_NOTES.c.id > bindparam("above"), _NOTES.c.text == "n").order_by(_NOTES.c.id).limit(2)
    )
    with unit_of_work(notes) as connection:
        for number in range(5):
            _write(connection, number)
        found = [[row[0] for row in prepared.rows(connection, above=above)] for above in (0, 3, 9)]
    assert found == [[1, 2], [4], []]
