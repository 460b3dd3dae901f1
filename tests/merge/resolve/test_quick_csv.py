"""Where Arrow reads a CSV, it reads what Python's strict reader reads; else it leaves the file to that."""

from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.errors import Invalid
from merge.match.texts import numbered
from merge.resolve import file_formats
from merge.resolve.file_formats import Table, read_table
from merge.resolve.quick_csv import quick_csv

PIECES = st.sampled_from(
    ["a", "ö", "王", ",", ";", '"', '""', "\n", "\r\n", "\r", " ", "\t", "x,y", '"q"', '"a,b"', '"a\nb"', "\x00", ""]
)


def slow(path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    with monkeypatch.context() as patch:
        patch.setattr(file_formats, "quick_csv", lambda _: None)
        return read_table(path)


@settings(max_examples=400, deadline=None)
@given(st.lists(PIECES, max_size=24).map("".join), st.sampled_from([",", ";"]))
def test_what_is_read_quickly_is_read_alike(
    tmp_path_factory: pytest.TempPathFactory, body: str, separator: str
) -> None:
    path = tmp_path_factory.mktemp("csv") / "in.csv"
    path.write_bytes(f"one{separator}two\n{body}".encode())
    found = quick_csv(path.read_bytes())
    if found is None:
        return
    with pytest.MonkeyPatch.context() as patch:
        table = slow(path, patch)
    columns, cells, count = found
    assert (columns, count) == (table.columns, table.count)
    assert [cell.to_pylist() for cell in cells] == [cell.to_pylist() for cell in table.cells]


def test_plain_files_are_read_quickly() -> None:
    found = quick_csv('\ufeffa, b \n1,"x, ""y"""\n\n2,\n'.encode())
    assert found is not None
    assert found[0] == ["a", "b"]
    assert [cell.to_pylist() for cell in found[1]] == [["1", "2"], ['x, "y"', ""]]


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"a,b",
        b'a,b\n1,x"y\n',
        b"a,b\n1\n",
        b"a,b\n1,2,3\n",
        b"a\r1\r",
        b"a\n\xff\n",
        b'"a",b\n1,2\n',
        b"a\n\x00\n",
    ],
)
def test_what_is_not_plain_is_left(data: bytes) -> None:
    assert quick_csv(data) is None


def test_a_row_too_long_is_told_with_its_line(tmp_path: Path) -> None:
    path = tmp_path / "in.csv"
    path.write_bytes(b"a,b\n1,2\n1,2,3\n")
    with pytest.raises(Invalid) as refused:
        read_table(path)
    assert refused.value.details["line"] == 3


@given(st.lists(st.lists(st.sampled_from(["", "a", "ö", "王", "N/A", "a "]), max_size=6), max_size=4))
def test_cells_numbered_as_texts_are(parts: list[list[str]]) -> None:
    chunks = [pa.array(part, pa.string()) for part in parts]
    table = Table("in.csv", ["one"], [pa.chunked_array(chunks, pa.string())], sum(map(len, parts)))
    codes, values = table.numbered("one")
    expected, distinct = numbered(value for part in parts for value in part)
    assert (codes.tolist(), values) == (expected.tolist(), distinct)
