"""A lock whose waiters take turns: who came first is next.

A plain lock goes to whoever asks at the right moment, which is the thread that has just let go of it: a sync that
writes one transaction after the other would starve everybody else of its process.
"""

import threading
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from types import TracebackType

# In place of a thread, where the lock was taken to be handed on.
_NO_THREAD = -1


class Turns:
    """Use as a context manager. A thread that has the lock may take it again."""

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._waiting: deque[tuple[int, threading.Lock]] = deque()
        self._owner: int | None = None
        self._depth = 0

    def __enter__(self) -> None:
        me = threading.get_ident()
        with self._guard:
            if self._owner == me:
                self._depth += 1
                return
            if self._owner is None:
                self._owner, self._depth = me, 1
                return
            turn = threading.Lock()
            turn.acquire()
            self._waiting.append((me, turn))
        try:
            turn.acquire()
        except BaseException:
            # Interrupted while waiting: the turn is given up, or passed on where it has come meanwhile.
            self._give_up(me, turn)
            raise

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None) -> None:
        with self._guard:
            self._depth -= 1
            if not self._depth:
                self._pass_on()

    @contextmanager
    def at_once(self) -> Iterator[bool]:
        """The lock, where nobody has it; tells whether that is so. Another thread may leave the block than entered it.

        So no thread has it again meanwhile, not even the one that took it.
        """
        with self._guard:
            free = self._owner is None
            if free:
                self._owner, self._depth = _NO_THREAD, 1
        try:
            yield free
        finally:
            if free:
                self.__exit__(None, None, None)

    def wanted(self) -> bool:
        """Whether anybody waits for a turn at this moment."""
        return bool(self._waiting)

    def _give_up(self, me: int, turn: threading.Lock) -> None:
        with self._guard:
            if self._owner != me:
                self._waiting.remove((me, turn))
            else:
                self._pass_on()

    def _pass_on(self) -> None:
        # Given to the next while the guard is held: nobody else can take it before the next has woken up.
        self._owner, self._depth = None, 0
        if self._waiting:
            (self._owner, turn), self._depth = self._waiting.popleft(), 1
            turn.release()
