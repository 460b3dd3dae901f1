"""Over how many names and places an agreed value is spread, for the learned model.

A telephone that ten names hold is an office's, a name at forty addresses is a chain's: what agrees is then the office
or the chain and not the customer. How a set is made shows in such counts, and in no pair by itself.
"""

from math import nan

import numpy as np

from merge.match.likeness import ordered_members
from merge.match.organization_evidence import Floats, WordEvidence
from merge.match.table import FeatureTable
from merge.match.texts import Ints, numbered

SPREAD = (
    "phone.names", "phone.places", "email.names", "website.names", "website.places", "street.names", "org.places",
    "name.places",
)  # fmt: skip
"""Of a value that both records hold: log2 of how many different names, or addresses, other records hold it with."""
PLACED = ("here.low", "here.high", "set.places", "set.phones", "set.websites")
"""How many records hold the name and address of either (log2); how often records of one name differ in the set."""

_SETS = {"place": "street", "phone": "phone", "website": "website"}
_WHERE = 3
_LEAST = 30


def _places(table: FeatureTable) -> Ints:
    """An address as number and first letters of the street: slips behind them do not make another place."""
    column = table.columns.get("street")
    if column is None:
        return np.full(len(table), -1, dtype=np.int64)
    words, numbers, places = (one.strings() for one in column.fields)
    said = [
        f"{number.split(maxsplit=1)[0]} {(word or place).replace(' ', '')[:_WHERE]}" if number else ""
        for word, number, place in zip(words, numbers, places, strict=True)
    ]
    codes, distinct = numbered(said)
    nothing = distinct.index("") if "" in distinct else -1
    own = np.where(codes == nothing, -1, codes)
    first = ordered_members(column)[column.starts[:-1]]
    found: Ints = np.append(own[first], -1)[column.codes].astype(np.int64)
    return found


def _counted(value: Ints, other: Ints) -> Floats:
    """For each record log2 of how many different others its value is held with; NaN where it has none."""
    known = np.flatnonzero((value >= 0) & (other >= 0))
    pairs = np.unique((value[known] << 32) | other[known])
    counts = np.bincount(pairs >> 32, minlength=int(value.max(initial=-1)) + 1)
    found = np.append(np.log2(np.maximum(counts, 1)), nan)[value]
    return found.astype(np.float32)


def _together(brands: Ints, where: Ints) -> Floats:
    """For each record log2 of how many hold its name and its address; NaN where it lacks one."""
    known = np.flatnonzero((brands >= 0) & (where >= 0))
    _, inverse, counts = np.unique((brands[known] << 32) | where[known], return_inverse=True, return_counts=True)
    found = np.full(len(brands), nan, dtype=np.float32)
    found[known] = np.log2(counts[inverse])
    return found


def _differing(brands: Ints, values: Ints) -> float:
    """Of the records of one name beyond the first, how many bring another value: 0 where none, 1 where all do."""
    known = np.flatnonzero((brands >= 0) & (values >= 0))
    held = np.bincount(brands[known])
    several = int((held[held > 1] - 1).sum())
    if several < _LEAST:
        return nan
    distinct = np.bincount(np.unique((brands[known] << 32) | values[known]) >> 32)
    return float((distinct[distinct > 1] - 1).sum()) / several


class Spread:
    """The counts of all records, ready to be read for pairs."""

    def __init__(self, table: FeatureTable, words: WordEvidence) -> None:
        def codes(group: str) -> Ints:
            column = table.columns.get(group)
            return np.full(len(table), -1, np.int64) if column is None else column.codes.astype(np.int64)

        brands = words.brands()
        names = codes("name")
        who = names if brands is None else np.where(names >= 0, names + int(brands.max(initial=0)) + 1, brands)
        where = _places(table)
        held = {
            "phone": codes("phone"), "email": codes("email"), "website": codes("website"), "street": where,
            "org": np.full(len(table), -1, np.int64) if brands is None else brands, "name": names,
        }  # fmt: skip
        self._values: dict[str, tuple[Ints, Floats]] = {}
        for name in SPREAD:
            group, _, other = name.partition(".")
            if (held[group] >= 0).any():
                self._values[name] = (held[group], _counted(held[group], who if other == "names" else where))
        self._here: Floats | None = None
        if brands is not None:
            self._here = _together(brands, where)
            self._set = {f"set.{name}s": _differing(brands, held[group]) for name, group in _SETS.items()}

    def of(self, left: Ints, right: Ints) -> dict[str, Floats]:
        """What ``SPREAD`` names for each pair; NaN where the two do not hold the same value."""
        found = {
            name: np.where((value[left] == value[right]) & (value[left] >= 0), count[left], np.float32(nan))
            for name, (value, count) in self._values.items()
        }
        if self._here is not None:
            a, b = self._here[left], self._here[right]
            found |= {"here.low": np.minimum(a, b), "here.high": np.maximum(a, b)}
            found |= {name: np.full(len(left), value, dtype=np.float32) for name, value in self._set.items()}
        return found
