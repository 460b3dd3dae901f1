"""Accuracy and time of ``ingot resolve`` on every labelled set in INGOT_BENCH_DATA: no labels, no mapping.

usage: python benchmarks/resolve_accuracy.py [SET...]
"""

import csv
import gzip
import os
import sys
from collections import Counter
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from merge.resolve.files import ResolveOptions, resolve_files


def truth_of(path: Path) -> dict[str, str]:
    """Record id to cluster id."""
    text = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
    return {row["unique_id"]: row["cluster_id"] for row in csv.DictReader(text.decode().splitlines())}


def scores(truth: dict[str, str], found: dict[str, str]) -> tuple[float, float, float, float]:
    """Pair precision, recall and F1, and B-cubed F1."""

    def pairs(sizes: Counter[Any]) -> int:
        return sum(size * (size - 1) // 2 for size in sizes.values())

    both = Counter((found[record], truth[record]) for record in truth)
    predicted, true = Counter(found.values()), Counter(truth.values())
    right = pairs(both)
    precision, recall = right / max(1, pairs(predicted)), right / max(1, pairs(true))
    f1 = 2 * precision * recall / (precision + recall) if right else 0.0
    b_precision = sum(size * size / predicted[golden] for (golden, _), size in both.items()) / len(truth)
    b_recall = sum(size * size / true[cluster] for (_, cluster), size in both.items()) / len(truth)
    return precision, recall, f1, 2 * b_precision * b_recall / (b_precision + b_recall)


def measured(path: Path, folder: Path) -> str:
    """One line of figures for a set."""
    out = folder / "out.csv"
    statistics = resolve_files(ResolveOptions(inputs=[path], out=out, id_column="unique_id"))
    with out.open(encoding="utf-8", newline="") as file:
        found = {row["record_id"]: row["golden_id"] for row in csv.DictReader(file)}
    precision, recall, f1, b3 = scores(truth_of(path), found)
    seconds = sum(statistics.seconds.values())
    cut = f"{statistics.model['cut'] / 1000:.2f} {statistics.model['cut_found_by']}"
    return (
        f"{path.parent.name:16} {statistics.records:7} {statistics.candidate_pairs:9} {precision:7.4f} {recall:7.4f} "
        f"{f1:7.4f} {b3:7.4f} {seconds:7.1f} {statistics.peak_rss_mb:7.0f}  {cut}"
    )


def main(names: list[str]) -> int:
    """Print a table; 1 where there is no data."""
    root = os.environ.get("INGOT_BENCH_DATA")
    paths = sorted(Path(root, "er").glob("*/records.csv*")) if root else []
    if not paths:
        print("Set INGOT_BENCH_DATA to the folder that holds er/*/records.csv.", file=sys.stderr)
        return 1
    print("set              records     pairs       P       R      F1      B3 seconds      MB  cut")
    with TemporaryDirectory() as folder:
        for path in paths:
            if not names or path.parent.name in names:
                print(measured(path, Path(folder)), flush=True)
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
