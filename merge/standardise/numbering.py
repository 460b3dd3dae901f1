"""Telephone numbers by numbering plan, for many of them: what a plan says depends on the first figures alone.

A plan's patterns tell numbers apart in their first figures and only count the others. So a number says for all of the
same length that begin as it does whether they are valid and of which kind, and the library is asked once for each
beginning. The patterns are read as one automaton; a beginning is long enough where every state that it leads to
takes any figure from there on.
"""

import re
from collections.abc import Iterable
from functools import lru_cache
from re import _constants as constants  # type: ignore[attr-defined]
from re import _parser as parser  # type: ignore[attr-defined]
from typing import Any, NamedTuple

from merge.standardise.phones import DEFAULT_REGION, standardise_phone

LONGEST = 15
_HEADS = (4, 6, 8)
_ANY = frozenset("0123456789")
_DESCRIPTIONS = (
    "general_desc", "fixed_line", "mobile", "toll_free", "premium_rate", "shared_cost", "personal_number", "voip",
    "pager", "uan", "voicemail",
)  # fmt: skip


class _Unreadable(Exception):
    """A pattern with more than figures, choices and repetitions."""


Told = tuple[frozenset[int], ...]
"""The states that a number's first figures led to, one after the other: numbers of the same ones match the same."""


class _Automaton:
    """Patterns over figures, read from their beginning."""

    def __init__(self) -> None:
        self.steps: list[tuple[frozenset[str], int]] = []
        self.empty: list[list[int]] = []
        self.starts: set[int] = set()

    def _state(self) -> int:
        self.steps.append((frozenset(), -1))
        self.empty.append([])
        return len(self.steps) - 1

    def add(self, pattern: str) -> None:
        """Add a pattern."""
        start = self._state()
        self.starts.add(start)
        self._read(parser.parse(pattern), start)

    def _read(self, items: Iterable[Any], state: int) -> int:
        for operation, argument in items:
            if operation in {constants.LITERAL, constants.IN, constants.ANY}:
                after = self._state()
                self.steps[state] = (_figures(operation, argument), after)
                fresh = self._state()
                self.empty[after].append(fresh)
                state = fresh
            elif operation is constants.BRANCH:
                state = self._joined(state, argument[1])
            elif operation is constants.SUBPATTERN:
                state = self._read(argument[3], state)
            elif operation in {constants.MAX_REPEAT, constants.MIN_REPEAT}:
                state = self._repeated(state, *argument)
            elif operation is not constants.AT:  # an end only tells lengths apart, and the length is known
                raise _Unreadable
        return state

    def _joined(self, state: int, branches: Iterable[Any]) -> int:
        ends = []
        for branch in branches:
            begin = self._state()
            self.empty[state].append(begin)
            ends.append(self._read(branch, begin))
        after = self._state()
        for end in ends:
            self.empty[end].append(after)
        return after

    def _repeated(self, state: int, least: int, most: int, inner: Any) -> int:
        ends = []
        for time in range(min(int(most), LONGEST)):
            if time >= least:
                ends.append(state)
            begin = self._state()
            self.empty[state].append(begin)
            state = self._read(inner, begin)
        after = self._state()
        for end in (*ends, state):
            self.empty[end].append(after)
        return after

    def closed(self, states: Iterable[int]) -> frozenset[int]:
        """The states and those that they lead to without a figure."""
        found, waiting = set(), list(states)
        while waiting:
            state = waiting.pop()
            if state not in found:
                found.add(state)
                waiting += self.empty[state]
        return frozenset(found)

    def after(self, states: frozenset[int], figure: str) -> frozenset[int]:
        """The states after one more figure."""
        return self.closed(step for figures, step in (self.steps[state] for state in states) if figure in figures)

    def free(self, states: frozenset[int]) -> bool:
        """Whether any figures may follow, as many as may follow at all."""
        seen, waiting = set(), [states]
        while waiting:
            now = waiting.pop()
            if now in seen:
                continue
            seen.add(now)
            figures = {self.steps[state][0] for state in now} - {frozenset()}
            if figures - {_ANY}:
                return False
            if figures:
                waiting.append(self.after(now, "0"))
        return True


