"""How many records the next transaction of resolving takes, by how long the last one worked.

On SQLite whoever else writes waits for it, and who reads a customer writes to the audit log; on PostgreSQL a steward
who decides waits, as one at a time changes golden records. So it is short by time, and shorter still while somebody is
seen to wait. A record costs little more in a short one: of 10 records an eighth more processor time than of 100.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Engine

from core.database import others_wait
from sync.company import Company

AIM_SECONDS, AIM_SECONDS_ALONE = 0.03, 0.12
LEAST, FIRST, MOST = 4, 20, 500
_PART_OF_A_STEP = 1.0
_LONGEST_PAUSE = 0.03


def next_records(records: int, done: int, seconds: float, *, waited_for: bool) -> int:
    """Records for the next transaction, after one of ``done`` that took ``seconds``; ``records`` was allowed. Pure.

    ``waited_for`` says that others wait to write. At most twice and at least half of ``records``: one transaction that
    was held up tells little. One that was not half full tells only when it was too slow.
    """
    aim = AIM_SECONDS if waited_for else AIM_SECONDS_ALONE
    fits = int(min(MOST, done * aim / max(seconds, 1e-6)))
    if done < records // 2 and fits >= done:
        return records
    return max(LEAST, min(MOST, records * 2, max(records // 2, fits)))


class Pace:
    """Keeps ``records``, the number for the next transaction, by what each took."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._company = Company()
        self._pause = 0.0
        self.records = FIRST

    @contextmanager
    def step(self, records: int) -> Iterator[None]:
        """Around the work on so many records, inside its transaction."""
        start = time.perf_counter()
        yield
        seconds = time.perf_counter() - start
        waited_for = self._company.seen(waits=others_wait(self._engine))
        self.records = next_records(self.records, records, seconds, waited_for=waited_for)
        self._pause = min(_LONGEST_PAUSE, seconds * _PART_OF_A_STEP) if waited_for else 0.0

    def give_way(self) -> None:
        """Leave those who waited a moment of their own, between two transactions: many of them are done in it."""
        pause, self._pause = self._pause, 0.0
        if pause:
            time.sleep(pause)
