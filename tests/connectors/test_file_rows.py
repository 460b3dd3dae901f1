"""CSV rows and JSON lines: broken ones become broken records, sound ones come unchanged, any position resumes."""

import codecs
import csv
import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from connectors.broken import broken_marker, raw_of
from connectors.sources.file.field_types import wrong_type
from connectors.sources.file.lines import Encoding, LineReader
from connectors.sources.file.rows import Rules, csv_rows, header, json_rows
from connectors.sources.values import ConfigError

Position = dict[str, Any]


def read_csv(
    data: bytes, rules: Rules | None = None, *, encoding: str = "utf-8", position: Position | None = None
) -> Iterator[tuple[dict[str, Any], Position]]:
    kind, stream, rules = Encoding(encoding, data[:4]), io.BytesIO(data), rules or Rules("people.csv")
    reader = LineReader(stream, kind)
    fields = header(reader, kind, rules)
    if position:
        resumed = LineReader(stream, kind)
        if resumed.resume(position):
            reader = resumed
        else:
            stream.seek(0)
            reader = LineReader(stream, kind)
            header(reader, kind, rules)
    for record in csv_rows(reader, kind, rules, fields):
        yield record, reader.position()


def records(data: bytes, rules: Rules | None = None, **options: Any) -> list[dict[str, Any]]:
    return [record for record, _ in read_csv(data, rules, **options)]


def read_json(data: bytes, rules: Rules | None = None) -> list[dict[str, Any]]:
    kind = Encoding("utf-8", data[:4])
    return list(json_rows(LineReader(io.BytesIO(data), kind), kind, rules or Rules("people.jsonl"), []))


def told(found: list[dict[str, Any]]) -> list[tuple[int, bytes]]:
    """Line and bytes of the broken ones."""
    return [(marker["line"], raw_of(marker)) for record in found if (marker := broken_marker(record))]


def test_a_broken_row_is_set_aside_and_the_others_come() -> None:
    data = b'id,name\n1,Ann\n2\n3,"Li, Si"\n4,a,b\n5,"x"y\n6,Eve\n'
    found = records(data)
    assert [record for record in found if "id" in record] == [
        {"id": "1", "name": "Ann"},
        {"id": "3", "name": "Li, Si"},
        {"id": "6", "name": "Eve"},
    ]
    assert told(found) == [(3, b"2\n"), (5, b"4,a,b\n"), (6, b'5,"x"y\n')]


def test_a_quote_that_is_never_closed_breaks_its_own_line_only() -> None:
    data = b'id,name\n1,"open\n2,Bob\n3,"two\nlines"\n4,Eve\n'
    found = records(data)
    assert told(found) == [(2, b'1,"open\n')]
    assert [record for record in found if "id" in record] == [
        {"id": "2", "name": "Bob"},
        {"id": "3", "name": "two\nlines"},
        {"id": "4", "name": "Eve"},
    ]


def test_a_line_in_another_encoding_names_file_and_line_and_not_the_value() -> None:
    data = "id,name\n1,张三\n".encode() + "2,李四\n".encode("gb18030") + "3,王五\n".encode()
    found = records(data)
    assert [record["name"] for record in found if "id" in record] == ["张三", "王五"]
    marker = broken_marker(found[1])
    assert marker is not None
    assert marker["reason"].startswith("people.csv, line 3: byte 3 is not utf-8")
    assert raw_of(marker).decode("gb18030") == "2,李四\n"


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "gb18030", "big5", "utf-16", "utf-16-le", "utf-16-be", "utf-32"]
)
def test_declared_encodings_are_read_and_resumed(encoding: str) -> None:
    data = 'id,name\r\n1,張三\r\n2,"李\n四"\r\n3,上海\n'.encode(encoding)
    found = list(read_csv(data, encoding=encoding))
    assert [record for record, _ in found] == [
        {"id": "1", "name": "張三"},
        {"id": "2", "name": "李\n四"},
        {"id": "3", "name": "上海"},
    ]
    for place, (_, position) in enumerate(found, start=1):
        rest = records(data, encoding=encoding, position=position)
        assert rest == [record for record, _ in found[place:]]


def test_an_unknown_encoding_is_a_configuration_error() -> None:
    with pytest.raises(ConfigError, match="utf-9"):
        Encoding("utf-9", b"")


def test_a_header_in_another_encoding_or_none_is_told() -> None:
    for data in ("编号,姓名\n".encode("gb18030"), b""):
        with pytest.raises(ValueError, match=r"people\.csv"):
            records(data)


def test_empty_and_double_names_in_the_header_are_told_apart() -> None:
    data = b"\xef\xbb\xbfid,name,,name, ,name_2\n1,a,b,c,d,e\n"
    assert records(data) == [{"id": "1", "name": "a", "column_3": "b", "name_3": "c", "column_5": "d", "name_2": "e"}]


names = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=8) | st.sampled_from(
    ['a"b', "x\ny", "r\r\nn", ","]
)


@given(st.lists(st.tuples(names, names), max_size=12), st.sampled_from([",", ";", "\t"]), st.integers(0, 12))
def test_what_the_csv_writer_writes_is_read_back_and_resumes_anywhere(
    rows: list[tuple[str, str]], delimiter: str, after: int
) -> None:
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=delimiter, quoting=csv.QUOTE_ALL)
    writer.writerows([("a", "b"), *rows])
    rules = Rules("people.csv", delimiter=delimiter)
    data = out.getvalue().encode()
    found = list(read_csv(data, rules))
    assert [tuple(record.values()) for record, _ in found] == rows
    if after < len(found):
        assert records(data, rules, position=found[after][1]) == [record for record, _ in found[after + 1 :]]


