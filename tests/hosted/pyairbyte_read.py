"""Reads sources with PyAirbyte and writes down their records: run by the interpreter of PyAirbyte's own environment.

``python pyairbyte_read.py WANTED OUT``: WANTED is JSON ``{name: {"program": path, "config": {...}}}``, OUT gets a JSON
line a record, ``[name, stream, record]``. Nothing of ours is imported.
"""

import json
import sys
from pathlib import Path
from typing import Any

import airbyte  # type: ignore[import-not-found]  # there in the environment that runs this


def main(wanted: str, out: str) -> None:
    """Check every source, ask it for its streams, and read each of them."""
    given: dict[str, Any] = json.loads(Path(wanted).read_text(encoding="utf-8"))
    with Path(out).open("w", encoding="utf-8") as file:
        for name, one in sorted(given.items()):
            source = airbyte.get_source(f"source-{name}", config=one["config"], local_executable=Path(one["program"]))
            source.check()
            for stream in source.get_available_streams():
                records = source.get_records(stream)
                # Dates become objects of the outside host; as text they are what the source sent.
                lines = (json.dumps([name, stream, dict(one)], ensure_ascii=False, default=str) for one in records)
                file.writelines(line + "\n" for line in lines)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
