"""What a source has, told without a value: for each field how often it is filled, its types, and what it seems to be.

Who configures connectors sees no customer values; names, types and shares are enough to map a stream.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from connectors.broken import broken_marker
from connectors.protocol import Junk, Kind, Message
from sync.mapping_store import Suggest
from sync.preparing import stream_text


@dataclass(slots=True)
class StreamSample:
    """One stream's sample: records and broken ones, and for each field how many were filled and of which types."""

    records: int = 0
    broken: int = 0
    filled: Counter[str] = field(default_factory=Counter)
    types: dict[str, set[str]] = field(default_factory=dict)
    values: dict[str, list[str]] = field(default_factory=dict)

    def add(self, data: Mapping[str, Any]) -> None:
        """Count one record in."""
        self.records += 1
        if broken_marker(data) is not None:
            self.broken += 1
            return
        for name, value in data.items():
            self.types.setdefault(name, set())
            if value is not None and value != "":
                self.filled[name] += 1
                self.types[name].add(type(value).__name__)
                self.values.setdefault(name, []).append(str(value))


def sample(messages: Iterable[Message | Junk], limit: int) -> dict[str, StreamSample]:
    """The samples of the first ``limit`` records, by stream."""
    found: dict[str, StreamSample] = {}
    count = 0
    for message in messages:
        if isinstance(message, Message) and message.kind is Kind.RECORD and message.stream is not None:
            found.setdefault(stream_text(message.stream), StreamSample()).add(message.body["data"])
            count += 1
            if count >= limit:
                break
    return found


def described(samples: Mapping[str, StreamSample], suggest: Suggest) -> Sequence[dict[str, Any]]:
    """A row a field: stream, field, types, share filled in percent, and the attribute it seems to be."""
    rows: list[dict[str, Any]] = []
    for stream in sorted(samples):
        one = samples[stream]
        for name in sorted(one.types):
            attribute, confidence = suggest(name, one.values.get(name, []))
            rows.append(
                {
                    "stream": stream,
                    "records": one.records,
                    "broken": one.broken,
                    "field": name,
                    "types": sorted(one.types[name]),
                    "filled_percent": round(100 * one.filled[name] / one.records),
                    "seems": attribute,
                    "confidence": round(confidence, 2),
                }
            )
    return rows
