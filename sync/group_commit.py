"""Group commit: what many ask at once is answered in one transaction, and nobody hears before it lasts.

A commit costs a flush of the disk, whether it holds one audit event or a hundred (DeWitt et al. 1984, "Implementation
Techniques for Main Memory Database Systems", section 5.2). While one group is written the next one gathers, so under
load groups grow by themselves and nobody waits for a timer.

A thread of its own waits for the disk, and for the lock where somebody else writes. Where the database is a file and
nobody does, the event loop begins and works: its statements take microseconds and let go of the interpreter at every
row, so that two threads would hand it to and fro, which costs more than what they could do at once.
"""

import asyncio
import threading
from collections.abc import Callable, Sequence
from contextlib import ExitStack, suppress
from queue import SimpleQueue
from typing import Generic, TypeVar
from weakref import WeakKeyDictionary

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import SQLAlchemyError

from core.database import unit_of_work
from core.errors import TooMuch, Unavailable

Q = TypeVar("Q")
A = TypeVar("A")
# A larger group would hold SQLite's only write lock for longer than others should wait.
MOST = 64
# How long those who were just answered are waited for: a group costs more than this, whatever its size.
_AGAIN_SECONDS = 0.002


class GroupCommit(Generic[Q, A]):
    """Answers questions from event loops, a group in a transaction, with one thread.

    Args:
        engine: where to work.
        work: answers a group, in order, in the transaction that it is given. What it raises ends the transaction; where
            that is not the database's own trouble, each question is then asked alone, so that one that cannot be
            answered takes nobody with it.
        most: the largest group.
    """

    def __init__(
        self, engine: Engine, work: Callable[[Connection, Sequence[Q]], Sequence[A]], most: int = MOST
    ) -> None:
        self._engine = engine
        self._work = work
        self._most = most
        self._queue: SimpleQueue[_Group[Q, A] | None] = SimpleQueue()
        self._gathering: WeakKeyDictionary[asyncio.AbstractEventLoop, _Gathering[Q, A]] = WeakKeyDictionary()
        self._thread: threading.Thread | None = None
        self._guard = threading.Lock()
        self._closed = False
        # Groups that the thread has not done with; while there are none, the connection is a loop's to use.
        self._on_the_way = 0
        self._standing: Connection | None = None

    async def ask(self, question: Q) -> A:
        """The answer, once its transaction has lasted. Raises what the work or the commit raised."""
        loop = asyncio.get_running_loop()
        gathering = self._gathering.get(loop)
        if gathering is None:
            gathering = self._gathering[loop] = _Gathering()
        asked = _Asked[Q, A](question, loop.create_future())
        gathering.waiting.append(asked)
        if len(gathering.waiting) == 1 or len(gathering.waiting) >= gathering.expected:
            self._look_soon(loop, gathering)
        return await asked.future

    def close(self) -> None:
        """Answer what is on its way, then end the thread."""
        with self._guard:
            self._closed = True
            thread, self._thread = self._thread, None
        if thread is not None:
            self._queue.put(None)
            thread.join()

    def _look_soon(self, loop: asyncio.AbstractEventLoop, gathering: "_Gathering[Q, A]") -> None:
        # After all requests that this turn of the loop has read, so that they come as one group.
        if not gathering.looked_at_soon:
            gathering.looked_at_soon = True
            loop.call_soon(self._look, loop, gathering)

    def _look(self, loop: asyncio.AbstractEventLoop, gathering: "_Gathering[Q, A]") -> None:
        """Send a group, unless one is on its way or those who were just answered may be about to ask again."""
        gathering.looked_at_soon = False
        if gathering.on_the_way or not gathering.waiting:
            return
        if len(gathering.waiting) >= min(gathering.expected, self._most):
            self._send(loop, gathering)
        elif gathering.timer is None:
            gathering.timer = loop.call_later(_AGAIN_SECONDS, self._send, loop, gathering)

    def _send(self, loop: asyncio.AbstractEventLoop, gathering: "_Gathering[Q, A]") -> None:
        if gathering.timer is not None:
            gathering.timer.cancel()
        gathering.timer = None
        asked, gathering.waiting = gathering.waiting[: self._most], gathering.waiting[self._most :]
        gathering.on_the_way = True
        group = _Group(loop, gathering, asked)
        with self._guard:
            if self._closed:
                self._queue_is_closed(group)
                return
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="group commit", daemon=True)
                self._thread.start()
            alone = self._on_the_way == 0
            self._on_the_way += 1
        try:
            if alone and self._standing is not None:
                self._begin(group, self._standing)
        finally:
            self._queue.put(group)

    def _queue_is_closed(self, group: "_Group[Q, A]") -> None:
        for one in group.asked:
            one.error = Unavailable("server.stopping", "The gateway is stopping; try again in a moment.")
        group.loop.call_soon(self._landed, group)

    def _begin(self, group: "_Group[Q, A]", standing: Connection) -> None:
        """Do all but the commit, where nobody else writes. Whatever is in the way of that, the thread does it."""
        with suppress(Exception), ExitStack() as undone:
            connection = undone.enter_context(unit_of_work(self._engine, standing=standing, at_once=True))
            group.answers = self._work(connection, [one.question for one in group.asked])
            group.begun = undone.pop_all()

    def _run(self) -> None:
        ending = False
        try:
            # What is on its way may come after the end was told: a loop works on it at that moment.
            while not ending or self._on_the_way:
                group = self._queue.get()
                if group is None:
                    ending = True
                    continue
                self._open()
                self._finish(group.asked, group)
                with self._guard:
                    self._on_the_way -= 1
                # Where the loop has ended, those who asked have ended with it.
                with suppress(RuntimeError):
                    group.loop.call_soon_threadsafe(self._landed, group)
        finally:
            self._drop()

    def _finish(self, asked: "Sequence[_Asked[Q, A]]", group: "_Group[Q, A] | None" = None) -> None:
        """Commit what is begun, or do all of it; to each an answer or an error."""
        try:
            if group is not None and group.begun is not None:
                answers = group.answers
                group.begun.close()
            else:
                with unit_of_work(self._engine, standing=self._standing) as connection:
                    answers = self._work(connection, [one.question for one in asked])
            for one, answer in zip(asked, answers, strict=True):
                one.answer = answer
        except (Unavailable, TooMuch) as error:
            # Whatever is wrong with the connection, the next group has another.
            self._drop()
            for one in asked:
                one.error = error
        except Exception as error:  # noqa: BLE001  handed on to those who asked
            self._drop()
            if len(asked) == 1:
                asked[0].error = error
                return
            for one in asked:
                self._finish([one])

    def _landed(self, group: "_Group[Q, A]") -> None:
        for one in group.asked:
            one.tell()
        gathering = group.gathering
        gathering.on_the_way = False
        # All together, or they would go on as two groups for ever, at the price of two.
        gathering.expected = len(group.asked) + len(gathering.waiting)
        if gathering.waiting:
            # Once those who were told have gone on.
            self._look_soon(group.loop, gathering)

    def _open(self) -> None:
        """On a file, keep a connection: what the last group has seen of it the next one can go on from.

        A server may close one that it has not heard of for long; the pool looks to that.
        """
        if self._standing is None and self._engine.dialect.name == "sqlite":
            # Where that cannot be had, the group is told by the pool that it cannot.
            with suppress(SQLAlchemyError):
                self._standing = self._engine.connect()

    def _drop(self) -> None:
        standing, self._standing = self._standing, None
        if standing is not None:
            with suppress(SQLAlchemyError):
                standing.close()


