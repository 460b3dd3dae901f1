"""``comparisons`` of dates of birth over columns of numbers."""

import numpy as np
import numpy.typing as npt

from merge.match.code_frequency import GroupTexts, bits_of
from merge.match.comparisons import (
    DATE_PART,
    NO_PART_AGREES,
    ONE_PART_AGREES,
    PLACEHOLDER_DAY_BITS,
    YEARS_APART,
)
from merge.match.outcomes import Frequency, Level
from merge.match.text_levels import Levels, Numbers
from merge.match.texts import Ints

Dates = npt.NDArray[np.uint64]
_ONES = np.uint64(0x0101010101010101)
_YEAR, _TWO = np.uint64(0xFFFFFFFF), np.uint64(0xFFFF)
_FIGURE, _MONTH, _DAY = np.uint64(8), np.uint64(32), np.uint64(48)


def _filled(dates: Dates) -> Dates:
    """1 in each byte (below 16) that is not 0."""
    halves = dates | dates >> np.uint64(2)
    found: Dates = (halves | halves >> np.uint64(1)) & _ONES
    return found


def _crossed(a: Dates, b: Dates, differ: Dates) -> npt.NDArray[np.bool_]:
    """Whether two neighbouring figures that differ are each other's."""
    apart = _filled(a ^ b >> _FIGURE) | _filled(a >> _FIGURE ^ b)
    return np.asarray(differ & differ >> _FIGURE & ~apart != 0)


_MONTH_AT, _DAY_AT, _KNOWN_AT = 16, 24, 32
_PARTS = tuple(np.uint64(mask) for mask in (0xFFFF, 0xFF << _MONTH_AT, 0xFF << _DAY_AT))
"""Where year, month and day lie in a date, and above them which are known."""
_APART, _SAME_PARTS, _TWO_PARTS, _ONE_PART, _NO_PART, _ONE_KNOWN = range(6)
"""How two dates lie beside each other: all known parts are equal; of whole dates two, one or none; of one part none."""
_LEVELS = np.full(6, Level.DIFFERENT, dtype=np.int8)
_LEVELS[[_SAME_PARTS, _TWO_PARTS]] = Level.EXACT, Level.LOOSE
_BITS = np.zeros(6, dtype=np.int64)
_BITS[[_ONE_PART, _NO_PART]] = ONE_PART_AGREES, NO_PART_AGREES
_YEARS = np.array(YEARS_APART, dtype=np.int64)
_WHOLE_DATES = np.isin(np.arange(6), (_TWO_PARTS, _ONE_PART, _NO_PART))


def _way(both: int, equal: int) -> int:
    known, agree = both.bit_count(), (both & equal).bit_count()
    if agree == known:
        return _SAME_PARTS
    if known == len(_PARTS):
        return (_NO_PART, _ONE_PART, _TWO_PARTS)[agree]
    return _ONE_KNOWN if known == 1 else _APART


_WAYS = np.array([_way(key >> len(_PARTS), key & 7) for key in range(64)], dtype=np.uint8)
_COUNTS = np.array([(key >> len(_PARTS)).bit_count() for key in range(64)], dtype=np.int64)
"""By which parts both dates know (the upper three bits), and which are equal."""


class Births:
    """Dates of birth, part by part."""

    def __init__(self, group: GroupTexts) -> None:
        self._group = group
        parts = [one.strings() for one in group.column.fields]
        self._parts = np.array([[int(part or 0) for part in one] for one in parts], dtype=np.int64).reshape(3, -1)
        self._whole = (self._parts > 0).all(axis=0)
        year, month, day = self._parts
        divisors = ((year, 1000), (year, 100), (year, 10), (year, 1), (month, 10), (month, 1), (day, 10), (day, 1))
        figures = np.stack([part // divisor % 10 for part, divisor in divisors], axis=1).astype(np.uint8)
        # The eight figures of a date as the bytes of one number, the year's first one lowest.
        self._figures = figures.view("<u8").ravel() if len(figures) else np.zeros(0, dtype=np.uint64)

    def levels(self, left: Numbers, right: Numbers) -> Levels:
        """NEAR where two whole dates are one figure, or day and month, apart; 0 else."""
        a, b = self._figures.take(left), self._figures.take(right)
        differ = _filled(a ^ b)
        count = np.bitwise_count(differ)
        near = count == 1
        rows = np.flatnonzero(count == 2)
        near[rows] = _crossed(a.take(rows), b.take(rows), differ.take(rows))
        # Where the years are alike, what differs of day and month are up to four figures.
        rows = np.flatnonzero((differ & _YEAR == 0) & ~near)
        a, b = a.take(rows), b.take(rows)
        near[rows] = (a >> _MONTH & _TWO == b >> _DAY) & (a >> _DAY == b >> _MONTH & _TWO)
        return np.where(near, np.int8(Level.NEAR), np.int8(0))

    def _dates(self, days: Ints) -> Dates:
        """Year, month and day of each date and which are known; a day that only says that it is not known is none."""
        year, month, day = self._parts
        unknown = (month > 0) & (day > 0) & (days < PLACEHOLDER_DAY_BITS)
        month, day = np.where(unknown, 0, month), np.where(unknown, 0, day)
        known = sum((part > 0).astype(np.int64) << place for place, part in enumerate((year, month, day)))
        return (year | month << _MONTH_AT | day << _DAY_AT | known << _KNOWN_AT).view(np.uint64)

    def outcome(self, left: Numbers, right: Numbers, levels: Levels, frequency: Frequency) -> tuple[Levels, Ints]:
        """Level and worth; see ``Comparer``."""
        texts, codes = self._group.texts, self._group.codes
        whole, years, days = (bits_of(frequency, slot, texts[slot])[codes[slot]] for slot in texts)
        dates = self._dates(days)
        a, b = dates.take(left), dates.take(right)
        differ = a ^ b
        key = ((a & b) >> np.uint64(_KNOWN_AT)).astype(np.uint8) << np.uint8(len(_PARTS))
        for place, part in enumerate(_PARTS):
            key |= (differ & part == 0).view(np.uint8) << np.uint8(place)
        way = _WAYS.take(key)
        level, bits = _LEVELS.take(way), _BITS.take(way)

        rows = np.flatnonzero(way == _SAME_PARTS)
        ours, theirs = left.take(rows), right.take(rows)
        bits[rows] = years.take(ours) + DATE_PART * (_COUNTS.take(key.take(rows)) - 1)
        same = self._whole.take(ours) & self._whole.take(theirs)
        same &= codes[self._group.group].take(ours) == codes[self._group.group].take(theirs)
        bits[rows[same]] = whole.take(ours[same])

        rows = np.flatnonzero(way == _ONE_KNOWN)
        one, other = ((side.take(rows) & _PARTS[0]).view(np.int64) for side in (a, b))
        apart = np.abs(one - other)
        rows, apart = rows[apart < len(_YEARS)], apart[apart < len(_YEARS)]
        level[rows] = Level.LOOSE
        bits[rows] = np.minimum(years.take(left.take(rows)), years.take(right.take(rows))) + _YEARS.take(apart)

        near = (levels == Level.NEAR) & _WHOLE_DATES.take(way)
        level[near] = Level.NEAR
        rows = np.flatnonzero(near | (way == _TWO_PARTS))
        bits[rows] = np.minimum(whole.take(left.take(rows)), whole.take(right.take(rows)))
        return level, bits
