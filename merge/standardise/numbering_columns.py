"""``numbering.by_prefix`` for many numbers at once: figures as numbers, the automaton of a plan over all of them."""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from merge.standardise.numbering import LONGEST, Plan, country_of, home, of_head, plan_of

Ints = npt.NDArray[np.int64]
PLUS = ("", "+", "00")
SHORTEST = 7
_FIGURES = "0123456789"


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


class _Walk:
    """The automaton of a plan over many numbers, one figure of all of them after the other."""

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self._states = [plan.start]
        self._number = {plan.start: 0}
        self._free = [plan.free(plan.start)]
        self._after = np.full((1, 10), -1, dtype=np.int64)

    def settled(self, figures: npt.NDArray[np.int8], lengths: Ints) -> Ints:
        """How many of each number's first figures tell all that the plan says of it (all, where none are free)."""
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
        return found

    def _known(self, steps: Ints) -> None:
        for state, figure in zip(*(one.tolist() for one in np.divmod(steps, 10)), strict=True):
            if self._after[state, figure] < 0:
                after = self._plan.after(self._states[state], _FIGURES[figure])
                number = self._number.setdefault(after, len(self._states))
                if number == len(self._states):
                    self._states.append(after)
                    self._free.append(self._plan.free(after))
                    self._after = np.concatenate([self._after, np.full((1, 10), -1)])
                self._after[state, figure] = number


def by_prefixes(plus: Ints, numbers: Ints, lengths: Ints) -> Answers:
    """What ``by_prefix`` says of numbers of figures alone.

    Args:
        plus: what stands before each number, by its place in ``PLUS``.
        numbers: the figures, read as a number.
        lengths: how many figures, which leading zeros count to.
    """
    kept = np.full(len(numbers), -1, dtype=np.int64)
    fits = (lengths >= SHORTEST) & (lengths <= LONGEST)
    begins = numbers // 10 ** np.clip(lengths - 3, 0, LONGEST)
    bare = fits & (plus == 0)
    # Before a number without its country's code another country's prefix or the own code may stand.
    own = str(home())
    strange = (begins // 10 == 0) | (begins // 100 == 1) | (begins // 10 ** (3 - len(own)) == int(own))
    _tell(kept, np.flatnonzero(bare & ~strange), numbers, lengths, home(), 0)
    coded = fits & (plus > 0)
    countries = _each(begins, coded, lambda begin: country_of(f"{begin:03d}"))
    for country in np.unique(countries[coded]).tolist():
        if country:
            _tell(kept, np.flatnonzero(coded & (countries == country)), numbers, lengths, country, len(str(country)))
    return _answers(plus, numbers, lengths, kept)


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
    national = numbers[rows] % 10**length
    places = np.arange(int(length.max()))
    figures = (national[:, None] // 10 ** np.maximum(length[:, None] - 1 - places, 0) % 10).astype(np.int8)
    walk = _Walk(plan)
    told = walk.settled(figures, length)
    trunk = _trunk(plan, national, length, figures)
    zero = np.flatnonzero(trunk == 1)
    told[zero] = np.maximum(told[zero], 1 + walk.settled(figures[zero, 1:], length[zero] - 1))
    told[trunk == 2] = length[trunk == 2]
    # Leading zeros are counted: those need a figure behind them.
    filled = (figures != 0) & (places < length[:, None])
    zeros = np.where(filled.any(axis=1), filled.argmax(axis=1), length)
    kept[rows] = own + np.maximum(told, np.minimum(zeros + 1, length))


def _trunk(plan: Plan, national: Ints, length: Ints, figures: npt.NDArray[np.int8]) -> Ints:
    """Whether numbers begin with no trunk prefix (0), with a zero as one (1), or with another one (2)."""
    reach = np.array([plan.reach(figure) for figure in _FIGURES])[figures[:, 0]]
    head = national // 10 ** np.maximum(length - reach, 0)
    long = length if plan.ends else np.minimum(length, reach)
    _, first, same = np.unique((head * 16 + long) * 16 + reach, return_index=True, return_inverse=True)
    samples = zip(national[first].tolist(), length[first].tolist(), strict=True)
    matched = [plan.trunk(f"{number:0{width}d}") for number, width in samples]
    return np.array([0 if not one else 1 if one == {"0"} else 2 for one in matched], dtype=np.int64)[same]


def _answers(plus: Ints, numbers: Ints, lengths: Ints, kept: Ints) -> Answers:
    rows = np.flatnonzero(kept >= 0)
    rest = lengths[rows] - kept[rows]
    head = numbers[rows] // 10**rest
    key = ((head * 16 + kept[rows]) * 16 + rest) * 4 + plus[rows]
    _, first, same = np.unique(key, return_index=True, return_inverse=True)
    number = np.full(len(numbers), -1, dtype=np.int64)
    own = np.full(len(first), -1, dtype=np.int64)
    heads: list[str] = []
    places: list[int] = []
    kinds: list[str] = []
    for position, place in enumerate(first.tolist()):
        begin = f"{int(head[place]):0{int(kept[rows[place]])}d}" if kept[rows[place]] else ""
        told = of_head(PLUS[int(plus[rows[place]])], begin, int(rest[place]))
        if told is not None:
            own[position] = len(heads)
            heads.append(told[0])
            places.append(int(kept[rows[place]]))
            kinds.append(told[1])
    number[rows] = own[same]
    return Answers(number, heads, np.array(places, dtype=np.int64), kinds)
