"""Whether records give a person's name in full, and whether two such names have anything in common.

A title, an initial or a name that people give themselves says little where it differs; two full names say much.
"""

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt

from merge.match.batch import Column
from merge.match.outcomes import Level
from merge.match.table import FeatureTable
from merge.match.texts import Codes
from merge.standardise.surnames import COMMON, COMPOUND

WHOLLY_DIFFERENT = 2
"""What two full names say that have nothing in common."""
_NONE = -1
_LATIN_ENDS = "\u2e80"
_LONGEST_CHINESE = 2


def full_names(table: FeatureTable) -> Codes:
    """For each record 1 where it gives a surname and a given name in full, 0 where less, -1 where no name at all."""
    column = table.columns.get("name")
    if column is None or not len(column):
        return np.full(len(table), _NONE, dtype=np.int32)
    whole = np.ones(len(column.fields[0].codes), dtype=np.bool_)
    for field, is_full in zip(column.fields[:2], (_full_surname, _full_given_name), strict=True):
        whole &= np.array([is_full(value) for value in field.values], dtype=np.bool_)[field.codes]
    owner = np.repeat(np.arange(len(column)), column.sizes)
    full = np.zeros(len(column) + 1, dtype=np.int32)
    full[owner[whole[column.members]]] = 1
    full[-1] = _NONE
    return full[column.codes]


def _full_surname(value: str) -> bool:
    # What begins with no known surname is a name on a social network more often than a rare surname.
    return (value in COMMON or value in COMPOUND) if value > _LATIN_ENDS else len(value) > 1


def _full_given_name(value: str) -> bool:
    if value > _LATIN_ENDS:
        return len(value) <= _LONGEST_CHINESE and all(one > _LATIN_ENDS for one in value)
    return len(value.partition(" ")[0]) > 1 and value[0].isalpha()


def both_full(left: Codes, right: Codes, columns: Mapping[str, Column]) -> npt.NDArray[np.float32]:
    """0 where one of two records gives no full name, 1 where both do, ``WHOLLY_DIFFERENT`` where these share nothing.

    NaN where one gives no name.

    Args:
        left: of ``full_names``, for one side of the pairs.
        right: for the other.
        columns: outcomes of the pairs by slot.
    """
    named = (left >= 0) & (right >= 0)
    found = np.where(named, np.minimum(left, right), np.nan).astype(np.float32)
    if {"family", "given"} <= columns.keys():
        apart = (columns["family"].levels == Level.DIFFERENT) & (columns["given"].levels == Level.DIFFERENT)
        found[apart & (found == 1)] = WHOLLY_DIFFERENT
    return found
