"""The Airbyte protocol as the host sees it: one line of a source's output becomes a message or junk.

Messages stay plain dicts: building the protocol's classes costs more than the rest of the host together. Numbers
survive: an integer beyond 64 bits is read as an integer, a fraction with more digits than a float holds as a Decimal,
and what JSON does not know (NaN, Infinity) is refused aloud.

Protocol: https://docs.airbyte.com/platform/understanding-airbyte/airbyte-protocol
"""

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from itertools import repeat
from typing import Any, NamedTuple, NoReturn

import orjson

# A token of more digits may not fit 64 bits, where orjson would turn an integer into a float. Turning every digit into
# the same one and searching for a row of them is five times as fast as a pattern.
_ALL_DIGITS_ALIKE = bytes.maketrans(b"123456789", b"000000000")
_LONG_NUMBER = b"0" * 19
# Both kinds of number are rows of at least 17 digits and points, and so of 8 in every second byte: less to look at.
_DIGITS_AND_POINT = bytes.maketrans(b"123456789.", b"0000000000")
_HALF_A_LONG_ROW = b"0" * 8
# So may one with a point and more than the 15 digits a float is sure to keep: 8 of them stand on one side of the point.
_LONG_BEFORE, _LONG_AFTER = b"00000000.", b".00000000"
_LONG_DECIMAL = re.compile(rb"(?<![0.])(?=0*\.0)[0.]{17}")


class Kind(StrEnum):
    """What a message is; TRACE and CONTROL are told apart by their own type."""

    RECORD = "RECORD"
    STATE = "STATE"
    LOG = "LOG"
    SPEC = "SPEC"
    CONNECTION_STATUS = "CONNECTION_STATUS"
    CATALOG = "CATALOG"
    TRACE_ERROR = "TRACE_ERROR"
    STREAM_STATUS = "STREAM_STATUS"
    ESTIMATE = "ESTIMATE"
    ANALYTICS = "ANALYTICS"
    CONTROL = "CONTROL"


class StateKind(StrEnum):
    """What a STATE message covers: one stream, all streams at once, or (protocol 0) an untyped whole."""

    STREAM = "STREAM"
    GLOBAL = "GLOBAL"
    LEGACY = "LEGACY"


class StreamKey(NamedTuple):
    """A stream is told by namespace *and* name; a source without namespaces has the empty one."""

    namespace: str
    name: str


class Message(NamedTuple):
    """One message of a source. A named tuple because it is made for every line, and a frozen class costs thrice.

    Attributes:
        kind: what it is.
        body: the object the protocol puts under the message's type (for TRACE and CONTROL: under the inner type).
        stream: which stream it speaks of; None where it speaks of the whole source.
    """

    kind: Kind
    body: dict[str, Any]
    stream: StreamKey | None = None


@dataclass(frozen=True, slots=True)
class Junk:
    """A line that is no message. It may hold personal data: quarantine it sealed, never log ``raw``.

    Attributes:
        code: ``not_json``, ``not_finite``, ``too_deep``, ``too_long``, ``unknown_type`` or ``malformed``.
        reason: a sentence without any value of the line.
        raw: the line, cut to 64 KiB when it was too long to be kept.
        stream: set when the line is a RECORD that cannot be used, so that it counts as one of this stream.
    """

    code: str
    reason: str
    raw: bytes
    stream: StreamKey | None = None


@dataclass(frozen=True, slots=True)
class Records:
    """RECORD messages of one stream that came one behind the other: their bodies, in their order."""

    stream: StreamKey
    bodies: Sequence[dict[str, Any]]

    def messages(self) -> Iterator[Message]:
        """One by one."""
        return (Message(Kind.RECORD, body, self.stream) for body in self.bodies)


MAX_LEVELS = 100
"""How deep a record may nest."""


class _NotFinite(ValueError):
    pass


def loads(data: bytes | str) -> Any:
    """JSON to plain values, numbers kept whole: an integer of any size, and as Decimal what a float would change.

    Raises ValueError for what is not JSON, and for NaN and Infinity, which JSON does not know (RFC 8259, 6).
    """
    raw = data.encode() if isinstance(data, str) else data
    if not _may_change(raw):
        return orjson.loads(raw)
    orjson.loads(raw)  # as strict as for every other line: json alone would let lone surrogates and NaN through
    return json.loads(raw, parse_constant=_refuse_constant, parse_float=_exact_number)


def _may_change(raw: bytes) -> bool:
    """Whether a number in it may be one that orjson would not keep whole."""
    if _HALF_A_LONG_ROW not in raw[::2].translate(_DIGITS_AND_POINT):
        return False
    alike = raw.translate(_ALL_DIGITS_ALIKE)
    pointed = _LONG_BEFORE in alike or _LONG_AFTER in alike
    return _LONG_NUMBER in alike or (pointed and _LONG_DECIMAL.search(alike) is not None)


def _refuse_constant(name: str) -> NoReturn:
    raise _NotFinite(name)


