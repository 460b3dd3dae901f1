"""``ingot resolve`` on a CSV, as a user runs it: no labels, no mapping, no model of the family."""

import json
import sys
from importlib.metadata import version
from pathlib import Path

from api.cli.main import run
from benchmarks.sync_contenders.stopwatch import Stopwatch


def main() -> None:
    """Take the task as JSON in the first argument; print what it took as JSON."""
    task = json.loads(sys.argv[1])
    statistics = Path(task["out"]).with_suffix(".json")
    with Stopwatch() as taken:
        sys.argv = [
            "ingot",
            "resolve",
            task["input"],
            "--id",
            "unique_id",
            "-o",
            task["out"],
            "--stats",
            str(statistics),
        ]
        try:
            run()
        except SystemExit as end:
            if end.code:
                raise
    told = json.loads(statistics.read_text(encoding="utf-8"))
    versions = {name: version(name) for name in ("numpy", "rapidfuzz")}
    figures = {"pairs": told["candidate_pairs"], "stages": told["seconds"], "versions": versions}
    print(json.dumps({**taken.figures, **figures}))


if __name__ == "__main__":
    main()
