"""Group commit: everybody is answered after the transaction, nobody twice, and one that breaks takes nobody with it."""

import asyncio
import threading
from collections.abc import Iterator, Sequence
from contextlib import ExitStack

import pytest
from sqlalchemy import Column, Connection, Engine, Integer, MetaData, Table, func, insert, select

from core.database import reading, unit_of_work
from core.errors import Invalid, Unavailable
from sync.group_commit import GroupCommit

NOTES = Table("notes_of_a_test", MetaData(), Column("number", Integer, primary_key=True))


class Desk:
    """Writes each number down and gives back its double; sizes of the groups are kept."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.sizes: list[int] = []
        self.fails: Exception | None = None

    def answer(self, connection: Connection, numbers: Sequence[int]) -> list[int]:
        self.sizes.append(len(numbers))
        connection.execute(insert(NOTES), [{"number": number} for number in numbers])
        if self.fails is not None:
            raise self.fails
        if any(number < 0 for number in numbers):
            raise Invalid("test.negative", "A number is negative.")
        return [2 * number for number in numbers]

    def written(self) -> int:
        with reading(self.engine) as connection:
            return connection.execute(select(func.count()).select_from(NOTES)).scalar_one()


@pytest.fixture
def desk(engine: Engine) -> Iterator[Desk]:
    with unit_of_work(engine) as connection:
        NOTES.create(connection)
    yield Desk(engine)
    with unit_of_work(engine) as connection:
        NOTES.drop(connection)


def ask(group: GroupCommit[int, int], numbers: Sequence[int]) -> list[int | BaseException]:
    async def all_at_once() -> list[int | BaseException]:
        return await asyncio.gather(*(group.ask(number) for number in numbers), return_exceptions=True)

    return asyncio.run(all_at_once())


def test_many_are_answered_in_order_in_few_transactions(desk: Desk) -> None:
    group = GroupCommit[int, int](desk.engine, desk.answer, most=64)
    assert ask(group, range(200)) == [2 * number for number in range(200)]
    assert ask(group, range(200, 210)) == [2 * number for number in range(200, 210)]
    group.close()
    assert desk.written() == 210
    assert sum(desk.sizes) == 210
    assert max(desk.sizes) <= 64
    assert len(desk.sizes) < 20


def test_what_was_asked_is_answered_only_after_it_lasts(desk: Desk) -> None:
    group = GroupCommit[int, int](desk.engine, desk.answer)

    async def one() -> int:
        await group.ask(7)
        return await asyncio.to_thread(desk.written)

    assert asyncio.run(one()) == 1
    group.close()


def test_one_that_cannot_be_answered_takes_nobody_with_it(desk: Desk) -> None:
    group = GroupCommit[int, int](desk.engine, desk.answer)
    told = ask(group, [1, 2, -3, 4])
    group.close()
    assert [told[0], told[1], told[3]] == [2, 4, 8]
    assert isinstance(told[2], Invalid)
    assert desk.written() == 3


def test_a_database_that_does_not_answer_fails_all_and_writes_nothing(desk: Desk) -> None:
    desk.fails = Unavailable("database.unavailable", "The database does not answer.")
    group = GroupCommit[int, int](desk.engine, desk.answer)
    assert {type(one) for one in ask(group, range(5))} == {Unavailable}
    assert (desk.written(), len(desk.sizes)) == (0, 1)
    desk.fails = None
    assert ask(group, [1]) == [2]
    group.close()


def test_after_closing_nothing_is_taken(desk: Desk) -> None:
    group = GroupCommit[int, int](desk.engine, desk.answer)
    assert ask(group, [1]) == [2]
    group.close()
    told = ask(group, [2])[0]
    assert isinstance(told, Unavailable)
    assert told.code == "server.stopping"


def test_what_is_in_work_while_it_is_closed_is_answered(desk: Desk) -> None:
    closing: list[threading.Thread] = []

    def answer(connection: Connection, numbers: Sequence[int]) -> list[int]:
        if numbers[0] == 2:
            closing.append(threading.Thread(target=group.close))
            closing[0].start()
            # Long enough that the end is told before this group is handed on.
            closing[0].join(0.2)
        return desk.answer(connection, numbers)

    group = GroupCommit[int, int](desk.engine, answer)
    assert ask(group, [1]) == [2]
    assert ask(group, [2]) == [4]
    closing[0].join()
    assert isinstance(ask(group, [3])[0], Unavailable)
    assert desk.written() == 2


def test_whoever_goes_away_does_not_disturb_the_others(desk: Desk) -> None:
    group = GroupCommit[int, int](desk.engine, desk.answer)

    async def some_leave() -> int:
        leaving = asyncio.ensure_future(group.ask(1))
        staying = asyncio.ensure_future(group.ask(2))
        await asyncio.sleep(0)
        leaving.cancel()
        return await staying

    assert asyncio.run(some_leave()) == 4
    group.close()


def test_the_loop_works_where_the_database_is_a_file_and_the_thread_where_it_is_a_server(desk: Desk) -> None:
    where: list[int] = []

    def answer(connection: Connection, numbers: Sequence[int]) -> list[int]:
        where.append(threading.get_ident())
        return desk.answer(connection, numbers)

    group = GroupCommit[int, int](desk.engine, answer)
    # The first is the thread's, which opens the connection that is kept.
    assert ask(group, [1]) == [2]
    assert ask(group, [2]) == [4]
    group.close()
    loops = threading.get_ident() if desk.engine.dialect.name == "sqlite" else where[0]
    assert where[0] != threading.get_ident()
    assert where[1:] == [loops]


def test_the_loop_does_not_wait_for_another_writer(desk: Desk) -> None:
    group = GroupCommit[int, int](desk.engine, desk.answer)
    assert ask(group, [1]) == [2]
    ticks: list[int] = []

    async def ask_and_look() -> int:
        asked = asyncio.ensure_future(group.ask(2))
        for tick in range(5):
            await asyncio.sleep(0.01)
            ticks.append(tick)
        assert not asked.done() or desk.engine.dialect.name != "sqlite"
        writing.close()
        return await asked

    with ExitStack() as writing:
        # As another thread would: the loop's own could take its turn twice.
        writer = threading.Thread(target=writing.enter_context, args=(unit_of_work(desk.engine),))
        writer.start()
        writer.join()
        assert asyncio.run(ask_and_look()) == 4
    group.close()
    assert len(ticks) == 5


def test_those_who_were_answered_together_are_answered_together_again(desk: Desk) -> None:
    """Their next questions come one after another, as over a network."""
    group = GroupCommit[int, int](desk.engine, desk.answer)

    async def asks_again(one: int) -> None:
        await group.ask(one)
        # Each in a turn of the loop of its own.
        for _ in range(one):
            await asyncio.sleep(0)
        await group.ask(100 + one)

    async def all_of_them() -> None:
        await asyncio.gather(*(asks_again(one) for one in range(12)))

    asyncio.run(all_of_them())
    group.close()
    assert desk.sizes[0] == 12
    assert sum(desk.sizes) == 24
    assert len(desk.sizes) <= 4


def test_a_loop_that_ended_leaves_nothing_open(desk: Desk) -> None:
    """Who asked is gone with it; others must be able to write, and to ask."""
    group = GroupCommit[int, int](desk.engine, desk.answer)

    async def asks_and_goes() -> None:
        asked = asyncio.ensure_future(group.ask(1))
        await asyncio.sleep(0.05)
        asked.cancel()

    with unit_of_work(desk.engine) as connection:
        # Held up here, the thread cannot begin before the loop is gone.
        connection.execute(insert(NOTES), [{"number": 100}])
        asyncio.run(asks_and_goes())
    assert ask(group, [2]) == [4]
    group.close()
    assert desk.written() == 3


def test_what_takes_too_long_for_the_work_itself_is_handed_on(desk: Desk) -> None:
    """The thread waits for the loop with a time of its own, which must not be taken for the work's."""
    desk.fails = TimeoutError()
    group = GroupCommit[int, int](desk.engine, desk.answer)
    assert {type(one) for one in ask(group, [1, 2])} == {TimeoutError}
    group.close()
    assert desk.written() == 0
