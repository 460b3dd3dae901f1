"""A look at the records of one stream: what its fields are, what they seem to be, and a few records for a preview.

Records that have landed are looked at where there are some, else the source is asked for a few. What is seen stays in
memory for some minutes and leaves only through ``sync/previewing.py``.
"""

import threading
import time
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from connectors.broken import BROKEN, RESTARTED
from connectors.catalogue import Selection, configured_catalog
from connectors.protocol import Kind, Message
from connectors.runner import Runner
from connectors.store import ConnectionStore
from core.database import reading
from core.errors import Unavailable
from governance.detect.patterns import find_shapes
from sync.connecting import Connecting
from sync.foundation import Foundation
from sync.loader import Loader
from sync.mapping import StreamMapping
from sync.mapping_store import LEAST_CONFIDENCE, Suggest, suggest_mapping
from sync.preparing import stream_text

READ_AT_MOST = 200
SHOWN = 5
_KEPT_SECONDS = 600.0
_KEPT_STREAMS = 32
_TEXTS_SEARCHED = 50
# Of the values of a field, how many must hold a thing for the field to be said to hold it.
_SHARE = 0.2


@dataclass(frozen=True, slots=True)
class FieldLook:
    """One field of a stream.

    Attributes:
        types: of its values, as JSON calls them.
        filled: share of the records in percent; None where no record was seen.
        seems: the attribute it seems to be, with ``confidence`` from 0 to 1.
        why: ``name`` where its name alone says so, ``values`` where its values do, ``nothing`` where nothing fits.
        holds: kinds of personal data found in its values, such as ``PHONE``.
    """

    name: str
    types: tuple[str, ...]
    filled: int | None
    seems: str
    confidence: float
    why: str
    holds: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class StreamLook:
    """A look at a stream.

    Attributes:
        records: how many were seen.
        rows: the first few, in clear, with their ids where they have landed (``landed``).
        suggested: the mapping that the gateway would take by itself.
    """

    stream: str
    records: int
    fields: tuple[FieldLook, ...]
    rows: tuple[tuple[str, Mapping[str, Any]], ...]
    landed: bool
    suggested: StreamMapping

    def field(self, name: str) -> FieldLook | None:
        """The field of that name."""
        return next((one for one in self.fields if one.name == name), None)


class Looking:
    """Looks at streams, and remembers for some minutes what it saw."""

    def __init__(
        self,
        foundation: Foundation,
        store: ConnectionStore,
        connecting: Connecting,
        runner: Runner,
        loader: Loader,
        suggest: Suggest,
    ) -> None:
        self._foundation = foundation
        self._store = store
        self._connecting = connecting
        self._runner = runner
        self._loader = loader
        self._suggest = suggest
        self._lock = threading.Lock()
        self._seen: OrderedDict[tuple[str, str], tuple[float, StreamLook]] = OrderedDict()

    def look(self, name: str, stream: str) -> StreamLook:
        """A look at a stream of a connection. Raises NotFound ``connection.unknown``, ``source.stream_unknown``."""
        with self._lock:
            kept = self._seen.get((name, stream))
        if kept is not None and time.monotonic() - kept[0] < _KEPT_SECONDS:
            return kept[1]
        with reading(self._foundation.engine) as connection:
            rows = self._loader.rows(connection, name, stream, READ_AT_MOST)
        found = self._of_rows(stream, rows or [("", row) for row in self._read(name, stream)], landed=bool(rows))
        with self._lock:
            self._seen[name, stream] = time.monotonic(), found
            while len(self._seen) > _KEPT_STREAMS:
                self._seen.popitem(last=False)
        return found

    def forget(self, name: str) -> None:
        """Look anew the next time, because the connection or what it brought has changed."""
        with self._lock:
            for key in [key for key in self._seen if key[0] == name]:
                del self._seen[key]

    def _read(self, name: str, stream: str) -> list[Mapping[str, Any]]:
        with reading(self._foundation.engine) as connection:
            stored, config = self._store.get(connection, name), self._store.config(connection, name)
        namespace, _, plain = stream.rpartition("|")
        launch = self._connecting.launch(stored.kind, stored.launch)
        discovered = stored.catalog or self._runner.discover(launch, config, spec=stored.spec)
        catalog = configured_catalog(discovered, [Selection(plain, namespace, sync_mode=None)])
        found: list[Mapping[str, Any]] = []
        with self._runner.read(launch, config, catalog, spec=stored.spec) as messages:
            for message in messages:
                if isinstance(message, Message) and message.kind is Kind.RECORD and message.stream is not None:
                    data = message.body["data"]
                    if stream_text(message.stream) == stream and not {BROKEN, RESTARTED} & set(data):
                        found.append(data)
                if len(found) >= READ_AT_MOST:
                    break
            if not found and messages.errors:
                raise Unavailable(
                    "source.failed", f"The source could not be read. It says: {messages.errors[0].message}"
                )
        return found

    def _of_rows(self, stream: str, rows: Sequence[tuple[str, Mapping[str, Any]]], *, landed: bool) -> StreamLook:
        names = list(dict.fromkeys(name for _, row in rows for name in row))
        fields = tuple(self._field(name, [row.get(name) for _, row in rows]) for name in names)
        samples = {name: _texts([row.get(name) for _, row in rows]) for name in names}
        suggested = suggest_mapping(samples, self._suggest, least=LEAST_CONFIDENCE)
        return StreamLook(stream, len(rows), fields, tuple(rows[:SHOWN]), landed, suggested)

    def _field(self, name: str, values: Sequence[Any]) -> FieldLook:
        given = [value for value in values if value is not None and value != ""]
        texts = _texts(given)
        seems, confidence = self._suggest(name, texts)
        return FieldLook(
            name=name,
            types=tuple(sorted({json_type(value) for value in given})),
            filled=round(100 * len(given) / len(values)) if values else None,
            seems=seems,
            confidence=round(confidence, 2),
            why=self._why(name, seems),
            holds=held_kinds(texts[:_TEXTS_SEARCHED]),
        )

    def _why(self, name: str, seems: str) -> str:
        if seems.startswith("text."):
            return "nothing"
        return "name" if self._suggest(name, ())[0] == seems else "values"


def _texts(values: Sequence[Any]) -> list[str]:
    return [
        str(value)
        for value in values
        if isinstance(value, (str, int, float)) and not isinstance(value, bool) and value != ""
    ]


def held_kinds(texts: Sequence[str]) -> tuple[str, ...]:
    """Kinds of personal data that a fair part of the texts hold."""
    counts: dict[str, int] = {}
    for text in texts:
        for kind in {span.type for span in find_shapes(text)}:
            counts[kind] = counts.get(kind, 0) + 1
    return tuple(sorted(kind for kind, count in counts.items() if count >= _SHARE * len(texts)))


def json_type(value: Any) -> str:
    """The type of a value, as JSON Schema calls it."""
    if isinstance(value, bool):
        return "boolean"
    names = {str: "string", int: "integer", float: "number", list: "array"}
    return names.get(type(value), "object" if isinstance(value, Mapping) else "null")