def _exact_number(text: str) -> float | Decimal:
    number = float(text)
    if number in {float("inf"), float("-inf")}:
        raise _NotFinite(text)
    exact = Decimal(text)
    return number if Decimal(repr(number)) == exact else exact


def dumps(value: object) -> bytes:
    """Plain values to one line of JSON, integers of any size whole; NaN and Infinity raise ValueError.

    A Decimal is written as the float next to it: what a source gets back must be a number.
    """
    try:
        return orjson.dumps(value)
    except TypeError:
        return json.dumps(value, ensure_ascii=False, allow_nan=False, default=_as_float).encode()


def _as_float(value: object) -> float:
    if isinstance(value, Decimal):
        return float(value)
    raise TypeError(type(value).__name__)


def parse_line(line: bytes) -> Message | Junk:
    """The message a line of standard output is, or why it is none. Never raises for what a source prints."""
    try:
        value = loads(line)
    except (ValueError, RecursionError):
        return _explain_unreadable(line)
    found = _typed(value, line)
    if isinstance(found, Message) and found.kind is Kind.RECORD and too_deep(found.body, line):
        return _deep(line, found.stream)
    return found


def parse_lines(lines: Sequence[bytes]) -> Iterator[Message | Junk | Records]:
    """``parse_line`` of some lines in their order, records of one stream together.

    What is judged of each line there is judged of all at once here; where that does not do, line by line. Few dozen
    lines a call: a thousand parsed values no longer fit the processor's cache, and take twice as long.
    """
    values = _plain_values(lines)
    if values is None:
        yield from _gathered(map(parse_line, lines))
        return
    name, namespace, bodies = "", "", list[dict[str, Any]]()
    for value, line in zip(values, lines, strict=True):
        body = value.get("record") if type(value) is dict and value.get("type") == "RECORD" else None
        if (
            type(body) is dict
            and bodies
            and body.get("stream") == name
            and (body.get("namespace") or "") == namespace
            and type(body.get("data")) is dict
        ):
            bodies.append(body)
            continue
        if bodies:
            yield Records(StreamKey(namespace, name), bodies)
            bodies = []
        found = _typed(value, line)
        if isinstance(found, Message) and found.kind is Kind.RECORD and found.stream is not None:
            (namespace, name), bodies = found.stream, [found.body]
        else:
            yield found
    if bodies:
        yield Records(StreamKey(namespace, name), bodies)


def _plain_values(lines: Sequence[bytes]) -> list[Any] | None:
    """The lines' values, or None where one of them is unreadable, may nest too deep or holds a number to look at."""
    joined = b"\n".join(lines)
    # Square ones are rare: those of all lines together are counted sooner than those of each.
    deep = joined.count(b"[") + max(map(bytes.count, lines, repeat(b"{")), default=0) > MAX_LEVELS
    if _may_change(joined) or (deep and any(_brackets(line) > MAX_LEVELS for line in lines)):
        return None
    try:
        return [orjson.loads(line) for line in lines]
    except (ValueError, RecursionError):
        return None


def _gathered(found: Iterable[Message | Junk]) -> Iterator[Message | Junk | Records]:
    for one in found:
        if isinstance(one, Message) and one.kind is Kind.RECORD and one.stream is not None:
            yield Records(one.stream, [one.body])
        else:
            yield one


def _brackets(line: bytes) -> int:
    return line.count(b"{") + line.count(b"[")


def too_deep(value: object, line: bytes) -> bool:
    """Whether a value, read from a line, nests deeper than can be kept: our JSON writer ends at 254 levels."""
    # Nothing nests deeper than it has brackets, and few records have that many.
    if _brackets(line) <= MAX_LEVELS:
        return False
    level = [value]
    for _ in range(MAX_LEVELS):
        level = [
            inner
            for one in level
            if isinstance(one, (dict, list))
            for inner in (one.values() if isinstance(one, dict) else one)
        ]
        if not level:
            return False
    return True


def _deep(line: bytes, stream: StreamKey | None = None) -> Junk:
    return Junk(
        "too_deep", f"The record nests deeper than {MAX_LEVELS} levels; flatten it at the source.", line, stream
    )


def _explain_unreadable(line: bytes) -> Junk:
    try:
        value = json.loads(line)
    except RecursionError:
        return _deep(line)
    except ValueError:
        return Junk("not_json", "The line is not JSON.", line)
    # Only a number JSON does not know can be read here and not above (or a lone surrogate).
    found = _typed(value, line)
    stream = found.stream if isinstance(found, Message) and found.kind is Kind.RECORD else None
    return Junk(
        "not_finite", "The line holds a value JSON does not know: NaN, Infinity or half a character.", line, stream
    )


def _typed(value: Any, line: bytes) -> Message | Junk:
    if not isinstance(value, dict) or not isinstance(value.get("type"), str):
        return Junk("malformed", "The line is JSON but no message of the protocol: it has no type.", line)
    reader = _READERS.get(value["type"])
    if reader is None:
        return Junk("unknown_type", "The line is a message of a type this gateway does not know.", line)
    found = reader(value)
    if found is None:
        return Junk("malformed", f"The {value['type']} message lacks what the protocol asks of it.", line)
    return found


