"""Plain files read: CSV, JSON lines and Parquet, gzip allowed; errors name files, rows and columns, no values."""

import csv
import gzip
import io
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from core.errors import Invalid, NotFound, Unavailable
from merge.match.cells import whole_characters
from merge.match.texts import Codes, mixed
from merge.resolve.quick_csv import delimiter_of, quick_csv
from merge.resolve.text_encoding import UTF_8, encoding_of, mixed_line, name_of

if TYPE_CHECKING:
    from pyarrow import ChunkedArray, LargeStringArray

# Zip (xlsx, ods) and compound files (xls).
_WORKBOOKS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")


@dataclass(frozen=True)
class Table:
    """A file as text cells: column names, and a column of cells for each ("" where a cell is absent).

    A column that is still being written is waited for where ``cells_of`` is asked for it. ``regions`` tells of columns
    of telephones the country of those without its code (ISO 3166-1), where it is not the usual one. What
    ``encode_ahead`` began is in ``ahead``.
    """

    name: str
    columns: list[str]
    cells: list["ChunkedArray | Future[ChunkedArray]"]
    count: int
    notes: tuple[str, ...] = ()
    regions: Mapping[str, str] = field(default_factory=dict)
    ahead: "dict[str, Future[tuple[Codes, LargeStringArray]]]" = field(default_factory=dict)

    def cells_of(self, name: str) -> "ChunkedArray":
        """The cells of one column, as Arrow has them."""
        return _made(self.cells[self.columns.index(name)])

    def column(self, name: str) -> list[str]:
        """The cells of one column."""
        found: list[str] = self.cells_of(name).to_pylist()
        return found

    def encoded(self, name: str) -> "tuple[Codes, LargeStringArray]":
        """The distinct cells of one column in the order of their first appearance, and the number of each row's."""
        ahead = self.ahead.pop(name, None)
        return _encoded(self.cells_of(name)) if ahead is None else ahead.result()

    def encode_ahead(self, name: str) -> None:
        """Begin with what ``encoded`` gives, in a thread of its own."""
        beside = ThreadPoolExecutor(1)
        self.ahead[name] = beside.submit(_encoded, self.cells_of(name))
        beside.shutdown(wait=False)

    def numbered(self, name: str) -> tuple[Codes, list[str]]:
        """``texts.numbered`` of the cells of one column."""
        codes, values = self.encoded(name)
        return codes, values.to_pylist()

    def with_cells(self, name: str, cells: "ChunkedArray | Future[ChunkedArray]") -> "Table":
        """The same with other cells in one column, whose encoding is begun anew."""
        held = list(self.cells)
        held[self.columns.index(name)] = cells
        ahead = {column: begun for column, begun in self.ahead.items() if column != name}
        return replace(self, cells=held, ahead=ahead)

    def drop(self, name: str) -> None:
        """Let go of the cells of a column that is not needed again."""
        self.cells[self.columns.index(name)] = text_cells(())

    def rows(self) -> Iterator[tuple[str, ...]]:
        """The rows, for small tables."""
        return zip(*(_made(cells).to_pylist() for cells in self.cells), strict=True)


def _encoded(cells: "ChunkedArray") -> "tuple[Codes, LargeStringArray]":
    import pyarrow as pa  # noqa: PLC0415  (loads only where files are read)

    chunks = cells.dictionary_encode().unify_dictionaries().chunks
    codes = np.concatenate([np.zeros(0, dtype=np.int32), *(chunk.indices.to_numpy() for chunk in chunks)])
    return codes, chunks[-1].dictionary.cast(pa.large_string()) if chunks else pa.array([], pa.large_string())


def _made(cells: "ChunkedArray | Future[ChunkedArray]") -> "ChunkedArray":
    return cells.result() if isinstance(cells, Future) else cells


def text_cells(values: Iterable[str]) -> "ChunkedArray":
    """A column of cells."""
    import pyarrow as pa  # noqa: PLC0415  (loads only where files are read)

    listed = list(values)
    try:
        return pa.chunked_array([pa.array(listed, pa.string())])
    except (UnicodeEncodeError, pa.ArrowException):  # half a surrogate pair, as JSON can write it
        return pa.chunked_array([pa.array(whole_characters(listed), pa.large_string())])


