"""``comparisons`` of dates of birth over columns of numbers."""

import numpy as np

from merge.match.code_frequency import GroupTexts, bits_of
from merge.match.comparisons import DATE_PART, NO_PART_AGREES, ONE_PART_AGREES, PLACEHOLDER_DAY_BITS
from merge.match.outcomes import Frequency, Level
from merge.match.text_levels import Levels, Numbers
from merge.match.texts import Ints


class Births:
    """Dates of birth, part by part."""

    def __init__(self, group: GroupTexts) -> None:
        self._group = group
        parts = [one.strings() for one in group.column.fields]
        self.parts = np.array([[int(part or 0) for part in one] for one in parts], dtype=np.int64).reshape(3, -1)
        year, month, day = self.parts
        divisors = ((year, 1000), (year, 100), (year, 10), (year, 1), (month, 10), (month, 1), (day, 10), (day, 1))
        self._figures = np.stack([part // divisor % 10 for part, divisor in divisors], axis=1).astype(np.int8)

    def levels(self, left: Numbers, right: Numbers) -> Levels:
        """NEAR where two whole dates are one figure, or day and month, apart; 0 else."""
        a, b = self._figures.take(left, axis=0), self._figures.take(right, axis=0)
        differ = a != b
        count = differ.sum(axis=1)
        crossed = (a[:, :-1] == b[:, 1:]) & (a[:, 1:] == b[:, :-1]) & differ[:, :-1] & differ[:, 1:]
        one, other = self.parts.take(left, axis=1), self.parts.take(right, axis=1)
        swapped = (one[0] == other[0]) & (one[1] == other[2]) & (one[2] == other[1])
        near = (count == 1) | ((count == 2) & crossed.any(axis=1)) | swapped
        return np.where(near, np.int8(Level.NEAR), np.int8(0))

    def _known(self, which: Numbers, days: Ints) -> Ints:
        """Year, month and day, without a day that only says that it is not known."""
        found = self.parts.take(which, axis=1)
        unknown = (found[1] > 0) & (found[2] > 0) & (days.take(which) < PLACEHOLDER_DAY_BITS)
        found[1:, unknown] = 0
        return found

    def outcome(self, left: Numbers, right: Numbers, levels: Levels, frequency: Frequency) -> tuple[Levels, Ints]:
        """Level and worth; see ``Comparer``."""
        texts, codes = self._group.texts, self._group.codes
        whole, years, days = (bits_of(frequency, slot, texts[slot])[codes[slot]] for slot in texts)
        a, b = self._known(left, days), self._known(right, days)
        both = (a > 0) & (b > 0)
        equal = both & (a == b)
        known, agree = both.sum(axis=0), equal.sum(axis=0)
        least = np.minimum(years[left], years[right])
        # Not two whole dates: the years and what else is known.
        only_years = known == 1
        loose = np.where(only_years, np.abs(a[0] - b[0]) <= 1, (a[0] == b[0]) & (agree >= 2))
        level = np.where(loose, Level.LOOSE, Level.DIFFERENT)
        bits = np.where(loose, np.where(only_years, least, least + DATE_PART), 0)
        full = (a > 0).all(axis=0) & (b > 0).all(axis=0)
        near = levels == Level.NEAR
        rarest = np.minimum(whole[left], whole[right])
        level = np.where(full, np.where(near, Level.NEAR, np.where(agree == 2, Level.LOOSE, Level.DIFFERENT)), level)
        apart = np.where(agree > 0, ONE_PART_AGREES, NO_PART_AGREES)
        bits = np.where(full, np.where(near | (agree == 2), rarest, apart), bits)
        parts = agree == known
        level = np.where(parts, Level.EXACT, level)
        bits = np.where(parts, years[left] + DATE_PART * (known - 1), bits)
        same = (codes["birth"][left] == codes["birth"][right]) & (self.parts[:, left] > 0).all(axis=0)
        same &= (self.parts[:, right] > 0).all(axis=0)
        return np.where(same, Level.EXACT, level).astype(np.int8), np.where(same, whole[left], bits)
