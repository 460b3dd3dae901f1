"""Columns written at once: the same bytes as row by row, whatever the cells hold."""

from pathlib import Path
from tempfile import TemporaryDirectory

import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from merge.resolve import table_output
from merge.resolve.table_output import write_columns, write_table

_PLAIN = st.text(st.characters(codec="utf-8", exclude_characters=',"\r\n\x00'), max_size=6)
_ANY = st.text(st.characters(codec="utf-8", exclude_characters="\x00"), max_size=6) | st.sampled_from(
    ["a,b", '"', "\n"]
)


@pytest.fixture(autouse=True)
def few_lines_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(table_output, "_LINES", 2)


@pytest.mark.parametrize("ending", ["csv", "csv.gz", "parquet"])
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=st.lists(st.tuples(_PLAIN, _PLAIN), min_size=1) | st.lists(st.tuples(_ANY, _ANY), min_size=1))
def test_columns_are_written_as_their_rows_are(ending: str, rows: list[tuple[str, str]]) -> None:
    names = ["record_id", "golden_id"]
    cells = zip(*rows, strict=True)
    columns = {name: pa.array(held, pa.large_string()) for name, held in zip(names, cells, strict=True)}
    with TemporaryDirectory() as folder:
        at_once, by_rows = Path(folder, f"columns.{ending}"), Path(folder, f"rows.{ending}")
        write_columns(at_once, columns)
        write_table(by_rows, names, rows)
        assert at_once.read_bytes() == by_rows.read_bytes()


def test_a_piece_of_a_column_and_no_row_at_all(tmp_path: Path) -> None:
    held = pa.array(["left,out", "a", "b"], pa.large_string())
    write_columns(tmp_path / "some.csv", {"one": held[1:], "other": held[1:]})
    write_columns(tmp_path / "none.csv", {"one": held[:0], "other": held[:0]})
    assert (tmp_path / "some.csv").read_text() == "one,other\na,a\nb,b\n"
    assert (tmp_path / "none.csv").read_text() == "one,other\n"
