"""One batch is written while the next is read and sealed.

The database and the disk work without Python, so threads cost nothing and win what these take. Keys lie in a store of
their own and are written beside the batch before; a batch is written only when its keys are. Batches are written one at
a time and in their order; a failure is raised at the next one, and nothing after it is written.
"""

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack
from types import TracebackType
from typing import Self

from core.errors import IngotError
from core.switching import quick_turns
from sync.batch import Batch
from sync.batch_size import FIRST, next_size
from sync.landing import Landing
from sync.sealing import SealedBatch

# About half of what the log holds before a commit brings it into the database's file.
TIDY_RECORDS = 8_000


class Pipeline:
    """Use as a context manager: leaving it waits for what is under way. ``written`` is told each durable batch.

    ``size`` is how many records the next batch should have, so that its transaction stays short.
    """

    def __init__(self, landing: Landing, written: Callable[[Batch], None]) -> None:
        self._landing = landing
        self._written = written
        self.size = FIRST
        self._untidy = 0
        self._keeper = ThreadPoolExecutor(max_workers=1, thread_name_prefix="landing-keys")
        self._writer = ThreadPoolExecutor(max_workers=1, thread_name_prefix="landing")
        self._under_way: Future[None] | None = None
        self._turns = ExitStack()

    def __enter__(self) -> Self:
        self._turns.enter_context(quick_turns())
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None) -> None:
        try:
            # What went wrong with an earlier batch comes before what went wrong with the source since.
            if error is None or isinstance(error, IngotError):
                self._settle()
        finally:
            self._keeper.shutdown()
            self._writer.shutdown()
            self._turns.close()

    def put(self, batch: Batch) -> None:
        """Land a batch, soon. Raises what the writing of the batch before raised."""
        sealed = self._landing.seal(batch)
        keys = self._keeper.submit(self._landing.keep, sealed)
        self._settle()
        self._under_way = self._writer.submit(self._write, sealed, keys)

    def _write(self, sealed: SealedBatch, keys: Future[None]) -> None:
        keys.result()
        seconds, waited_for = self._landing.write(sealed)
        self.size = next_size(self.size, len(sealed.records), seconds, waited_for=waited_for)
        self._written(sealed.batch)
        self._untidy += len(sealed.records)
        if self._untidy >= TIDY_RECORDS:
            # Outside the transaction: the commit that finds the log too long would have everybody wait for it.
            self._untidy = 0
            self._landing.tidy()

    def _settle(self) -> None:
        if self._under_way is not None:
            under_way, self._under_way = self._under_way, None
            under_way.result()
