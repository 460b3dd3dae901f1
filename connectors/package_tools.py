"""Makes environments and puts packages into them, with uv where it is found, else (and whenever uv fails) with pip.

Both are run as they are set up here: which index is asked, through which proxy, is the house's own configuration, and
no host is named. They are told nothing of ours: an installer may run code of a package (a build).
"""

import importlib.util
import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from connectors.distributions import normal_name
from connectors.process import installer_environment
from core.errors import Conflict, IngotError, Invalid, NotFound, Unavailable

_MISSING = re.compile(r"No matching distribution found for ([A-Za-z0-9._-]+)")
_NO_WHEEL = re.compile(r"no usable wheels|has no wheels|no wheels with a matching", re.IGNORECASE)
_PYTHON = re.compile(
    r"requires a different Python|Requires-Python|requires Python|require a different python version|"
    r"current Python version|depends on Python",
)
_SECRET_IN_URL = re.compile(r"://[^/@\s]+@")
_TOLD_LINES = 12
_INSTALL_SECONDS = 1800.0


@dataclass(frozen=True, slots=True)
class Answer:
    """How a tool ended and the end of what it said, passwords of URLs taken out."""

    ok: bool
    said: str


def make_environment(folder: Path, python: Path | None = None) -> Path:
    """An empty environment in ``folder`` for this Python, or for another one. Returns the path of its interpreter.

    Raises NotFound ``source.python_missing``, Unavailable ``source.install_failed``.
    """
    base = Path(sys.executable) if python is None else python
    if shutil.which(str(base)) is None:
        raise NotFound("source.python_missing", f"There is no interpreter '{base}'; give the path of one.")
    answer = _run([str(base), "-m", "venv", "--without-pip", str(folder)])
    if not answer.ok:
        raise Unavailable(
            "source.install_failed",
            f"An environment could not be made with '{base}'; is its module venv installed? {answer.said}",
        )
    return folder / "bin" / "python"


def install(python: Path, requirement: str) -> None:
    """Install a requirement with all it needs into the environment of ``python``.

    Raises NotFound ``source.package_missing``, Conflict ``source.python_unfit``, Unavailable ``source.install_failed``.
    """
    uv = find_uv()
    answers = []
    if uv is not None:
        answers.append(_run([uv, "pip", "install", "--quiet", "--python", str(python), "--", requirement]))
        if answers[-1].ok:
            return
    # uv does not read pip's configuration, where a house may name its own index or certificates.
    options = ["--quiet", "--disable-pip-version-check", "--no-input"]
    answers.append(_run([*_pip(python.parent.parent), "--python", str(python), "install", *options, "--", requirement]))
    if not answers[-1].ok:
        raise _explained(requirement, answers)


def unpack(requirement: str, folder: Path) -> None:
    """Unpack the wheel of a package into ``folder``, without what it needs and for whatever Python it asks.

    Unpacking a wheel runs none of its code; a package without a wheel is refused. Raises as ``install`` does.
    """
    options = ["--quiet", "--disable-pip-version-check", "--no-input", "--no-deps", "--only-binary=:all:"]
    options += ["--ignore-requires-python", "--no-compile", "--target", str(folder)]
    answer = _run([*_pip(folder.parent), "install", *options, "--", requirement])
    if not answer.ok:
        raise _explained(requirement, [answer])


def find_uv() -> str | None:
    """Uv from PATH, else beside our own interpreter."""
    beside = Path(sys.executable).with_name("uv")
    return shutil.which("uv") or (str(beside) if beside.is_file() else None)


def _pip(near: Path) -> list[str]:
    """Pip of our own environment; where it has none, one made for the purpose beside ``near``."""
    if importlib.util.find_spec("pip") is not None:
        return [sys.executable, "-m", "pip"]
    helper = near.with_name(f"{near.name}.pip")
    python = helper / "bin" / "python"
    if not python.is_file():
        answer = _run([sys.executable, "-m", "venv", str(helper)])
        if not answer.ok:
            raise Unavailable(
                "source.install_failed", f"Neither uv nor pip is here, and pip could not be set up. {answer.said}"
            )
    return [str(python), "-m", "pip"]


def _run(command: Sequence[str]) -> Answer:
    """Run a tool to its end in a process group of its own, which ends with this call whatever happens."""
    process = subprocess.Popen(  # noqa: S603 - a tool of ours with a checked requirement, no shell
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        env=installer_environment(),
        start_new_session=True,
    )
    try:
        output, _ = process.communicate(timeout=_INSTALL_SECONDS)
    except subprocess.TimeoutExpired:
        return Answer(ok=False, said=f"It took longer than {_INSTALL_SECONDS:g} seconds and was ended.")
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
    lines = [line.strip() for line in output.decode(errors="replace").splitlines() if line.strip()]
    return Answer(process.returncode == 0, _SECRET_IN_URL.sub("://****@", "\n".join(lines)))


def _explained(requirement: str, answers: Sequence[Answer]) -> IngotError:
    said = "\n".join(answer.said for answer in answers)
    if _PYTHON.search(said):
        return Conflict(
            "source.python_unfit",
            f"'{requirement}' or something it needs does not fit the Python of its environment; give another one with "
            f"--python PATH. The installer says: {_end(said)}",
        )
    if _NO_WHEEL.search(said):
        return Invalid("source.no_wheel", f"'{requirement}' has no wheel that could be unpacked. {_end(said)}")
    missing = _MISSING.search(said)
    if missing is not None and normal_name(missing[1]).startswith(normal_name(requirement.partition("==")[0])):
        return NotFound(
            "source.package_missing",
            f"There is no package '{requirement}' in the index this machine asks; check name and version.",
        )
    return Unavailable(
        "source.install_failed",
        f"'{requirement}' could not be installed; what was there before stays. The installer says: {_end(said)}",
    )


def _end(said: str) -> str:
    return " ".join(said.splitlines()[-_TOLD_LINES:])[-2000:]
