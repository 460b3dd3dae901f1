"""Writers of one process take turns."""

import threading
from contextlib import ExitStack

import pytest

from core.errors import Invalid
from core.turns import Turns


def waiting(turns: Turns, count: int) -> None:
    """Return once so many threads wait."""
    while len(turns._waiting) < count:
        threading.Event().wait(0.001)


def test_who_came_first_is_next_and_who_just_had_it_is_last() -> None:
    turns, order = Turns(), list[str]()

    def take(name: str) -> None:
        with turns:
            order.append(name)

    threads = []
    with turns:
        for number, name in enumerate("abc", 1):
            threads.append(threading.Thread(target=take, args=(name,)))
            threads[-1].start()
            waiting(turns, number)
    # The turn was handed to the first that waits: who has just let go of it cannot take it before them.
    take("again")
    for thread in threads:
        thread.join()
    assert order == ["a", "b", "c", "again"]


def test_a_thread_that_has_it_may_take_it_again() -> None:
    turns, order = Turns(), list[str]()

    def take() -> None:
        with turns:
            order.append("other")

    other = threading.Thread(target=take)
    with turns:
        with turns:
            other.start()
            waiting(turns, 1)
        order.append("first")
    other.join()
    assert order == ["first", "other"]


def test_many_threads_never_have_it_at_once() -> None:
    turns, seen = Turns(), list[int]()
    inside = 0

    def work() -> None:
        nonlocal inside
        for _ in range(300):
            with turns:
                inside += 1
                seen.append(inside)
                inside -= 1

    threads = [threading.Thread(target=work) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert seen == [1] * 1800


def test_it_is_free_again_after_an_error() -> None:
    turns = Turns()
    with pytest.raises(Invalid), turns:
        raise Invalid("test.broken", "It broke.")
    other = threading.Thread(target=turns.__enter__)
    other.start()
    other.join(10)
    assert not other.is_alive()


def test_at_once_it_is_had_only_where_nobody_has_it() -> None:
    turns = Turns()
    with turns.at_once() as first, turns.at_once() as second:
        assert (first, second) == (True, False)
    with turns, turns.at_once() as taken:
        assert not taken
    with turns.at_once() as free:
        assert free


def test_what_was_taken_at_once_another_thread_may_give_back_and_its_own_has_to_wait() -> None:
    turns, order = Turns(), list[str]()
    taken = ExitStack()
    assert taken.enter_context(turns.at_once())

    def give_back() -> None:
        waiting(turns, 1)
        order.append("given back")
        taken.close()

    other = threading.Thread(target=give_back)
    other.start()
    # The thread that took it to hand it on has no more of it than any other.
    with turns:
        order.append("taken again")
    other.join()
    assert order == ["given back", "taken again"]
