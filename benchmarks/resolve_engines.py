"""Embedded engine and Spark on the same file: digests of ids, scores and partition, seconds and memory.

python -m benchmarks.resolve_engines FILE --id COLUMN [--map COLUMN=ATTRIBUTE ...] [--cores 2]
python -m benchmarks.resolve_engines --family chinese_channels --records 1000000 [--seed 47]
Needs the extra ``spark`` and Java. Ends with 1 where the two differ.
"""

import argparse
import os
import resource
import sys
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory
from time import monotonic, process_time

from benchmarks.customers.families import FAMILIES, write
from merge.resolve.digests import Digests, digests
from merge.resolve.file_records import load, standardise_rows
from merge.resolve.whole import Engine, resolve


def _quiet(_: str) -> None:
    pass


def run(path: Path, name: str, mapping: dict[str, str], engine: Engine, standard: object) -> Digests:
    """Digests of one engine; figures are printed."""
    begun, used = monotonic(), process_time()
    tables, chosen, ids, notes = load([path], id_column=name, source_column=None, mapping=mapping)
    batch = standardise_rows(tables, chosen, ids, by_id=True, notes=notes, standard=standard)  # type: ignore[arg-type]
    resolved = resolve(batch.records, stage=_quiet, engine=engine)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    own = process_time() - used
    print(f"  {monotonic() - begun:.1f} s wall, {own:.1f} CPU-s and {peak:.0f} MB peak in the driver, "
          f"{len(ids)} records, {resolved.candidates} pairs", flush=True)  # fmt: skip
    return digests(resolved, batch)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Embedded and Spark side by side.")
    parser.add_argument("file", type=Path, nargs="?", help="a file of your own; else one is drawn")
    parser.add_argument("--id", default="unique_id")
    parser.add_argument("--map", action="append", default=[])
    parser.add_argument("--family", choices=sorted(FAMILIES), default="chinese_channels")
    parser.add_argument("--records", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=47)
    parser.add_argument("--cores", type=int, default=2)
    parser.add_argument("--memory", default="3g", help="of Spark's driver")
    return parser.parse_args()


def _input(options: argparse.Namespace, folder: Path) -> tuple[Path, str, dict[str, str]]:
    """The file, its column of ids, and what columns hold; of a drawn one the truth is left out."""
    mapping = dict(one.split("=", 1) for one in options.map)
    if options.file is not None:
        return options.file, options.id, mapping
    path = folder / f"{options.family}.csv"
    write(options.family, options.records, options.seed, path)
    print(f"{options.family}, {options.records} records, seed {options.seed}: {sha256(path.read_bytes()).hexdigest()}")
    return path, "unique_id", {"cluster_id": "ignore", **mapping}


def main() -> None:
    """Run both and compare."""
    from pyspark.sql import SparkSession  # noqa: PLC0415  (only here is it needed)

    from merge.match.parts import standard_parts  # noqa: PLC0415
    from merge.resolve.spark_work import SparkWork  # noqa: PLC0415

    options = _options()
    with TemporaryDirectory() as folder:
        path, name, mapping = _input(options, Path(folder))
        os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
        print("embedded", flush=True)
        embedded = run(path, name, mapping, Engine(), standard_parts)
        session = (
            SparkSession.builder.master(f"local[{options.cores}]")
            .config("spark.driver.host", "127.0.0.1")
            .config("spark.driver.bindAddress", "127.0.0.1")
            .config("spark.ui.enabled", "false")
            .config("spark.driver.memory", options.memory)
            .config("spark.driver.maxResultSize", "0")
            .getOrCreate()
        )
        work = SparkWork(session)
        print("spark", flush=True)
        spark = run(path, name, mapping, work.engine(), work.standard)
        session.stop()
    print(embedded, spark, "identical" if embedded == spark else "DIFFERENT", sep="\n")
    sys.exit(embedded != spark)


if __name__ == "__main__":
    main()
