"""Lines of a source's output: messages keep every number, junk is told, nothing raises."""

import json
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.protocol import (
    Junk,
    Kind,
    Message,
    Records,
    StateKind,
    StreamKey,
    dumps,
    loads,
    parse_line,
    parse_lines,
    state_count,
    state_file,
    state_kind,
    state_to_keep,
)

values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(min_value=-(10**40), max_value=10**40)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=["Cs"])),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.text(st.characters(exclude_categories=["Cs"])), inner, max_size=4)
    ),
    max_leaves=12,
)


def record_line(data: str) -> bytes:
    return f'{{"type":"RECORD","record":{{"stream":"s","namespace":"n","data":{data},"emitted_at":1}}}}'.encode()


@given(st.dictionaries(st.text(st.characters(exclude_categories=["Cs"])), values, max_size=5))
def test_every_record_comes_through_unchanged(data: dict[str, object]) -> None:
    found = parse_line(record_line(json.dumps(data)))
    assert isinstance(found, Message)
    assert found.body["data"] == data
    assert loads(dumps(data)) == data


@given(st.binary(max_size=200))
def test_no_line_raises(line: bytes) -> None:
    assert isinstance(parse_line(line), (Message, Junk))


@pytest.mark.parametrize("number", [2**63, 2**64, -(2**63) - 1, 123456789012345678901234567890])
def test_integers_beyond_64_bits_stay_integers(number: int) -> None:
    for blank in ("", " "):
        found = parse_line(record_line(f'{{"n":{blank}{number},"list":[{number}]}}'))
        assert isinstance(found, Message)
        assert found.body["data"] == {"n": number, "list": [number]}
        assert isinstance(found.body["data"]["n"], int)


@given(st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**20), max_value=10**20, places=25))
def test_fractions_keep_every_digit(number: Decimal) -> None:
    # With a blank before it, too: numbers are looked for in every second byte.
    for text in (f"{number:f}", f"{number:e}", f"{number:.16f}", f" {number:.16f}", f"{number:.3f}", f" {number:f}"):
        found = parse_line(record_line(f'{{"n":{text}}}'))
        assert isinstance(found, Message)
        read = found.body["data"]["n"]
        assert Decimal(str(read)) == Decimal(text)


def test_a_state_with_a_long_fraction_is_handed_back_as_a_number() -> None:
    assert dumps(loads(b'{"n":0.12345678901234567890}')) == b'{"n": 0.12345678901234568}'


@pytest.mark.parametrize("text", ["NaN", "Infinity", "-Infinity", "[1, NaN]"])
@pytest.mark.parametrize("beside", ["1", "12345678901234567890123"])
def test_what_json_does_not_know_is_refused_and_counts_for_its_stream(text: str, beside: str) -> None:
    found = parse_line(record_line(f'{{"n":{text},"m":{beside}}}'))
    assert isinstance(found, Junk)
    assert (found.code, found.stream) == ("not_finite", StreamKey("n", "s"))


@pytest.mark.parametrize("levels", [100, 300, 900])
def test_what_nests_too_deep_to_be_kept_counts_for_its_stream(levels: int) -> None:
    found = parse_line(record_line('{"n":' + "[" * levels + "1" + "]" * levels + "}"))
    assert isinstance(found, Junk)
    assert (found.code, found.stream) == ("too_deep", StreamKey("n", "s"))


def test_wide_is_not_deep() -> None:
    found = parse_line(record_line('{"n":[' + ",".join(["[[1]]"] * 500) + "]}"))
    assert isinstance(found, Message)


@pytest.mark.parametrize(
    ("line", "code"),
    [
        (b"Traceback (most recent call last):", "not_json"),
        (b'{"type":"RECORD","record":{"stream":"s","da', "not_json"),
        (b"\xff\xfe\x00", "not_json"),
        (b"[1,2]", "malformed"),
        (b'"RECORD"', "malformed"),
        (b'{"type":"RECORD","record":{"stream":"s","data":[1]}}', "malformed"),
        (b'{"type":"RECORD","record":{"data":{}}}', "malformed"),
        (b'{"type":"STATE","state":{"type":"STREAM","stream":{}}}', "malformed"),
        (b'{"type":"CONTROL","control":{"type":"CONNECTOR_CONFIG"}}', "malformed"),
        (b'{"type":"HEARTBEAT"}', "unknown_type"),
    ],
)
def test_other_lines_are_junk_with_a_reason(line: bytes, code: str) -> None:
    found = parse_line(line)
    assert isinstance(found, Junk)
    assert (found.code, found.raw, found.stream) == (code, line, None)
    assert found.reason.endswith(".")


