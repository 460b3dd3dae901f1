"""The weights that outcomes get, and how they add up: Fellegi-Sunter in integers, 1/1000 bit.

An exact agreement is worth log2(m/u), and u is how often the value occurs, so every value has its own worth.
Two things that plain Fellegi-Sunter takes as independent are not: parts of one address (damped sums), and
members of one household, who share family name, address and telephone (a third hypothesis beside match and
stranger). Source of the method: I. P. Fellegi and A. B. Sunter, A Theory for Record Linkage, JASA 64 (1969).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from merge.match.frequency import FrequencyTable, slot_family
from merge.match.outcomes import Frequency, Level, Outcome

AUTO_CUT = 3524
REVIEW_CUT = 1585
"""log2 odds of the probabilities 0.92 and 0.75, in 1/1000 bit."""
CERTAIN = 13288
"""log2 odds of 0.9999: what a rule of certainty is worth."""


UNCROWDED = 10**6
"""No bound on what being alike is worth: nothing is known of a crowd of close values."""


@dataclass(frozen=True, slots=True)
class SlotWeights:
    """The weights of one slot, integers in 1/1000 bit.

    Attributes:
        match: log2 of the chance of DIFFERENT, LOOSE, NEAR, EXACT among records of one customer.
        near_cost, loose_cost: how much commoner it is to be that close to a value than to have it.
        sparse: whether a slip makes a value that nobody has (names, words, long numbers). The chance of a slip then
            stands on both sides of m/u and falls out; in a dense space (dates) it counts.
        cap: the most that one agreement can be worth.
        personal: thousandths of the weight that also tell a person from others of the same household.
        personal_cap: the most that such telling can be worth: brothers and sisters can be twins.
        bundle: slots of one bundle are correlated; their weights are damped. "" for none.
        near_bits: the most that rarity counts for when two values are only alike. Where numbers are given out in a
            row, every one has close neighbours, and to be close to one says little however rare it is.
    """

    match: tuple[int, int, int, int]
    near_cost: int = 2000
    loose_cost: int = 6500
    cap: int = 20000
    personal: int = 0
    personal_cap: int = 20000
    bundle: str = ""
    sparse: bool = True
    near_bits: int = UNCROWDED

    def weight(self, level: Level, bits: int) -> int:
        """The weight of an outcome."""
        if level is Level.MISSING:
            return 0
        different = self.match[0]
        if level is Level.DIFFERENT:
            return different + bits
        if level is Level.CONFLICT:
            return different
        if level is not Level.EXACT:
            bits = min(bits, self.near_bits)
        return max(different, min(self.cap, self.base(level) + bits))

    def told(self, weight: int) -> int:
        """The part of a weight that tells a person from others of the same household."""
        return min(weight * self.personal // 1000, self.personal_cap)

    def base(self, level: Level) -> int:
        """What is added to the bits of an agreement of that level: log2 m, less its cost."""
        if level is Level.EXACT:
            return self.match[3]
        cost = self.near_cost if level is Level.NEAR else self.loose_cost
        return -cost if self.sparse else self.match[level - 1] - cost


def _slot(different: int, loose: int, near: int, exact: int, **other: int | str) -> SlotWeights:
    """Weights from chances in thousandths, written as people would estimate them."""
    from math import log2  # noqa: PLC0415  (only this table is made from chances)

    chances = tuple(round(1000 * log2(chance / 1000)) for chance in (different, loose, near, exact))
    return SlotWeights(chances, **other)  # type: ignore[arg-type]


PRIOR_WEIGHTS: Mapping[str, SlotWeights] = {
    "family": _slot(50, 40, 110, 800, cap=14000),
    "given": _slot(60, 60, 120, 760, personal=1000, personal_cap=5000, cap=13000),
    "swapped": SlotWeights((-2000, -2000, -2000, -2000)),
    "birth": _slot(
        60, 60, 100, 780, personal=1000, personal_cap=6500, near_cost=5500, loose_cost=6500, cap=15000, sparse=False
    ),
    "sex": _slot(30, 1, 10, 959, personal=1000, near_cost=1000, sparse=False),
    "phone": _slot(350, 10, 60, 580, personal=60, near_cost=7000, loose_cost=3000),
    "mobile": _slot(350, 10, 60, 580, personal=350, near_cost=7000, loose_cost=3000),
    "email": _slot(300, 60, 90, 550, personal=250, near_cost=3000, loose_cost=7000),
    "id": _slot(60, 10, 80, 850, personal=1000, near_cost=8000),
    "handle": _slot(250, 30, 70, 650, personal=1000, near_cost=6000, loose_cost=10000),
    "org": _slot(100, 200, 200, 500, personal=1000, cap=17000, near_cost=3000, loose_cost=5000),
    "employer": _slot(300, 100, 100, 500, cap=8000, near_cost=3000, loose_cost=6000),
    "website": _slot(250, 100, 50, 600, near_cost=5000, loose_cost=9000),
    "street": _slot(220, 130, 150, 500, bundle="place", cap=14000, near_cost=2500, loose_cost=5000),
    "unit": _slot(300, 120, 130, 450, bundle="place", cap=12000),
    "locality": _slot(180, 70, 130, 620, bundle="place", cap=11000),
    "postcode": _slot(200, 20, 130, 650, bundle="place", cap=12000, near_cost=4500, sparse=False),
    "province": _slot(80, 20, 50, 850, bundle="place", cap=6000, near_cost=2000, sparse=False),
    "country": _slot(60, 20, 20, 900, bundle="place", cap=4000),
    "occupation": _slot(350, 100, 100, 450, personal=500, cap=7000),
    "date": _slot(400, 100, 100, 400, personal=300, near_cost=5500, loose_cost=6500, cap=12000, sparse=False),
    "text": _slot(400, 100, 100, 400, personal=300, cap=8000),
}
"""What is assumed where nothing was learned, by slot family."""


@dataclass(frozen=True, slots=True)
class Model:
    """Everything that decides a score.

    Attributes:
        weights: by slot or slot family; the slot itself wins.
        frequency: how rare values are.
        prior: log2 of the odds against a random pair being one customer (about log2 of the number of records).
        household: what is granted, before personal evidence, to a pair that could be one household.
        auto, review: from which weight on a pair is AUTO or REVIEW.
        pack: name of the rule pack, or "" for identifiers only.
    """

    weights: Mapping[str, SlotWeights] = field(default_factory=lambda: PRIOR_WEIGHTS)
    frequency: Frequency = field(default_factory=FrequencyTable)
    prior: int = 20000
    household: int = 0
    auto: int = AUTO_CUT
    review: int = REVIEW_CUT
    pack: str = "cn-customer-v1"

    def of(self, slot: str) -> SlotWeights:
        """The weights of a slot."""
        found = self.weights.get(slot)
        if found is not None:
            return found
        return self.weights.get(slot_family(slot), PRIOR_WEIGHTS.get(slot_family(slot), PRIOR_WEIGHTS["text"]))


def damped(weights: Iterable[int]) -> int:
    """A sum of correlated weights: the strongest in full, the next half, the next a quarter; each sign by itself."""
    ordered = sorted(weights)
    total = 0
    for rank, weight in enumerate(value for value in ordered if value < 0):
        total += -((-weight) >> rank)
    for rank, weight in enumerate(value for value in reversed(ordered) if value > 0):
        total += weight >> rank
    return total


def total_weight(model: Model, outcomes: Iterable[Outcome]) -> int:
    """Log2 odds that two records are one customer, in 1/1000 bit: against strangers and against a household."""
    plain = personal = 0
    bundles: dict[str, list[int]] = {}
    for outcome in outcomes:
        weights = model.of(outcome.slot)
        weight = weights.weight(outcome.level, outcome.bits)
        personal += weights.told(weight)
        if weights.bundle:
            bundles.setdefault(weights.bundle, []).append(weight)
        else:
            plain += weight
    plain += sum(damped(bundle) for bundle in bundles.values())
    return min(plain - model.prior, personal + model.household)
