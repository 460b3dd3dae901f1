"""Who is who in made-up customers: ``ingot resolve`` beside Splink 5, file to file, in one run.

    python -m benchmarks.match --cache FOLDER [--records N] [--rounds N] [--only ingot|splink] [--json FILE]
    python -m benchmarks.match --cache FOLDER --family NAME... | all [--records N]
    python -m benchmarks.match --cache FOLDER --sizes 100000,300000,1000000

Each contender is a process of its own that reads a CSV without the truth and writes ids and clusters; the rounds are
interleaved. Ours gets no labels, no mapping and no settings. Splink gets a model made for the family by hand
(`match_contenders/splink_models.py`); its time is that with one threshold, its accuracy also that of the best
threshold on the truth, found in a run of its own. The drawing of the customers and these models were committed before
ours was first run on them. ``--sizes`` tells how our cost grows.
"""

import argparse
import csv
import json
import math
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from benchmarks.customers.families import FAMILIES, write
from benchmarks.match_contenders.process import measured
from benchmarks.resolve_accuracy import scores

HERE = Path(__file__).parent / "match_contenders"
ROOT = Path(__file__).parents[1]
SEED = 20_261_122
FAMILY_RECORDS = 10_000
MODULES = {"ingot": "ingot_resolve", "splink": "splink_duckdb"}
Figures = dict[str, Any]


def main() -> None:
    """Run it, print tables and one JSON object."""
    arguments = _arguments()
    runs = _Runs(arguments)
    found: Figures
    if arguments.sizes:
        found = {"growth": [runs.once("ingot", "mixed", size) for size in arguments.sizes]}
        _print_growth(found["growth"])
    else:
        found = {family: _beside(runs, family, arguments) for family in arguments.family}
        _print(found, arguments)
    found["load"] = os.getloadavg()
    print(json.dumps(found, indent=2))
    if arguments.json:
        arguments.json.write_text(json.dumps(found, indent=2), encoding="utf-8")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="ingot resolve beside Splink on made-up customers.")
    parser.add_argument("--cache", type=Path, required=True, help="a folder outside the repository")
    parser.add_argument("--records", type=int, help="1,000,000, with --family 10,000")
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--family", nargs="+", choices=[*FAMILIES, "all"])
    parser.add_argument("--only", choices=[*MODULES], help="one contender alone")
    parser.add_argument("--sizes", type=lambda text: [int(one) for one in text.split(",")], help="growth of our cost")
    parser.add_argument("--json", type=Path, help="write the figures there too")
    arguments = parser.parse_args()
    arguments.records = arguments.records or (FAMILY_RECORDS if arguments.family else 1_000_000)
    arguments.family = list(FAMILIES) if "all" in (arguments.family or ()) else arguments.family or ["mixed"]
    arguments.cache = arguments.cache.resolve()
    if ROOT in (arguments.cache, *arguments.cache.parents):
        parser.error("the cache must be outside the repository")
    arguments.cache.mkdir(parents=True, exist_ok=True)
    return arguments


class _Runs:
    """Draws sets and runs contenders on them."""

    def __init__(self, arguments: argparse.Namespace) -> None:
        self._cache = arguments.cache
        self._pythons: dict[str, str] = {"ingot": sys.executable}

    def once(self, contender: str, family: str, records: int, *, best: bool = False) -> Figures:
        """One run: what it took, and how right it was; with ``best`` at the threshold that is best on the truth."""
        if contender not in self._pythons:
            self._pythons[contender] = str(self._environment(contender))
        with tempfile.TemporaryDirectory(dir=self._cache) as name:
            folder = Path(name)
            truth = drawn(folder, family, records)
            task = {"family": family, "input": str(folder / "in.csv"), "out": str(folder / "out.csv")}
            if best:
                task["truth"] = str(folder / "truth.csv")
            command = [self._pythons[contender], "-m", f"benchmarks.match_contenders.{MODULES[contender]}"]
            environment = {**os.environ, "PYTHONPATH": str(ROOT), "TMPDIR": name, "NO_COLOR": "1"}
            figures = measured([*command, json.dumps(task)], folder, environment)
            found = _clusters(folder / ("out.best.csv" if best else "out.csv"))
        if found.keys() != truth.keys():
            raise SystemExit(f"{contender} answered for {len(found):,} records of {len(truth):,}")
        precision, recall, f1, b3 = (round(score, 4) for score in scores(truth, found))
        return {"records": records, **figures, "precision": precision, "recall": recall, "f1": f1, "b3": b3}

    def _environment(self, peer: str) -> Path:
        """The Python of a peer's environment, made where it is not there yet or its pins have changed."""
        pins = HERE / f"requirements-{peer}.txt"
        folder: Path = self._cache / peer
        mark = folder / pins.name
        if not mark.is_file() or mark.read_bytes() != pins.read_bytes():
            shutil.rmtree(folder, ignore_errors=True)
            subprocess.run([sys.executable, "-m", "venv", folder], check=True)
            subprocess.run([folder / "bin" / "pip", "install", "-qq", "-r", pins], check=True)
            shutil.copy(pins, mark)
        return folder / "bin" / "python"


