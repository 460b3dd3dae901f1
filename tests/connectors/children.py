"""Hostile and odd sources, each a few lines of Python run without site packages so that they start quickly."""

import sys
import time
from pathlib import Path
from textwrap import dedent

from connectors.launch import Launch

_HEAD = """
import json, os, signal, subprocess, sys, time
verb = sys.argv[1]
options = dict(zip(sys.argv[2::2], sys.argv[3::2]))
def say(kind, part, body):
    sys.stdout.write(json.dumps({"type": kind, part: body}) + "\\n"); sys.stdout.flush()
def record(data, stream="people"):
    say("RECORD", "record", {"stream": stream, "data": data, "emitted_at": 1})
def state(position, count, stream="people"):
    say("STATE", "state", {"type": "STREAM", "sourceStats": {"recordCount": count},
        "stream": {"stream_descriptor": {"name": stream}, "stream_state": position}})
def given(name):
    with open(options["--" + name]) as file: return json.load(file)
"""


def child(folder: Path, body: str) -> Launch:
    """A source that runs ``body``; ``verb``, ``say``, ``record``, ``state`` and ``given`` are there for it."""
    script = folder / "child.py"
    script.write_text(_HEAD + dedent(body), encoding="utf-8")
    return Launch((sys.executable, "-S", "-E", str(script)))


def is_gone(pid: int) -> bool:
    """Whether a process has ended; a dead one that nobody has waited for yet counts as ended."""
    try:
        text = Path(f"/proc/{pid}/stat").read_text(encoding="ascii")
    except (FileNotFoundError, ProcessLookupError):
        return True
    return text.rpartition(")")[2].split()[0] in {"Z", "X"}


def all_gone(pids: list[int]) -> bool:
    for _ in range(500):
        if all(is_gone(pid) for pid in pids):
            return True
        time.sleep(0.01)
    return False


def written_pids(path: Path, count: int) -> list[int]:
    for _ in range(1000):
        lines = path.read_text(encoding="ascii").split() if path.exists() else []
        if len(lines) >= count:
            return [int(line) for line in lines[:count]]
        time.sleep(0.01)
    raise AssertionError("the child did not start")