def test_streams_are_told_by_namespace_and_name() -> None:
    found = parse_line(record_line("{}"))
    assert isinstance(found, Message)
    assert found.stream == StreamKey("n", "s") != StreamKey("", "s")


def test_trace_messages_are_typed() -> None:
    lines = {
        Kind.TRACE_ERROR: {"type": "ERROR", "error": {"message": "m", "stream_descriptor": {"name": "s"}}},
        Kind.STREAM_STATUS: {
            "type": "STREAM_STATUS",
            "stream_status": {"stream_descriptor": {"name": "s"}, "status": "COMPLETE"},
        },
        Kind.ESTIMATE: {"type": "ESTIMATE", "estimate": {"name": "s", "type": "STREAM", "row_estimate": 3}},
    }
    for kind, trace in lines.items():
        found = parse_line(json.dumps({"type": "TRACE", "trace": trace}).encode())
        assert isinstance(found, Message)
        assert (found.kind, found.stream) == (kind, StreamKey("", "s"))


@pytest.mark.parametrize(
    ("state", "kind", "stream"),
    [
        (
            {"type": "STREAM", "stream": {"stream_descriptor": {"name": "s", "namespace": "n"}}},
            StateKind.STREAM,
            StreamKey("n", "s"),
        ),
        ({"stream": {"stream_descriptor": {"name": "s"}}}, StateKind.STREAM, StreamKey("", "s")),
        ({"type": "GLOBAL", "global": {"shared_state": {}}}, StateKind.GLOBAL, None),
        ({"data": {"cursor": 1}}, StateKind.LEGACY, None),
    ],
)
def test_states_of_every_kind(state: dict[str, object], kind: StateKind, stream: StreamKey | None) -> None:
    found = parse_line(json.dumps({"type": "STATE", "state": {**state, "sourceStats": {"recordCount": 4.0}}}).encode())
    assert isinstance(found, Message)
    assert (state_kind(found.body), found.stream, state_count(found.body)) == (kind, stream, 4)
    assert state_to_keep(found.body) == state


def test_a_legacy_state_is_handed_back_bare_and_others_as_a_list() -> None:
    assert state_file([{"data": {"cursor": 1}}]) == {"cursor": 1}
    states = [{"type": "STREAM", "stream": {"stream_descriptor": {"name": name}}} for name in "ab"]
    assert state_file(states) == states


odd_lines = st.sampled_from(
    [
        b"Traceback (most recent call last):",
        b'{"type":"RECORD","record":{"stream":"s","data":[1]}}',
        b'{"type":"RECORD","record":{"stream":"s","namespace":null,"data":{"id":1}}}',
        b'{"type":"RECORD","record":{"stream":"other","namespace":"n","data":{"id":1}}}',
        b'{"type":"RECORD","record":{"stream":"s","namespace":"n","data":{"id":NaN}}}',
        record_line('{"n":123456789012345678901234567890,"m":0.12345678901234567890}'),
        record_line('{"n":' + "[" * 150 + "]" * 150 + "}"),
        b'{"type":"STATE","state":{"type":"STREAM","stream":{"stream_descriptor":{"name":"s"}}}}',
        b'{"type":"HEARTBEAT"}',
        b"[1,2]",
    ]
)
plain_lines = st.integers(min_value=0, max_value=9).map(lambda number: record_line(f'{{"id":{number}}}'))


@given(st.lists(plain_lines | odd_lines, max_size=12) | st.lists(plain_lines, max_size=12))
def test_lines_read_together_are_what_each_is_alone(lines: list[bytes]) -> None:
    found: list[Message | Junk] = []
    for one in parse_lines(lines):
        found.extend(one.messages() if isinstance(one, Records) else [one])
    assert found == [parse_line(line) for line in lines]
