"""The one condition language: three-valued, pure, written as plain data (YAML or JSON).

A rule names its conditions and joins them in ``when``::

    when: "(1 AND 2) OR NOT 3"
    conditions:
      1: {attr: address.province, op: in, value: [上海市, 江苏省]}
      2: {attr: organization.industry, op: startswith, value: "C"}
      3: {attr: tags, op: contains, value: 华东直营}

A condition over a missing attribute is *unknown*; AND, OR and NOT follow Kleene's strong logic of three values (S. C.
Kleene, Introduction to Metamathematics, 1952, section 64), so a rule fires on *true* only. A value that cannot be
compared as the condition asks raises Invalid ``rule.value``: it is never taken for false.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import Any

from core.errors import Invalid

Fact = str | Decimal | int | bool | date | datetime | Sequence[str] | None
Facts = Mapping[str, Fact]

_TOKEN = re.compile(r"\s*(?:(\()|(\))|([A-Za-z0-9_.-]+))")
_MAX_WHEN = 2_000
_MAX_DEPTH = 50


class Truth(StrEnum):
    """Kleene's three values."""

    TRUE = "true"
    FALSE = "false"
    UNKNOWN = "unknown"


def both(one: Truth, other: Truth) -> Truth:
    """AND: false wins, then unknown."""
    if Truth.FALSE in (one, other):
        return Truth.FALSE
    return Truth.UNKNOWN if Truth.UNKNOWN in (one, other) else Truth.TRUE


def either(one: Truth, other: Truth) -> Truth:
    """OR: true wins, then unknown."""
    return negated(both(negated(one), negated(other)))


def negated(one: Truth) -> Truth:
    """NOT: unknown stays unknown."""
    return {Truth.TRUE: Truth.FALSE, Truth.FALSE: Truth.TRUE, Truth.UNKNOWN: Truth.UNKNOWN}[one]


@dataclass(frozen=True, slots=True)
class Condition:
    """One comparison of an attribute with a value written in the rule."""

    attr: str
    op: str
    value: Any = None


@dataclass(frozen=True, slots=True)
class Expression:
    """A checked expression: its conditions by name and the order of operations in reverse Polish form."""

    conditions: Mapping[str, Condition]
    steps: tuple[str, ...]

    @property
    def attributes(self) -> frozenset[str]:
        """The attributes that can change its outcome."""
        return frozenset(condition.attr for condition in self.conditions.values())


@dataclass(frozen=True, slots=True)
class Evaluation:
    """The outcome of an expression and of each of its conditions. It holds no values."""

    truth: Truth
    conditions: Mapping[str, Truth]


def expression(when: str | None, conditions: Mapping[Any, Any]) -> Expression:
    """Check and compile an expression; ``contains`` asks for a member of a list, or a part of one text.

    Without ``when`` all conditions must hold; none at all is always true. Raises Invalid ``rule.condition``,
    ``rule.operator`` or ``rule.when``.
    """
    checked = {str(name): _condition(str(name), given) for name, given in conditions.items()}
    if when is None:
        names = sorted(checked)
        return Expression(checked, (*names, *(["AND"] * (len(names) - 1))))
    if len(when) > _MAX_WHEN:
        raise Invalid("rule.when", f"The 'when' of a rule is longer than {_MAX_WHEN} characters; split the rule.")
    return Expression(checked, tuple(_Parser(when, checked).steps()))


def evaluate(compiled: Expression, facts: Facts) -> Evaluation:
    """The three-valued outcome over the facts. Raises Invalid ``rule.value`` for values that do not compare."""
    outcomes = {name: _outcome(condition, facts) for name, condition in sorted(compiled.conditions.items())}
    if not compiled.steps:
        return Evaluation(Truth.TRUE, outcomes)
    stack: list[Truth] = []
    for step in compiled.steps:
        if step == "NOT":
            stack.append(negated(stack.pop()))
        elif step in ("AND", "OR"):
            right, left = stack.pop(), stack.pop()
            stack.append(both(left, right) if step == "AND" else either(left, right))
        else:
            stack.append(outcomes[step])
    return Evaluation(stack.pop(), outcomes)