def drawn(folder: Path, family: str, records: int) -> dict[str, str]:
    """Write the set without its truth and the truth beside it; record id to cluster."""
    whole, truth = folder / "whole.csv", {}
    write(family, records, SEED, whole)
    with (
        whole.open(encoding="utf-8", newline="") as file,
        (folder / "in.csv").open("w", encoding="utf-8", newline="") as given,
        (folder / "truth.csv").open("w", encoding="utf-8", newline="") as kept,
    ):
        reader, inputs, labels = csv.reader(file), csv.writer(given), csv.writer(kept)
        for number, (record, source, cluster, *values) in enumerate(reader):
            inputs.writerow((record, source, *values))
            labels.writerow((record, cluster))
            if number:
                truth[record] = cluster
    whole.unlink()
    return truth


def _clusters(path: Path) -> dict[str, str]:
    """Record id to cluster, of the first two columns."""
    with path.open(encoding="utf-8", newline="") as file:
        reader = csv.reader(file)
        next(reader)
        return {row[0]: row[1] for row in reader}


def _beside(runs: _Runs, family: str, arguments: argparse.Namespace) -> Figures:
    """Medians of what each contender took, and how right it was."""
    contenders = [arguments.only] if arguments.only else list(MODULES)
    taken: dict[str, list[Figures]] = {name: [] for name in contenders}
    for _ in range(arguments.rounds):
        for name in contenders:
            taken[name].append(runs.once(name, family, arguments.records))
    found = {name: _median(all_) for name, all_ in taken.items()}
    if "splink" in found:
        found["splink, best"] = runs.once("splink", family, arguments.records, best=True)
    return found


def _median(rounds: Sequence[Figures]) -> Figures:
    spread = {name: [one[name] for one in rounds] for name in ("wall", "cpu", "peak_mb")}
    return {
        **rounds[-1],
        **{name: round(statistics.median(all_), 2) for name, all_ in spread.items()},
        "rounds": spread,
    }


def _print(found: Figures, arguments: argparse.Namespace) -> None:
    print(
        f"{arguments.records:,} records, {arguments.rounds} rounds; 'best': threshold chosen on the truth, time with it"
    )
    print(f"{'':32}{'wall s':>8}{'CPU s':>8}{'MB':>7}{'P':>8}{'R':>8}{'F1':>8}{'B3':>8}{'pairs':>12}")
    for family, contenders in found.items():
        for name, one in contenders.items():
            print(
                f"{family + ', ' + name:32}{one['wall']:>8.1f}{one['cpu']:>8.1f}{one['peak_mb']:>7.0f}"
                f"{one['precision']:>8.4f}{one['recall']:>8.4f}{one['f1']:>8.4f}{one['b3']:>8.4f}{one['pairs']:>12,}"
            )


def _print_growth(found: Sequence[Figures]) -> None:
    """Cost by size; the last column is CPU seconds by n log n, as a multiple of the smallest size's."""
    print(f"{'records':>10}{'wall s':>9}{'CPU s':>9}{'MB':>8}{'pairs':>13}{'F1':>8}{'B3':>8}{'by n log n':>12}")

    def cost(one: Figures) -> float:
        cpu, records = float(one["cpu"]), int(one["records"])
        return cpu / (records * math.log(records))

    for one in found:
        print(
            f"{one['records']:>10,}{one['wall']:>9.1f}{one['cpu']:>9.1f}{one['peak_mb']:>8.0f}{one['pairs']:>13,}"
            f"{one['f1']:>8.4f}{one['b3']:>8.4f}{cost(one) / cost(found[0]):>12.2f}"
        )


if __name__ == "__main__":
    main()
