"""What the learned model sees of a pair of records: one row of numbers, by kind of attribute and never by column.

Levels and rarities come from the comparisons, weights from what the batch taught itself, and the neighbourhood from
the other candidates of the two records.
"""

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt

from merge.match.batch import Column, Levels, Weights, slot_weight
from merge.match.chinese_names import chinese_names
from merge.match.frequency import slot_family
from merge.match.full_names import WHOLLY_DIFFERENT, both_full, full_names
from merge.match.likeness import ABSENT, ALIKE, LIKENESSES, OF_ORGANIZATIONS, Likeness, alternatives, ordered_members
from merge.match.model import Model, SlotWeights
from merge.match.organization_evidence import WORDS_RISING, WORDS_TELL, WordEvidence
from merge.match.outcomes import Level
from merge.match.spread import PLACED, SPREAD, Spread
from merge.match.standing import STANDING, Counts
from merge.match.table import FeatureTable
from merge.match.texts import Codes, Flags, Ints, numbered

Floats = npt.NDArray[np.floating]

KINDS = (
    "family", "given", "birth", "sex", "phone", "email", "id", "handle", "org", "employer", "website", "street",
    "unit", "locality", "postcode", "province", "country", "occupation", "text",
)  # fmt: skip
_OF_PEOPLE = tuple(name for name in LIKENESSES if name not in OF_ORGANIZATIONS)
_THOUSANDTHS = np.append(np.arange(ALIKE + 1) / 1000, np.nan).astype(np.float16)
"""What a likeness counts for; the last place is that of what is absent."""
_KIND_OF = {"mobile": "phone", "date": "text"}

OF_PEOPLE: tuple[str, ...] = (
    *(f"{kind}.{what}" for kind in KINDS for what in ("level", "bits", "weight")),
    *(f"like.{name}" for name in _OF_PEOPLE),
    "swapped", "year", "month", "day", "crossed", "years", "middle", "middle.same", "full",
    "agree", "near", "differ", "both", "agree.bits", "differ.weight", "total", "plain", "told", "prior",
    *STANDING, "said.low", "said.high",
)  # fmt: skip
"""The names of the numbers by which people are compared, in the order of the columns."""

NAMES: tuple[str, ...] = (
    *OF_PEOPLE, *(f"like.{name}" for name in OF_ORGANIZATIONS), "street.number", *WORDS_TELL, *SPREAD, *PLACED,
)  # fmt: skip
"""All names; those beyond the ones of people are of organisations and places."""

RISING = frozenset(
    {*(f"{kind}.{what}" for kind in KINDS for what in ("level", "weight")), *(f"like.{name}" for name in LIKENESSES)}
    | {"agree", "agree.bits", "total", "plain", "told", "differ.weight", "gap.low", "gap.high", "street.number"}
    | WORDS_RISING
)
"""Those with more of which a pair can only become likelier."""


def kind_of(name: str) -> str:
    """The kind of attribute that a column tells of, for explanations: ``birth`` of ``birth.level`` and ``year``."""
    head, _, rest = name.partition(".")
    if head == "like":
        return {"name": "family", "local": "email", "road": "street"}.get(rest, rest)
    if head in KINDS:
        return head
    if head in {"year", "month", "day", "crossed", "years"}:
        return "birth"
    if head in {"swapped", "middle", "full"}:
        return "given"
    if head == "here":
        return "street"
    return "others" if name in STANDING or head in {"first", "others"} else "record"


