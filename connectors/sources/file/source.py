"""The file source: which files, which stream each of them is, and how it is read."""

import io
from collections.abc import Iterator, Mapping
from glob import glob, has_magic
from itertools import islice
from pathlib import Path
from typing import Any, BinaryIO, cast

from connectors.broken import BROKEN, RESTARTED
from connectors.sources.base import CheckpointedStream, OurSource
from connectors.sources.file.bounded_gzip import BoundedGzip
from connectors.sources.file.field_types import NAMES
from connectors.sources.file.lines import Encoding, LineReader
from connectors.sources.file.rows import Rows, Rules, csv_rows, header, json_rows
from connectors.sources.values import DEFAULT_CHECKPOINT_INTERVAL, TEXT, ConfigError, schema_of

_ENDINGS = {".csv": "csv", ".tsv": "csv", ".txt": "csv", ".jsonl": "jsonl", ".ndjson": "jsonl", ".json": "jsonl"}
_ENDINGS |= {".parquet": "parquet", ".pq": "parquet"}
_SAMPLE = 1000
_JSON_TYPES = {bool: "boolean", int: "integer", float: "number", str: "string", list: "array", dict: "object"}

SPECIFICATION: Mapping[str, Any] = {
    "$schema": "http://json-schema.org/draft-07/schema#",
    "title": "File",
    "type": "object",
    "required": ["paths"],
    "additionalProperties": True,
    "properties": {
        "paths": {
            "type": "array",
            "minItems": 1,
            "items": {"type": "string", "minLength": 1},
            "title": "Paths",
            "description": "Files, or patterns with * and **; each file becomes a stream. May be gzipped (.gz).",
        },
        "format": {"type": "string", "enum": ["auto", "csv", "jsonl", "parquet"], "default": "auto"},
        "encoding": {"type": "string", "default": "utf-8", "description": "Encoding of text files."},
        "delimiter": {"type": "string", "minLength": 1, "maxLength": 1, "description": "What separates CSV fields."},
        "primary_key": {"type": "array", "items": {"type": "string"}, "default": []},
        "types": {
            "type": "object",
            "additionalProperties": {"type": "string", "enum": list(NAMES)},
            "description": "Declared types by field; a record whose value does not fit goes to quarantine.",
        },
        "checkpoint_interval": {"type": "integer", "minimum": 1, "default": DEFAULT_CHECKPOINT_INTERVAL},
    },
}


class TextStream(CheckpointedStream):
    """The records of one CSV or JSON lines file."""

    def __init__(
        self, name: str, path: Path, rules: Rules, *, format_name: str, encoding: str, checkpoint_interval: int
    ) -> None:
        self._path = path
        self._rules = rules
        self._is_csv = format_name == "csv"
        self._encoding_name = encoding
        self._reader: LineReader | None = None
        super().__init__(
            name, key=list(rules.key), schema=self._schema_found(), checkpoint_interval=checkpoint_interval
        )

    @property
    def state(self) -> dict[str, Any]:
        """Where the reader stands; where the last one stood before reading begins."""
        return self.position if self._reader is None else self._reader.position()

    @state.setter
    def state(self, value: Mapping[str, Any]) -> None:
        self.position = dict(value)

    def records(self) -> Iterator[Mapping[str, Any]]:
        """Records from the position on; a file whose earlier bytes changed is read from its start."""
        with _opened(self._path) as stream:
            encoding = self._encoding(stream)
            fields, start = self._fields(stream, encoding)
            self._reader = start
            if self.position:
                self._reader = LineReader(stream, encoding)
                if not self._reader.resume(self.position):
                    fields, self._reader = self._fields(stream, encoding)
                    if not self._rules.key:
                        yield {RESTARTED: True}
            rows: Rows = csv_rows if self._is_csv else json_rows
            yield from rows(self._reader, encoding, self._rules, fields)

    def _fields(self, stream: BinaryIO, encoding: Encoding) -> tuple[list[str], LineReader]:
        stream.seek(0)
        reader = LineReader(stream, encoding)
        if not self._is_csv:
            return [], reader
        try:
            return header(reader, encoding, self._rules), reader
        except ValueError as problem:
            raise ConfigError(str(problem)) from None

    def _encoding(self, stream: BinaryIO) -> Encoding:
        stream.seek(0)
        return Encoding(self._encoding_name, stream.read(4))

    def _schema_found(self) -> dict[str, Any]:
        with _opened(self._path) as stream:
            encoding = self._encoding(stream)
            fields, reader = self._fields(stream, encoding)
            if self._is_csv:
                missing = sorted(set(self._rules.key) - set(fields))
                if missing:
                    raise ConfigError(
                        f"{self._path.name} has no field '{missing[0]}'; the primary key must name header fields."
                    )
                return schema_of(dict.fromkeys(fields, TEXT))
            return schema_of(_sampled(json_rows(reader, encoding, Rules(self._path.name), [])))