def _read_record(value: dict[str, Any]) -> Message | None:
    body = value.get("record")
    if not isinstance(body, dict) or not isinstance(body.get("data"), dict) or not isinstance(body.get("stream"), str):
        return None
    return Message(Kind.RECORD, body, StreamKey(body.get("namespace") or "", body["stream"]))


def _read_state(value: dict[str, Any]) -> Message | None:
    body = value.get("state")
    if not isinstance(body, dict):
        return None
    if state_kind(body) is not StateKind.STREAM:
        return Message(Kind.STATE, body)
    stream = _descriptor((body.get("stream") or {}).get("stream_descriptor"))
    return None if stream is None else Message(Kind.STATE, body, stream)


def _read_trace(value: dict[str, Any]) -> Message | None:
    trace = value.get("trace")
    if not isinstance(trace, dict):
        return None
    kind, part = _TRACES.get(str(trace.get("type")), (None, ""))
    if kind is None:
        return None
    body = trace.get(part)
    if not isinstance(body, dict):
        return None
    if kind is Kind.ESTIMATE:
        return Message(kind, body, StreamKey(body.get("namespace") or "", str(body.get("name") or "")))
    return Message(kind, body, _descriptor(body.get("stream_descriptor")))


def _read_control(value: dict[str, Any]) -> Message | None:
    control = value.get("control")
    if not isinstance(control, dict) or control.get("type") != "CONNECTOR_CONFIG":
        return None
    body = control.get("connectorConfig")
    return Message(Kind.CONTROL, body) if isinstance(body, dict) and isinstance(body.get("config"), dict) else None


class _Plain:
    """Reads a type whose body is one object under one name."""

    def __init__(self, kind: Kind, part: str) -> None:
        self.kind = kind
        self.part = part

    def __call__(self, value: dict[str, Any]) -> Message | None:
        body = value.get(self.part)
        return Message(self.kind, body) if isinstance(body, dict) else None


# What the CDK writes for a stream without a cursor (airbyte_cdk.sources.streams.checkpoint).
_NO_POSITION = frozenset({"__ab_no_cursor_state_message", "__ab_full_refresh_sync_complete"})
_TRACES: dict[str, tuple[Kind, str]] = {
    "ERROR": (Kind.TRACE_ERROR, "error"),
    "STREAM_STATUS": (Kind.STREAM_STATUS, "stream_status"),
    "ESTIMATE": (Kind.ESTIMATE, "estimate"),
    "ANALYTICS": (Kind.ANALYTICS, "analytics"),
}
_READERS: dict[str, Callable[[dict[str, Any]], Message | None]] = {
    "RECORD": _read_record,
    "STATE": _read_state,
    "TRACE": _read_trace,
    "CONTROL": _read_control,
    "LOG": _Plain(Kind.LOG, "log"),
    "SPEC": _Plain(Kind.SPEC, "spec"),
    "CONNECTION_STATUS": _Plain(Kind.CONNECTION_STATUS, "connectionStatus"),
    "CATALOG": _Plain(Kind.CATALOG, "catalog"),
}


def _descriptor(value: Any) -> StreamKey | None:
    if not isinstance(value, dict) or not isinstance(value.get("name"), str):
        return None
    return StreamKey(value.get("namespace") or "", value["name"])


def state_kind(state: Mapping[str, Any]) -> StateKind:
    """What a STATE body covers; a body of protocol 0 has no type."""
    found = state.get("type")
    if found == StateKind.STREAM or (found is None and "stream" in state):
        return StateKind.STREAM
    if found == StateKind.GLOBAL or (found is None and "global" in state):
        return StateKind.GLOBAL
    return StateKind.LEGACY


def state_to_keep(state: Mapping[str, Any]) -> dict[str, Any]:
    """The part of a STATE body that is given back to the source later: opaque, without the statistics."""
    return {name: part for name, part in state.items() if name not in {"sourceStats", "destinationStats"}}


def stands_nowhere(state: Mapping[str, Any]) -> bool:
    """Whether a STREAM state says only that the stream has no position, as the CDK does after every full read.

    A run that is given it reads everything again, so nothing lies behind it.
    """
    position = (state.get("stream") or {}).get("stream_state")
    return isinstance(position, Mapping) and not _NO_POSITION.isdisjoint(position)


def state_count(state: Mapping[str, Any]) -> int | None:
    """How many records of the stream the source says it sent since its last STATE; None when it does not say."""
    count = (state.get("sourceStats") or {}).get("recordCount")
    return int(count) if isinstance(count, (int, float)) else None


def state_file(states: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]] | Mapping[str, Any]:
    """What is handed to a source as its state file: the list of states, or the bare object of protocol 0."""
    if len(states) == 1 and state_kind(states[0]) is StateKind.LEGACY:
        data = states[0].get("data", states[0])
        return data if isinstance(data, Mapping) else {}
    return list(states)
