"""A real Chromium for the tests: the one named by INGOT_BROWSER, else on PATH, else installed from Debian as root."""

import fcntl
import os
import shutil
import subprocess
import tempfile
from pathlib import Path

import pytest

_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "microsoft-edge", "msedge")
_DEBIAN = ("chromium", "fonts-noto-cjk")
# Without an account for a sandbox of its own; and nothing in it may ask the outside.
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


def find_browser() -> str:
    """The path of a browser. Skips the test with a reason where there is none and none can be installed."""
    given = os.environ.get("INGOT_BROWSER", "")
    if given:
        return given
    found = _on_path()
    if (not found or not _shows_chinese()) and _may_install():
        _install()
        found = _on_path()
    if not found:
        pytest.skip("no Chromium: name one in INGOT_BROWSER, or run as root on Debian with apt-get")
    return found


def _on_path() -> str:
    return next((path for name in _NAMES if (path := shutil.which(name))), "")


def _shows_chinese() -> bool:
    """Whether some font can draw Chinese; without one, screenshots show boxes."""
    lister = shutil.which("fc-list")
    if lister is None:
        return os.name == "nt"
    return bool(subprocess.run([lister, ":lang=zh"], capture_output=True, check=False).stdout.strip())


def _may_install() -> bool:
    return os.name == "posix" and os.geteuid() == 0 and shutil.which("apt-get") is not None


def _install() -> None:
    # Several workers of one run may find nothing at the same moment.
    with (Path(tempfile.gettempdir()) / "apt.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        for command in (["update"], ["install", "-y", "--no-install-recommends", *_DEBIAN]):
            subprocess.run(["apt-get", "-qq", *command], env=quiet, check=True, stdout=subprocess.DEVNULL)
