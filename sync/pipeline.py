"""One batch is written while the next is sealed and the one behind it read.

The database and the disk work without Python, so threads cost little and win what these take. Keys lie in a store of
their own and are written beside the batch before; a batch is written only when its keys are. Batches are sealed and
written one at a time and in their order, the second after one begins to be sealed only when that one is written; a
failure is raised at a later one, and nothing after it is written.
"""

from collections import deque
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack
from types import TracebackType
from typing import Self

from core.collector import collecting_seldom
from core.errors import IngotError
from core.switching import quick_turns
from sync.batch import Batch
from sync.batch_size import FIRST, next_size
from sync.company import Company
from sync.landing import Landing
from sync.sealing import SealedBatch

# Half of what the log holds before a commit moves it all. Less often: the pages of indexes are moved each time.
TIDY_RECORDS = 30_000


class _Log:
    """Moves a database's log into its file from time to time.

    Outside the transactions: the commit that finds the log too long would have everybody wait for it. By the thread
    that writes them: beside the next one the log would never be empty, and so only grow.
    """

    def __init__(self, tidy: Callable[[], None]) -> None:
        self._tidy = tidy
        self._untidy = 0
        self.ending = False

    def wrote(self, records: int) -> None:
        self._untidy += records
        if self._untidy >= TIDY_RECORDS and not self.ending:
            self._untidy = 0
            self._tidy()


class Pipeline:
    """Use as a context manager: leaving it waits for what is under way. ``written`` is told each durable batch.

    ``size`` is how many records the next batch should have, so that its transaction stays short; ``mostly_new`` says
    of the last one that was sealed that more than half of its records were to be written.
    """

    def __init__(self, landing: Landing, written: Callable[[Batch], None]) -> None:
        self.landing = landing
        self._written = written
        self.size = FIRST
        self._company = Company()
        self.mostly_new = True
        self._keys_log = _Log(landing.tidy_keys)
        self._log = _Log(landing.tidy)
        self._keeper = ThreadPoolExecutor(max_workers=1, thread_name_prefix="landing-keys")
        self._writer = ThreadPoolExecutor(max_workers=1, thread_name_prefix="landing")
        self._under_way: deque[Future[None]] = deque()
        self._turns = ExitStack()

    def __enter__(self) -> Self:
        self._turns.enter_context(quick_turns())
        self._turns.enter_context(collecting_seldom())
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
            self.landing.tidy_soon()

    def put(self, batch: Batch, *, last: bool = False) -> None:
        """Land a batch, soon. Raises what the writing of an earlier batch raised."""
        if last:
            # Nothing is read any more, so all would wait for the logs; they are moved when the last is written.
            self._keys_log.ending = self._log.ending = True
        # What is being sealed knows of one batch before it that is not in the database yet, and of no more.
        self._settle(left=1)
        keys = self._keeper.submit(self._seal, batch)
        before = self._under_way[-1] if self._under_way else None
        self._under_way.append(self._writer.submit(self._write, keys, before))

    def _seal(self, batch: Batch) -> SealedBatch:
        sealed = self.landing.seal(batch)
        self.mostly_new = len(sealed.changed) * 2 > len(sealed.records)
        self.landing.keep(sealed, tidied=True)
        self._keys_log.wrote(len(sealed.records))
        return sealed

    def _write(self, keys: Future[SealedBatch], before: Future[None] | None) -> None:
        if before is not None:
            before.result()
        sealed = keys.result()
        seconds, waits = self.landing.write(sealed, tidied=True)
        self.size = next_size(self.size, len(sealed.records), seconds, waited_for=self._company.seen(waits=waits))
        self._written(sealed.batch)
        self._log.wrote(len(sealed.records))

    def _settle(self, left: int = 0) -> None:
        while len(self._under_way) > left:
            self._under_way.popleft().result()
