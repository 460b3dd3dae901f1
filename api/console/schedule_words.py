"""A schedule in plain words. Pure."""

import re
from collections.abc import Callable
from datetime import datetime

from api.console.words import marked as _
from sync.scheduler import next_time

_EVERY = re.compile(r"every\s+(\d+)\s*(s|m|h|d)")
_DAILY = re.compile(r"(\d{1,2})\s+(\d{1,2})\s+\*\s+\*\s+\*")
_HOURLY = re.compile(r"(\d{1,2})\s+\*\s+\*\s+\*\s+\*")
_WEEKLY = re.compile(r"(\d{1,2})\s+(\d{1,2})\s+\*\s+\*\s+([0-7])")
Translate = Callable[[str], str]

_UNITS = {
    "s": _("every %s seconds"),
    "m": _("every %s minutes"),
    "h": _("every %s hours"),
    "d": _("every %s days"),
}
_DAYS = (
    _("Sundays"),
    _("Mondays"),
    _("Tuesdays"),
    _("Wednesdays"),
    _("Thursdays"),
    _("Fridays"),
    _("Saturdays"),
)


def in_words(schedule: str, translate: Translate) -> str:
    """What a schedule means; one that has no simple words is told as it stands."""
    text = schedule.strip()
    if not text:
        return translate(_("by hand"))
    if found := _EVERY.fullmatch(text):
        return translate(_UNITS[found[2]]) % int(found[1])
    if found := _DAILY.fullmatch(text):
        return translate(_("every day at %s UTC")) % f"{int(found[2]):02}:{int(found[1]):02}"
    if found := _HOURLY.fullmatch(text):
        return translate(_("every hour at minute %s")) % int(found[1])
    if found := _WEEKLY.fullmatch(text):
        return translate(_("%(days)s at %(time)s UTC")) % {
            "days": translate(_DAYS[int(found[3]) % 7]),
            "time": f"{int(found[2]):02}:{int(found[1]):02}",
        }
    return text


def next_times(schedule: str, after: datetime, count: int = 5) -> list[datetime]:
    """The next moments of a schedule. Raises Invalid ``schedule.form``."""
    times: list[datetime] = []
    for _number in range(count):
        after = next_time(schedule, after)
        times.append(after)
    return times