class PairFeatures:
    """Records ready to give the rows of their pairs."""

    def __init__(self, table: FeatureTable) -> None:
        self._organizations = "org" in table.columns
        self._likeness = Likeness(table, LIKENESSES if self._organizations else _OF_PEOPLE)
        if self._organizations:
            self._words = WordEvidence(table)
            self._spread = Spread(table, self._words)
            self._numbers = _street_numbers(table)
        self._said = sum(
            ((column.codes >= 0).astype(np.float32) for column in table.columns.values()),
            np.zeros(len(table), dtype=np.float32),
        )
        self._birth = _birth_parts(table)
        self._initial, self._middle = _middle_names(table)
        self._full = full_names(table)
        self._chinese = chinese_names(table)

    def columns(
        self, left: Ints, right: Ints, model: Model, columns: Mapping[str, Column], weights: Ints,
        neighbourhood: Mapping[str, Counts],
    ) -> dict[str, Floats]:  # fmt: skip
        """The numbers of pairs, ``like`` apart, by those of ``NAMES`` that are known of them; what a pair lacks is NaN.

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
        found |= self._parts(left, right)
        found["full"] = both_full(self._full.take(left), self._full.take(right), columns)
        if self._chinese is not None:
            found["full"][self._chinese.cannot_be_one(left, right)] = WHOLLY_DIFFERENT
        if self._organizations:
            found |= self._words.of(left, right) | self._spread.of(left, right)
            a, b = self._numbers[left], self._numbers[right]
            found["street.number"] = np.where((a >= 0) & (b >= 0), a == b, np.nan)
        for name, places in neighbourhood.items():
            found[name] = places / (1000 if name.startswith("gap") else 1)
        return found

    @property
    def texts(self) -> Sequence[str]:
        """The texts of which ``likeness`` tells."""
        return self._likeness.names

    def likeness(self, text: str, left: Ints, right: Ints) -> npt.NDArray[np.float16]:
        """``like.<text>`` of pairs: no part of ``columns``, for it is best asked of many pairs at once."""
        return _THOUSANDTHS.take(self._likeness.of(text, left, right))

    def _parts(self, left: Ints, right: Ints) -> dict[str, npt.NDArray[np.float64]]:
        """Parts of birth dates, second given names, and how much the two records say."""
        a, b = self._birth.take(left, axis=0), self._birth.take(right, axis=0)
        known = ~(np.isnan(a) | np.isnan(b))
        equal = np.where(known, a == b, np.nan)
        crossed = (a[:, 1] == b[:, 2]) & (a[:, 2] == b[:, 1])
        initial, second = self._initial.take(left), self._initial.take(right)
        both = (initial >= 0) & (second >= 0)
        one, two = self._said.take(left), self._said.take(right)
        return {
            "year": equal[:, 0],
            "month": equal[:, 1],
            "day": equal[:, 2],
            "crossed": np.where(known[:, 1] & known[:, 2], crossed, np.nan),
            "years": np.abs(a[:, 0] - b[:, 0]),
            "middle": np.where(both, initial == second, np.nan),
            "middle.same": np.where(both, self._middle.take(left) == self._middle.take(right), np.nan),
            "said.low": np.minimum(one, two),
            "said.high": np.maximum(one, two),
        }


def _street_numbers(table: FeatureTable) -> Ints:
    """For each record a number for the first figure of its address, -1 where it gives none."""
    column = table.columns.get("street")
    if column is None:
        return np.full(len(table), -1, dtype=np.int64)
    codes, values = numbered(value.partition(" ")[0].partition("-")[0] for value in column.fields[1].values)
    own = np.where(np.array([bool(value) for value in values], np.bool_)[codes], codes, -1)[column.fields[1].codes]
    found: Ints = np.append(own[ordered_members(column)[column.starts[:-1]]], -1)[column.codes].astype(np.int64)
    return found


def _birth_parts(table: FeatureTable) -> npt.NDArray[np.float32]:
    """Year, month and day of each record's first birth date, NaN where it does not say."""
    column = table.columns.get("birth")
    if column is None or not len(column):
        return np.full((len(table), 3), np.nan, dtype=np.float32)
    first = ordered_members(column)[column.starts[:-1]]
    parts = np.full((len(column) + 1, 3), np.nan, dtype=np.float32)
    for position, one in enumerate(column.fields):
        numbers = np.array([float(value) if value else np.nan for value in one.values], dtype=np.float32)
        parts[:-1, position] = numbers[one.codes[first]]
    return parts[column.codes]


def _second_word(given: str) -> str:
    words = given.split(maxsplit=2)
    return words[1] if len(words) > 1 else ""


