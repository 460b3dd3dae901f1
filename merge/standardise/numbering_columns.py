"""``numbering.by_prefix`` for many numbers at once: figures as numbers, the automaton of a plan over all of them."""

from collections.abc import Callable, Hashable
from typing import Generic, NamedTuple, TypeVar

import numpy as np
import numpy.typing as npt

from merge.standardise.distinct import first_seen
from merge.standardise.numbering import LONGEST, Plan, country_of, home, of_head, plan_of, strange_beginnings
from merge.standardise.phones import DEFAULT_REGION

Ints = npt.NDArray[np.int64]
State = TypeVar("State", bound=Hashable)
PLUS = ("", "+", "00")
SHORTEST = 7
_FIGURES = "0123456789"
_POWERS = 10 ** np.arange(LONGEST + 1, dtype=np.int64)


class Answers(NamedTuple):
    """What plans say of numbers.

    Attributes:
        number: for each number which of the answers is its own, -1 for none.
        heads: for each answer what comes before the number's figures from a place on.
        kept: for each answer that place.
        kinds: for each answer the kind of number, "" where it is not proved.
    """

    number: Ints
    heads: list[str]
    kept: Ints
    kinds: list[str]


class _Walk(Generic[State]):
    """An automaton over many numbers, one figure of all of them after the other."""

    def __init__(self, start: State, after: Callable[[State, str], State], free: Callable[[State], bool]) -> None:
        self._step, self._is_free = after, free
        self._states = [start]
        self._number = {start: 0}
        self._free = [free(start)]
        self._after = np.full((1, 10), -1, dtype=np.int64)

    def settled(self, figures: npt.NDArray[np.int8], lengths: Ints) -> tuple[Ints, Ints]:
        """How many of each number's first figures lead to where any may follow (all, where none do), and that state."""
        found = lengths.copy()
        state = np.zeros(len(lengths), dtype=np.int64)
        going = np.arange(len(lengths))
        for position in range(figures.shape[1]):
            free = np.array(self._free)[state[going]]
            found[going[free]] = np.minimum(position, lengths[going[free]])
            going = going[~free & (lengths[going] > position)]
            figure = figures[going, position]
            self._known(np.flatnonzero(np.bincount(state[going] * 10 + figure)))
            state[going] = self._after[state[going], figure]
        return found, state

    def _known(self, steps: Ints) -> None:
        for state, figure in zip(*(one.tolist() for one in np.divmod(steps, 10)), strict=True):
            if self._after[state, figure] < 0:
                after = self._step(self._states[state], _FIGURES[figure])
                number = self._number.setdefault(after, len(self._states))
                if number == len(self._states):
                    self._states.append(after)
                    self._free.append(self._is_free(after))
                    self._after = np.concatenate([self._after, np.full((1, 10), -1)])
                self._after[state, figure] = number


