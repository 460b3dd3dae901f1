"""Survivorship: the golden values as a pure function of the records, whatever order they came in.

Trust falls with age, so it needs a time. Were that the wall clock, a golden record would change its bytes without
any change of data, and a rebuild could never be compared with what is stored. So the engine passes ``as_of``: the
newest time that any of the records was asserted at. Trust between records then depends on how far apart they are.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from datetime import datetime
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from operator import itemgetter
from typing import Any

from core.attributes import attribute
from core.errors import Invalid
from core.records import SourceRecord
from merge.standardise.record import standardise_value
from merge.standardise.values import Validity
from merge.survivorship.candidates import Candidate, Standardise, bearers, coupled_candidates, single_candidates
from merge.survivorship.decisions import allowed, ignored_forms, pinned
from merge.survivorship.expressions import expression
from merge.survivorship.pins import NONE, Pins
from merge.survivorship.policy import EXPRESSION, SurvivorshipPolicy
from merge.survivorship.values import GoldenValue, GoldenValues, Lineage

_VALIDITY_ORDER = {Validity.VALID: 0, Validity.UNKNOWN: 1, Validity.INVALID: 2}
_TIE_BREAK = ("source_priority", "asserted_at", "record_hash", "position")
_ONLY = "only"
_Ranked = tuple[Candidate, tuple[Any, ...]]
# Consent codes that grant; every other word counts as a refusal, as nobody must read a yes into a word unknown.
_GRANTED = frozenset({"granted", "yes", "true", "1", "y", "opt-in", "opted_in", "同意", "是"})


def as_of(records: Sequence[SourceRecord]) -> datetime:
    """The newest time that any of the records was asserted at. Raises Invalid without records."""
    if not records:
        raise Invalid("survivorship.empty", "A golden record needs at least one source record.")
    return max(record.asserted_at for record in records)


def survive(
    records: Sequence[SourceRecord],
    policy: SurvivorshipPolicy,
    now: datetime,
    standard: Standardise = standardise_value,
    pins: Pins = NONE,
) -> GoldenValues:
    """The golden values of the records of one customer.

    Args:
        records: the source records; their order does not matter.
        policy: which strategy each attribute survives by.
        now: the time that trust is computed for; the engine gives ``as_of(records)``.
        standard: attribute and raw value to standard form; the engine passes what it has in memory.
        pins: what people said of single values, which goes before all policy.
    """
    ordered = sorted(records, key=lambda record: record.record_id)
    names = sorted({value.attribute for record in ordered for value in record.values})
    if any(name.startswith("id.cn.ric") for name in names):
        names = sorted({*names, "person.birth_date", "person.sex"})
    refused = ignored_forms(pins, standard)
    coupled = {name for coupling in policy.couplings for name in coupling.members}
    held = bearers(ordered, policy, now, standard)
    attributes: dict[str, tuple[GoldenValue, ...]] = {}
    for coupling in policy.couplings:
        if any(name in coupling.members for name in names):
            candidates = allowed(coupled_candidates(held, coupling), refused)
            strategy = policy.strategies.get(coupling.name, ("trust",))
            attributes.update(_single(candidates, strategy))
    for name in names:
        found = attribute(name)
        if name in coupled or found.item:
            continue
        candidates = allowed(single_candidates(held, name), refused)
        strategy = policy.strategy(found)
        chosen = _united(candidates, strategy) if found.multiple else _single(candidates, strategy)
        attributes.update(chosen)
    return GoldenValues(now, policy.reference, pinned(attributes, pins, policy, standard))


def _single(candidates: Sequence[Candidate], strategy: tuple[str, ...]) -> dict[str, tuple[GoldenValue, ...]]:
    """The values of the best candidate, each as the only one of its attribute."""
    if not candidates:
        return {}
    if "most_restrictive" in strategy:
        candidates = _newest_of_each_source(candidates)
    if len(candidates) == 1:
        lineage = _lineage(candidates[0], strategy, _ONLY, ())
        return _said(candidates[0], lineage)
    ranked = _ranked(candidates, strategy)
    winner = ranked[0][0]
    others = [one for one in ranked if one[0].normal != winner.normal]
    losers = tuple(dict.fromkeys([one.record_id for one, _ in others if one.record_id != winner.record_id]))
    rule = _decided_by(ranked[0], others[0] if others else None, strategy)
    return _said(winner, _lineage(winner, strategy, rule, losers))


def _said(winner: Candidate, lineage: Lineage) -> dict[str, tuple[GoldenValue, ...]]:
    return {name: (GoldenValue(name, value, 1, winner.validity.value, lineage),) for name, value in winner.shown}


def _united(candidates: Sequence[Candidate], strategy: tuple[str, ...]) -> dict[str, tuple[GoldenValue, ...]]:
    """All different values, each from its best candidate, ranked among each other."""
    if not candidates:
        return {}
    united = ("aggregate", *strategy)
    if len(candidates) == 1:
        return _said(candidates[0], _lineage(candidates[0], united, _ONLY, ()))
    same: dict[str, list[_Ranked]] = {}
    for one in _ranked(candidates, strategy):
        same.setdefault(one[0].normal, []).append(one)
    winners = [those[0] for those in same.values()]
    values = []
    for rank, place in enumerate(winners, 1):
        winner = place[0]
        rule = _decided_by(place, winners[rank] if rank < len(winners) else None, strategy)
        bearers_of_it = dict.fromkeys([one.record_id for one, _ in same[winner.normal]])
        losers = tuple([one for one in bearers_of_it if one != winner.record_id])
        name, value = winner.shown[0]
        lineage = _lineage(winner, united, rule, losers)
        values.append(GoldenValue(name, value, rank, winner.validity.value, lineage))
    return {values[0].attribute: tuple(values)}


def _lineage(winner: Candidate, strategy: tuple[str, ...], rule: str, losers: tuple[str, ...]) -> Lineage:
    record = winner.bearer.record
    return Lineage(
        record.record_id, record.source, record.asserted_at, _told(strategy), _named(rule), winner.trust, losers
    )


@lru_cache(maxsize=256)
def _told(strategy: tuple[str, ...]) -> str:
    return ">".join(_named(one) for one in strategy)


def _named(comparator: str) -> str:
    """An expression is told by that word; the policy's version says which one it was."""
    return EXPRESSION[:-1] if comparator.startswith(EXPRESSION) else comparator


