"""What the learned model sees of a pair of records: one row of numbers, by kind of attribute and never by column.

Levels and rarities come from the comparisons, weights from what the batch taught itself, and the neighbourhood from
the other candidates of the two records.
"""

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt

from merge.match.batch import Column, slot_weight
from merge.match.frequency import slot_family
from merge.match.likeness import ABSENT, LIKENESSES, Likeness, feature_codes
from merge.match.model import Model
from merge.match.outcomes import Level
from merge.match.standing import STANDING, Counts
from merge.match.table import FeatureTable
from merge.match.texts import Ints

Floats = npt.NDArray[np.floating]

KINDS = (
    "family", "given", "birth", "sex", "phone", "email", "id", "handle", "org", "employer", "website", "street",
    "unit", "locality", "postcode", "province", "country", "occupation", "text",
)  # fmt: skip
_KIND_OF = {"mobile": "phone"}

NAMES: tuple[str, ...] = (
    *(f"{kind}.{what}" for kind in KINDS for what in ("level", "bits", "weight")),
    *(f"like.{name}" for name in LIKENESSES),
    "swapped", "year", "month", "day", "crossed", "years", "middle", "middle.same",
    "agree", "near", "differ", "both", "agree.bits", "differ.weight", "total", "plain", "told", "prior",
    *STANDING, "said.low", "said.high",
)  # fmt: skip
"""The names of the numbers, in the order of the columns."""

RISING = frozenset(
    {*(f"{kind}.{what}" for kind in KINDS for what in ("level", "weight")), *(f"like.{name}" for name in LIKENESSES)}
    | {"agree", "agree.bits", "total", "plain", "told", "differ.weight", "gap.low", "gap.high"}
)
"""Those with more of which a pair can only become likelier."""


def kind_of(name: str) -> str:
    """The kind of attribute that a column tells of, for explanations: ``birth`` of ``birth.level`` and ``year``."""
    head, _, rest = name.partition(".")
    if head == "like":
        return {"name": "family", "local": "email"}.get(rest, rest)
    if head in KINDS:
        return head
    if head in {"year", "month", "day", "crossed", "years"}:
        return "birth"
    if head in {"swapped", "middle"}:
        return "given"
    return "others" if name in STANDING or head in {"first", "others"} else "record"


class PairFeatures:
    """Records ready to give the rows of their pairs."""

    def __init__(self, table: FeatureTable) -> None:
        self.count = len(table)
        self._likeness = Likeness(table)
        self._said = sum(
            ((column.codes >= 0).astype(np.float32) for column in table.columns.values()),
            np.zeros(len(table), dtype=np.float32),
        )
        codes, births = feature_codes(table, "birth")
        parts = [[float(part) if part else np.nan for part in birth[0]] for birth in births]
        self._birth = np.array([*parts, [np.nan] * 3], dtype=np.float32)[codes]
        codes, names = feature_codes(table, "name")
        middle = [*(next((w[1].split()[1] for w in name if len(w[1].split()) > 1), "") for name in names), ""]
        numbers = {word: number for number, word in enumerate(sorted(set(middle)))}
        self._initial = np.array([ord(word[0]) if word else -1 for word in middle], dtype=np.int64)[codes]
        self._middle = np.array([numbers[word] for word in middle], dtype=np.int64)[codes]

    def columns(
        self, left: Ints, right: Ints, model: Model, columns: Mapping[str, Column], weights: Ints,
        neighbourhood: Mapping[str, Counts],
    ) -> Floats:  # fmt: skip
        """The numbers of pairs, a row for each of ``NAMES``; what a pair lacks is NaN.

        Args:
            left: record numbers of one side of the pairs.
            right: of the other.
            model: what the batch taught itself; its weights and frequencies.
            columns: outcomes of the pairs by slot.
            weights: what the model gives the pairs, 1/1000 bit.
            neighbourhood: of ``standing`` over all candidates, for these pairs.
        """
        found = _compared(len(left), model, columns)
        found["total"] = (weights / 1000).astype(np.float32)
        for name, values in self._likeness.of(left, right).items():
            found[f"like.{name}"] = np.where(values == ABSENT, np.nan, values / 1000)
        found |= self._parts(left, right)
        for name, places in neighbourhood.items():
            found[name] = places / (1000 if name.startswith("gap") else 1)
        matrix = np.full((len(NAMES), len(left)), np.nan, dtype=np.float32)
        for position, name in enumerate(NAMES):
            if name in found:
                matrix[position] = found[name]
        return matrix

    def _parts(self, left: Ints, right: Ints) -> dict[str, npt.NDArray[np.float64]]:
        """Parts of birth dates, second given names, and how much the two records say."""
        a, b = self._birth[left], self._birth[right]
        known = ~(np.isnan(a) | np.isnan(b))
        equal = np.where(known, a == b, np.nan)
        crossed = (a[:, 1] == b[:, 2]) & (a[:, 2] == b[:, 1])
        both = (self._initial[left] >= 0) & (self._initial[right] >= 0)
        one, two = self._said[left], self._said[right]
        return {
            "year": equal[:, 0],
            "month": equal[:, 1],
            "day": equal[:, 2],
            "crossed": np.where(known[:, 1] & known[:, 2], crossed, np.nan),
            "years": np.abs(a[:, 0] - b[:, 0]),
            "middle": np.where(both, self._initial[left] == self._initial[right], np.nan),
            "middle.same": np.where(both, self._middle[left] == self._middle[right], np.nan),
            "said.low": np.minimum(one, two),
            "said.high": np.maximum(one, two),
        }


