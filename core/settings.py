"""One frozen Settings; the only reader of the environment and of ``ingot.yaml``."""

import os
import re
import sys
from collections.abc import Mapping, MutableMapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from core.errors import Invalid, NotFound

FILE_NAME = "ingot.yaml"
DEFAULT_PORT = 8460
_REFERENCE = re.compile(r"\$\{(env|file):([^}]+)\}")
_KNOWN = {
    "database",
    "keys",
    "checkpoints",
    "host",
    "port",
    "origin",
    "forms",
    "ownership",
    "survivorship",
    "unmerge",
    "trust",
    "limits",
    "egress",
}


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything that can be set, read once and passed in.

    ``forms`` maps a form's name to its settings (secret reference, field mapping); ``ownership``,
    ``survivorship`` and ``unmerge`` are handed to their packages as they stand; ``trust`` maps a connection to a
    source kind; ``egress_allow`` names hosts and networks that are not public and may be reached.
    """

    workspace: Path
    database_url: str
    keys_url: str
    keys_folder: Path
    checkpoints: Path
    host: str = "127.0.0.1"
    port: int = DEFAULT_PORT
    origin: str = "ingot.local/audit"
    forms: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    ownership: Mapping[str, Any] = field(default_factory=dict)
    survivorship: Mapping[str, Any] = field(default_factory=dict)
    unmerge: Mapping[str, Any] = field(default_factory=dict)
    trust: Mapping[str, str] = field(default_factory=dict)
    limits: Mapping[str, int] = field(default_factory=dict)
    egress_allow: tuple[str, ...] = ()

    @property
    def temporary(self) -> Path:
        """The 0700 folder for files that must not outlive a run."""
        return self.workspace / "tmp"

    @property
    def connectors(self) -> Path:
        """The folder of installed sources."""
        return self.workspace / "connectors"

    @property
    def logs(self) -> Path:
        """The folder of the program's own log."""
        return self.workspace / "logs"


def find_workspace(given: str | None = None, environment: Mapping[str, str] | None = None) -> Path:
    """The workspace folder: given, else ``INGOT_WORKSPACE``, else the current folder.

    Raises NotFound ``workspace.missing`` where there is no ``ingot.yaml``.
    """
    variables = os.environ if environment is None else environment
    folder = Path(given or variables.get("INGOT_WORKSPACE") or ".").resolve()
    if not (folder / FILE_NAME).is_file():
        raise NotFound(
            "workspace.missing",
            f"There is no workspace in '{folder}'. Make one with 'ingot init DIR', or name one with --workspace.",
        )
    return folder


def load_settings(workspace: Path, environment: Mapping[str, str] | None = None) -> Settings:
    """Read ``ingot.yaml`` of a workspace; ``INGOT_*`` variables win over the file.

    Raises Invalid ``settings.*`` with the name of the setting that cannot be used.
    """
    variables = os.environ if environment is None else environment
    content = _read_yaml(workspace / FILE_NAME)
    unknown = sorted(set(content) - _KNOWN)
    if unknown:
        raise Invalid(
            "settings.unknown",
            f"ingot.yaml has settings that do not exist: {', '.join(unknown)}. Known: {', '.join(sorted(_KNOWN))}.",
        )
    resolved = _resolve(content, workspace, variables)

    def text(name: str, default: str) -> str:
        return str(variables.get(f"INGOT_{name.upper()}") or resolved.get(name) or default)

    return Settings(
        workspace=workspace,
        database_url=_database_url(text("database", "sqlite:///ingot.db"), workspace),
        keys_url=_database_url(text("keys", "sqlite:///keys.db"), workspace),
        keys_folder=workspace / "keys",
        checkpoints=workspace / text("checkpoints", "checkpoints"),
        host=text("host", "127.0.0.1"),
        port=_port(text("port", str(DEFAULT_PORT))),
        origin=text("origin", "ingot.local/audit"),
        forms=_mapping(resolved, "forms"),
        ownership=_mapping(resolved, "ownership"),
        survivorship=_mapping(resolved, "survivorship"),
        unmerge=_mapping(resolved, "unmerge"),
        trust={str(key): str(value) for key, value in _mapping(resolved, "trust").items()},
        limits={str(key): _whole(str(key), value) for key, value in _mapping(resolved, "limits").items()},
        egress_allow=_allowed(_mapping(resolved, "egress")),
    )


