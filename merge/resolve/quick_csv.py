"""CSV read by Arrow where that gives what Python's strict reader gives; None everywhere else, and for what is wrong.

The two read alike a file in UTF-8 whose quotes stand only around whole cells (doubled inside), whose lines end alike
and whose rows all have the width of the header. Everything else is the slow reader's, which knows what to say of it.
"""

import csv
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from pyarrow import ChunkedArray

Places = npt.NDArray[np.int64]
_BOM = b"\xef\xbb\xbf"
_QUOTE, _NEW_LINE = 0x22, 0x0A
_SLICE = 1 << 24
_BLOCK = 1 << 23
_LONGEST_HEADER = 1 << 20


def delimiter_of(first_line: str) -> str:
    """The separator that the header holds most of."""
    return max(",;\t|", key=first_line.count) if first_line else ","


def _quotes_are_whole(codes: npt.NDArray[np.uint8], quotes: Places, delimiter: str) -> bool:
    """Whether every quote opens or closes a cell, or is one of a doubled pair inside."""
    if not len(quotes):
        return True
    if len(quotes) % 2:
        return False
    opening, closing = quotes[0::2], quotes[1::2]
    edges = np.zeros(256, dtype=np.bool_)
    edges[[ord(delimiter), ord("\n"), ord("\r")]] = True
    doubled = closing[:-1] + 1 == opening[1:]
    before = edges[codes[np.maximum(opening - 1, 0)]] | (opening == 0)
    after = edges[codes[np.minimum(closing + 1, len(codes) - 1)]] | (closing == len(codes) - 1)
    before[1:] |= doubled
    after[:-1] |= doubled
    return bool(before.all() and after.all())


def _ends_of_lines_inside(codes: npt.NDArray[np.uint8], quotes: Places) -> bool:
    """Whether a line ends between quotes that open and close a cell."""
    if not len(quotes):
        return False
    ends = _places(codes, _NEW_LINE)
    return bool(np.any(np.searchsorted(ends, quotes[0::2]) != np.searchsorted(ends, quotes[1::2])))


def _places(codes: npt.NDArray[np.uint8], wanted: int) -> Places:
    parts = [np.flatnonzero(codes[start : start + _SLICE] == wanted) + start for start in range(0, len(codes), _SLICE)]
    return np.concatenate(parts)


def _returns_alone(data: bytes) -> bool:
    return data.count(b"\r") != data.count(b"\r\n")


def quick_csv(data: bytes) -> tuple[list[str], list["ChunkedArray"], int] | None:
    """Column names, cells and number of rows."""
    data = data.removeprefix(_BOM)
    end = data.find(b"\n", 0, _LONGEST_HEADER)
    header = data[:end] if end > 0 else b""
    if not header.strip() or b'"' in header or b"\x00" in data or _returns_alone(data):
        return None
    try:
        first = header.decode().rstrip("\r")
    except UnicodeDecodeError:
        return None
    delimiter = delimiter_of(first)
    codes = np.frombuffer(data, np.uint8)
    quotes = _places(codes, _QUOTE) if b'"' in data else np.zeros(0, dtype=np.int64)
    if not _quotes_are_whole(codes, quotes, delimiter):
        return None
    columns = [name.strip() for name in next(csv.reader([first], delimiter=delimiter))]
    return _read(data, columns, delimiter, inside=_ends_of_lines_inside(codes, quotes))


def _read(
    data: bytes, columns: list[str], delimiter: str, *, inside: bool
) -> tuple[list[str], list["ChunkedArray"], int] | None:
    """The cells; where no line ends ``inside`` one, parts are cut at ends of lines without a look at what is before."""
    import pyarrow as pa  # noqa: PLC0415  (loads only where files are read)
    from pyarrow import csv as arrow_csv  # noqa: PLC0415

    names = [str(number) for number in range(len(columns))]
    try:
        table = arrow_csv.read_csv(
            pa.BufferReader(data),
            read_options=arrow_csv.ReadOptions(column_names=names, skip_rows=1, block_size=_BLOCK),
            parse_options=arrow_csv.ParseOptions(delimiter=delimiter, newlines_in_values=inside),
            convert_options=arrow_csv.ConvertOptions(
                column_types=dict.fromkeys(names, pa.string()), strings_can_be_null=False
            ),
        )
    except pa.ArrowException:
        return None
    return columns, table.columns, table.num_rows
