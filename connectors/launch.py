"""How each kind of source is started: what is run, and with which environment. Nothing is started here."""

import shlex
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from core.errors import Invalid, NotFound

# What every child needs from us, and no more: no database, no keys, no settings.
_OURS = {"PYTHONPATH": str(Path(__file__).resolve().parent.parent), "PYTHONSAFEPATH": "1"}
# How our own sources are told what they may reach (``Egress.from_text``); without it only public addresses.
EGRESS_ALLOW = "INGOT_EGRESS_ALLOW"


@dataclass(frozen=True, slots=True)
class Launch:
    """How a source is started.

    Attributes:
        command: the program and its first arguments; the verb of the protocol and its options follow.
        environment: what is added to the minimal environment of a child.
        options: arguments that follow the verb (``--manifest-path FILE``).
        ours: whether the code that runs is ours: it keeps to the rules of egress, and may be handed uploads.
    """

    command: tuple[str, ...]
    environment: Mapping[str, str] = field(default_factory=dict)
    options: tuple[str, ...] = ()
    ours: bool = False

    def arguments(self, verb: str, **files: Path) -> list[str]:
        """The whole command line for one verb; ``files`` are config, catalog and state."""
        given = [text for name, path in files.items() for text in (f"--{name}", str(path))]
        return [*self.command, verb, *given, *self.options]


def launch_ours(name: str) -> Launch:
    """One of our own sources, by the name of its module below ``connectors.sources``."""
    return Launch((sys.executable, "-m", f"connectors.sources.{name}"), _OURS, ours=True)


def launch_manifest(manifest: Path, *, components: Path | None = None, trust_components: bool = False) -> Launch:
    """A declarative manifest (YAML), run through the CDK.

    Custom components are Python code of somebody else: they run only when ``trust_components`` says so.
    Raises NotFound ``source.manifest_missing`` when a file is not there.
    """
    for path in (manifest, components):
        if path is not None and not path.is_file():
            raise NotFound("source.manifest_missing", f"There is no file '{path}'; give the path of a manifest.")
    options = ["--manifest-path", str(manifest.resolve())]
    if components is not None:
        options += ["--components-path", str(components.resolve())]
    environment = {**_OURS, "AIRBYTE_ENABLE_UNSAFE_CODE": "true"} if trust_components else _OURS
    return Launch((sys.executable, "-m", "connectors.sources.declarative"), environment, tuple(options), ours=True)


def launch_command(command: str) -> Launch:
    """Any program that speaks the protocol, given as one line and split as a shell would (no shell is run).

    Raises Invalid ``source.command_invalid`` for an empty line or an open quote.
    """
    try:
        parts = shlex.split(command)
    except ValueError:
        parts = []
    if not parts:
        raise Invalid("source.command_invalid", "The command of the source is empty or has an open quote; mend it.")
    return Launch(tuple(parts))
