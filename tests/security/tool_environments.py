"""Outside tools, each in an environment of its own, made once from pinned versions.

They stand apart from ours and from each other because their dependencies do not agree. ``INGOT_TOOLS`` names the folder
of the environments; else it is ``.env-tools`` beside the code. A tool that cannot be fetched skips with the reason.
"""

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
import venv
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PINS = Path(__file__).parent / "tools"
_FETCH_SECONDS = 240


@cache
def tool(name: str, program: str) -> Path:
    """A program of a tool, installed if it is not there yet."""
    pins = PINS / f"{name}.txt"
    folder = Path(os.environ.get("INGOT_TOOLS") or ROOT / ".env-tools") / name
    stamp = folder / "made-from"
    wanted = hashlib.sha256(pins.read_bytes() + sys.version.encode()).hexdigest()
    folder.parent.mkdir(parents=True, exist_ok=True)
    # Tests that run side by side may ask for it at the same time.
    with (folder.parent / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not stamp.is_file() or stamp.read_text(encoding="utf-8") != wanted:
            venv.create(folder, with_pip=True, clear=True)
            _install(folder / "bin" / "python", pins)
            stamp.write_text(wanted, encoding="utf-8")
    return folder / "bin" / program


def _install(python: Path, pins: Path) -> None:
    boot = ROOT / ".boot" / "bin" / "uv"
    uv = shutil.which("uv") or (str(boot) if boot.is_file() else None)
    trusting = {**os.environ, "UV_SYSTEM_CERTS": "true", "UV_NATIVE_TLS": "true"}
    pip = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "-r", str(pins)]
    with_uv = [[uv, "pip", "install", "--quiet", "--python", str(python), "-r", str(pins)]] if uv else []
    for command in (*with_uv, pip):
        done = subprocess.run(
            command, env=trusting, capture_output=True, text=True, timeout=_FETCH_SECONDS, check=False
        )
        if done.returncode == 0:
            return
    pytest.skip(f"{pins.stem} cannot be installed here: {done.stderr.strip().splitlines()[-1:]}")


def run(command: list[str], folder: Path, seconds: float, *, home: Path | None = None) -> tuple[int, str]:
    """Exit code and output of a tool that runs in a folder of its own, without the settings of whoever tests."""
    environment = {
        "PATH": f"{Path(command[0]).parent}:{os.environ.get('PATH', os.defpath)}",
        "HOME": str(home or folder),
        "LANG": "C.UTF-8",
        "NO_COLOR": "1",
        "PYTHONIOENCODING": "utf-8",
    }
    done = subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, timeout=seconds, check=False,
        stdin=subprocess.DEVNULL,
    )  # fmt: skip
    return done.returncode, done.stdout + done.stderr
