"""Hostile and odd sources, each a few lines of Python run without site packages so that they start quickly."""

import sys
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