def _figures(operation: Any, argument: Any) -> frozenset[str]:
    if operation is constants.ANY:
        return _ANY
    if operation is constants.LITERAL:
        return frozenset(chr(argument))
    found: set[str] = set()
    for kind, value in argument:
        if kind is constants.LITERAL:
            found.add(chr(value))
        elif kind is constants.RANGE:
            found.update(map(chr, range(value[0], value[1] + 1)))
        elif (kind, value) == (constants.CATEGORY, constants.CATEGORY_DIGIT):
            found |= _ANY
        else:
            raise _Unreadable
    return frozenset(found)


class Plan:
    """What the figures of one country's numbers tell."""

    def __init__(self, country: int) -> None:
        from phonenumbers import COUNTRY_CODE_TO_REGION_CODE, PhoneMetadata  # noqa: PLC0415  (plans load where needed)

        self._automaton = _Automaton()
        prefixes = []
        for region in COUNTRY_CODE_TO_REGION_CODE[country]:
            place = region != "001"
            found = (
                PhoneMetadata.metadata_for_region(region)
                if place
                else PhoneMetadata.metadata_for_nongeo_region(country)
            )
            if found is None:
                raise _Unreadable
            descriptions = (getattr(found, name) for name in _DESCRIPTIONS)
            patterns = [one.national_number_pattern for one in descriptions if one is not None]
            for pattern in {*patterns, found.leading_digits, found.national_prefix_for_parsing} - {None}:
                self._automaton.add(pattern)
            prefixes += [found.national_prefix_for_parsing or ""]
        self._prefixes = [re.compile(prefix) for prefix in set(prefixes) if prefix]
        self.longest_trunk = max(
            (int(parser.parse(prefix.pattern).getwidth()[1]) for prefix in self._prefixes), default=0
        )
        self.ends = any("$" in prefix.pattern for prefix in self._prefixes)
        trunk = _Automaton()
        for prefix in self._prefixes:
            trunk.add(prefix.pattern)
        figures = [trunk.steps[state][0] for state in trunk.closed(trunk.starts)]
        self._trunks = frozenset().union(*figures)
        self._trunk = trunk
        self.trunk_start: Told = (trunk.closed(trunk.starts),)
        self.start = self._automaton.closed(self._automaton.starts)
        self._after: dict[tuple[frozenset[int], str], frozenset[int]] = {}
        self._free: dict[frozenset[int], bool] = {}

    def _settled(self, national: str) -> int:
        states = self.start
        for position, figure in enumerate(national):
            if self.free(states):
                return position
            states = self.after(states, figure)
        return len(national)

    def free(self, states: frozenset[int]) -> bool:
        """Whether nothing is told any more where a number's figures have led to."""
        free = self._free.get(states)
        if free is None:
            free = self._free[states] = self._automaton.free(states)
        return free

    def after(self, states: frozenset[int], figure: str) -> frozenset[int]:
        """Where one more figure leads to."""
        after = self._after.get((states, figure))
        if after is None:
            after = self._after[states, figure] = self._automaton.after(states, figure)
        return after

    def reach(self, national: str) -> int:
        """How many of a number's first figures tell whether it begins with a trunk prefix."""
        return self.longest_trunk if national[:1] in self._trunks else 1

    def telling(self, national: str) -> int:
        """How many of a number's first figures tell all that the plan says of it."""
        matched = self.trunk(national)
        if not matched:
            return self._settled(national)
        if matched == {"0"}:  # looked at with it and without it
            return max(self._settled(national), 1 + self._settled(national[1:]))
        return len(national)

    def trunk(self, national: str) -> set[str]:
        """The trunk prefixes that a number begins with, as its first figures tell, and its length where ``ends`` is."""
        return {found.group(0) for prefix in self._prefixes if (found := prefix.match(national))} - {""}

    def trunk_after(self, told: Told, figure: str) -> Told:
        """What was told of a number's trunk prefix, figure by figure, and what one more figure tells."""
        return *told, self._trunk.after(told[-1], figure)

    def trunk_told(self, told: Told) -> bool:
        """Whether no further figure can be one of a trunk prefix."""
        return not any(self._trunk.steps[state][0] for state in told[-1])


@lru_cache(maxsize=256)
def plan_of(country: int) -> Plan | None:
    """The plan of a country by its calling code; None where its patterns cannot be read."""
    try:
        return Plan(country)
    except _Unreadable:
        return None


