"""Ownership rules: checked once, then a pure function from facts to a holder.

Stages run in order, and the first one with a rule that is *true* decides; inside a stage the higher priority goes
first, then more conditions, then the rule id. What is missing is unknown and fires nothing. A rule that cannot be
evaluated sends the golden record to ``pool:assignment-errors`` with the reason: it is never swallowed.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from itertools import combinations
from typing import Any

from core.errors import Invalid
from core.rules import Expression, Facts, Truth, evaluate, expression
from merge.ownership.balancing import smooth_weighted
from merge.ownership.values import ANY_SCOPE, Decision

STAGES = ("lock", "named_account", "relationship", "territory", "segment", "need", "lifecycle", "default")
ERROR_POOL = "pool:assignment-errors"
DEFAULT_FALLBACK = "pool:unassigned"
_HOLDERS = ("user:", "team:", "dept:", "pool:")
_KNOWN = {
    "rule",
    "version",
    "stage",
    "priority",
    "scope",
    "when",
    "conditions",
    "assign",
    "balance",
    "fallback",
    "valid",
}


@dataclass(frozen=True, slots=True)
class Rule:
    """One version of one rule; an edit is a new version. ``weights`` are the holders it gives to and their shares."""

    rule: str
    version: int
    stage: str
    priority: int
    expression: Expression
    weights: Mapping[str, int]
    valid_from: datetime | None = None
    valid_to: datetime | None = None

    @property
    def reference(self) -> str:
        """``rule@version``."""
        return f"{self.rule}@{self.version}"

    @property
    def order(self) -> tuple[int, int, int, str]:
        """The place in which rules are tried."""
        return STAGES.index(self.stage), -self.priority, -len(self.expression.conditions), self.rule

    def holds_at(self, now: datetime) -> bool:
        """Whether the rule is in force."""
        return (self.valid_from is None or self.valid_from <= now) and (self.valid_to is None or now < self.valid_to)


@dataclass(frozen=True, slots=True)
class OwnershipPolicy:
    """All rules in the order they are tried, and the pool that takes what none of them gives away."""

    rules: tuple[Rule, ...] = ()
    fallback: str = DEFAULT_FALLBACK

    @property
    def attributes(self) -> frozenset[str]:
        """The attributes whose change can change a decision."""
        return frozenset().union(*(rule.expression.attributes for rule in self.rules))


def policy_from_settings(given: Mapping[str, Any]) -> OwnershipPolicy:
    """Check the ``ownership`` part of the settings: ``{rules: [...], fallback: pool:...}``.

    Without rules all goes to ``pool:unassigned``; with rules a fallback pool is mandatory. Raises Invalid
    ``ownership.setting``, ``ownership.rule``, ``ownership.fallback``, ``ownership.tie`` or an error of ``core.rules``.
    """
    unknown = sorted(set(given) - {"rules", "fallback"})
    listed = given.get("rules") or []
    if unknown or not isinstance(listed, list):
        raise Invalid("ownership.setting", "The ownership settings hold 'rules' (a list) and 'fallback' only.")
    fallback = str(given.get("fallback", "" if listed else DEFAULT_FALLBACK))
    if not fallback.startswith("pool:") or len(fallback) < len("pool:") + 1:
        raise Invalid(
            "ownership.fallback",
            "Ownership rules need a fallback pool for what no rule gives away: 'fallback: pool:…'.",
        )
    rules = sorted((_rule(one) for one in listed), key=lambda rule: rule.order)
    names = [rule.rule for rule in rules]
    if len(set(names)) != len(names):
        raise Invalid("ownership.rule", "Two ownership rules have one name; name each rule once.")
    _refuse_ties(rules)
    return OwnershipPolicy(tuple(rules), fallback)


def decide(policy: OwnershipPolicy, facts: Facts, cursors: Mapping[str, Mapping[str, int]], now: datetime) -> Decision:
    """The holder that the rules give, and why. ``cursors`` tells where each balancing rule stands."""
    evaluated: dict[str, Mapping[str, str]] = {}
    unknown: list[str] = []
    for rule in policy.rules:
        if not rule.holds_at(now):
            continue
        try:
            outcome = evaluate(rule.expression, facts)
        except Invalid as error:
            return _error(rule, error, evaluated)
        evaluated[rule.reference] = {name: truth.value for name, truth in outcome.conditions.items()}
        if outcome.truth is Truth.TRUE:
            return _given(rule, cursors.get(rule.reference, {}), evaluated)
        if outcome.truth is Truth.UNKNOWN:
            missing = sorted(
                rule.expression.conditions[name].attr
                for name, truth in outcome.conditions.items()
                if truth is Truth.UNKNOWN
            )
            unknown.append(f"{rule.reference}: {', '.join(dict.fromkeys(missing))} unknown")
    reason = "no rule applied" + (f" ({'; '.join(unknown)})" if unknown else "") + f"; {policy.fallback}"
    return Decision(policy.fallback, "fallback", "default", evaluated, [policy.fallback], None, None, reason)


def _given(rule: Rule, cursor: Mapping[str, int], evaluated: Mapping[str, Mapping[str, str]]) -> Decision:
    true = sorted(name for name, truth in evaluated[rule.reference].items() if truth == Truth.TRUE.value)
    because = f"conditions {', '.join(true)} are true" if true else "it has no conditions"
    reason = f"rule {rule.reference} (stage {rule.stage}, priority {rule.priority}) applies: {because}"
    candidates = sorted(rule.weights)
    if len(candidates) == 1:
        return Decision(candidates[0], rule.reference, rule.stage, evaluated, candidates, None, None, reason)
    chosen, after = smooth_weighted(rule.weights, cursor)
    reason += f"; {chosen} is next"
    return Decision(chosen, rule.reference, rule.stage, evaluated, candidates, dict(cursor), after, reason)


def _error(rule: Rule, error: Invalid, evaluated: Mapping[str, Mapping[str, str]]) -> Decision:
    about = error.details.get("attribute", "a condition")
    reason = f"rule {rule.reference} could not be evaluated over {about} [{error.code}]; {ERROR_POOL}"
    return Decision(ERROR_POOL, "error", rule.stage, evaluated, [ERROR_POOL], None, None, reason)


def _rule(given: Any) -> Rule:
    if not isinstance(given, Mapping) or not isinstance(given.get("rule"), str) or not given["rule"]:
        raise Invalid("ownership.rule", "Each ownership rule needs a name: 'rule: …'.")
    name = given["rule"]
    unknown = sorted(set(given) - _KNOWN)
    if unknown:
        raise Invalid(
            "ownership.rule",
            f"The ownership rule '{name}' has parts that do not exist: {', '.join(unknown)}. "
            f"Known: {', '.join(sorted(_KNOWN))}.",
        )
    stage, conditions = given.get("stage", "territory"), given.get("conditions") or {}
    if stage not in STAGES or given.get("scope", ANY_SCOPE) != ANY_SCOPE or not isinstance(conditions, Mapping):
        raise Invalid(
            "ownership.rule",
            f"The ownership rule '{name}' needs a stage of {', '.join(STAGES)}, scope '*' and named conditions.",
        )
    valid = given.get("valid") or {}
    try:
        version, priority = int(given.get("version", 1)), int(given.get("priority", 100))
    except (TypeError, ValueError):
        raise Invalid("ownership.rule", f"Version and priority of the ownership rule '{name}' are numbers.") from None
    return Rule(
        rule=name,
        version=version,
        stage=stage,
        priority=priority,
        expression=expression(given.get("when"), conditions),
        weights=_weights(name, given),
        valid_from=_moment(name, valid.get("from")),
        valid_to=_moment(name, valid.get("to")),
    )


def _weights(name: str, given: Mapping[str, Any]) -> dict[str, int]:
    """The holders of a rule: one named, or several that are balanced."""
    balance = given.get("balance") or {}
    method = balance.get("method", "weighted" if balance else "named")
    shares: Any = {"named": {given.get("assign"): 1}}.get(method)
    if method == "weighted":
        shares = balance.get("weights")
    elif method == "round_robin":
        shares = dict.fromkeys(balance.get("holders") or [], 1)
    sound = (
        isinstance(shares, Mapping)
        and bool(shares)
        and bool(given.get("assign")) != bool(balance)
        and all(isinstance(holder, str) and holder.startswith(_HOLDERS) for holder in shares)
        and all(isinstance(share, int) and not isinstance(share, bool) and share > 0 for share in shares.values())
    )
    if not sound:
        raise Invalid(
            "ownership.rule",
            f"The ownership rule '{name}' gives to nobody: say 'assign: user:…', or balance by 'weighted' (weights "
            "over 0 by holder) or 'round_robin' (holders). A holder begins with user:, team:, dept: or pool:.",
        )
    return {str(holder): int(share) for holder, share in shares.items()}


def _moment(name: str, given: Any) -> datetime | None:
    if given is None:
        return None
    try:
        found = given if isinstance(given, date) else datetime.fromisoformat(str(given))
    except ValueError:
        raise Invalid("ownership.rule", f"The ownership rule '{name}' has a validity that is no date.") from None
    moment = found if isinstance(found, datetime) else datetime(found.year, found.month, found.day, tzinfo=UTC)
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)


def _refuse_ties(rules: Sequence[Rule]) -> None:
    """Equal stage and priority are allowed only where no customer can meet both rules."""
    for one, other in combinations(rules, 2):
        if (one.stage, one.priority) == (other.stage, other.priority) and not _disjoint(one, other):
            raise Invalid(
                "ownership.tie",
                f"The ownership rules '{one.rule}' and '{other.rule}' have one stage and priority, and a customer may "
                "meet both; give one of them another priority.",
            )


def _disjoint(one: Rule, other: Rule) -> bool:
    """Whether each requires of one attribute what the other excludes."""
    ours, theirs = _required(one), _required(other)
    return any(not ours[attr] & theirs[attr] for attr in ours.keys() & theirs.keys())


def _required(rule: Rule) -> dict[str, set[str]]:
    """Values that a rule requires of single attributes, where its conditions are all joined with AND."""
    if set(rule.expression.steps) & {"OR", "NOT"}:
        return {}
    found: dict[str, set[str]] = {}
    for condition in rule.expression.conditions.values():
        if condition.op == "eq":
            found[condition.attr] = {str(condition.value)}
        elif condition.op == "in":
            found[condition.attr] = {str(one) for one in condition.value}
    return found
