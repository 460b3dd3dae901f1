"""Sources that were installed from a package: what is kept of each, and how it is started.

``FOLDER/NAME.json`` says what NAME is and is written last, by renaming; ``FOLDER/environments/ID`` holds its files.
An environment that no such file names is left over. Nothing is installed here: ``connectors.installing`` does that.
"""

import fcntl
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any

import orjson

from connectors.launch import Launch, launch_manifest
from core.errors import Conflict, Damaged, Invalid, NotFound

NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,63}")


@dataclass(frozen=True, slots=True)
class InstalledSource:
    """One installed source.

    Attributes:
        name: what commands call it.
        distribution: the package it came from, with ``version``.
        program: path of its executable inside the environment; None when its manifest is hosted on our own CDK.
        manifest: path of the manifest inside the environment; None when its program is run.
        trust_components: whether an operator allowed the manifest's own Python code.
        packages: every distribution of the environment: name, version and the hash of its list of files (each of
            which the list names with its own hash).
        digest: SHA-256 over ``packages``, hexadecimal.
        environment: name of its folder; ``before`` is that of the version it replaced, which a sync may still use.
        python: version of the interpreter it was installed for.
    """

    name: str
    distribution: str
    version: str
    program: str | None
    manifest: str | None
    digest: str
    environment: str
    python: str
    installed_at: str
    packages: Sequence[Mapping[str, str]] = field(default_factory=tuple)
    trust_components: bool = False
    before: str | None = None

    @property
    def hosting(self) -> str:
        """``program`` or ``manifest``: whose code reads the source."""
        return "program" if self.program else "manifest"


class InstalledSources:
    """The installed sources below one folder of the workspace."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.environments = folder / "environments"

    def list(self) -> list[InstalledSource]:
        """All of them, by name. Raises Damaged ``source.record_damaged``."""
        return [self._read(path) for path in sorted(self.folder.glob("*.json"))]

    def has(self, name: str) -> bool:
        """Whether there is an installed source of this name."""
        return NAME.fullmatch(name) is not None and (self.folder / f"{name}.json").is_file()

    def get(self, name: str) -> InstalledSource:
        """One of them. Raises NotFound ``source.not_installed``, Damaged ``source.record_damaged``."""
        if not self.has(name):
            raise NotFound(
                "source.not_installed",
                f"No source '{name}' is installed on this machine; 'ingot source list' names those there are, "
                "'ingot source install PACKAGE' adds one.",
            )
        return self._read(self.folder / f"{name}.json")

    def launch(self, name: str) -> Launch:
        """How it is started. Raises NotFound ``source.not_installed`` also when its files are gone."""
        return self.launch_of(self.get(name))

    def launch_of(self, found: InstalledSource) -> Launch:
        """How a source is started that is not kept yet."""
        where = self.environments / found.environment
        inside = where / (found.program or found.manifest or "")
        if not inside.is_file():
            raise NotFound(
                "source.not_installed",
                f"The files of the installed source '{found.name}' are not on this machine; run 'ingot source install "
                f"{found.distribution}=={found.version}' again.",
            )
        if found.manifest is not None:
            components = inside.with_name("components.py") if found.trust_components else None
            return launch_manifest(
                inside,
                components=components if components is not None and components.is_file() else None,
                trust_components=found.trust_components,
            )
        # Started by its own interpreter, so that neither the length of a path nor a moved folder is in the way.
        return Launch((str(where / "bin" / "python"), str(inside)))

    def keep(self, found: InstalledSource) -> InstalledSource:
        """Make it the source of that name, at once; the environment it replaces stays as ``before``."""
        if not NAME.fullmatch(found.name):
            raise Invalid("source.name_invalid", "Name a source with at most 64 of a-z, 0-9 and '-'; use --name.")
        if self.has(found.name):
            found = replace(found, before=self.get(found.name).environment)
        path = self.folder / f"{found.name}.json"
        new = path.with_suffix(".new")
        new.write_bytes(orjson.dumps(asdict(found), option=orjson.OPT_INDENT_2 | orjson.OPT_SORT_KEYS))
        new.replace(path)
        return found

    def forget(self, name: str) -> None:
        """Let it be installed no more; its files are left over then."""
        (self.folder / f"{name}.json").unlink(missing_ok=True)

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Hold the folder while sources are put in or taken out; given back also by a process that dies.

        Raises Conflict ``source.install_running`` while somebody else holds it.
        """
        self.environments.mkdir(parents=True, exist_ok=True, mode=0o700)
        with (self.folder / ".lock").open("w", encoding="utf-8") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise Conflict(
                    "source.install_running",
                    "Another source is being installed or uninstalled in this workspace; try again when it is done.",
                ) from None
            yield

    def in_use(self) -> set[str]:
        """Names of the environments that are not left over."""
        return {one for found in self.list() for one in (found.environment, found.before) if one}

    def _read(self, path: Path) -> InstalledSource:
        try:
            content: dict[str, Any] = orjson.loads(path.read_bytes())
            found = InstalledSource(**content)
            datetime.fromisoformat(found.installed_at)
        except (OSError, ValueError, TypeError):
            raise Damaged(
                "source.record_damaged",
                f"'{path.name}' in the workspace's folder of connectors cannot be read; remove that file and install "
                "the source again.",
            ) from None
        return found