def _ranked(candidates: Sequence[Candidate], strategy: Sequence[str]) -> list[_Ranked]:
    """The candidates, best first, each with what it was ranked by."""
    keys = [_comparator(name, candidates) for name in strategy]
    placed = [(one, (*[key(one) for key in keys], one.tie_break, one.normal)) for one in candidates]
    return sorted(placed, key=itemgetter(1))


def _decided_by(winner: _Ranked, second: _Ranked | None, strategy: Sequence[str]) -> str:
    """What the winner stands before the second by."""
    if second is None:
        return _ONLY
    for name, ours, theirs in zip(strategy, winner[1], second[1], strict=False):
        if ours != theirs:
            return name
    pairs = zip(_TIE_BREAK, winner[0].tie_break, second[0].tie_break, strict=True)
    return next((name for name, one, other in pairs if one != other), "value")


def _newest_of_each_source(candidates: Sequence[Candidate]) -> list[Candidate]:
    """Inside one source a later event replaces an earlier one; between sources nothing is forgotten."""
    newest: dict[str, Candidate] = {}
    for one in sorted(candidates, key=lambda one: (one.asserted_at, -_grants(one), one.tie_break)):
        newest[one.source] = one
    return list(newest.values())


def grants(value: str) -> bool:
    """Whether a value of a consent is a yes."""
    return value.strip().lower() in _GRANTED


def _grants(one: Candidate) -> int:
    return int(grants(one.shown[0][1]))


def _comparator(name: str, candidates: Sequence[Candidate]) -> Callable[[Candidate], Any]:
    """A key whose smallest value is best."""
    if name == "frequency":
        counts = Counter(normal for normal, _group in {(one.normal, one.bearer.group) for one in candidates})
        return lambda one: -counts[one.normal]
    if name.startswith(EXPRESSION):
        ranking = expression(name.removeprefix(EXPRESSION))
        return lambda one: -ranking.rank(one.facts)
    return _KEYS[name]


def _magnitude(normal: str, sign: int) -> tuple[int, Decimal, tuple[int, ...]]:
    """Numbers by size, all else by characters; ``sign`` -1 turns the order round."""
    text = normal.partition("=")[2]
    try:
        number = Decimal(text)
    except InvalidOperation:
        number = Decimal("nan")
    if number.is_finite():
        # Multiplied it would be rounded to 28 digits, and could be more than a number can be.
        return 0, number if sign > 0 else number.copy_negate(), ()
    return 1, Decimal(0), (*(sign * ord(character) for character in text), -sign)


_KEYS: dict[str, Callable[[Candidate], Any]] = {
    "validated_first": lambda one: _VALIDITY_ORDER[one.validity],
    "trust": lambda one: -one.trust,
    "recency": lambda one: -one.asserted_at.timestamp(),
    "source_priority": lambda one: one.bearer.priority,
    "completeness": lambda one: (-len(one.shown), -len(one.normal)),
    "identified": lambda one: not one.bearer.identified,
    "derived_first": lambda one: not one.derived,
    "most_restrictive": _grants,
    "min": lambda one: _magnitude(one.normal, 1),
    "max": lambda one: _magnitude(one.normal, -1),
}
