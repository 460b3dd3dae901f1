"""Sums of grown trees for many rows at once, in numpy alone: the same numbers as LightGBM gives, bit for bit.

Every distinct test of the trees (a column against a threshold) is made once for all rows and packed, eight rows to a
byte. A row reaches the leaf for which all tests on the way hold: ands of packed bits, 24 leaves at the price of some
hundred short operations for 262,144 rows. Leaves are added tree by tree, as LightGBM adds them.
Method: bits of tests instead of walks, after C. Lucchese et al., QuickScorer, SIGIR 2015.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from core.errors import Damaged
from merge.match.texts import Ints

Bits = npt.NDArray[np.uint8]
Rows = npt.NDArray[np.floating]

_ROWS = 1 << 18
"""Rows worked on at once. Of fewer the bits stay in a nearer cache, but each step is so short that two threads spend
more on giving the interpreter to each other than on the step."""
_WORTH_PAIRS = 1 << 14
"""Rows from which it is worth making a table of two leaves each."""
_DEFAULT_LEFT, _NAN = 2, 8  # LightGBM's decision_type: Tree::NumericalDecision
_NOTHING = np.zeros(0, dtype=np.uint8)


@dataclass(frozen=True, slots=True)
class _Test:
    """``value <= limit``, and whether a row without a value passes."""

    limit: np.float32
    missing: bool

    def bits(self, column: "_Column") -> Bits:
        passed = column.at_most(self.limit)
        return passed | column.absent if self.missing else passed & ~column.absent


class _Column:
    """One column of many rows, ready for tests.

    Numbers of half precision are compared as the whole numbers that their bits are in the order of their values: that
    takes a quarter of the time of making them single ones first.
    """

    def __init__(self, values: Rows) -> None:
        self._half = values.dtype == np.float16
        if self._half:
            bits = np.ascontiguousarray(values).view(np.int16)
            absent = (bits & _MAGNITUDE) > _INFINITE
            self._values: Rows | npt.NDArray[np.int16] = _ordered(bits)
        else:
            self._values = values.astype(np.float32)
            absent = np.isnan(self._values)
        self.empty = bool(absent.all())
        self.absent = np.packbits(absent, bitorder="little")

    def at_most(self, limit: np.float32) -> Bits:
        """Which values are at most the limit; of rows without a value it tells nothing."""
        return np.packbits(self._values <= (_half_at_most(limit) if self._half else limit), bitorder="little")


_MAGNITUDE, _INFINITE = np.int16(0x7FFF), np.int16(0x7C00)


def _ordered(bits: npt.NDArray[np.int16]) -> npt.NDArray[np.int16]:
    """The bits of half numbers as whole numbers in the order of the numbers; zero has two neighbouring ones."""
    found: npt.NDArray[np.int16] = bits ^ ((bits >> np.int16(15)) & _MAGNITUDE)
    return found


@lru_cache(maxsize=1 << 14)
def _half_at_most(limit: np.float32) -> np.int16:
    """Of the largest half number at or below a limit its place in their order."""
    with np.errstate(over="ignore"):
        half = np.float16(limit)
    if np.float32(half) > limit:
        half = np.nextafter(half, np.float16(-np.inf))
    place: np.int16 = _ordered((np.array([half]) + np.float16(0)).view(np.int16))[0]
    return place


@dataclass(frozen=True, slots=True)
class _Tree:
    """Nodes by number, the root first: the test, and where those that pass and those that do not go (~leaf)."""

    tests: tuple[int, ...]
    passed: tuple[int, ...]
    failed: tuple[int, ...]
    leaves: npt.NDArray[np.float64]

    def leaf_of(self, bits: Sequence[Bits | bool], everywhere: Bits) -> npt.NDArray[np.uint8]:
        """The leaf that each row reaches, as a number; for a multiple of eight rows."""
        planes = [np.zeros(0, dtype=np.uint8)] * (len(self.leaves) - 1).bit_length()
        reached: list[Bits] = [everywhere, *[_NOTHING] * len(self.tests)]
        for node, test in enumerate(self.tests):
            here, told = reached[node], bits[test]
            if not len(here):
                continue
            if isinstance(told, bool):
                yes, no = (here, _NOTHING) if told else (_NOTHING, here)
            else:
                yes = here & told
                no = yes ^ here
            for child, rows in ((self.passed[node], yes), (self.failed[node], no)):
                if child >= 0:
                    reached[child] = rows
                elif len(rows):
                    _note(planes, ~child, rows)
        return _number(planes, len(everywhere))


def _note(planes: list[Bits], leaf: int, rows: Bits) -> None:
    for place, plane in enumerate(planes):
        if leaf >> place & 1:
            if len(plane):
                np.bitwise_or(plane, rows, out=plane)
            else:
                planes[place] = rows.copy()


def _number(planes: Sequence[Bits], width: int) -> npt.NDArray[np.uint8]:
    found = np.zeros(8 * width, dtype=np.uint8)
    for plane in reversed(planes):
        found += found
        if len(plane):
            found |= np.unpackbits(plane, bitorder="little")
    return found


def _add_leaves(
    total: npt.NDArray[np.float64], own: npt.NDArray[np.float64], leaves: npt.NDArray[np.float64],
    reached: npt.NDArray[np.uint8],
) -> None:  # fmt: skip
    """Add to each row's total its leaf; of many rows two are looked up at once. ``own`` is room for what is added."""
    count = len(leaves)
    if len(reached) < _WORTH_PAIRS:
        leaves.take(reached, mode="clip", out=own)
    else:
        pairs = np.zeros((count, 1 << 8), dtype=np.complex128)
        pairs.real[:, :count], pairs.imag[:, :count] = leaves, leaves[:, None]
        pairs.ravel().take(reached.view("<u2"), mode="clip", out=own.view(np.complex128))
    total += own


