"""The score of one pair of records: outcomes, weights, rules, verdict, evidence."""

from dataclasses import dataclass
from enum import StrEnum

from merge.match.comparisons import compare
from merge.match.features import Features, features
from merge.match.model import Model, total_weight
from merge.match.outcomes import Outcome
from merge.match.rules import Effect, RuleVerdict, fired
from merge.standardise.record import Standardised


class Verdict(StrEnum):
    """What is to be done with a pair."""

    AUTO = "auto"
    REVIEW = "review"
    NO = "no"


@dataclass(frozen=True, slots=True)
class Evidence:
    """One comparison: its slot, how alike (``exact``, ``near`` ...), and its weight alone in 1/1000 bit."""

    slot: str
    level: str
    weight: int


@dataclass(frozen=True, slots=True)
class PairScore:
    """How much speaks for two records being one customer.

    Attributes:
        weight: log2 of the odds, in 1/1000 bit: 0 is even, 3524 is 0.92.
        verdict: AUTO, REVIEW or NO by the model's bands.
        rule: the rule that decided, or None where the weights did.
        evidence: the comparisons in the order of their slots.
        veto: why the two may never be one customer (``different.id.cn.ric``), or None.
        relation: what they are to each other where it is not identity (``branch``), or None.
    """

    weight: int
    verdict: Verdict
    rule: str | None
    evidence: tuple[Evidence, ...]
    veto: str | None = None
    relation: str | None = None

    @property
    def probability(self) -> float:
        """The weight as a probability, for people to read; decisions compare weights."""
        return probability(self.weight)


def probability(weight: int) -> float:
    """The probability of log2 odds in 1/1000 bit, rounded so that it prints the same everywhere."""
    bounded = max(-40000, min(40000, weight))
    odds_against: float = 2.0 ** (-bounded / 1000)
    return round(1 / (1 + odds_against), 6)


def verdict_of(weight: int, model: Model) -> Verdict:
    """The band that a weight lies in."""
    if weight >= model.auto:
        return Verdict.AUTO
    return Verdict.REVIEW if weight >= model.review else Verdict.NO


def apply_rule(weight: int, rule: RuleVerdict | None) -> int:
    """The weight after a rule had its say."""
    if rule is None:
        return weight
    if rule.effect is Effect.SUPPORT:
        return max(weight, rule.weight)
    if rule.effect is Effect.CAP:
        return rule.weight
    return min(weight, rule.weight)


def evidence_of(outcomes: tuple[Outcome, ...], model: Model) -> tuple[Evidence, ...]:
    """The outcomes with their weights, in the order of their slots."""
    return tuple(
        Evidence(outcome.slot, outcome.level.name.lower(), model.of(outcome.slot).weight(outcome.level, outcome.bits))
        for outcome in sorted(outcomes, key=lambda outcome: outcome.slot)
    )


def score_features(left: Features, right: Features, model: Model) -> PairScore:
    """The score of two records whose features are known already."""
    outcomes = compare(left, right, model.frequency)
    rule = fired(model.pack, left, right, model.frequency)
    weight = apply_rule(total_weight(model, outcomes), rule)
    return PairScore(
        weight=weight,
        verdict=verdict_of(weight, model),
        rule=rule.rule if rule else None,
        evidence=evidence_of(outcomes, model),
        veto=rule.rule if rule and rule.effect is Effect.VETO else None,
        relation=rule.rule if rule and rule.effect is Effect.RELATION else None,
    )


def score_pair(a: Standardised, b: Standardised, model: Model) -> PairScore:
    """The score of two records in standard form. The order of the two makes no difference."""
    return score_features(features(a), features(b), model)
