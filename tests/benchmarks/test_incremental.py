import json
import sys
from pathlib import Path

import pytest

from benchmarks import incremental


def run(monkeypatch: pytest.MonkeyPatch, cache: Path, *more: str) -> dict[str, dict[str, object]]:
    told = cache / "told.json"
    size = ("--records", "120", "--singles", "3", "--batches", "1")
    monkeypatch.setattr(sys, "argv", ["incremental", "--cache", str(cache), *size, "--json", str(told), *more])
    incremental.main()
    found: dict[str, dict[str, object]] = json.loads(told.read_text(encoding="utf-8"))
    return found


def test_both_databases_start_from_the_same_base_and_find_the_same_customers(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, postgres_url: str
) -> None:
    found = run(monkeypatch, tmp_path, "--postgres", postgres_url)
    sqlite, postgres = found["SQLite"], found["PostgreSQL"]
    assert sqlite["base"] == postgres["base"] == 120
    assert 0 < int(str(sqlite["found_a_customer_of_the_base"])) <= 103
    for figure in ("base_golden", "found_a_customer_of_the_base"):
        assert sqlite[figure] == postgres[figure]


def test_a_base_that_was_cut_short_is_gone_on_with(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(incremental, "_STEP", 50)
    plain = incremental._record
    steps: list[tuple[str, ...]] = []

    def record(row: tuple[str, ...]) -> object:
        if len(steps) == 70:
            raise KeyboardInterrupt
        steps.append(row)
        return plain(row)

    with monkeypatch.context() as cut:
        cut.setattr(incremental, "_record", record)
        with pytest.raises(KeyboardInterrupt):
            run(monkeypatch, tmp_path)
    (part,) = tmp_path.glob("part-base-120-*")
    assert (part / "taken").read_text(encoding="ascii") == "50"
    assert run(monkeypatch, tmp_path)["SQLite"]["base"] == 120
    assert not list(tmp_path.glob("part-*"))