class _Asked(Generic[Q, A]):
    """A question, whoever waits for it, and what came of it."""

    __slots__ = ("answer", "error", "future", "question")

    def __init__(self, question: Q, future: "asyncio.Future[A]") -> None:
        self.question = question
        self.future = future
        self.answer: A | None = None
        self.error: Exception | None = None

    def tell(self) -> None:
        """Give the answer or the error to whoever waits."""
        # Whoever went away has cancelled the wait.
        if not self.future.done():
            if self.error is not None:
                self.future.set_exception(self.error)
            else:
                self.future.set_result(self.answer)  # type: ignore[arg-type]  # without an error it is an answer


class _Gathering(Generic[Q, A]):
    """What was asked on one loop and is not on its way; ``expected`` is how many there will be if all ask again."""

    __slots__ = ("expected", "looked_at_soon", "on_the_way", "timer", "waiting")

    def __init__(self) -> None:
        self.waiting: list[_Asked[Q, A]] = []
        self.expected = 0
        self.on_the_way = False
        self.looked_at_soon = False
        self.timer: asyncio.TimerHandle | None = None


class _Group(Generic[Q, A]):
    """Those who share a transaction; with ``answers`` and ``begun`` where only its commit is left."""

    __slots__ = ("answers", "asked", "begun", "gathering", "loop")

    def __init__(
        self, loop: asyncio.AbstractEventLoop, gathering: "_Gathering[Q, A]", asked: "Sequence[_Asked[Q, A]]"
    ) -> None:
        self.loop = loop
        self.gathering = gathering
        self.asked = asked
        self.answers: Sequence[A] = ()
        self.begun: ExitStack | None = None
