"""The lines that pairs and groups are judged by, as versions: moved in a step of its own, never silently. Pure.

Decisions of stewards are constraints and stand whatever the lines are; what they teach is proposed, shown, and taken or
not.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace

from core.errors import Invalid
from merge.match.rules import odds
from merge.match.score import probability
from merge.resolve.grouping import MatchSettings

ENOUGH = 20
"""Of fewer decided pairs nothing is proposed (a default of ours)."""
_LEAST, _MOST = 0.5, 0.9999


@dataclass(frozen=True, slots=True)
class MatchLines:
    """From which weight on a pair is merged or asked about, and the cut of groups, in 1/1000 bit."""

    auto: int
    review: int
    cut: int

    def as_json(self) -> dict[str, int]:
        """As a version is kept."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Foretold:
    """What other lines would change; counts.

    Attributes:
        merged: golden records that would become part of another one.
        split: golden records that would fall apart.
        asked, unasked: pairs between golden records that would be asked about, and no more.
        agree_before, agree_after: of decided pairs, on how many the machine and the stewards agree.
        decided: decided pairs.
    """

    merged: int
    split: int
    asked: int
    unasked: int
    agree_before: int
    agree_after: int
    decided: int


def lines_of(settings: MatchSettings) -> MatchLines:
    """The lines of settings."""
    return MatchLines(settings.model.auto, settings.model.review, settings.cut)


def under(settings: MatchSettings, lines: MatchLines) -> MatchSettings:
    """Settings with other lines."""
    return replace(settings, model=replace(settings.model, auto=lines.auto, review=lines.review), cut=lines.cut)


def moved(
    lines: MatchLines, *, auto: float | None = None, review: float | None = None, cut: int | None = None
) -> MatchLines:
    """Lines with some moved; ``auto`` and ``review`` are probabilities. Raises Invalid ``matching.lines``."""
    for given in (auto, review):
        if given is not None and not _LEAST <= given <= _MOST:
            raise Invalid("matching.lines", f"A line is a probability from {_LEAST} to {_MOST}.")
    found = MatchLines(
        lines.auto if auto is None else odds(auto),
        lines.review if review is None else odds(review),
        lines.cut if cut is None else cut,
    )
    if found.review > found.auto or not -10_000 <= found.cut <= 20_000:
        raise Invalid("matching.lines", "What is asked about begins below what is merged; the cut is -10 to 20 bits.")
    return found


def proposed(lines: MatchLines, decided: Sequence[tuple[int, bool]]) -> MatchLines | None:
    """The line of merges at which most decided pairs (weight, one customer) come out right, the nearest of equal ones.

    None where fewer than ``ENOUGH`` pairs were decided, or nothing is better than what there is.
    """
    if len(decided) < ENOUGH:
        return None
    candidates = {lines.auto, *(weight for weight, _ in decided), *(weight + 1 for weight, _ in decided)}
    best = min(candidates, key=lambda at: (-_right(at, decided), abs(at - lines.auto), at))
    if best < lines.review or _right(best, decided) <= _right(lines.auto, decided):
        return None
    return replace(lines, auto=best)


def _right(auto: int, decided: Iterable[tuple[int, bool]]) -> int:
    return sum((weight >= auto) == match for weight, match in decided)


def compared(before: Mapping[str, str], after: Iterable[Collection[str]]) -> tuple[int, int]:
    """How many golden records would be merged into others, and how many would fall apart; records to golden ids."""
    homes = [{before[record] for record in group} for group in after]
    parts: dict[str, int] = {}
    for some in homes:
        for golden_id in some:
            parts[golden_id] = parts.get(golden_id, 0) + 1
    return sum(len(some) - 1 for some in homes), sum(count > 1 for count in parts.values())


def agreement(lines: MatchLines, decided: Iterable[tuple[int, bool]]) -> int:
    """On how many decided pairs the machine would say what the stewards said."""
    return _right(lines.auto, decided)


def told(lines: MatchLines) -> dict[str, object]:
    """Lines for people: probabilities beside weights."""
    return {
        "auto": {"weight": lines.auto, "probability": round(probability(lines.auto), 4)},
        "review": {"weight": lines.review, "probability": round(probability(lines.review), 4)},
        "cut": {"weight": lines.cut},
    }