def _tree(block: str, tests: dict[tuple[int, np.float32, bool], int]) -> _Tree:
    told: Mapping[str, str] = dict(line.split("=", 1) for line in block.splitlines() if "=" in line)

    def numbers(name: str) -> list[float]:
        return [float(one) for one in told.get(name, "").split()]

    found = []
    for column, threshold, decision in zip(
        numbers("split_feature"), numbers("threshold"), numbers("decision_type"), strict=True
    ):
        # Rows are single precision: the largest single number at or below the threshold parts them alike.
        limit = np.float32(threshold)
        limit = np.nextafter(limit, np.float32(-np.inf)) if float(limit) > threshold else limit
        kind = int(decision)
        if kind & ~_DEFAULT_LEFT not in {0, _NAN}:
            raise ValueError  # of categories, or with zeros for what is missing: ours never are
        # Where no value was missing in the training a missing one counts as zero.
        missing = bool(kind & _DEFAULT_LEFT) if kind & _NAN else threshold >= 0
        found.append(tests.setdefault((int(column), limit, missing), len(tests)))
    passed, failed = (tuple(int(one) for one in numbers(name)) for name in ("left_child", "right_child"))
    leaves = np.array(numbers("leaf_value"), dtype=np.float64)
    if len(leaves) != len(found) + 1 or not len(found) == len(passed) == len(failed) or len(leaves) > 1 << 8:
        raise ValueError
    return _Tree(tuple(found), passed, failed, leaves)


class Forest:
    """Trees ready to be summed."""

    def __init__(self, text: str) -> None:
        """Read trees from LightGBM's text. Raises Damaged ``match_model.trees``."""
        tests: dict[tuple[int, np.float32, bool], int] = {}
        try:
            self._trees = [_tree(block, tests) for block in text.partition("\nend of trees")[0].split("\nTree=")[1:]]
        except ValueError:
            raise Damaged(
                "match_model.trees", "A match model's trees cannot be read; install ingot again or train it again."
            ) from None
        self._columns: dict[int, list[tuple[int, _Test]]] = {}
        for (column, limit, missing), number in tests.items():
            self._columns.setdefault(column, []).append((number, _Test(limit, missing)))
        self._count = len(tests)

    def sums(self, *blocks: Rows, at: Ints | None = None) -> npt.NDArray[np.float64]:
        """The sum of the trees for each row.

        Args:
            blocks: the columns of the rows, side by side; single precision or less, NaN where there is no number.
            at: places of the rows that are asked about; all where None.
        """
        columns = [column for one in blocks for column in one.T]
        count = len(blocks[0]) if at is None else len(at)
        parts = (slice(start, min(count, start + _ROWS)) for start in range(0, count, _ROWS))
        found = [self._part(columns, part if at is None else at[part], part.stop - part.start) for part in parts]
        return np.concatenate([np.empty(0, dtype=np.float64), *found])

    def _part(self, columns: Sequence[Rows], rows: slice | Ints, count: int) -> npt.NDArray[np.float64]:
        bits: list[Bits | bool] = [False] * self._count
        for column, tests in self._columns.items():
            own = columns[column]
            values = _Column(own[rows] if isinstance(rows, slice) else own.take(rows))
            for number, test in tests:
                bits[number] = test.missing if values.empty else test.bits(values)
        everywhere = np.full(-(-count // 8), 255, dtype=np.uint8)
        total, own = np.zeros((2, 8 * len(everywhere)), dtype=np.float64)
        for tree in self._trees:
            _add_leaves(total, own, tree.leaves, tree.leaf_of(bits, everywhere))
        return total[:count]