def _sampled(rows: Iterator[Mapping[str, Any]]) -> dict[str, dict[str, Any]]:
    types: dict[str, set[str]] = {}
    for data in islice(rows, _SAMPLE):
        for field, value in data.items():
            if field != BROKEN:
                types.setdefault(field, {"null"}).add(_JSON_TYPES.get(type(value), "null"))
    return {field: {"type": sorted(found)} for field, found in types.items()}


class FileSource(OurSource):
    """Reads files; each is a stream."""

    specification = SPECIFICATION

    def open_streams(self, config: Mapping[str, Any]) -> list[CheckpointedStream]:
        """One stream a file, in the order of their paths."""
        paths = _found([str(path) for path in config["paths"]])
        return [_stream(name, path, config) for name, path in _named(paths).items()]


def _stream(name: str, path: Path, config: Mapping[str, Any]) -> CheckpointedStream:
    suffix = Path(path.stem).suffix if path.suffix == ".gz" else path.suffix
    format_name = str(config.get("format") or "auto")
    if format_name == "auto":
        found = _ENDINGS.get(suffix.lower())
        if found is None:
            raise ConfigError(f"{path.name}: the ending tells no format; set 'format' to csv, jsonl or parquet.")
        format_name = found
    rules = Rules(
        file=path.name,
        key=tuple(config.get("primary_key") or ()),
        types=config.get("types") or {},
        delimiter=str(config.get("delimiter") or ("\t" if suffix.lower() == ".tsv" else ",")),
    )
    interval = int(config.get("checkpoint_interval") or DEFAULT_CHECKPOINT_INTERVAL)
    if format_name == "parquet":
        # Late: only Parquet needs the library.
        from connectors.sources.file.parquet import ParquetStream  # noqa: PLC0415 - costs half a second

        return ParquetStream(name, path, rules, checkpoint_interval=interval)
    return TextStream(
        name,
        path,
        rules,
        format_name=format_name,
        encoding=str(config.get("encoding") or "utf-8"),
        checkpoint_interval=interval,
    )


def _found(patterns: list[str]) -> list[Path]:
    paths: dict[str, None] = {}
    for pattern in patterns:
        # Path.glob refuses absolute patterns.
        matches = sorted(glob(pattern, recursive=True)) if has_magic(pattern) else [pattern]  # noqa: PTH207 - see above
        files = [match for match in matches if Path(match).is_file()]
        if not files:
            raise ConfigError(f"There is no file '{pattern}'; check 'paths' and that the gateway may read it.")
        paths.update(dict.fromkeys(files))
    return [Path(path) for path in paths]


def _named(paths: list[Path]) -> dict[str, Path]:
    """Stream names: the file's stem, or as much of the path as tells two files apart."""
    named: dict[str, Path] = {}
    for path in paths:
        stem = Path(path.stem).stem if path.suffix == ".gz" else path.stem
        same = [other for other in paths if (Path(other.stem).stem if other.suffix == ".gz" else other.stem) == stem]
        named[stem if len(same) == 1 else "_".join(part for part in path.parts if part != path.anchor)] = path
    return named


def _opened(path: Path) -> BinaryIO:
    try:
        if path.suffix == ".gz":
            return cast("BinaryIO", BoundedGzip(path))
        return io.BufferedReader(io.FileIO(path), buffer_size=1024 * 1024)
    except OSError:
        raise ConfigError(f"{path.name} cannot be opened; check that it is there and may be read.") from None
