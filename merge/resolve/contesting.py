"""Pairs that would be one customer if two verified identifiers did not say otherwise: for a steward to look at (AT07).

Such a pair is kept as an edge of its own verdict with the weight of a pair that was never compared, so that it counts
for nothing when groups are made.
"""

from merge.match.comparisons import compare
from merge.match.features import Features
from merge.match.model import Model, total_weight
from merge.match.rules import Effect, RuleVerdict, fired_without_identifiers
from merge.match.score import apply_rule
from merge.resolve.graph import Edge

CONFLICT = "conflict"
"""The verdict of such an edge."""
_AND = "+"


def conflict_of(
    left: str, right: str, ours: Features, theirs: Features, veto: RuleVerdict | None, model: Model, floor: int
) -> Edge | None:
    """The edge of a vetoed pair that everything else would send to a steward or merge; else None."""
    if veto is None or veto.effect is not Effect.VETO:
        return None
    other = fired_without_identifiers(model.pack, ours, theirs, model.frequency)
    weight = apply_rule(total_weight(model, compare(ours, theirs, model.frequency)), other)
    if weight < model.review:
        return None
    return Edge(left, right, floor, CONFLICT, veto.rule + (_AND + other.rule if other is not None else ""))


def rules_of(edge: Edge) -> tuple[str, str]:
    """The rule that forbids and the rule that speaks for it, empty where the weights did."""
    veto, _, other = edge.rule.partition(_AND)
    return veto, other
