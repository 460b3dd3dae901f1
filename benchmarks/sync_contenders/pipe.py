"""The floor: the source's process, its pipe, and `orjson.loads` of every line."""

import json
import subprocess
import sys
from importlib.metadata import version

import orjson

from benchmarks.sync_contenders.stopwatch import Stopwatch


def main() -> None:
    """Take the task as JSON in the first argument; print what it took as JSON."""
    task = json.loads(sys.argv[1])
    count = 0
    with (
        Stopwatch() as taken,
        subprocess.Popen([task["source"], "read", "--config", task["config"]], stdout=subprocess.PIPE) as child,
    ):
        for line in child.stdout or ():
            count += orjson.loads(line)["type"] == "RECORD"
    print(json.dumps({"records": count, **taken.figures, "versions": {"orjson": version("orjson")}}))


if __name__ == "__main__":
    main()
