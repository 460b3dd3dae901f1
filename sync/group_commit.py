"""Group commit: what many ask at once is answered in one transaction, and nobody hears before it lasts.

A commit costs a flush of the disk, whether it holds one audit event or a hundred (DeWitt et al. 1984, "Implementation
Techniques for Main Memory Database Systems", section 5.2). While one group is written the next one gathers, so under
load groups grow by themselves and nobody waits for a timer.

A thread of its own waits for the lock and for the disk. Where the database is a file the work between is done by the
event loop: its statements take microseconds and let go of the interpreter at every row, so that two threads would hand
it to and fro, which costs more than what they could do at once. Where statements wait for a server the thread works.
"""

import asyncio
import math
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from contextlib import suppress
from queue import Empty, SimpleQueue
from typing import Generic, TypeVar

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
# How often the thread looks whether the loop that works for it still runs.
_LOOK_SECONDS = 1.0


class GroupCommit(Generic[Q, A]):
    """One thread that answers questions from event loops, a group in a transaction.

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
        self._queue: SimpleQueue[list[_Asked[Q, A]] | None] = SimpleQueue()
        self._gathered: dict[asyncio.AbstractEventLoop, list[_Asked[Q, A]]] = {}
        self._thread: threading.Thread | None = None
        self._guard = threading.Lock()
        self._closed = False
        self._standing: Connection | None = None

    async def ask(self, question: Q) -> A:
        """The answer, once its transaction has lasted. Raises what the work or the commit raised."""
        loop = asyncio.get_running_loop()
        asked = _Asked[Q, A](question, loop.create_future())
        gathered = self._gathered.setdefault(loop, [])
        gathered.append(asked)
        if len(gathered) == 1:
            # After all requests that this turn of the loop has read, so that they come as one group.
            loop.call_soon(self._send, loop)
        return await asked.future

    def close(self) -> None:
        """Answer what was asked, then end the thread."""
        with self._guard:
            self._closed = True
            thread, self._thread = self._thread, None
        if thread is not None:
            self._queue.put(None)
            thread.join()

    def _send(self, loop: asyncio.AbstractEventLoop) -> None:
        gathered = self._gathered.pop(loop)
        with self._guard:
            if self._closed:
                for one in gathered:
                    one.error = _stopping()
                _tell(gathered)
                return
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="group commit", daemon=True)
                self._thread.start()
            self._queue.put(gathered)

    def _run(self) -> None:
        waiting: list[_Asked[Q, A]] = []
        ending = False
        answered = 0
        try:
            while not (ending and not waiting):
                ending = ending or self._gather(waiting, answered)
                group, waiting = waiting[: self._most], waiting[self._most :]
                answered = len(group)
                if group:
                    self._open()
                    self._answer(group)
        finally:
            self._drop()

    def _open(self) -> None:
        """On a file, keep a connection for the thread: what the last group has seen of it the next one can go on from.

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

    def _gather(self, waiting: "list[_Asked[Q, A]]", answered: int) -> bool:
        """Take in what was asked meanwhile; wait where nothing was. Returns whether it is time to end.

        Those who were just answered, ``answered`` of them, may be about to ask again: they are waited for a little.
        """
        back = 0
        until = math.inf
        try:
            while True:
                if not waiting:
                    more = self._queue.get()
                elif back < answered and len(waiting) < self._most:
                    until = min(until, time.monotonic() + _AGAIN_SECONDS)
                    more = self._queue.get(timeout=max(0.0, until - time.monotonic()))
                else:
                    more = self._queue.get_nowait()
                if more is None:
                    return True
                waiting.extend(more)
                back += len(more)
        except Empty:
            return False

    def _answer(self, group: "Sequence[_Asked[Q, A]]") -> None:
        try:
            with unit_of_work(self._engine, standing=self._standing) as connection:
                answers = self._answers(connection, group)
            for one, answer in zip(group, answers, strict=True):
                one.answer = answer
        except (Unavailable, TooMuch) as error:
            # Whatever is wrong with it, the next group has another.
            self._drop()
            for one in group:
                one.error = error
        except Exception as error:  # noqa: BLE001  handed on to those who asked
            self._drop()
            if len(group) > 1:
                for one in group:
                    self._answer([one])
                return
            group[0].error = error
        for loop in dict.fromkeys(one.future.get_loop() for one in group):
            try:
                loop.call_soon_threadsafe(_tell, [one for one in group if one.future.get_loop() is loop])
            except RuntimeError:
                # The loop has ended, and with it those who asked.
                continue

    def _answers(self, connection: Connection, group: "Sequence[_Asked[Q, A]]") -> Sequence[A]:
        questions = [one.question for one in group]
        if connection.dialect.name != "sqlite":
            return self._work(connection, questions)
        loop = group[0].future.get_loop()
        done: Future[Sequence[A]] = Future()
        try:
            loop.call_soon_threadsafe(_do, done, self._work, connection, questions)
        except RuntimeError:
            # The loop has ended, and with it who asked first.
            done.cancel()
        while not done.cancelled():
            try:
                done.exception(_LOOK_SECONDS)
            except TimeoutError:
                if not loop.is_running():
                    done.cancel()
            else:
                return done.result()
        return self._work(connection, questions)


def _do(
    done: "Future[Sequence[A]]",
    work: Callable[[Connection, Sequence[Q]], Sequence[A]],
    connection: Connection,
    questions: Sequence[Q],
) -> None:
    # Not where the thread has given up: its transaction is over.
    if done.set_running_or_notify_cancel():
        try:
            done.set_result(work(connection, questions))
        except BaseException as error:  # noqa: BLE001  the thread waits for it with the lock, and raises it
            done.set_exception(error)


def _stopping() -> Unavailable:
    return Unavailable("server.stopping", "The gateway is stopping; try again in a moment.")


class _Asked(Generic[Q, A]):
    """A question, whoever waits for it, and what came of it."""

    __slots__ = ("answer", "error", "future", "question")

    def __init__(self, question: Q, future: "asyncio.Future[A]") -> None:
        self.question = question
        self.future = future
        self.answer: A | None = None
        self.error: Exception | None = None


def _tell(told: "Sequence[_Asked[Q, A]]") -> None:
    for one in told:
        # Whoever went away has cancelled the wait.
        if not one.future.done():
            if one.error is not None:
                one.future.set_exception(one.error)
            else:
                one.future.set_result(one.answer)  # type: ignore[arg-type]  # without an error it is an answer
