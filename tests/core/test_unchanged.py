"""Two looks at a database are equal only where nothing was committed between them."""

import math
from contextlib import suppress

from sqlalchemy import Connection, Engine, text

from core.database import make_engine, unit_of_work
from core.unchanged import Look, look


def test_a_look_tells_of_every_write_by_whomever(engine: Engine) -> None:
    with unit_of_work(engine) as connection:
        connection.execute(text("CREATE TABLE looked_at (number INTEGER)"))
    other = make_engine(engine.url.render_as_string(hide_password=False))
    statement = text("INSERT INTO looked_at VALUES (1)")

    def by_the_same(standing: Connection) -> None:
        with unit_of_work(engine, standing=standing) as connection:
            connection.execute(statement)

    def undone_by_the_same(standing: Connection) -> None:
        with (
            suppress(OverflowError),
            unit_of_work(engine, standing=standing) as connection,
        ):
            connection.execute(statement)
            int(math.inf)

    def by_another_of_this_process(_: Connection) -> None:
        with unit_of_work(engine) as connection:
            connection.execute(statement)

    def by_another_engine(_: Connection) -> None:
        with unit_of_work(other) as connection:
            connection.execute(statement)

    with engine.connect() as standing:

        def seen() -> Look | None:
            with unit_of_work(engine, standing=standing) as connection:
                return look(connection)

        before = seen()
        if engine.dialect.name == "postgresql":
            assert before is None
        else:
            assert before == seen()
            for change in (by_the_same, undone_by_the_same, by_another_of_this_process, by_another_engine):
                change(standing)
                after = seen()
                assert after != before, change.__name__
                assert after == seen()
                before = after
            with engine.connect() as another:
                assert look(another) != before
    other.dispose()
    with unit_of_work(engine) as connection:
        connection.execute(text("DROP TABLE looked_at"))
