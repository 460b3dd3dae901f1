"""The batch door: outcomes and weights of many pairs at once.

Each distinct pair of values is compared once, by the same function as the scalar door; weights are then integer
sums over columns in numpy, by the same formula. A test holds the two doors together.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from merge.match.comparisons import compare_group
from merge.match.features import Feature, Features
from merge.match.model import Model, SlotWeights
from merge.match.outcomes import Frequency, Level

Ints = npt.NDArray[np.int64]
Levels = npt.NDArray[np.int8]


@dataclass(frozen=True, slots=True)
class Column:
    """The outcomes of one slot for all pairs: levels, and the worth of what agrees in 1/1000 bit."""

    levels: Levels
    bits: Ints


def _codes(records: Sequence[Features], group: str) -> tuple[Ints, list[Feature]]:
    """A number for each distinct feature of a group (-1 where a record has none), and the features by number."""
    numbers: dict[Feature, int] = {}
    codes = np.full(len(records), -1, dtype=np.int64)
    for position, record in enumerate(records):
        feature = record.groups.get(group)
        if feature:
            codes[position] = numbers.setdefault(feature, len(numbers))
    return codes, list(numbers)


def _compare_column(
    group: str, codes: Ints, known: list[Feature], left: Ints, right: Ints, frequency: Frequency
) -> dict[str, Column]:
    a, b = codes[left], codes[right]
    present = np.flatnonzero((a >= 0) & (b >= 0))
    keys = np.minimum(a, b)[present] * np.int64(len(known)) + np.maximum(a, b)[present]
    distinct, inverse = np.unique(keys, return_inverse=True)
    levels: dict[str, npt.NDArray[np.int8]] = {}
    bits: dict[str, Ints] = {}
    for position, key in enumerate(distinct.tolist()):
        first, second = divmod(key, len(known))
        for outcome in compare_group(group, known[first], known[second], frequency):
            if outcome.slot not in levels:
                levels[outcome.slot] = np.zeros(len(distinct), dtype=np.int8)
                bits[outcome.slot] = np.zeros(len(distinct), dtype=np.int64)
            levels[outcome.slot][position] = outcome.level
            bits[outcome.slot][position] = outcome.bits
    found: dict[str, Column] = {}
    for slot in sorted(levels):
        full = Column(np.zeros(len(left), dtype=np.int8), np.zeros(len(left), dtype=np.int64))
        full.levels[present] = levels[slot][inverse]
        full.bits[present] = bits[slot][inverse]
        found[slot] = full
    return found


def compare_pairs(records: Sequence[Features], left: Ints, right: Ints, frequency: Frequency) -> dict[str, Column]:
    """The outcomes of all pairs (record numbers) by slot."""
    columns: dict[str, Column] = {}
    for group in sorted({group for record in records for group in record.groups}):
        codes, known = _codes(records, group)
        columns.update(_compare_column(group, codes, known, left, right, frequency))
    return columns


def slot_weight(weights: SlotWeights, column: Column) -> Ints:
    """The weights of one slot for all pairs: ``SlotWeights.weight`` in numpy."""
    level = column.levels
    different = weights.match[0]
    similar = (Level.LOOSE, Level.NEAR, Level.EXACT)
    base = np.array((0, different, *map(weights.base, similar), different), dtype=np.int64)
    alike = (level >= Level.LOOSE) & (level <= Level.EXACT)
    rarity = np.where(level < Level.EXACT, np.minimum(column.bits, weights.near_bits), column.bits)
    agreed = np.maximum(different, np.minimum(weights.cap, base[level] + rarity))
    other = base[level] + np.where(level == Level.DIFFERENT, column.bits, 0)
    return np.where(alike, agreed, other).astype(np.int64)


def _damped(weights: Sequence[Ints]) -> Ints:
    ordered = np.sort(np.stack(weights), axis=0)
    total = np.zeros(ordered.shape[1], dtype=np.int64)
    for rank in range(len(ordered)):
        total -= -np.minimum(ordered[rank], 0) >> rank
        total += np.maximum(ordered[-1 - rank], 0) >> rank
    return total


def total_weights(model: Model, columns: Mapping[str, Column], *, without: str = "") -> Ints:
    """``total_weight`` for all pairs. ``without`` leaves out one slot, or all slots of one bundle."""
    count = len(next(iter(columns.values())).levels) if columns else 0
    plain, personal = np.zeros(count, dtype=np.int64), np.zeros(count, dtype=np.int64)
    bundles: dict[str, list[Ints]] = {}
    for slot, column in columns.items():
        weights = model.of(slot)
        if without and without in {slot, weights.bundle}:
            continue
        weight = slot_weight(weights, column)
        personal += np.minimum(weight * weights.personal // 1000, weights.personal_cap)
        if weights.bundle:
            bundles.setdefault(weights.bundle, []).append(weight)
        else:
            plain += weight
    for bundle in bundles.values():
        plain += _damped(bundle)
    result: Ints = np.minimum(plain - model.prior, personal + model.household)
    return result