@lru_cache(maxsize=4096)
def country_of(digits: str) -> int:
    """The calling code that figures begin with, 0 for none."""
    from phonenumbers import COUNTRY_CODE_TO_REGION_CODE  # noqa: PLC0415  (plans load where needed)

    return next((int(digits[:n]) for n in (1, 2, 3) if int(digits[:n]) in COUNTRY_CODE_TO_REGION_CODE), 0)


@lru_cache(maxsize=256)
def home(region: str = DEFAULT_REGION) -> int:
    """The calling code of numbers without one, in a country by its two letters."""
    from phonenumbers import country_code_for_region  # noqa: PLC0415  (plans load where needed)

    return int(country_code_for_region(region))


@lru_cache(maxsize=256)
def strange_beginnings(region: str) -> tuple[str, ...]:
    """How numbers without their country's code begin where another country's prefix or the own code may stand there."""
    from phonenumbers import PhoneMetadata  # noqa: PLC0415  (plans load where needed)

    found = PhoneMetadata.metadata_for_region(region)
    abroad = _Automaton()
    abroad.add((found and found.international_prefix) or "00")
    first = frozenset().union(*(abroad.steps[state][0] for state in abroad.closed(abroad.starts)))
    # In China, Australia and few others a 1 may be dialled before the code of another country.
    return ("00", *sorted(first & {"1"}), str(home(region)))


@lru_cache(maxsize=262144)
def of_head(plus: str, head: str, rest: int, region: str = DEFAULT_REGION) -> tuple[str, str] | None:
    """For numbers that begin with ``head``: what comes before their last ``rest`` figures, and their kind."""
    tail = ("1234567890" * 2)[:rest]
    value = standardise_phone("phone", f"{plus}{head}{tail}", region)
    if not value.normal.endswith(tail):
        return None
    return value.normal[: len(value.normal) - rest], value.part("kind")


_OF_HEADS: dict[tuple[str, str, int, str], tuple[str, int, str]] = {}
"""For first figures and length: what comes before the figures from ``kept`` on, ``kept`` and the kind."""
_MOST_HEADS = 1 << 18


def by_prefix(plus: str, digits: str, region: str = DEFAULT_REGION) -> tuple[str, str] | None:
    """Normal form and kind of a number of figures alone, after "+", "00" or nothing; None to go the full way.

    After nothing it is a number of ``region`` (ISO 3166-1).
    """
    length = len(digits)
    for width in _HEADS:
        known = _OF_HEADS.get((plus, digits[:width], length, region))
        if known is not None:
            return known[0] + digits[known[1] :], known[2]
    return _by_prefix(plus, digits, region)


class Beginning(NamedTuple):
    """What first figures tell of a number.

    Attributes:
        before: what comes before the figures from ``kept`` on.
        kept: that place.
        kind: the kind of number, "" where it is not proved.
        looked: so many first figures were looked at: all numbers of one length that begin so are alike.
    """

    before: str
    kept: int
    kind: str
    looked: int


def beginning(plus: str, digits: str, region: str = DEFAULT_REGION) -> Beginning | None:
    """What the first figures of a number tell; ``by_prefix`` puts it together."""
    if not 7 <= len(digits) <= LONGEST:
        return None
    country = country_of(digits[:3]) if plus else home(region)
    plan = plan_of(country) if country else None
    own = len(str(country)) if plus else 0
    # Before a number without its country's code another country's prefix or the own code may stand.
    if plan is None or (not plus and digits.startswith(strange_beginnings(region))):
        return None
    kept = own + plan.telling(digits[own:])
    if not plus:  # figures put behind fewer than these could make up the own code
        code = str(country)
        shared = next((place for place, figure in enumerate(code) if digits[place] != figure), len(code))
        kept = max(kept, shared + 1)
    # Leading zeros are counted: those need a figure behind them.
    while kept < len(digits) and not digits[own:kept].strip("0"):
        kept += 1
    found = of_head(plus, digits[:kept], len(digits) - kept, region)
    if found is None:
        return None
    return Beginning(found[0], kept, found[1], max(kept, own + plan.reach(digits[own:]), own, 3))


def _by_prefix(plus: str, digits: str, region: str) -> tuple[str, str] | None:
    found = beginning(plus, digits, region)
    if found is None:
        return None
    width = next((width for width in _HEADS if found.looked <= width <= len(digits)), 0)
    if width and len(_OF_HEADS) < _MOST_HEADS:
        _OF_HEADS[plus, digits[:width], len(digits), region] = found[:3]
    return found.before + digits[found.kept :], found.kind
