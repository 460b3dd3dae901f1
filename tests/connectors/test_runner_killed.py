"""Whoever is killed, host or leash: no source goes on reading, no configuration stays on disk."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from textwrap import dedent

import pytest

from tests.connectors.children import all_gone, child, written_pids

HOST = """
import sys
from pathlib import Path
from connectors.launch import Launch
from connectors.runner import Runner
launch = Launch((sys.executable, "-S", "-E", sys.argv[2]))
with Runner(Path(sys.argv[1])).read(launch, {"api_token": "sesame-4711"}, {"streams": []}) as reading:
    for message in reading:
        pass
"""


@pytest.fixture
def host(tmp_path: Path) -> Iterator[tuple[subprocess.Popen[bytes], Path]]:
    """A host of its own process that reads a source which never ends; the source writes down who and where it is."""
    told = tmp_path / "told"
    child(
        tmp_path,
        f"""
        helper = subprocess.Popen([sys.executable, "-S", "-c", "import time; time.sleep(600)"])
        line = f"{{os.getpid()}} {{helper.pid}} {{os.getppid()}} 0 {{os.getcwd()}}"
        with open({str(told)!r}, "w") as file: file.write(line)
        while True: record({{"id": 1}}); time.sleep(0.01)
        """,
    )
    arguments = [sys.executable, "-c", dedent(HOST), str(tmp_path / "private"), str(tmp_path / "child.py")]
    process = subprocess.Popen(arguments)
    yield process, told
    process.kill()
    process.wait()


def test_a_killed_host_leaves_no_source_and_no_file(host: tuple[subprocess.Popen[bytes], Path]) -> None:
    process, told = host
    pids = written_pids(told, 4)[:3]
    folder = Path(told.read_text(encoding="utf-8").split()[4])
    assert (folder / "config.json").exists()
    process.kill()
    assert all_gone(pids)
    for _ in range(200):
        if not folder.exists():
            break
        time.sleep(0.01)
    assert not folder.exists()


def test_a_killed_leash_leaves_no_source(host: tuple[subprocess.Popen[bytes], Path]) -> None:
    process, told = host
    source, _, leash = written_pids(told, 4)[:3]
    os.kill(leash, signal.SIGKILL)
    assert all_gone([source])
    assert process.wait(timeout=30) == 0
