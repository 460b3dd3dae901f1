"""The file source as a program: the contract of every source, on CSV, JSON lines, gzip and Parquet at once."""

import gzip
import json
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from connectors.broken import broken_marker
from connectors.catalogue import configured_catalog, our_sources
from connectors.contract import Example, SourceContract
from connectors.protocol import Kind, Message
from connectors.runner import Runner
from tests.connectors.zygote import forked

FORMATS = ["people", "orders", "visits", "invoices"]


def write_files(folder: Path) -> None:
    rows = [f"{number},名字{number},{number}.50\n" for number in range(250)]
    rows[100] = "100,broken\n"
    (folder / "people.csv").write_text("id,name,amount\n" + "".join(rows), encoding="utf-8")
    lines = [json.dumps({"id": number, "tags": ["a"], "big": 10**20 + number}) for number in range(120)]
    lines[7] = lines[7][:-4]
    # The last line has no end yet, as in a file that is still written.
    (folder / "orders.jsonl").write_text("\n".join(lines), encoding="utf-8")
    with gzip.open(folder / "visits.csv.gz", "wt", encoding="utf-8") as file:
        file.write("id,at\n" + "".join(f"{number},2026-01-01\n" for number in range(90)))
    table = pa.table(
        {
            "id": list(range(130)),
            "amount": [Decimal("12.30")] * 130,
            "at": [datetime(2026, 1, 1, tzinfo=UTC)] * 130,
            "rate": [float("nan") if number == 5 else 0.5 for number in range(130)],
        }
    )
    pq.write_table(table, folder / "invoices.parquet", row_group_size=40)


class TestFileSource(SourceContract):
    @classmethod
    def make_source(cls, folder: Path) -> Example:
        data = folder / "data"
        data.mkdir()
        write_files(data)
        config = {"paths": [f"{data}/*"], "primary_key": ["id"], "checkpoint_interval": 50}
        return Example(
            launch=forked(our_sources().get("file").launch()),
            config=config,
            bad_configs=[{"paths": [f"{data}/absent-*.csv"]}, {**config, "encoding": "utf-9"}],
            records={"people": 250, "orders": 120, "visits": 90, "invoices": 130},
            resumes=frozenset({"people", "invoices"}),
        )

    def test_values_come_exact_and_broken_ones_are_marked(self) -> None:
        records = self._ground().first.records
        assert records["people"][3] == {"id": "3", "name": "名字3", "amount": "3.50"}
        assert records["orders"][119]["big"] == 10**20 + 119
        assert records["invoices"][0] == {
            "id": 0, "amount": "12.30", "at": "2026-01-01T00:00:00+00:00", "rate": 0.5,
        }  # fmt: skip
        broken = {
            stream: [
                (marker["file"], marker["line"]) for record in records[stream] if (marker := broken_marker(record))
            ]
            for stream in FORMATS
        }
        assert broken == {
            "people": [("people.csv", 102)],
            "orders": [("orders.jsonl", 8)],
            "visits": [],
            "invoices": [("invoices.parquet", 6)],
        }

    @pytest.mark.parametrize("stream", ["orders", "visits"])
    def test_the_last_state_leaves_nothing(self, stream: str) -> None:
        ground = self._ground()
        last = [state for key, _, state in ground.first.states if key.name == stream][-1]
        assert ground.read([last], only=stream).records.get(stream, []) == []


def test_a_file_in_another_encoding_fails_with_file_line_and_advice(tmp_path: Path) -> None:
    (tmp_path / "客户.csv").write_bytes("编号,姓名\n1,张三\n".encode("gb18030"))
    runner, launch = Runner(tmp_path / "private"), our_sources().get("file").launch()
    config: dict[str, Any] = {"paths": [f"{tmp_path}/*.csv"]}
    spec: dict[str, Any] = {"connectionSpecification": {}}
    refused = runner.check(launch, config, spec=spec)
    assert not refused.ok
    assert "客户.csv, line 1" in refused.message
    assert "'encoding'" in refused.message
    declared = {**config, "encoding": "gb18030"}
    catalog = configured_catalog(runner.discover(launch, declared, spec=spec))
    with runner.read(launch, declared, catalog, spec=spec) as reading:
        found = [message for message in reading if isinstance(message, Message)]
    assert [message.body["data"] for message in found if message.kind is Kind.RECORD] == [{"编号": "1", "姓名": "张三"}]
    assert reading.exit_code == 0