def _read_yaml(path: Path) -> dict[str, Any]:
    try:
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = f" at line {mark.line + 1}" if mark is not None else ""
        raise Invalid("settings.yaml", f"{path.name} is not valid YAML{where}; mend it and run again.") from None
    except UnicodeDecodeError:
        raise Invalid("settings.yaml", f"{path.name} is not written in UTF-8; save it as UTF-8.") from None
    except OSError:
        raise NotFound("workspace.missing", f"{path} cannot be read; check its name and its rights.") from None
    if content is None:
        return {}
    if not isinstance(content, dict):
        raise Invalid("settings.yaml", f"{path.name} must hold names and values (a YAML mapping).")
    return {str(key): value for key, value in content.items()}


def _resolve(value: Any, workspace: Path, variables: Mapping[str, str]) -> Any:
    """Replace ``${env:NAME}`` and ``${file:PATH}``; a reference to nothing is refused."""
    if isinstance(value, dict):
        return {key: _resolve(item, workspace, variables) for key, item in value.items()}
    if isinstance(value, list):
        return [_resolve(item, workspace, variables) for item in value]
    if not isinstance(value, str):
        return value

    def look_up(found: re.Match[str]) -> str:
        kind, name = found.groups()
        try:
            return variables[name] if kind == "env" else (workspace / name).read_text(encoding="utf-8").strip()
        except (KeyError, OSError):
            raise Invalid(
                "settings.reference", f"ingot.yaml refers to {kind}:{name}, which does not exist; set it first."
            ) from None

    return _REFERENCE.sub(look_up, value)


def _mapping(content: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    value = content.get(name) or {}
    if not isinstance(value, dict):
        raise Invalid("settings.kind", f"The setting '{name}' in ingot.yaml must hold names and values.")
    return value


def _whole(name: str, value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise Invalid("settings.limit", f"The limit '{name}' in ingot.yaml must be a whole number.")
    return value


def _allowed(egress: Mapping[str, Any]) -> tuple[str, ...]:
    allowed = egress.get("allow") or []
    texts = isinstance(allowed, list) and all(isinstance(one, str) and one.strip() == one != "" for one in allowed)
    if set(egress) - {"allow"} or not texts:
        raise Invalid(
            "settings.egress",
            "The setting 'egress' in ingot.yaml holds 'allow', a list of hosts, addresses and networks.",
        )
    return tuple(allowed)


def _port(given: str) -> int:
    if not given.isdecimal() or int(given) > 65535:
        raise Invalid("settings.port", "The setting 'port' in ingot.yaml must be a number from 0 to 65535.")
    return int(given)


def _database_url(url: str, workspace: Path) -> str:
    """A relative SQLite path is meant from the workspace."""
    prefix = "sqlite:///"
    if url.startswith(prefix) and not url.startswith(prefix + "/"):
        return prefix + str(workspace / url.removeprefix(prefix))
    return url


def user_folder(environment: Mapping[str, str] | None = None) -> Path:
    """The user's own configuration folder, where ``ingot login`` keeps its token."""
    variables = os.environ if environment is None else environment
    base = variables.get("XDG_CONFIG_HOME") or str(Path(variables.get("HOME") or "~").expanduser() / ".config")
    return Path(base) / "ingot"


def small_pages(environment: MutableMapping[str, str] | None = None) -> None:
    """Have numpy ask for no huge pages, where the user has not said otherwise; before numpy is loaded.

    Large arrays come and go by the hundred: fresh pages of 2 MB for each cost more to clear than they save
    (https://numpy.org/doc/stable/reference/global_state.html).
    """
    variables = os.environ if environment is None else environment
    variables.setdefault("NUMPY_MADVISE_HUGEPAGE", "0")


def token_from_environment(environment: Mapping[str, str] | None = None) -> str | None:
    """A token given by ``INGOT_TOKEN``, for scripts; None where there is none."""
    variables = os.environ if environment is None else environment
    return variables.get("INGOT_TOKEN") or None


def java_home(environment: Mapping[str, str] | None = None) -> Path | None:
    """The folder of the Java that the user named."""
    variables = os.environ if environment is None else environment
    found = variables.get("JAVA_HOME")
    return Path(found) if found else None


def python_for_spark(environment: Mapping[str, str] | None = None) -> str:
    """The Python of Spark's workers: what the user named, else this one."""
    variables = os.environ if environment is None else environment
    return variables.get("PYSPARK_PYTHON") or sys.executable
