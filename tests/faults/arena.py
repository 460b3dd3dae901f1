"""Workspaces to break: made once on each kind of database, copied for every crash."""

import shutil
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from uuid import uuid4

from sqlalchemy import Engine, create_engine, text
from sqlalchemy.engine import make_url

from core.database import make_engine
from core.key_store import KeyStore
from tests.faults.operations import make_workspace
from tests.faults.zygote import Zygote

MEMORY = Path("/dev/shm")  # noqa: S108 - a folder of our own is made in it; a kill does not lose what is in memory


@dataclass
class Arena:
    """The folder and databases of one kind of database. One workspace is in use at a time, always at one place."""

    zygote: Zygote
    folder: Path
    template: str | Path
    server: str = ""
    _bases: set[str] = field(default_factory=set)
    _admin: Engine | None = None

    @property
    def kind(self) -> str:
        """Which database."""
        return "postgresql" if self.server else "sqlite"

    @property
    def now(self) -> Path:
        """The workspace in use."""
        return self.folder / "now"

    @property
    def environment(self) -> Mapping[str, str]:
        """Where its databases are."""
        if not self.server:
            return {}
        return {"INGOT_DATABASE": self._url(self._name("now")), "INGOT_KEYS": self._url(self._name("now_keys"))}

    def begin(self, done: Sequence[str] = ()) -> Path:
        """Bring the workspace in use to where those operations are done, from a copy where there is one."""
        wanted = "-".join(("base", *done))
        if wanted not in self._bases:
            if done:
                self.begin(done[:-1])
                self.call("prepare", name=done[-1])
            else:
                self._create()
                self.call("prepare", name="make")
            self._copy("now", wanted)
            self._bases.add(wanted)
        self._copy(wanted, "now")
        return self.now

    def call(self, function: str, **arguments: object) -> object:
        """Run a function of ``operations`` on the workspace in use and have it end well."""
        ended = self.zygote.call(
            f"tests.faults.operations:{function}", dict(self.environment), folder=str(self.now), **arguments
        )
        assert ended.code == 0, ended.code
        return ended.answer

    def remove(self) -> None:
        """Leave nothing."""
        shutil.rmtree(self.folder, ignore_errors=True)
        for base in [*self._bases, "now"] if self.server else ():
            self._drop(self._name(base))
            self._drop(self._name(f"{base}_keys"))
        if self._admin is not None:
            self._admin.dispose()

    def _create(self) -> None:
        shutil.rmtree(self.now, ignore_errors=True)
        make_workspace(self.now)
        if not self.server:
            shutil.copy(self.template, self.now / "ingot.db")
            return
        for name, template in ((self._name("now"), str(self.template)), (self._name("now_keys"), "template1")):
            self._drop(name)
            self._run(f"CREATE DATABASE {name} TEMPLATE {template}")
        keys = make_engine(self._url(self._name("now_keys")))
        KeyStore(keys).prepare()
        keys.dispose()

    def _copy(self, origin: str, target: str) -> None:
        shutil.rmtree(self.folder / target, ignore_errors=True)
        shutil.copytree(self.folder / origin, self.folder / target)
        for part in ("", "_keys") if self.server else ():
            self._drop(self._name(target + part))
            self._run(f"CREATE DATABASE {self._name(target + part)} TEMPLATE {self._name(origin + part)}")

    def _name(self, name: str) -> str:
        return f"{self.folder.name}_{name}".replace("-", "_").lower()

    def _url(self, name: str) -> str:
        return make_url(self.server).set(database=name, drivername="postgresql").render_as_string(hide_password=False)

    def _drop(self, name: str) -> None:
        self._run(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")

    def _run(self, statement: str) -> None:
        if self._admin is None:
            url = make_url(self.server).set(drivername="postgresql+psycopg")
            self._admin = create_engine(url, isolation_level="AUTOCOMMIT", pool_pre_ping=True)
        with self._admin.connect() as connection:
            connection.execute(text(statement))


@contextmanager
def arena(zygote: Zygote, template: str | Path, server: str = "") -> Iterator[Arena]:
    """An arena in memory where there is a memory file system."""
    parent = MEMORY if MEMORY.is_dir() else None
    folder = Path(tempfile.mkdtemp(prefix="faults", suffix=uuid4().hex[:6], dir=parent))
    made = Arena(zygote, folder, template, server)
    try:
        yield made
    finally:
        made.remove()
