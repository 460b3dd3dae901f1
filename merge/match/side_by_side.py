"""Work on parts of arrays in two threads: numpy and the distances let go of the interpreter while they work."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Protocol, TypeVar

Item = TypeVar("Item")
Found = TypeVar("Found")


class Each(Protocol):
    """Runs a pure function on items and gives the results in their order; both travel where they are run."""

    def __call__(self, function: Callable[[Item], Found], items: Iterable[Item]) -> Iterator[Found]:
        """The results, one for each item."""
        ...


THREADS = 2
_AHEAD = 1


def side_by_side(
    function: Callable[[Item], Found], items: Iterable[Item], *, threads: int = THREADS, ahead: int = _AHEAD
) -> Iterator[Found]:
    """Results in the order of the items; no more items are taken than are worked on and ``ahead``."""
    pending: deque[Future[Found]] = deque()
    with ThreadPoolExecutor(threads) as pool:
        for item in items:
            pending.append(pool.submit(function, item))
            if len(pending) > threads + ahead:
                yield pending.popleft().result()
        while pending:
            yield pending.popleft().result()
