"""A found piece of personal data, and what to do where several overlap."""

from collections.abc import Iterable
from dataclasses import dataclass

# A value of the record itself that was found again in its text; its kind is not told.
KNOWN_VALUE = "KNOWN_VALUE"


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """``text[start:end]`` is personal data. Offsets count Unicode code points; ``score`` is from 0 to 1."""

    start: int
    end: int
    type: str
    score: float


def joined(spans: Iterable[Span]) -> list[Span]:
    """Spans that do not overlap and cover all that the given ones cover, in the order of the text.

    Where spans overlap, one that covers all of them keeps its type (the highest score wins, then the type's name);
    where none does, the union gets the type of no mask, so that it is hidden whole.
    """
    groups: list[list[Span]] = []
    for span in sorted(spans):
        if groups and span.start < max(one.end for one in groups[-1]):
            groups[-1].append(span)
        else:
            groups.append([span])
    return [_of_group(group) for group in groups]


def _of_group(group: list[Span]) -> Span:
    start, end = group[0].start, max(span.end for span in group)
    covering = [span for span in group if (span.start, span.end) == (start, end)]
    if covering:
        return min(covering, key=lambda span: (-span.score, span.type))
    return Span(start, end, KNOWN_VALUE, max(span.score for span in group))
