"""The figures of many telephones, codes and texts, taken out of them at once."""

from collections.abc import Sequence

import numpy as np

from merge.match.comparisons import PHONE_TAIL
from merge.match.texts import Flags, Ints, code_points, numbered

_LINE = "\n"


def tails(numbers: Sequence[str], chosen: Flags) -> Ints:
    """The ends of the chosen numbers as whole numbers: equal where the ends are."""
    ends = [numbers[place][-PHONE_TAIL:] for place in np.flatnonzero(chosen).tolist()]
    points, _ = code_points(ends)
    if len(points) and int(points.max()) >= 1 << 7:
        return numbered(ends)[0].astype(np.int64)
    found: Ints = points.astype(np.uint8).view(np.int64) if len(points) else np.zeros(0, np.int64)
    return found


def alone(numbers: Sequence[str], chosen: Flags) -> Ints:
    """Numbers below zero for those of the chosen numbers that are equal only as a whole."""
    return -1 - numbered(numbers[place] for place in np.flatnonzero(chosen).tolist())[0].astype(np.int64)


def plain_numbers(values: Sequence[str]) -> list[str]:
    """Numbers without what is before their figures and without their extension."""
    joined = _LINE + _LINE.join(values)
    plain = joined.replace(_LINE + "+", _LINE)
    if ";" not in plain and _LINE + "+" not in plain and plain.count(_LINE) == len(values):
        return plain.split(_LINE)[1:]
    return [value.partition(";")[0].lstrip("+") for value in values]


def all_figures(values: Sequence[str]) -> list[str]:
    """The figures of each value, in their order."""
    joined = _LINE.join(values)
    others = {ord(character): None for character in set(joined) if not character.isdigit()}
    others.pop(ord(_LINE), None)
    found = joined.translate(others).split(_LINE)
    if len(found) == len(values):  # no value holds the end of a line itself
        return found
    return ["".join(filter(str.isdigit, value)) for value in values]
