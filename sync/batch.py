"""What was read and not yet committed: records, rejected records and the states that cover them.

In memory only. Each record remembers the *epoch* it belongs to: how many states of its stream had been read before
it, plus one. A later run that starts from state n knows by it which rows lie behind that state.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

GLOBAL_STATE = "*"
# The epoch of what is never counted by its content: records with a primary key, and what is of no stream asked for.
UNCOUNTED = -1


class ReadRecord(NamedTuple):
    """A record as the source gave it. ``key`` is None where the stream has no primary key.

    One that was sealed as it was read has ``made`` instead of its content: the sealed bytes and their key, as
    ``seal_each`` gives them. ``record_id`` is set where it is known already.
    """

    stream: str
    key: str | None
    content: bytes | None
    content_hash: bytes
    epoch: int
    record_id: str | None = None
    made: tuple[bytes, bytes] | None = None


@dataclass(frozen=True, slots=True)
class Rejected:
    """What cannot be landed: the code, a sentence without values, and the content that came in.

    ``epoch`` is where it was read, as for a record, where the stream has no primary key, else ``UNCOUNTED``.
    """

    stream: str
    code: str
    message: str
    content: bytes
    content_hash: bytes
    epoch: int


@dataclass(frozen=True, slots=True)
class StreamPlan:
    """How one stream of a connection is read.

    ``primary_key`` holds paths; ``from_state`` is the number of committed states the run starts from, 0 when it
    starts from the beginning; ``types`` maps a field to the JSON types its schema allows. ``cursor_in_record`` says
    that the cursor is one of the fields: equal rows then lie at one cursor value and come again together, so they are
    counted from zero. ``count_all`` counts on from every row there is (a replay).
    """

    name: str
    primary_key: tuple[tuple[str, ...], ...]
    incremental: bool
    from_state: int
    types: Mapping[str, frozenset[str]] = field(default_factory=dict)
    cursor_in_record: bool = False
    count_all: bool = False


@dataclass(slots=True)
class Batch:
    """What the next transaction will hold."""

    records: list[ReadRecord] = field(default_factory=list)
    rejected: list[Rejected] = field(default_factory=list)
    states: dict[str, tuple[int, bytes]] = field(default_factory=dict)
    read: Counter[str] = field(default_factory=Counter)
    rejected_count: Counter[str] = field(default_factory=Counter)
    restarted: set[str] = field(default_factory=set)
    stream_states: dict[str, str] = field(default_factory=dict)
    estimates: dict[str, int] = field(default_factory=dict)
    estimated: int | None = None
    notes: list[tuple[str, str | None, dict[str, Any], bytes | None]] = field(default_factory=list)
    bytes: int = 0

    def add(self, record: ReadRecord) -> None:
        """Take a record in."""
        self.records.append(record)
        self.read[record.stream] += 1
        self.bytes += len(record.content or b"")

    def add_all(self, stream: str, records: Sequence[ReadRecord], size: int) -> None:
        """Take records of one stream in; ``size`` is how many bytes they are."""
        self.records.extend(records)
        self.read[stream] += len(records)
        self.bytes += size

    def reject(self, rejected: Rejected) -> None:
        """Take a record in that goes to quarantine."""
        self.rejected.append(rejected)
        self.read[rejected.stream] += 1
        self.rejected_count[rejected.stream] += 1
        self.bytes += len(rejected.content)

    def __bool__(self) -> bool:
        return bool(
            self.restarted
            or self.records
            or self.rejected
            or self.states
            or self.stream_states
            or self.estimates
            or self.estimated is not None
            or self.notes
        )
