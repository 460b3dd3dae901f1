"""Tables written as plain files: CSV or Parquet by the file's ending, whole or not at all."""

import csv
import gzip
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from merge.resolve.output_files import whole

if TYPE_CHECKING:
    from pyarrow import LargeStringArray

_LINES = 1 << 15


def write_table(path: Path, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Rows as CSV, or Parquet by the file's ending (``.gz`` compresses CSV); written whole or not at all."""
    with whole(path) as partial:
        if _is_parquet(path):
            gathered = list(rows)
            _write_parquet(partial, {name: [row[place] for row in gathered] for place, name in enumerate(columns)})
        else:
            _write_text(path, partial, [_as_csv(columns, rows)])


def write_columns(path: Path, columns: "Mapping[str, LargeStringArray]") -> None:
    """Columns of text of one length, without nulls, as ``write_table`` writes their rows; no string is made of one."""
    import pyarrow as pa  # noqa: PLC0415  (loads only where files are read)

    with whole(path) as partial:
        if _is_parquet(path):
            _write_parquet(partial, {name: values.cast(pa.string()) for name, values in columns.items()})
        elif any(map(_may_need_quotes, columns.values())):
            listed = (values.to_pylist() for values in columns.values())
            _write_text(path, partial, [_as_csv(list(columns), zip(*listed, strict=True))])
        else:
            _write_text(path, partial, chain([_as_csv(list(columns), ())], _joined(list(columns.values()))))


def _is_parquet(path: Path) -> bool:
    return path.name.lower().endswith(".parquet")


def _as_csv(columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> bytes:
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows(rows)
    return buffer.getvalue().encode()


def _may_need_quotes(values: "LargeStringArray") -> bool:
    """Whether the writer of CSV might put quotes around a value: for separators, quotes and ends of lines it does."""
    points = _points(values)
    return bool(np.any(points < ord(" ")) or np.any(points == ord(",")) or np.any(points == ord('"')))


def _points(values: "LargeStringArray") -> npt.NDArray[np.uint8]:
    """The bytes of all values, one behind the other."""
    ends = np.frombuffer(values.buffers()[1], np.int64)[values.offset : values.offset + len(values) + 1]
    return np.frombuffer(values.buffers()[2] or b"", np.uint8)[ends[0] : ends[-1]]


def _joined(columns: "Sequence[LargeStringArray]") -> Iterator[memoryview]:
    """The lines of a file whose cells need no quotes, so many at a time that their room is used again."""
    import pyarrow as pa  # noqa: PLC0415  (loads only where files are read)
    from pyarrow import compute  # noqa: PLC0415

    between, nothing, end = (pa.scalar(text, pa.large_string()) for text in (",", "", "\n"))
    for start in range(0, len(columns[0]), _LINES):
        cells = (values.slice(start, _LINES) for values in columns)
        lines = compute.binary_join_element_wise(compute.binary_join_element_wise(*cells, between), nothing, end)
        yield _points(lines).data


def _write_text(path: Path, partial: Path, parts: Iterable[bytes | memoryview]) -> None:
    if path.name.lower().endswith(".gz"):
        partial.write_bytes(gzip.compress(b"".join(parts), mtime=0))
    else:
        with partial.open("wb") as file:
            file.writelines(parts)


def _write_parquet(path: Path, columns: Mapping[str, Any]) -> None:
    import pyarrow as pa  # noqa: PLC0415  (loads only where Parquet is used)
    from pyarrow import parquet  # noqa: PLC0415

    parquet.write_table(pa.table(dict(columns)), path)
