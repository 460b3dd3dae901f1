"""dlt: a resource that reads the same source's process, into DuckDB by parquet. Runs in an environment of its own.

It appends, its fastest way; merging by the key, as the others do, costs it more.
"""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from importlib import import_module
from importlib.metadata import version
from typing import Any

import orjson

from benchmarks.sync_contenders.stopwatch import Stopwatch

# It would report its use.
os.environ["RUNTIME__DLTHUB_TELEMETRY"] = "false"


def rows(task: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The records the source sends."""
    with subprocess.Popen([task["source"], "read", "--config", task["config"]], stdout=subprocess.PIPE) as child:
        for line in child.stdout or ():
            message = orjson.loads(line)
            if message["type"] == "RECORD":
                yield message["record"]["data"]


def main() -> None:
    """Take the task as JSON in the first argument; print what it took as JSON, on the last line."""
    task = json.loads(sys.argv[1])
    # Not installed where this file is checked.
    dlt = import_module("dlt")
    pipeline = dlt.pipeline(
        "benchmark",
        pipelines_dir=f"{task['folder']}/pipelines",
        destination=dlt.destinations.duckdb(f"{task['folder']}/dlt.duckdb"),
        dataset_name="landed",
    )
    resource = dlt.resource(rows(task), name="customers", primary_key="id", write_disposition="append")
    with Stopwatch() as taken:
        pipeline.run(resource, loader_file_format="parquet")
    with pipeline.sql_client() as client:
        count = client.execute_sql("SELECT count(*) FROM customers")[0][0]
    versions = {name: version(name) for name in ("dlt", "duckdb", "pyarrow")}
    print("\n" + json.dumps({"records": count, **taken.figures, "versions": versions}))


if __name__ == "__main__":
    main()