@example(codecs.BOM_UTF8)
@given(st.binary(max_size=300))
def test_no_byte_vanishes_and_nothing_raises(body: bytes) -> None:
    data = b"id,name\n" + body
    kind, rules = Encoding("utf-8", data[:4]), Rules("people.csv")
    reader = LineReader(io.BytesIO(data), kind)
    fields = header(reader, kind, rules)
    found = list(csv_rows(reader, kind, rules, fields))
    assert reader.offset == len(data)
    # Every line that holds more than a line end or a byte order mark is told of, as a sound record or broken bytes.
    lines = [line for line in body.split(b"\n") if line.removeprefix(codecs.BOM_UTF8).strip(b"\r\n")]
    sound = [record for record in found if not broken_marker(record)]
    spanned = sum(value.count("\n") for record in sound for value in record.values())
    assert len(found) + spanned >= len(lines)


def test_a_changed_file_is_read_from_its_start_and_a_grown_one_goes_on() -> None:
    data = b"id,name\n1,Ann\n2,Bob\n"
    position = list(read_csv(data))[-1][1]
    assert records(data, position=position) == []
    assert records(data + b"3,Eve\n", position=position) == [{"id": "3", "name": "Eve"}]
    changed = b"id,name\n1,Amy\n2,Bob\n3,Eve\n"
    assert [record["id"] for record in records(changed, position=position)] == ["1", "2", "3"]
    assert [record["id"] for record in records(b"id,name\n1,Ann\n", position=position)] == ["1"]


@pytest.mark.parametrize(
    ("grown", "wanted"),
    [
        (b"", []),
        (b"\n3,Eve\n", ["3"]),
        (b"\r\n3,Eve\n", ["3"]),
        (b"by\n3,Eve\n", ["2", "3"]),
    ],
)
def test_a_last_line_without_end_is_read_again_only_when_it_grew(grown: bytes, wanted: list[str]) -> None:
    data = b"id,name\n1,Ann\n2,Bob"
    position = list(read_csv(data))[-1][1]
    found = records(data + grown, position=position)
    assert [record["id"] for record in found] == wanted
    if len(wanted) == 2:
        assert found[0]["name"] == "Bobby"


def test_json_that_stops_half_way_is_set_aside() -> None:
    lines = [b'{"id": 1}\n', b'{"id": 2, "na\n', b"[3]\n", b"\n", b'{"id": NaN}\n', b'{"id": 12345678901234567890123}']
    found = read_json(b"".join(lines))
    assert told(found) == [(2, lines[1]), (3, lines[2]), (5, lines[4])]
    assert [record["id"] for record in found if "id" in record] == [1, 12345678901234567890123]


@pytest.mark.parametrize("levels", [200, 600, 1000, 5000])
def test_json_that_nests_too_deep_is_set_aside(levels: int) -> None:
    deep = b'{"id": 2, "x": ' + b"[" * levels + b"1" + b"]" * levels + b"}\n"
    found = read_json(b'{"id": 1}\n' + deep + b'{"id": 3}\n')
    assert told(found) == [(2, deep)]
    assert [record["id"] for record in found if "id" in record] == [1, 3]


def test_a_field_of_the_wrong_type_is_set_aside() -> None:
    rules = Rules("people.csv", types={"age": "integer", "born": "date", "paid": "number"})
    data = b"id,age,born,paid\n1,42,1980-02-29,9.90\n2,old,,\n3,7,1981-02-29,1\n4,,,1e3\n5,8,,many\n"
    found = records(data, rules)
    assert [record["id"] for record in found if "id" in record] == ["1", "4"]
    reasons = [marker["reason"] for record in found if (marker := broken_marker(record))]
    assert ["'age'" in reasons[0], "'born'" in reasons[1], "'paid'" in reasons[2]] == [True] * 3
    assert "old" not in reasons[0]
    assert "many" not in reasons[2]


@pytest.mark.parametrize(
    ("value", "kind", "fits"),
    [(1, "integer", True), (True, "integer", False), ("1", "integer", False), (1.5, "number", True),
     (1, "string", False), (False, "boolean", True), ("2026-01-01", "date", True), (5, "date", False),
     (None, "integer", True)],
)  # fmt: skip
def test_json_types_are_native(value: object, kind: str, fits: bool) -> None:
    assert (wrong_type({"f": value}, {"f": kind}, text_only=False) is None) is fits


def test_a_record_without_its_key_is_set_aside() -> None:
    found = records(b"id,name\n,Ann\n2,Bob\n", Rules("people.csv", key=("id",)))
    assert ([record["id"] for record in found if "id" in record], told(found)) == (["2"], [(2, b",Ann\n")])
    assert broken_marker(read_json(b'{"id": {"a": 1}}\n{"name": "x"}\n', Rules("f", key=("id",)))[1])


def test_large_files_are_read_in_pieces(tmp_path: Path) -> None:
    path = tmp_path / "wide.csv"
    path.write_bytes(("id,name\n" + "".join(f"{n},名字{n}\n" for n in range(60_000))).encode("utf-16"))
    with path.open("rb") as stream:
        kind, rules = Encoding("utf-16", stream.read(4)), Rules("wide.csv")
        stream.seek(0)
        reader = LineReader(stream, kind)
        fields = header(reader, kind, rules)
        found = [json.dumps(record) for record in csv_rows(reader, kind, rules, fields)]
    assert (len(found), found[-1]) == (60_000, json.dumps({"id": "59999", "name": "名字59999"}))
