"""The lines that pairs and groups are judged by, as versions: moved in a step of its own, never silently. Pure.

Decisions of stewards are constraints and stand whatever the lines are; what they teach is proposed, shown, and taken or
not.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

from core.errors import Invalid
from merge.match.evidence_words import slot_word
from merge.match.model import PRIOR_WEIGHTS
from merge.match.rules import odds
from merge.match.score import probability
from merge.match.taught import Shift, shifted
from merge.resolve.bands import ENTITIES, ORGANIZATION, PERSON, Band
from merge.resolve.grouping import MatchSettings

ENOUGH = 20
"""Of fewer decided pairs nothing is proposed (a default of ours)."""
_LEAST, _MOST = 0.5, 0.9999
_NO_LINES = frozenset({"proposed", "weights"})
TAUGHT, SHIPPED = "taught", "shipped"


@dataclass(frozen=True, slots=True)
class MatchLines:
    """From which weight on a pair is merged or asked about, and the cut of groups, in 1/1000 bit.

    Attributes:
        auto, review: the general lines, those of persons.
        cut: the least mean between two groups.
        organization_auto, organization_review: those of pairs of organizations, where they are others.
        confirmed: the line of merges between a customer that a person put together and another, where it is another.
            Two such customers the machine never merges.
        shifts: what decisions of people taught the weights themselves.
    """

    auto: int
    review: int
    cut: int
    organization_auto: int | None = None
    organization_review: int | None = None
    confirmed: int | None = None
    shifts: tuple[Shift, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """As a version is kept."""
        kept = {name: value for name, value in asdict(self).items() if value not in {None, ()}}
        return {**kept, "shifts": [list(shift) for shift in self.shifts]} if self.shifts else kept

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> "MatchLines":
        """A version that was kept."""
        return cls(**{**kept, "shifts": tuple(Shift(*one) for one in kept.get("shifts", ()))})

    def band(self, entity: str) -> Band:
        """The lines of pairs of persons or organizations."""
        if entity != ORGANIZATION:
            return Band(self.auto, self.review)
        auto = self.auto if self.organization_auto is None else self.organization_auto
        return Band(auto, self.review if self.organization_review is None else self.organization_review)


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
    own = settings.organization
    return MatchLines(
        settings.model.auto,
        settings.model.review,
        settings.cut,
        None if own is None else own.auto,
        None if own is None else own.review,
        settings.confirmed,
        settings.shifts,
    )


def under(settings: MatchSettings, lines: MatchLines) -> MatchSettings:
    """Settings with other lines."""
    person, own = lines.band(PERSON), lines.band(ORGANIZATION)
    return replace(
        settings,
        model=replace(
            settings.model, auto=lines.auto, review=lines.review, weights=shifted(PRIOR_WEIGHTS, lines.shifts)
        ),
        cut=lines.cut,
        organization=None if own == person else own,
        confirmed=lines.confirmed,
        shifts=lines.shifts,
    )


@dataclass(frozen=True, slots=True)
class Move:
    """Which lines are to be moved, as people say it: probabilities, and the cut in 1/1000 bit; None leaves a line."""

    auto: float | None = None
    review: float | None = None
    cut: int | None = None
    organization_auto: float | None = None
    organization_review: float | None = None
    confirmed: float | None = None
    proposed: bool = False
    """Whether the line of merges goes to where past decisions propose it, before anything else is moved."""
    weights: str | None = None
    """``taught``: the weights become those that past decisions teach; ``shipped``: those of this version again."""


def moved(lines: MatchLines, to: Move) -> MatchLines:
    """Lines with some moved. Raises Invalid ``matching.lines``."""
    given = {name: value for name, value in asdict(to).items() if value is not None and name not in _NO_LINES}
    for name, value in given.items():
        if name != "cut" and not _LEAST <= value <= _MOST:
            raise Invalid("matching.lines", f"A line is a probability from {_LEAST} to {_MOST}.")
    weights: dict[str, Any] = {name: int(value) if name == "cut" else odds(value) for name, value in given.items()}
    found = replace(lines, **weights)
    bands = [found.band(entity) for entity in ENTITIES]
    if any(band.review > band.auto for band in bands) or not -10_000 <= found.cut <= 20_000:
        raise Invalid("matching.lines", "What is asked about begins below what is merged; the cut is -10 to 20 bits.")
    if found.confirmed is not None and found.confirmed < max(band.auto for band in bands):
        raise Invalid("matching.lines", "A merge with a confirmed customer asks for no less than one of new ones.")
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
    """Lines for people: probabilities beside weights, and the bands by type and case that they make."""
    confirmed = lines.confirmed
    return {
        "auto": _line(lines.auto),
        "review": _line(lines.review),
        "cut": {"weight": lines.cut},
        "weights": [{**shift._asdict(), "says": slot_word(shift.family)} for shift in lines.shifts],
        "bands": {
            entity: {
                "new_new": {"auto": _line(band.auto), "review": _line(band.review)},
                "new_confirmed": {
                    "auto": _line(band.auto if confirmed is None else max(band.auto, confirmed)),
                    "review": _line(band.review),
                },
                "confirmed_confirmed": {"auto": None, "review": _line(band.review)},
            }
            for entity in ENTITIES
            for band in [lines.band(entity)]
        },
    }


def _line(weight: int) -> dict[str, object]:
    return {"weight": weight, "probability": round(probability(weight), 4)}
