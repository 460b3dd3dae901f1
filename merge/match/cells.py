"""A column of raw values: distinct ones, and the number of each record's."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from threading import Thread
from typing import TYPE_CHECKING, Any

from merge.match.texts import Codes
from merge.standardise.phones import DEFAULT_REGION

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
        region: of telephones the country of those without its code (ISO 3166-1).
    """

    attribute: str
    codes: Codes
    values: "LargeStringArray"
    region: str = DEFAULT_REGION


def large_strings(values: Sequence[str]) -> "LargeStringArray":
    """Strings as Arrow has them; half a surrogate pair, as JSON can write it, is no character."""
    import pyarrow as pa  # noqa: PLC0415  (loads only where many records are)

    try:
        return pa.array(values, pa.large_string())
    except (UnicodeEncodeError, pa.ArrowException):
        return pa.array(whole_characters(values), pa.large_string())


def load_arrow_ahead() -> None:
    """Begin to load what Arrow loads when it first takes strings from Python (pandas where that is installed)."""
    Thread(target=large_strings, args=([""],)).start()


def whole_characters(values: Iterable[str]) -> list[str]:
    """Texts in which half a surrogate pair has become the character for what cannot be read."""
    return [value.encode("utf-16", "surrogatepass").decode("utf-16", "replace") for value in values]


def encoded(values: Any) -> Strings:
    """Strings of an Arrow array as numbers in the order of their first appearance, and the distinct ones."""
    found = values.dictionary_encode()
    return found.indices.to_numpy(zero_copy_only=False), found.dictionary
