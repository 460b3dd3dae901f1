"""How fast one golden record is read: audited and masked, by wrk on loopback, beside Datasette and a bare Starlette.

    python -m venv /tmp/peers && /tmp/peers/bin/pip install -r benchmarks/reads-peers.txt
    python -m benchmarks.reads --peers /tmp/peers/bin/python [--database URL --keys URL]

Needs ``wrk`` (a Debian package). Ours is ``ingot serve --no-worker``: one process that proves the caller, decides,
masks, and has the audit event on the disk before it answers. Datasette gives the same customers in clear out of one
SQLite table, Starlette the same bytes every time. The three are measured in turn, several times; medians count. After
the run the audit log must hold one entry an answer, or there are no figures. Prints one JSON object.
"""

import argparse
import json
import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import text

from api.wiring import open_services
from benchmarks.reads_data import make, plain_copy
from core.database import reading

ROOT = Path(__file__).parents[1]
# By then nearly every answer was given once, as in a gateway that runs for longer than a minute.
_WARM_SECONDS = 6
_LUA = """
math.randomseed({seed})
local ids = {{ {ids} }}
local headers = {{ {headers} }}
request = function() return wrk.format("GET", "{path}" .. ids[math.random(#ids)] .. "{tail}", headers) end
done = function(summary, latency)
  local e = summary.errors
  io.write(string.format("RESULT %d %d %f %f %f %d\\n", summary.requests, summary.duration,
    latency:percentile(50), latency:percentile(99), latency.max, e.connect + e.read + e.write + e.status + e.timeout))
end
"""
_STARLETTE = """
from starlette.applications import Starlette
from starlette.responses import Response
from starlette.routing import Route
BODY = open({path!r}, "rb").read()
async def read(request):
    return Response(BODY, media_type="application/json")
app = Starlette(routes=[Route("/v1/golden/{{golden_id}}", read)])
"""


@dataclass(frozen=True)
class Contender:
    """A server to be measured: its process, and what to ask it for."""

    name: str
    pid: int
    url: str
    script: Path


@dataclass(frozen=True)
class Round:
    """What one run of wrk found."""

    requests: int
    per_second: float
    p50: float
    p99: float
    cpu_us: float


def main() -> None:
    """Run it and print one JSON object."""
    arguments = _arguments()
    with tempfile.TemporaryDirectory(dir=arguments.folder) as made:
        folder = Path(made)
        workspace = folder / "w"
        make(workspace, arguments.customers, database=arguments.database, keys=arguments.keys)
        told = json.loads((workspace / "bench.json").read_text())
        before = _disclosed(workspace)
        with _servers(folder, workspace, told, arguments) as contenders:
            answered = sum(
                _measure(one, _WARM_SECONDS, arguments).requests for one in contenders if one.name.startswith("ingot")
            )
            rounds: dict[str, list[Round]] = {one.name: [] for one in contenders}
            for _ in range(arguments.rounds):
                for one in contenders:
                    rounds[one.name].append(_measure(one, arguments.seconds, arguments))
            during = None if arguments.no_sync else _during_a_sync(contenders[0], workspace, arguments)
        answered += sum(one.requests for one in rounds["ingot"]) + (during.requests if during else 0)
        audited = _disclosed(workspace) - before
        # wrk leaves with requests on the way, one a connection: audited, and not counted by it.
        runs = arguments.rounds + 2
        if not answered <= audited <= answered + runs * (arguments.connections + 2):
            sys.exit(f"{answered} answers and {audited} entries: the figures mean nothing")
    figures = {name: _summary(found) for name, found in rounds.items()}
    if during is not None:
        figures["ingot during a sync"] = _summary([during])
    print(json.dumps({"customers": arguments.customers, "answers": answered, "entries": audited, **figures}, indent=2))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Audited, masked point reads beside Datasette and a bare Starlette.")
    parser.add_argument("--peers", help="a Python that has benchmarks/reads-peers.txt; else only ours")
    parser.add_argument("--customers", type=int, default=5_000)
    parser.add_argument("--connections", type=int, default=20)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=int, default=4)
    parser.add_argument("--database", help="an empty PostgreSQL database; else SQLite")
    parser.add_argument("--keys", help="another one, for the key store")
    parser.add_argument("--folder", help="where to put the workspace; else the temporary folder")
    parser.add_argument("--no-sync", action="store_true", help="leave out the round while records are landing")
    return parser.parse_args()