def _table(name: str, columns: list[str], rows: Sequence[Sequence[str]], notes: tuple[str, ...]) -> Table:
    cells = [text_cells(row[position] for row in rows) for position in range(len(columns))]
    return Table(name, columns, cells, len(rows), notes)


def some_of(cells: "ChunkedArray", share: float) -> "ChunkedArray":
    """About a share of the cells, chosen by their length and some of their bytes alone: the same for any order."""
    import pyarrow as pa  # noqa: PLC0415  (loads only where files are read)

    found = []
    for chunk in cells.cast(pa.large_binary()).chunks:
        offsets = np.frombuffer(chunk.buffers()[1], np.int64)[chunk.offset : chunk.offset + len(chunk) + 1]
        codes = np.frombuffer(chunk.buffers()[2] or b"", np.uint8)
        start, end = offsets[:-1], offsets[1:]
        key = (end - start).astype(np.uint64)
        for quarter in range(4 if len(codes) else 0):
            at = np.minimum(start + (end - start) * quarter // 4 + quarter // 3, len(codes) - 1)
            key = (key << np.uint64(8)) | np.where(end > start, codes[at], 0).astype(np.uint64)
        chosen = (mixed(key) >> np.uint64(11)).astype(np.float64) < share * 2**53
        found.append(chunk.filter(pa.array(chosen)).cast(pa.large_string()))
    return pa.chunked_array(found, pa.large_string())


def _bare(path: Path) -> str:
    return path.name.lower().removesuffix(".gz")


def _bytes(path: Path) -> bytes:
    try:
        data = path.read_bytes()
        return gzip.decompress(data) if data[:2] == b"\x1f\x8b" else data
    except FileNotFoundError:
        raise NotFound("resolve.input", f"There is no file {path}; check the path.") from None
    except (OSError, EOFError) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else "its gzip data is damaged"
        raise Unavailable("resolve.input", f"{path} cannot be read: {reason}.") from None


def _text(path: Path, data: bytes) -> tuple[str, tuple[str, ...]]:
    if data.startswith(_WORKBOOKS):
        raise Invalid(
            "resolve.encoding", f"{path} is a workbook of a spreadsheet; save it as CSV and run again.", file=path.name
        )
    encoding = encoding_of(data)
    nul = -1 if encoding is not None else data.find(b"\x00")
    differs = None if encoding == UTF_8 or nul >= 0 else mixed_line(data)
    if encoding is None or differs is not None:
        reason = "is neither UTF-8 nor GB18030 nor Big5 text"
        if nul >= 0:
            line = data.count(b"\n", 0, nul) + 1
            reason = f"holds a NUL byte in line {line}: it is damaged or no text"
        elif differs is not None:
            reason = f"mixes encodings: line {differs} is not UTF-8 and others are"
        raise Invalid("resolve.encoding", f"{path} {reason}; save it as UTF-8 and run again.", file=path.name)
    note = () if encoding == UTF_8 else (f"{path.name} is not UTF-8; it was read as {name_of(encoding)}.",)
    return data.decode(encoding), note


def _csv(path: Path, text: str, notes: tuple[str, ...]) -> Table:
    csv.field_size_limit(16 * 1024 * 1024)
    delimiter = delimiter_of(text[: text.find("\n") + 1] or text)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    rows: list[list[str]] = []
    columns: list[str] = []
    try:
        for row in reader:
            if not columns:
                columns = [name.strip() for name in row]
                continue
            if not row:
                continue
            if len(row) > len(columns):
                raise Invalid(
                    "resolve.row",
                    f"{path}: line {reader.line_num} has {len(row)} cells, the header has {len(columns)}. "
                    "Quote cells that hold the separator.",
                    line=reader.line_num,
                )
            rows.append(row + [""] * (len(columns) - len(row)))
    except csv.Error:
        raise Invalid(
            "resolve.row",
            f"{path}: the CSV breaks near line {reader.line_num}; check its quotes.",
            line=reader.line_num,
        ) from None
    return _table(path.name, columns, rows, notes)


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list) and not any(isinstance(one, (dict, list)) for one in value):
        return "; ".join(filter(None, map(_cell, value)))
    if isinstance(value, (dict, list)):
        return json.dumps(value, ensure_ascii=False, sort_keys=True)
    return str(value)


