"""A column of raw values: distinct ones, and the number of each record's."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from merge.match.texts import Codes

if TYPE_CHECKING:
    from pyarrow import LargeStringArray

Strings = tuple[Codes, Any]
"""A number for each of many strings, in the order of their first appearance, and the distinct ones (an Arrow array)."""


@dataclass(frozen=True, slots=True)
class Cells:
    """A column of raw values.

    Attributes:
        attribute: what the values are.
        codes: for each record the number of its value, -1 where the cell is empty.
        values: the distinct raw values, an Arrow array of large strings without nulls.
    """

    attribute: str
    codes: Codes
    values: "LargeStringArray"


def large_strings(values: Sequence[str]) -> "LargeStringArray":
    """Strings as Arrow has them; half a surrogate pair, as JSON can write it, is no character."""
    import pyarrow as pa  # noqa: PLC0415  (loads only where many records are)

    try:
        return pa.array(values, pa.large_string())
    except (UnicodeEncodeError, pa.ArrowException):
        clean = [value.encode("utf-16", "surrogatepass").decode("utf-16", "replace") for value in values]
        return pa.array(clean, pa.large_string())


def encoded(values: Any) -> Strings:
    """Strings of an Arrow array as numbers in the order of their first appearance, and the distinct ones."""
    found = values.dictionary_encode()
    return found.indices.to_numpy(zero_copy_only=False), found.dictionary
