"""When a connection is due: an interval (``every 15m``) or a cron line (five fields, in UTC)."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from cronsim import CronSim, CronSimError
from sqlalchemy import Connection, delete, select

from core.clock import Clock
from core.database import upsert
from core.errors import Invalid
from sync import tables
from sync.queue import Queue

_INTERVAL = re.compile(r"every\s+(\d{1,6})\s*(s|m|h|d)")
_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}


def next_time(schedule: str, after: datetime) -> datetime:
    """The first moment after ``after`` that a schedule names.

    Raises Invalid ``schedule.form``.
    """
    found = _INTERVAL.fullmatch(schedule.strip())
    if found is not None and int(found[1]) > 0:
        return after + timedelta(**{_UNITS[found[2]]: int(found[1])})
    try:
        return next(CronSim(schedule, after.astimezone(UTC)))
    except (CronSimError, StopIteration):
        raise Invalid(
            "schedule.form",
            "A schedule is 'every N s|m|h|d' or a cron line of five fields in UTC, such as '0 3 * * *'.",
        ) from None


def checked(schedule: str, now: datetime) -> str:
    """The schedule where it can be used, or empty for by hand. Raises Invalid ``schedule.form``, ``schedule.often``."""
    text = schedule.strip()
    if not text:
        return ""
    first = next_time(text, now)
    if (next_time(text, first) - first).total_seconds() < 10:
        raise Invalid("schedule.often", "A sync can run every 10 seconds at most; choose a longer time between.")
    return text


class Scheduler:
    """Queues the syncs that are due."""

    def __init__(self, queue: Queue, clock: Clock) -> None:
        self._queue = queue
        self._clock = clock

    @staticmethod
    def planned(connection: Connection) -> dict[str, datetime]:
        """When each connection is due next, as far as that was worked out."""
        return {str(row.connection): row.next_at for row in connection.execute(select(tables.schedule))}

    @staticmethod
    def forget(connection: Connection, name: str) -> None:
        """Work out the next time of a connection anew: its schedule has changed."""
        connection.execute(delete(tables.schedule).where(tables.schedule.c.connection == name))

    def queue_due(self, connection: Connection, schedules: Mapping[str, str]) -> list[str]:
        """Queue every connection whose time has come; returns their names.

        A time that passed while nothing ran is made up for once, not once for every time missed. A time further off
        than the schedule's next one was planned by a clock that was ahead, or for another schedule: it is planned anew.
        """
        now = self._clock.now()
        table = tables.schedule
        known = {row.connection: row.next_at for row in connection.execute(select(table))}
        due: list[str] = []
        for name, schedule in sorted(schedules.items()):
            planned, following = known.get(name), next_time(schedule, now)
            if planned is not None and planned <= now:
                self._queue.put(connection, "sync", {"connection": name}, dedupe_key=f"sync:{name}")
                due.append(name)
            if planned is None or planned <= now or planned > following:
                rows = [{"connection": name, "next_at": following}]
                upsert(connection, table, rows, keys=["connection"], update=["next_at"])
        gone = sorted(set(known) - set(schedules))
        if gone:
            connection.execute(delete(table).where(table.c.connection.in_(gone)))
        return due
