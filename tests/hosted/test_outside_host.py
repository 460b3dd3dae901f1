"""Our sources under a host that nobody here wrote (PyAirbyte): it must get the very records that ours gets."""

import json
import os
import shlex
import subprocess
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from connectors.catalogue import configured_catalog, our_sources
from connectors.egress.rules import Egress
from connectors.launch import EGRESS_ALLOW
from connectors.protocol import Kind, Message
from connectors.runner import Runner
from tests.connectors.zygote import forked
from tests.hosted.own_sources import ROWS, own_sources

pytestmark = [pytest.mark.full, pytest.mark.xdist_group("hosted"), pytest.mark.timeout(600)]
LOOPBACK = Egress.parse(["127.0.0.1"])
SCRIPT = Path(__file__).with_name("pyairbyte_read.py")


def as_program(folder: Path, name: str) -> Path:
    """One of our sources as a program of the protocol, as anybody would write it: a shell script of two lines."""
    launch = forked(our_sources().get(name).launch())
    environment = {**launch.environment, EGRESS_ALLOW: LOOPBACK.to_text()}
    surroundings = " ".join(f"{variable}={shlex.quote(value)}" for variable, value in environment.items())
    path = folder / f"source-{name}"
    path.write_text(
        f'#!/bin/sh\nverb=$1; shift\nexec env {surroundings} {shlex.join(launch.command)} "$verb" "$@" '
        f"{shlex.join(launch.options)}\n",
        encoding="utf-8",
    )
    path.chmod(0o755)
    return path


def test_an_outside_host_gets_the_same_records(outside: Path, tmp_path: Path) -> None:
    runner = Runner(tmp_path / "private", egress=LOOPBACK)
    ours: dict[tuple[str, str], Counter[str]] = {}
    with own_sources(tmp_path) as own:
        wanted: dict[str, Any] = {}
        for name, source in own.items():
            wanted[name] = {"program": str(as_program(tmp_path, name)), "config": dict(source.config)}
            launch = forked(our_sources().get(name).launch())
            catalog = configured_catalog(runner.discover(launch, source.config))
            with runner.read(launch, source.config, catalog) as messages:
                for message in messages:
                    if isinstance(message, Message) and message.kind is Kind.RECORD and message.stream is not None:
                        key = (name, message.stream.name)
                        ours.setdefault(key, Counter())[as_text(message.body["data"])] += 1
        (tmp_path / "wanted.json").write_text(json.dumps(wanted), encoding="utf-8")
        ended = subprocess.run(
            [str(outside), str(SCRIPT), str(tmp_path / "wanted.json"), str(tmp_path / "records.jsonl")],
            cwd=tmp_path,
            env={
                "PATH": os.environ["PATH"],
                "HOME": str(tmp_path),
                "TMPDIR": str(tmp_path),
                "AIRBYTE_OFFLINE_MODE": "1",
                "DO_NOT_TRACK": "1",
            },
            capture_output=True,
            text=True,
            timeout=480,
            check=False,
        )
    assert ended.returncode == 0, ended.stderr[-3000:]
    theirs: dict[tuple[str, str], Counter[str]] = {}
    for line in (tmp_path / "records.jsonl").read_text(encoding="utf-8").splitlines():
        name, stream, record = json.loads(line)
        theirs.setdefault((name, stream), Counter())[as_text(record)] += 1
    assert {key: found.total() for key, found in ours.items()} == {
        ("email", "contacts"): ROWS,
        ("email", "messages"): ROWS,
        ("email_imap", "contacts"): ROWS,
        ("email_imap", "messages"): ROWS,
        ("file", "orders"): ROWS,
        ("file", "people"): ROWS,
        ("social", "profiles"): ROWS,
        ("sql", "customers"): ROWS,
    }
    assert theirs == ours


def as_text(record: dict[str, Any]) -> str:
    """A record as text. The outside host adds columns of its own, and a null for every field that is left out."""
    kept = {name: value for name, value in record.items() if value is not None and not name.startswith("_airbyte_")}
    return json.dumps(kept, sort_keys=True)