@contextmanager
def _servers(
    folder: Path, workspace: Path, told: dict[str, object], arguments: argparse.Namespace
) -> Iterator[list[Contender]]:
    ids = told["ids"]
    assert isinstance(ids, list)  # noqa: S101  written by reads_data
    headers = f'["authorization"] = "Bearer {told["token"]}"'
    ours = [sys.executable, "-m", "api.cli.main", "-w", str(workspace), "serve", "--no-worker", "--port"]
    starts: list[tuple[str, list[str], Path, Path]] = [
        ("ingot", ours, ROOT, _script(folder, "ours", ids, headers, "/v1/golden/", "")),
    ]
    if arguments.peers:
        plain_copy(folder / "plain.db", arguments.customers, ids)
        datasette = [arguments.peers, "-m", "datasette", "serve", str(folder / "plain.db"), "--port"]
        script = _script(folder, "datasette", ids, "", "/plain/golden/", ".json?_shape=objects")
        starts.append(("datasette", datasette, folder, script))
        (folder / "body.json").write_bytes(b"{" + b" " * 1_400 + b"}")
        (folder / "bare.py").write_text(_STARLETTE.format(path=str(folder / "body.json")))
        bare = [arguments.peers, "-m", "uvicorn", "bare:app", "--no-access-log", "--log-level", "error", "--port"]
        starts.append(("starlette", bare, folder, _script(folder, "bare", ids, "", "/v1/golden/", "")))
    running: list[subprocess.Popen[bytes]] = []
    found = []
    try:
        for number, (name, command, where, script) in enumerate(starts):
            port = 20_000 + (os.getpid() + 7_001 * number) % 30_000
            environment = {**os.environ, "PYTHONPATH": str(where)}
            process = subprocess.Popen(
                [*command, str(port)], cwd=where, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
            )
            running.append(process)
            found.append(Contender(name, process.pid, f"http://127.0.0.1:{port}", script))
            _wait(f"http://127.0.0.1:{port}/", process)
        yield found
    finally:
        for process in running:
            process.terminate()
            process.wait(60)


def _script(folder: Path, name: str, ids: Sequence[object], headers: str, path: str, tail: str) -> Path:
    file = folder / f"{name}.lua"
    listed = ", ".join(f'"{one}"' for one in ids)
    file.write_text(_LUA.format(seed=20261122, ids=listed, headers=headers, path=path, tail=tail))
    file.chmod(0o600)
    return file


def _measure(one: Contender, seconds: int, arguments: argparse.Namespace) -> Round:
    wrk = shutil.which("wrk") or sys.exit("wrk is not here; install the Debian package of that name")
    command = [str(wrk), "-t1", f"-c{arguments.connections}", f"-d{seconds}s", "-s", str(one.script), one.url]
    before = _cpu_seconds(one.pid)
    out = subprocess.run(command, capture_output=True, text=True, check=True, timeout=seconds + 60).stdout
    burnt = _cpu_seconds(one.pid) - before
    read = re.search(r"RESULT (\d+) (\d+) ([\d.]+) ([\d.]+) ([\d.]+) (\d+)", out)
    if read is None or int(read[6]):
        sys.exit(f"{one.name} did not answer every request:\n{out}")
    requests = int(read[1])
    return Round(
        requests, requests / int(read[2]) * 1e6, float(read[3]) / 1e3, float(read[4]) / 1e3, burnt / requests * 1e6
    )


def _during_a_sync(ours: Contender, workspace: Path, arguments: argparse.Namespace) -> Round:
    """A round while another process syncs into the same workspace."""
    landing = [sys.executable, "-m", "benchmarks.reads_sync", str(workspace), str(arguments.seconds + 6)]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    process = subprocess.Popen(landing, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None  # noqa: S101  asked for above
    process.stdout.readline()
    found = _measure(ours, arguments.seconds, arguments)
    process.communicate(timeout=120)
    if process.returncode:
        sys.exit("the sync beside the reads failed")
    return found


def _disclosed(workspace: Path) -> int:
    """Disclosures in the audit log, once all have their place in it."""
    with open_services(workspace) as services:
        services.sequencer.sequence_all()
        with reading(services.engine) as connection:
            query = text("SELECT count(*) FROM audit_entry WHERE action = 'golden.disclosed'")
            return int(connection.execute(query).scalar_one())


def _summary(found: Sequence[Round]) -> dict[str, object]:
    def middle(name: str) -> float:
        return round(float(statistics.median(getattr(one, name) for one in found)), 2)

    rates = [round(one.per_second) for one in found]
    return {
        "per_second": round(middle("per_second")),
        "p50_ms": middle("p50"),
        "p99_ms": middle("p99"),
        "cpu_us_a_request": round(middle("cpu_us")),
        "best_per_second": max(rates),
        "best_p99_ms": round(min(one.p99 for one in found), 2),
        "rounds": rates,
    }


def _cpu_seconds(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    ticks = int(fields[11]) + int(fields[12])
    return ticks / float(os.sysconf("SC_CLK_TCK"))


def _wait(url: str, process: subprocess.Popen[bytes]) -> None:
    for _ in range(600):
        if process.poll() is not None:
            break
        try:
            urllib.request.urlopen(url, timeout=5)  # noqa: S310  loopback
        except urllib.error.HTTPError:
            return
        except OSError:
            time.sleep(0.1)
        else:
            return
    sys.exit(f"{url} did not start")


if __name__ == "__main__":
    main()
