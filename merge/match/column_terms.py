"""The blocking terms of a table, as columns of hashes: every term is made once for each distinct value."""

from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import blake2b

import numpy as np
import numpy.typing as npt

from merge.match.keys import Term, terms_of_group
from merge.match.table import FeatureColumn, FeatureTable
from merge.match.texts import Ints, mixed, text_hashes

Hashes = npt.NDArray[np.uint64]


@dataclass(frozen=True, slots=True)
class TermColumn:
    """The terms of one kind.

    Attributes:
        origin: terms of one origin say the same.
        records: the record of each row, ascending.
        hashes: 64 bits of kind and value, never 0; no record holds one twice.
        telling: whether one of them alone is reason enough to look at two records.
    """

    origin: str
    records: Ints
    hashes: Hashes
    telling: bool = False


def term_hashes(kind: str, values: list[str]) -> Hashes:
    """64 bits of terms, the same on every machine and in every run; 0 for the empty value."""
    seed = np.frombuffer(blake2b(kind.encode(), digest_size=8).digest(), "<u8")[0]
    hashes = np.maximum(mixed(text_hashes(values) ^ seed), np.uint64(1))
    hashes[np.fromiter((not value for value in values), np.bool_, len(values))] = 0
    return hashes


def term_hash(kind: str, value: str) -> int:
    """``term_hashes`` of one value."""
    return int(term_hashes(kind, [value])[0])


def _of_alternatives(term: Term, column: FeatureColumn) -> Hashes:
    used = [column.fields[field] for field in term.fields]
    if len(used) == 1:
        found = term_hashes(term.kind, [term.make(value) for value in used[0].values])[used[0].codes]
    else:
        strings = zip(*(field.strings() for field in used), strict=True)
        found = term_hashes(term.kind, [term.make(*one) for one in strings])
    if term.han is not None:
        script = column.fields[2]
        han = np.array([value == "han" for value in script.values], dtype=np.bool_)[script.codes]
        found[han != term.han] = 0
    return found


def column_terms(table: FeatureTable) -> Iterator[TermColumn]:
    """The terms of all records, kind by kind."""
    for group, column in sorted(table.columns.items()):
        records, alternatives = column.rows()
        by_kind: dict[str, list[Term]] = {}
        for term in terms_of_group(group):
            by_kind.setdefault(term.kind, []).append(term)
        for kind_terms in by_kind.values():
            hashes = np.zeros(len(column.fields[0].codes), dtype=np.uint64)
            for term in kind_terms:  # of Han names and of others: no alternative has both
                hashes |= _of_alternatives(term, column)
            held = hashes[alternatives]
            rows = np.flatnonzero(held)
            if len(column.members) != len(column):
                rows = _without_doubles(records, held, rows)
            yield TermColumn(kind_terms[0].origin, records[rows], held[rows], kind_terms[0].telling)


def _without_doubles(records: Ints, hashes: Hashes, rows: Ints) -> Ints:
    rows = rows[np.lexsort((hashes[rows], records[rows]))]
    first = np.ones(len(rows), dtype=np.bool_)
    first[1:] = (records[rows[1:]] != records[rows[:-1]]) | (hashes[rows[1:]] != hashes[rows[:-1]])
    kept: Ints = rows[first]
    return kept
