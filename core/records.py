"""What moves between the packages: references to source records and their attribute values.

Plain frozen values; nothing here reads a database, a clock or a key.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, slots=True, order=True)
class RecordRef:
    """Where a source record comes from: the four parts that make it one record for ever.

    ``key`` is the source's primary key as text, or a content hash and ordinal where the stream has none.
    It can be personal (an e-mail address): it is never stored or logged in clear.
    """

    connection: str
    namespace: str
    stream: str
    key: str

    def canonical(self) -> bytes:
        """Unambiguous bytes of the four parts, each with its length, for keyed hashing."""
        return self.canonical_stream() + canonical_part(self.key)

    def canonical_stream(self) -> bytes:
        """The first three of these parts: the beginning that all records of a stream share."""
        return b"".join(canonical_part(part) for part in (self.connection, self.namespace, self.stream))


def canonical_part(part: str) -> bytes:
    """One part of a reference, with its length before it."""
    raw = part.encode()
    return len(raw).to_bytes(4, "big") + raw


@dataclass(frozen=True, slots=True)
class AttributeValue:
    """One value of one canonical attribute, as the source gave it."""

    attribute: str
    value: str


@dataclass(frozen=True, slots=True)
class SourceRecord:
    """One record of a source, mapped to canonical attributes, as matching and survivorship see it.

    Attributes:
        record_id: permanent opaque id ``g_...`` made from the reference with a keyed hash; also a valid golden id.
        source: name of the connection; what trust and priority are told by.
        values: attribute values in the order of the source; several of one attribute are allowed.
        asserted_at: when the source says it held (UTC), else when it was first seen.
        subject: record id of the customer record this one belongs to (an order's customer), or None.
        extra: clear, non-personal facts (stream name, section) that ownership rules and reports may use.
    """

    record_id: str
    source: str
    values: Sequence[AttributeValue]
    asserted_at: datetime
    subject: str | None = None
    extra: Mapping[str, str] = field(default_factory=dict)

    def first(self, attribute: str) -> str | None:
        """The first value of an attribute, or None."""
        return next((value.value for value in self.values if value.attribute == attribute), None)

    def all(self, attribute: str) -> list[str]:
        """All values of an attribute, in the order of the source."""
        return [value.value for value in self.values if value.attribute == attribute]
