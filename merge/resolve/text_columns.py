"""Of many columns of free words those that are compared: wide files repeat themselves. Pure, on numbers of values.

Segment, plan, status and region of one customer list hang together, and the weights take each for a witness of its own:
thirty such columns make one customer of everybody in a segment. A column of few values that agrees where another one
does adds nothing; of those that are left the few that tell most are enough.
"""

from collections.abc import Collection, Mapping

import numpy as np

from merge.match.texts import Codes

FEW = 4
"""So many columns of words are compared whatever they hold."""
_MOST = 8
_COMMON = 0.05
_TOGETHER = 0.3


def _agreeing(codes: Codes) -> float:
    """How many of all pairs of rows have the same value, 0 to 1; -1 is none."""
    counts = np.unique(codes[codes >= 0], return_counts=True)[1].astype(np.float64)
    return float((counts * (counts - 1)).sum()) / max(1, len(codes) * (len(codes) - 1))


def _both(one: Codes, other: Codes) -> Codes:
    """A number for each combination of values, -1 where either has none."""
    width = int(other.max(initial=0)) + 1
    return np.where((one >= 0) & (other >= 0), one.astype(np.int64) * width + other, -1)


def _correlation(one: Codes, other: Codes) -> float:
    """Over all pairs of rows: of agreeing in the one with agreeing in the other."""
    a, b, both = _agreeing(one), _agreeing(other), _agreeing(_both(one, other))
    spread = a * (1 - a) * b * (1 - b)
    return (both - a * b) / float(np.sqrt(spread)) if spread > 0 else 0.0


def left_out(columns: Mapping[str, Codes], wanted: Collection[str] = ()) -> list[str]:
    """The columns that are not worth comparing beside the others, sorted; none where there are few.

    Args:
        columns: for each column a number of each row's value, -1 where it has none.
        wanted: columns that are kept whatever they hold.
    """
    if len(columns) <= FEW:
        return []
    common = {name: share for name, codes in columns.items() if (share := _agreeing(codes)) >= _COMMON}
    kept: list[str] = []
    for name in sorted(common, key=lambda name: (name not in wanted, common[name], name)):
        repeats = len(kept) >= _MOST or any(_correlation(columns[name], columns[one]) >= _TOGETHER for one in kept)
        if name in wanted or not repeats:
            kept.append(name)
    return sorted(common.keys() - set(kept))
