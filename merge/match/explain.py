"""The score of one pair taken apart by kind: lines in 1/1000 bit that add up to its weight. Pure.

A weight is a sum (log2 odds), so it can be told as one: what each kind of data says, how rare it is that two records
are one customer at all, what is taken off because two of one household look alike, and what a rule changed. Parts of
one address are damped when they are summed; each stands here with what is left of it.

A learned model gives its own lines (contributions by kind, ``rest`` for the rest of the record and ``others`` for
other records) under the digest of its file; they add up in the same way.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from merge.match.comparisons import compare
from merge.match.features import Features
from merge.match.model import Model
from merge.match.outcomes import Level, Outcome
from merge.match.rules import RuleVerdict, fired
from merge.match.score import Verdict, apply_rule, probability, verdict_of

WEIGHTS, CONTRIBUTIONS = "weights", "contributions"
"""Who made the lines: the weights of outcomes, or a learned model."""
PRIOR, HOUSEHOLD, RULE, REST, OTHERS, HIDDEN = "prior", "household", "rule", "rest", "others", "hidden"
"""Lines that are no kind of data."""
_KINDS = {
    "family": "name", "given": "name", "swapped": "name", "mobile": "phone", "org": "organization",
    "street": "address", "unit": "address", "locality": "address", "postcode": "address", "province": "address",
    "country": "address", "id": "identifier",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Line:
    """What one kind says for (above 0) or against it, and the outcomes behind it."""

    kind: str
    weight: int
    outcomes: tuple[Outcome, ...] = ()


@dataclass(frozen=True, slots=True)
class Explained:
    """A pair's weight, its verdict and the lines that add up to the weight.

    Attributes:
        outcomes: every comparison, in the order of their slots.
        rule: the rule that had its say, or None.
        scorer: ``weights`` or ``contributions``.
        model: SHA-256 of the file of a learned model, in hexadecimal; empty for weights.
    """

    weight: int
    verdict: Verdict
    lines: tuple[Line, ...]
    outcomes: tuple[Outcome, ...]
    rule: RuleVerdict | None = None
    scorer: str = WEIGHTS
    model: str = ""

    @property
    def probability(self) -> float:
        """The weight as a probability."""
        return probability(self.weight)


def kind_of(slot: str) -> str:
    """The kind of data that a slot belongs to."""
    family = slot.partition(".")[0]
    return _KINDS.get(family, family)


def explain(left: Features, right: Features, model: Model) -> Explained:
    """Why two records have the weight they have. The order of the two makes no difference."""
    outcomes = compare(left, right, model.frequency)
    return explain_outcomes(outcomes, fired(model.pack, left, right, model.frequency), model)


def explain_outcomes(outcomes: Iterable[Outcome], rule: RuleVerdict | None, model: Model) -> Explained:
    """As ``explain``, from what the comparisons said: all that a bundle of evidence holds."""
    ordered = tuple(sorted(outcomes))
    lines = weight_lines(ordered, model)
    return settled(lines, ordered, rule, model)


def settled(
    lines: Sequence[Line],
    outcomes: tuple[Outcome, ...],
    rule: RuleVerdict | None,
    model: Model,
    *,
    scorer: str = WEIGHTS,
    digest: str = "",
) -> Explained:
    """The lines of a scorer, with what the rule changed of their sum as the last line."""
    total = sum(line.weight for line in lines)
    weight = apply_rule(total, rule)
    told = tuple(lines) if rule is None else (*lines, Line(RULE, weight - total))
    return Explained(weight, verdict_of(weight, model), told, outcomes, rule, scorer, digest)


def weight_lines(outcomes: Sequence[Outcome], model: Model) -> list[Line]:
    """The lines of ``model.total_weight``: kinds by how much they say, then the prior, then the household."""
    worth = {outcome.slot: model.of(outcome.slot).weight(outcome.level, outcome.bits) for outcome in outcomes}
    counted = {**worth, **_damped(worth, model)}
    kinds: dict[str, list[Outcome]] = {}
    for outcome in outcomes:
        if outcome.level is not Level.MISSING:
            kinds.setdefault(kind_of(outcome.slot), []).append(outcome)
    lines = [Line(kind, sum(counted[one.slot] for one in some), tuple(some)) for kind, some in kinds.items()]
    lines.sort(key=lambda line: (-abs(line.weight), line.kind))
    strangers = sum(line.weight for line in lines) - model.prior
    household = sum(model.of(slot).told(weight) for slot, weight in worth.items()) + model.household
    lines.append(Line(PRIOR, -model.prior))
    if household < strangers:
        lines.append(Line(HOUSEHOLD, household - strangers))
    return lines


def _damped(worth: dict[str, int], model: Model) -> dict[str, int]:
    """What is left of the weights of slots that are bundled, as ``model.damped`` sums them."""
    bundles: dict[str, list[tuple[int, str]]] = {}
    for slot, weight in worth.items():
        if model.of(slot).bundle:
            bundles.setdefault(model.of(slot).bundle, []).append((weight, slot))
    left: dict[str, int] = {}
    for some in bundles.values():
        against = sorted(one for one in some if one[0] < 0)
        speaking = sorted((one for one in some if one[0] >= 0), key=lambda one: (-one[0], one[1]))
        left.update({slot: -((-weight) >> rank) for rank, (weight, slot) in enumerate(against)})
        left.update({slot: weight >> rank for rank, (weight, slot) in enumerate(speaking)})
    return left
