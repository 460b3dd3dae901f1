"""PyAirbyte: the same source as a local executable, into its DuckDB cache. Runs in an environment of its own."""

import json
import os
import sys
from importlib import import_module
from importlib.metadata import version
from pathlib import Path

from benchmarks.sync_contenders.stopwatch import Stopwatch

# It would ask the network for a list of connectors and report its use.
os.environ.update({"AIRBYTE_OFFLINE_MODE": "1", "DO_NOT_TRACK": "1"})


def main() -> None:
    """Take the task as JSON in the first argument; print what it took as JSON, on the last line."""
    task = json.loads(sys.argv[1])
    # Not installed where this file is checked.
    airbyte, caches = import_module("airbyte"), import_module("airbyte.caches")
    source = airbyte.get_source(
        "source-customers",
        config=json.loads(Path(task["config"]).read_text(encoding="utf-8")),
        local_executable=Path(task["source"]),
        streams="*",
    )
    cache = caches.DuckDBCache(db_path=Path(task["folder"]) / "cache.duckdb")
    with Stopwatch() as taken:
        result = source.read(cache=cache)
    count = len(result["customers"])
    versions = {name: version(name) for name in ("airbyte", "airbyte-cdk", "duckdb", "pyarrow")}
    print("\n" + json.dumps({"records": count, **taken.figures, "versions": versions}))


if __name__ == "__main__":
    main()
