"""Parquet rows: resumed by row number as long as the file's footer is the same."""

import hashlib
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from connectors.broken import RESTARTED, broken
from connectors.sources.base import CheckpointedStream
from connectors.sources.file.bounded_parquet import check_claims
from connectors.sources.file.field_types import empty_key, wrong_type
from connectors.sources.file.rows import Rules
from connectors.sources.values import ConfigError, plain, schema_of

_BATCH = 1000


class ParquetStream(CheckpointedStream):
    """The rows of one Parquet file."""

    def __init__(self, name: str, path: Path, rules: Rules, *, checkpoint_interval: int) -> None:
        self._path = path
        self._rules = rules
        with _opened(path) as file:
            fields = {field.name: {"type": ["null", _json_type(field.type)]} for field in file.schema_arrow}
        missing = sorted(set(rules.key) - set(fields))
        if missing:
            raise ConfigError(f"{path.name} has no field '{missing[0]}'; the primary key must name fields it has.")
        super().__init__(name, key=list(rules.key), schema=schema_of(fields), checkpoint_interval=checkpoint_interval)

    def records(self) -> Iterator[Mapping[str, Any]]:
        """Rows from the position on; a changed file is read from its start."""
        with _opened(self._path) as file:
            fingerprint = _fingerprint(self._path)
            done = int(self.position.get("row", 0)) if self.position.get("fingerprint") == fingerprint else 0
            if self.position.get("row") and not done and not self._key:
                yield {RESTARTED: True}
            self.position = {"row": done, "fingerprint": fingerprint}
            for row, values in _rows_from(file, done):
                record = self._record(values, row)
                self.position = {"row": row, "fingerprint": fingerprint}
                yield record

    def _record(self, values: dict[str, Any], row: int) -> dict[str, Any]:
        try:
            data: dict[str, Any] = plain(values)
        except ValueError:
            problem: str | None = "A field holds NaN or an infinite number, which cannot be kept; make it null."
            data = {}
        else:
            problem = wrong_type(data, self._rules.types, text_only=False) or empty_key(data, self._rules.key)
        if problem is None:
            return data
        raw = json.dumps(values, default=str, ensure_ascii=False).encode()
        return broken(problem, raw, file=self._path.name, line=row)


def _rows_from(file: pq.ParquetFile, done: int) -> Iterator[tuple[int, dict[str, Any]]]:
    first, groups = 0, list[int]()
    for group in range(file.num_row_groups):
        size = file.metadata.row_group(group).num_rows
        if first + size > done or groups:
            groups.append(group)
        else:
            first += size
    row = first
    for batch in file.iter_batches(batch_size=_BATCH, row_groups=groups):
        for values in batch.to_pylist():
            row += 1
            if row > done:
                yield row, values


def _opened(path: Path) -> pq.ParquetFile:
    try:
        file = pq.ParquetFile(path)
    except (pa.ArrowInvalid, OSError):
        raise ConfigError(
            f"{path.name} is not a Parquet file or cannot be read; give another or write it anew."
        ) from None
    check_claims(file, path)
    return file


def _fingerprint(path: Path) -> str:
    # The footer names every row group with its place and size; any rewrite changes it or the file's length.
    size = path.stat().st_size
    with path.open("rb") as file:
        file.seek(-8, 2)
        length = int.from_bytes(file.read(4), "little")
        file.seek(max(0, size - 8 - length))
        return hashlib.blake2b(size.to_bytes(8, "big") + file.read(), digest_size=16).hexdigest()


def _json_type(kind: pa.DataType) -> str:
    if pa.types.is_boolean(kind):
        return "boolean"
    if pa.types.is_integer(kind):
        return "integer"
    if pa.types.is_floating(kind):
        return "number"
    if pa.types.is_struct(kind):
        return "object"
    return "array" if pa.types.is_list(kind) or pa.types.is_large_list(kind) else "string"
