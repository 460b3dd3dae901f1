import os
import sys
from pathlib import Path

import pytest

from benchmarks.customers.draw import LABELS
from benchmarks.customers.families import FAMILIES
from benchmarks.match import SEED, drawn
from benchmarks.match_contenders.process import measured
from benchmarks.resolve_accuracy import scores

HUNGRY = (
    "import json, subprocess, sys, time; held = bytearray({own} << 20); time.sleep(0.5); {more};"
    " print(json.dumps(dict(done=1)))"
)


def run(folder: Path, program: str) -> dict[str, float]:
    return measured([sys.executable, "-c", program], folder, os.environ)


def test_contenders_see_every_record_and_nothing_of_the_truth(tmp_path: Path) -> None:
    truth = drawn(tmp_path, "census", 300)
    header, *lines = (tmp_path / "in.csv").read_text(encoding="utf-8").splitlines()
    assert header.split(",") == [LABELS[0], LABELS[1], *FAMILIES["census"].columns]
    assert [line.split(",")[0] for line in lines] == list(truth)
    assert not list(tmp_path.glob("whole*"))
    assert SEED


def test_memory_of_a_run_is_that_of_its_whole_tree(tmp_path: Path) -> None:
    child = f"{sys.executable!r}, '-c', 'held = bytearray(120 << 20); import time; time.sleep(1)'"
    alone = run(tmp_path, HUNGRY.format(own=80, more="pass"))
    both = run(tmp_path, HUNGRY.format(own=80, more=f"subprocess.run([{child}], check=True)"))
    assert alone["done"] == 1
    assert 80 <= alone["peak_mb"] < 130
    assert both["peak_mb"] > alone["peak_mb"] + 90


def test_a_contender_that_fails_ends_the_benchmark_with_what_it_said(tmp_path: Path) -> None:
    with pytest.raises(SystemExit, match="no such model"):
        run(tmp_path, "raise SystemExit('no such model')")


def test_pair_and_b_cubed_scores_of_a_worked_example() -> None:
    truth = {"a": "1", "b": "1", "c": "1", "d": "2"}
    precision, recall, f1, b3 = scores(truth, {"a": "x", "b": "x", "c": "y", "d": "y"})
    assert precision == pytest.approx(0.5)
    assert recall == pytest.approx(1 / 3)
    assert f1 == pytest.approx(0.4)
    # B-cubed: precision (1 + 1 + 1/2 + 1/2) / 4, recall (2/3 + 2/3 + 1/3 + 1) / 4.
    assert b3 == pytest.approx(2 * 0.75 * (8 / 12) / (0.75 + 8 / 12))
