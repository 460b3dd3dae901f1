"""Short reads on a connection that stays open."""

import threading

from sqlalchemy import Connection, Engine

from core.driver import change, fetch
from core.glances import Glances


def _count(connection: Connection) -> int:
    return int(fetch(connection, "SELECT count(*) FROM glanced", ())[0][0])


def _table(engine: Engine) -> None:
    with engine.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE glanced (number INTEGER)")


def _write(engine: Engine) -> None:
    with engine.begin() as connection:
        change(connection, "INSERT INTO glanced VALUES (1)", ())


def test_each_read_is_of_its_own_moment(engine: Engine) -> None:
    _table(engine)
    glances = Glances(engine)
    for count in range(3):
        assert glances.ask(_count) == count
        _write(engine)


def test_a_connection_that_broke_is_replaced(engine: Engine) -> None:
    _table(engine)
    glances = Glances(engine)
    assert glances.ask(_count) == 0
    held: list[Connection] = []
    glances.ask(held.append)
    raw = held[0].connection.driver_connection
    assert raw is not None
    raw.close()
    assert glances.ask(_count) == 0
    held.clear()
    glances.ask(held.append)
    assert held[0].connection.driver_connection is not raw


def test_it_opens_again_after_the_engine_was_disposed_of(engine: Engine) -> None:
    _table(engine)
    glances = Glances(engine)
    assert glances.ask(_count) == 0
    engine.dispose()
    assert glances.ask(_count) == 0
    engine.dispose()


def test_two_ask_at_once(engine: Engine) -> None:
    _table(engine)
    glances = Glances(engine)
    found: list[int] = []

    def inside(connection: Connection) -> int:
        other = threading.Thread(target=lambda: found.append(glances.ask(_count)))
        other.start()
        other.join()
        return _count(connection)

    assert glances.ask(inside) == 0
    assert found == [0]