def _condition(name: str, given: Any) -> Condition:
    if not isinstance(given, Mapping) or not isinstance(given.get("attr"), str) or not given["attr"]:
        raise Invalid("rule.condition", f"Condition {name} must name an attribute: {{attr: ..., op: ..., value: ...}}.")
    if name.upper() in ("AND", "OR", "NOT") or not re.fullmatch(r"[A-Za-z0-9_.-]+", name):
        raise Invalid("rule.condition", "A condition is named with letters and digits, and not AND, OR or NOT.")
    op = given.get("op", "eq")
    if op not in OPERATORS:
        raise Invalid(
            "rule.operator", f"Condition {name} has no known operator. Known: {', '.join(sorted(OPERATORS))}."
        )
    value = given.get("value")
    if op in ("in", "not_in", "between"):
        if not isinstance(value, list) or not value or (op == "between" and len(value) != 2):
            raise Invalid("rule.condition", f"Condition {name} ('{op}') needs a list of values.")
    elif op not in ("exists", "missing") and (value is None or isinstance(value, (list, dict))):
        raise Invalid("rule.condition", f"Condition {name} ('{op}') needs one value.")
    return Condition(given["attr"], op, value)


class _Parser:
    """Recursive descent over ``when``: OR binds weakest, then AND, then NOT."""

    def __init__(self, text: str, names: Mapping[str, Condition]) -> None:
        self._tokens = _tokens(text)
        self._names = names
        self._at = 0
        self._depth = 0

    def steps(self) -> Iterator[str]:
        found = list(self._joined("OR"))
        if self._at != len(self._tokens):
            raise Invalid("rule.when", "The 'when' of a rule ends too early or has a bracket too many.")
        yield from found

    def _joined(self, word: str) -> Iterator[str]:
        following = self._factor if word == "AND" else lambda: self._joined("AND")
        yield from following()
        while self._peek() == word:
            self._at += 1
            yield from following()
            yield word

    def _factor(self) -> Iterator[str]:
        token = self._next()
        if token == "NOT":  # noqa: S105 - a word of the condition language
            self._deeper()
            yield from self._factor()
            self._depth -= 1
            yield "NOT"
        elif token == "(":  # noqa: S105 - a bracket of the condition language
            self._deeper()
            yield from self._joined("OR")
            if self._next() != ")":
                raise Invalid("rule.when", "The 'when' of a rule has a bracket that is not closed.")
            self._depth -= 1
        elif token in self._names:
            yield token
        else:
            raise Invalid("rule.when", f"The 'when' of a rule names '{token}', which is not one of its conditions.")

    def _deeper(self) -> None:
        self._depth += 1
        if self._depth > _MAX_DEPTH:
            raise Invalid("rule.when", f"The 'when' of a rule is nested deeper than {_MAX_DEPTH}; split the rule.")

    def _peek(self) -> str | None:
        return self._tokens[self._at] if self._at < len(self._tokens) else None

    def _next(self) -> str:
        token = self._peek()
        if token is None:
            raise Invalid("rule.when", "The 'when' of a rule ends where a condition should stand.")
        self._at += 1
        return token


def _tokens(text: str) -> list[str]:
    found, at = [], 0
    stripped = text.rstrip()
    while at < len(stripped):
        match = _TOKEN.match(stripped, at)
        if match is None:
            raise Invalid("rule.when", "The 'when' of a rule may hold names of conditions, AND, OR, NOT and brackets.")
        word = match.group(0).strip()
        found.append(word.upper() if word.upper() in ("AND", "OR", "NOT") else word)
        at = match.end()
    return found