def _middle_names(table: FeatureTable) -> tuple[Codes, Codes]:
    """Of each record's first name with a second given name: the second's first character, its number; -1 for none."""
    column = table.columns.get("name")
    if column is None or not len(column):
        return (np.full(len(table), ABSENT, dtype=np.int32),) * 2
    codes, words = alternatives(column, (1,), _second_word)
    held = codes[ordered_members(column)][::-1]
    owner = np.repeat(np.arange(len(column)), column.sizes)[::-1]
    number = np.full(len(column) + 1, ABSENT, dtype=np.int32)
    number[owner[held >= 0]] = held[held >= 0]  # backwards: the first of a feature is written last and stays
    initials = np.array([*(ord(word[0]) if word else ABSENT for word in words), ABSENT], dtype=np.int32)
    return initials[number][column.codes], number[column.codes]


_LEVELS = np.full(len(Level), ABSENT, dtype=np.int8)
"""What a level counts for: a conflict is less than a difference, and ``ABSENT`` nothing at all."""
_LEVELS[[Level.CONFLICT, Level.DIFFERENT, Level.LOOSE, Level.NEAR, Level.EXACT]] = 0, 1, 2, 3, 4


_RANKS = np.array([0, 1, 2, 3, 4, np.nan], dtype=np.float16)
"""The same for the model, to which ``ABSENT`` is no number."""


def _kind_columns(members: Sequence[tuple[SlotWeights, Column, Weights]]) -> tuple[Levels, Ints, Weights]:
    """Level, bits and weight of a kind: of several slots (two identifiers) the best, and the sum of the weights."""
    level: Levels | None = None
    for weights, column, own in members:
        its = _LEVELS.take(column.levels)
        rarity = np.where(column.levels < Level.EXACT, np.minimum(column.bits, weights.near_bits), column.bits)
        if level is None:
            level, bits, weight = its, rarity.astype(np.int64), own
            continue
        bits = np.where(its > level, rarity, bits)
        level, weight = np.maximum(level, its), weight + own
    if level is None:
        raise ValueError
    return level, bits, weight


_MOST_BITS = 60_000
_BITS = np.append(np.arange(-_MOST_BITS, _MOST_BITS + 1) / 1000, np.nan).astype(np.float16)
"""What 1/1000 bit count for; the last place is that of what is not known."""


def _in_bits(thousandths: npt.NDArray[np.signedinteger], known: Flags) -> Floats:
    """Bits, NaN where they are not known; as half numbers, which are what is kept of them, where a table has them."""
    if len(thousandths) and max(int(thousandths.max()), -int(thousandths.min())) > _MOST_BITS:
        return np.where(known, thousandths / 1000, np.nan)
    return _BITS.take(np.where(known, thousandths + _MOST_BITS, len(_BITS) - 1))


def _compared(count: int, model: Model, columns: Mapping[str, Column]) -> dict[str, Floats]:
    """What the comparisons say, kind by kind and in sum."""
    found: dict[str, Floats] = {}
    sums = {name: np.zeros(count, np.float32) for name in ("agree", "near", "differ", "both", "agree.bits",
                                                           "differ.weight", "plain", "told")}  # fmt: skip
    kinds: dict[str, list[tuple[SlotWeights, Column, Weights]]] = {}
    for slot in sorted(columns):
        weights, column = model.of(slot), columns[slot]
        own = slot_weight(weights, column)
        sums["told"] += np.minimum(own * weights.personal // 1000, weights.personal_cap) / 1000
        family = slot_family(slot)
        kind = _KIND_OF.get(family, family)
        if kind in KINDS:
            kinds.setdefault(kind, []).append((weights, column, own))
    for kind, members in kinds.items():
        level, bits, weight = _kind_columns(members)
        present = level >= 0
        found[f"{kind}.level"] = _RANKS.take(level)
        found[f"{kind}.bits"] = _in_bits(bits, level >= Level.LOOSE)
        found[f"{kind}.weight"] = _in_bits(weight, present)
        sums["both"] += present
        sums["agree"] += level == Level.EXACT
        sums["near"] += (level == Level.NEAR) | (level == Level.LOOSE)
        sums["differ"] += present & (level <= Level.DIFFERENT)
        sums["agree.bits"] += np.where(level >= Level.NEAR, bits, 0) / 1000
        sums["differ.weight"] += np.minimum(weight, 0) / 1000
        sums["plain"] += weight / 1000
    found |= sums
    found["prior"] = np.full(count, model.prior / 1000, dtype=np.float32)
    if "swapped" in columns:
        found["swapped"] = (columns["swapped"].levels == Level.EXACT).astype(np.float32)
    return found