def _flat(found: dict[str, Any], prefix: str = "") -> Iterator[tuple[str, Any]]:
    """The fields of an object, those of objects inside it with the way there: ``contact.phone``."""
    for name, value in found.items():
        if isinstance(value, dict):
            yield from _flat(value, f"{prefix}{name}.")
        else:
            yield f"{prefix}{name}", value


def _objects(path: Path, text: str) -> Iterator[Any]:
    """The objects of a file: one a line, or one list of them."""
    if text.lstrip().startswith("["):
        try:
            found = json.loads(text)
        except (ValueError, RecursionError):  # the latter: nested deeper than any record is
            raise Invalid("resolve.row", f"{path} begins as a list of JSON and breaks; check its brackets.") from None
        yield from enumerate(found, start=1)
        return
    for number, line in enumerate(text.split("\n"), start=1):
        if line.strip():
            try:
                yield number, json.loads(line)
            except (ValueError, RecursionError):
                yield number, None


def _json_lines(path: Path, text: str, notes: tuple[str, ...]) -> Table:
    objects: list[dict[str, Any]] = []
    for number, found in _objects(path, text):
        if not isinstance(found, dict):
            raise Invalid("resolve.row", f"{path}: line {number} is not a JSON object.", line=number)
        objects.append(dict(_flat(found)))
    columns = list(dict.fromkeys(name for found in objects for name in found))
    cells = [text_cells(_cell(found.get(name)) for found in objects) for name in columns]
    return Table(path.name, columns, cells, len(objects), notes)


def _parquet(path: Path, data: bytes) -> Table:
    import pyarrow as pa  # noqa: PLC0415  (loads only where Parquet is used)
    from pyarrow import compute, parquet  # noqa: PLC0415

    try:
        table = parquet.read_table(pa.BufferReader(data))
    except (pa.ArrowException, OSError):
        raise Invalid("resolve.parquet", f"{path} is not a readable Parquet file.") from None
    cells = [
        compute.fill_null(column, "")
        if pa.types.is_string(column.type)
        else text_cells(_cell(value) for value in column.to_pylist())
        for column in table.columns
    ]
    return Table(path.name, list(table.column_names), cells, table.num_rows)


def _named(columns: Sequence[str]) -> list[str]:
    """Columns without a name, as spreadsheets leave them behind the last one, are called by their place."""
    return [name or f"column {place}" for place, name in enumerate(columns, start=1)]


def _refuse_second_header(path: Path, table: Table) -> None:
    """Files that were put one after the other say their header again in the middle."""
    from pyarrow import compute  # noqa: PLC0415  (loads only where files are read)

    if len(table.columns) < 2 or not table.count:
        return
    rows = np.flatnonzero(compute.equal(_made(table.cells[0]), table.columns[0]).to_numpy())
    for name, cells in zip(table.columns[1:], map(_made, table.cells[1:]), strict=True):
        if not len(rows):
            return
        rows = rows[compute.equal(cells.take(rows), name).to_numpy()]
    if len(rows):
        raise Invalid(
            "resolve.row", f"{path}: row {rows[0] + 1} is the header again; take it out.", row=int(rows[0]) + 1
        )


def read_table(path: Path) -> Table:
    """The file as text cells. Raises Invalid, NotFound or Unavailable with the file and line, never a value."""
    data = _bytes(path)
    name = _bare(path)
    if name.endswith(".parquet") or data[:4] == b"PAR1":
        table = _parquet(path, data)
    else:
        lines = name.endswith((".jsonl", ".ndjson", ".json"))
        quick = None if lines else quick_csv(data)
        if quick is not None:
            table = Table(path.name, *quick)
        else:
            text, notes = _text(path, data)
            table = _json_lines(path, text, notes) if lines else _csv(path, text, notes)
        if not lines:
            _refuse_second_header(path, table)
    table = replace(table, columns=_named(table.columns))
    doubled = sorted({column for column in table.columns if table.columns.count(column) > 1})
    if doubled:
        raise Invalid("resolve.columns", f"{path} has two columns of one name: {', '.join(doubled)}; rename one.")
    return table