def by_prefixes(plus: Ints, numbers: Ints, lengths: Ints, region: str = DEFAULT_REGION) -> Answers:
    """What ``by_prefix`` says of numbers of figures alone.

    Args:
        plus: what stands before each number, by its place in ``PLUS``.
        numbers: the figures, read as a number.
        lengths: how many figures, which leading zeros count to.
        region: the country of numbers without its code (ISO 3166-1).
    """
    kept = np.full(len(numbers), -1, dtype=np.int64)
    fits = (lengths >= SHORTEST) & (lengths <= LONGEST)
    begins = numbers // _POWERS[np.clip(lengths - 3, 0, LONGEST)]
    bare = fits & (plus == 0)
    # Before a number without its country's code another country's prefix or the own code may stand.
    own = str(home(region))
    strange = np.zeros(len(numbers), dtype=np.bool_)
    for begin in strange_beginnings(region):
        strange |= begins // 10 ** (3 - len(begin)) == int(begin)
    usual = np.flatnonzero(bare & ~strange)
    _tell(kept, usual, numbers, lengths, home(region), 0)
    for shared in range(1, len(own)):  # figures put behind fewer than one more could make up the own code
        alike = usual[(begins[usual] // 10 ** (3 - shared) == int(own[:shared])) & (kept[usual] >= 0)]
        kept[alike] = np.maximum(kept[alike], shared + 1)
    coded = fits & (plus > 0)
    countries = _each(begins, coded, lambda begin: country_of(f"{begin:03d}"))
    for country in np.unique(countries[coded]).tolist():
        if country:
            _tell(kept, np.flatnonzero(coded & (countries == country)), numbers, lengths, country, len(str(country)))
    return _answers(plus, numbers, lengths, kept, region)


def _each(values: Ints, chosen: npt.NDArray[np.bool_], told: Callable[[int], int]) -> Ints:
    """A function of small numbers, asked once for each of those that are chosen."""
    known = np.zeros(1000, dtype=np.int64)
    for value in np.flatnonzero(np.bincount(values[chosen], minlength=1000)).tolist():
        known[value] = told(value)
    return known[np.where(chosen, values, 0)]


def _tell(kept: Ints, rows: Ints, numbers: Ints, lengths: Ints, country: int, own: int) -> None:
    """Put in how many of the first figures tell all that is said of numbers of one country."""
    plan = plan_of(country)
    if plan is None or not len(rows):
        return
    length = lengths[rows] - own
    national = numbers[rows] % _POWERS[length]
    figures = _figures(national, length)
    walk = _Walk(plan.start, plan.after, plan.free)
    told = walk.settled(figures, length)[0]
    trunk = _trunk(plan, national, length, figures)
    zero = np.flatnonzero(trunk == 1)
    told[zero] = np.maximum(told[zero], 1 + walk.settled(figures[zero, 1:], length[zero] - 1)[0])
    told[trunk == 2] = length[trunk == 2]
    # Leading zeros are counted: those need a figure behind them.
    zeros = length - np.searchsorted(_POWERS, national, side="right")
    kept[rows] = own + np.maximum(told, np.minimum(zeros + 1, length))


def _figures(numbers: Ints, lengths: Ints) -> npt.NDArray[np.int8]:
    """The figures of each number from its first one on, and zeros behind the last one."""
    width = int(lengths.max())
    found = np.empty((len(numbers), width), dtype=np.int8, order="F")
    rest = numbers * _POWERS[width - lengths]
    for place in range(width - 1, -1, -1):
        rest, found[:, place] = np.divmod(rest, 10)
    return found


def _trunk(plan: Plan, national: Ints, length: Ints, figures: npt.NDArray[np.int8]) -> Ints:
    """Whether numbers begin with no trunk prefix (0), with a zero as one (1), or with another one (2)."""
    walk = _Walk(plan.trunk_start, plan.trunk_after, plan.trunk_told)
    _, state = walk.settled(figures[:, : plan.longest_trunk], length)
    long = length if plan.ends else np.minimum(length, plan.longest_trunk)
    same, first = first_seen((state * 16 + long) * 10 + figures[:, 0])
    samples = zip(national[first].tolist(), length[first].tolist(), strict=True)
    matched = [plan.trunk(f"{number:0{width}d}") for number, width in samples]
    return np.array([0 if not one else 1 if one == {"0"} else 2 for one in matched], dtype=np.int64)[same]


def _answers(plus: Ints, numbers: Ints, lengths: Ints, kept: Ints, region: str) -> Answers:
    rows = np.flatnonzero(kept >= 0)
    rest = lengths[rows] - kept[rows]
    head = numbers[rows] // _POWERS[rest]
    key = ((head * 16 + kept[rows]) * 16 + rest) * 4 + plus[rows]
    same, first = first_seen(key)
    number = np.full(len(numbers), -1, dtype=np.int64)
    own = np.full(len(first), -1, dtype=np.int64)
    heads: list[str] = []
    places: list[int] = []
    kinds: list[str] = []
    for position, place in enumerate(first.tolist()):
        begin = f"{int(head[place]):0{int(kept[rows[place]])}d}" if kept[rows[place]] else ""
        told = of_head(PLUS[int(plus[rows[place]])], begin, int(rest[place]), region)
        if told is not None:
            own[position] = len(heads)
            heads.append(told[0])
            places.append(int(kept[rows[place]]))
            kinds.append(told[1])
    number[rows] = own[same]
    return Answers(number, heads, np.array(places, dtype=np.int64), kinds)