def _outcome(condition: Condition, facts: Facts) -> Truth:
    held = _values(facts.get(condition.attr))
    if condition.op in ("exists", "missing"):
        return Truth.TRUE if bool(held) == (condition.op == "exists") else Truth.FALSE
    if not held:
        return Truth.UNKNOWN
    compare = OPERATORS[condition.op]
    if condition.op == "contains" and isinstance(facts.get(condition.attr), (list, tuple)):
        compare = _equal
    found = [compare(one, condition.value, condition.attr) for one in held]
    # A negative comparison over several values means that none of them is the one.
    true = all(found) if condition.op in ("ne", "not_in") else any(found)
    return Truth.TRUE if true else Truth.FALSE


def _values(fact: Fact) -> list[Any]:
    if fact is None or fact == "":
        return []
    if isinstance(fact, (list, tuple)):
        return [one for one in fact if one not in (None, "")]
    return [fact]


def _number(given: Any, attr: str) -> Decimal:
    if isinstance(given, (Decimal, int)) and not isinstance(given, bool):
        return Decimal(given)
    try:
        found = Decimal(str(given).strip())
    except InvalidOperation:
        found = Decimal("nan")
    if not found.is_finite():
        raise Invalid(
            "rule.value", f"A rule compares '{attr}' as a number, and it holds something else.", attribute=attr
        )
    return found


def _ordered(held: Any, wanted: Any, attr: str) -> int:
    """-1, 0 or 1: as times where the rule writes a date, else as numbers."""
    left: Any
    right: Any
    if isinstance(wanted, date) or (isinstance(wanted, str) and "-" in wanted.lstrip("-")):
        left, right = _moment(held, attr), _moment(wanted, attr)
    else:
        left, right = _number(held, attr), _number(wanted, attr)
    return int(left > right) - int(left < right)


def _moment(given: Any, attr: str) -> datetime:
    """A date counts from its midnight, a time without zone is in UTC."""
    try:
        found = given if isinstance(given, datetime) else datetime.fromisoformat(str(given))
    except ValueError:
        raise Invalid(
            "rule.value", f"A rule compares '{attr}' as a date, and it holds something else.", attribute=attr
        ) from None
    return found if found.tzinfo is not None else found.replace(tzinfo=UTC)


def _equal(held: Any, wanted: Any, attr: str) -> bool:
    if isinstance(wanted, bool) or isinstance(held, bool):
        return str(held).lower() == str(wanted).lower()
    if isinstance(wanted, (int, float, Decimal)):
        return _number(held, attr) == Decimal(str(wanted))
    return str(held) == str(wanted)


Compare = Callable[[Any, Any, str], bool]
OPERATORS: Mapping[str, Compare] = {
    "eq": _equal,
    "ne": lambda held, wanted, attr: not _equal(held, wanted, attr),
    "in": lambda held, wanted, attr: any(_equal(held, one, attr) for one in wanted),
    "not_in": lambda held, wanted, attr: not any(_equal(held, one, attr) for one in wanted),
    "contains": lambda held, wanted, _attr: str(wanted) in str(held),
    "startswith": lambda held, wanted, _attr: str(held).startswith(str(wanted)),
    "endswith": lambda held, wanted, _attr: str(held).endswith(str(wanted)),
    "gt": lambda held, wanted, attr: _ordered(held, wanted, attr) > 0,
    "ge": lambda held, wanted, attr: _ordered(held, wanted, attr) >= 0,
    "lt": lambda held, wanted, attr: _ordered(held, wanted, attr) < 0,
    "le": lambda held, wanted, attr: _ordered(held, wanted, attr) <= 0,
    "between": lambda held, wanted, attr: _ordered(held, wanted[0], attr) >= 0 and _ordered(held, wanted[1], attr) <= 0,
    "exists": lambda _held, _wanted, _attr: True,
    "missing": lambda _held, _wanted, _attr: False,
}
