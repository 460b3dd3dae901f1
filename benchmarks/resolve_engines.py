"""Embedded engine and Spark on the same file: digests of ids, scores and partition, seconds and memory.

python -m benchmarks.resolve_engines FILE --id COLUMN [--map COLUMN=ATTRIBUTE ...] [--cores 2]
Needs the extra ``spark`` and Java.
"""

import argparse
import os
import resource
import sys
from pathlib import Path
from time import monotonic, process_time

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


def main() -> None:
    """Run both and compare."""
    from pyspark.sql import SparkSession  # noqa: PLC0415  (only here is it needed)

    from merge.match.parts import standard_parts  # noqa: PLC0415
    from merge.resolve.spark_work import SparkWork  # noqa: PLC0415

    parser = argparse.ArgumentParser(description="Embedded and Spark side by side.")
    parser.add_argument("file", type=Path)
    parser.add_argument("--id", required=True)
    parser.add_argument("--map", action="append", default=[])
    parser.add_argument("--cores", type=int, default=2)
    options = parser.parse_args()
    mapping = dict(one.split("=", 1) for one in options.map)
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    print("embedded", flush=True)
    embedded = run(options.file, options.id, mapping, Engine(), standard_parts)
    session = (
        SparkSession.builder.master(f"local[{options.cores}]")
        .config("spark.driver.host", "127.0.0.1")
        .config("spark.driver.bindAddress", "127.0.0.1")
        .config("spark.ui.enabled", "false")
        .config("spark.driver.memory", "3g")
        .config("spark.driver.maxResultSize", "0")
        .getOrCreate()
    )
    work = SparkWork(session)
    print("spark", flush=True)
    spark = run(options.file, options.id, mapping, work.engine(), work.standard)
    session.stop()
    print(embedded, spark, "identical" if embedded == spark else "DIFFERENT", sep="\n")
    sys.exit(embedded != spark)


if __name__ == "__main__":
    main()