def _by_kind(model: Model, columns: Mapping[str, Column]) -> dict[str, list[tuple[Column, Ints]]]:
    found: dict[str, list[tuple[Column, Ints]]] = {}
    for slot in sorted(columns):
        family = slot_family(slot)
        kind = _KIND_OF.get(family, family)
        if kind in KINDS:
            column, weights = columns[slot], model.of(slot)
            bits = np.where(column.levels < Level.EXACT, np.minimum(column.bits, weights.near_bits), column.bits)
            found.setdefault(kind, []).append((Column(column.levels, bits), slot_weight(weights, column)))
    return found


def _kind_columns(members: Sequence[tuple[Column, Ints]]) -> tuple[Ints, Ints, Ints]:
    """Level, bits and weight of a kind: of several slots (two identifiers) the best, and the sum of the weights."""
    count = len(members[0][1])
    level, bits, weight = np.full(count, -1, np.int64), np.zeros(count, np.int64), np.zeros(count, np.int64)
    for column, own in members:
        its = column.levels.astype(np.int64)
        its[column.levels == Level.CONFLICT] = 0
        its[column.levels == Level.MISSING] = -1
        bits = np.where(its > level, column.bits, bits)
        level = np.maximum(level, its)
        weight += own
    return level, bits, weight


def _compared(count: int, model: Model, columns: Mapping[str, Column]) -> dict[str, Floats]:
    """What the comparisons say, kind by kind and in sum."""
    found: dict[str, Floats] = {}
    sums = {name: np.zeros(count, np.float32) for name in ("agree", "near", "differ", "both", "agree.bits",
                                                           "differ.weight", "plain", "told")}  # fmt: skip
    for kind, members in _by_kind(model, columns).items():
        level, bits, weight = _kind_columns(members)
        present = level >= 0
        found[f"{kind}.level"] = np.where(present, level, np.nan)
        found[f"{kind}.bits"] = np.where(level >= Level.LOOSE, bits / 1000, np.nan)
        found[f"{kind}.weight"] = np.where(present, weight / 1000, np.nan)
        sums["both"] += present
        sums["agree"] += level == Level.EXACT
        sums["near"] += (level == Level.NEAR) | (level == Level.LOOSE)
        sums["differ"] += present & (level <= Level.DIFFERENT)
        sums["agree.bits"] += np.where(level >= Level.NEAR, bits, 0) / 1000
        sums["differ.weight"] += np.minimum(weight, 0) / 1000
        sums["plain"] += weight / 1000
    for slot in sorted(columns):
        sums["told"] += _told(model, slot, columns[slot]) / 1000
    found |= sums
    found["prior"] = np.full(count, model.prior / 1000, dtype=np.float32)
    if "swapped" in columns:
        found["swapped"] = (columns["swapped"].levels == Level.EXACT).astype(np.float32)
    return found


def _told(model: Model, slot: str, column: Column) -> Ints:
    weights = model.of(slot)
    return np.minimum(slot_weight(weights, column) * weights.personal // 1000, weights.personal_cap)
