"""One command on a fresh machine: ``python3 run.py demo``, ``python3 run.py test``, or any ``ingot`` command.

Standard library only. Uses uv where it is on PATH, else makes ``.boot/`` and installs a pinned uv there. The
environments lie in ``.venv`` (to run), ``.venv-dev`` and ``.venv-full`` (to test), made from the locks with hashes.
What the console's pages load is fetched once with the npm of ``.env-assets``; ``python3 run.py build-console`` does it
again.
"""

import hashlib
import os
import shutil
import subprocess
import sys
import venv
from pathlib import Path

from api.console import assets

ROOT = Path(__file__).resolve().parent
UV_VERSION = "0.13.9"
OLDEST, TOO_NEW = (3, 11), (3, 14)
SCRIPTS = "Scripts" if os.name == "nt" else "bin"
# The commands that may show the console.
SERVING = {"demo", "serve", "test"}


def main(arguments: list[str]) -> int:
    """Set up what the command needs, then run it. Returns its exit code."""
    if not OLDEST <= sys.version_info[:2] < TOO_NEW:
        print("Ingot needs Python 3.11, 3.12 or 3.13; this is " + sys.version.split()[0], file=sys.stderr)
        return 2
    if arguments[:1] == ["build-console"]:
        return 0 if build_console() else 1
    testing = arguments[:1] == ["test"]
    python = environment(*environment_for(arguments))
    if SERVING.intersection(arguments) and not assets.current():
        build_console()
    if testing:
        return run_tests(python, arguments[1:])
    command = [str(python), "-m", "api.cli.main", *arguments]
    if os.name == "posix":
        # In place of this process, so that signals of a terminal or a supervisor reach the program itself.
        os.execve(command[0], command, with_our_code())
    return subprocess.call(command, env=with_our_code())


def environment_for(arguments: list[str]) -> tuple[str, Path]:
    """The folder and the lock of the environment that a command needs; the full tier also tests the extras."""
    if arguments[:1] != ["test"]:
        return ".venv", ROOT / "locks" / "run.txt"
    if "--full" in arguments:
        return ".venv-full", ROOT / "locks" / "full.txt"
    return ".venv-dev", ROOT / "locks" / "dev.txt"


def build_console() -> bool:
    """Whether what the pages load could be made. Where not, says what that means; everything else works without."""
    print("Fetching what the console's pages load (once) ...", file=sys.stderr, flush=True)
    try:
        python = environment(".env-assets", ROOT / "locks" / "assets.txt")
        subprocess.check_call([str(python), str(ROOT / "api" / "console" / "assets.py")], env=with_our_code())
    except (OSError, subprocess.CalledProcessError):
        print(
            "That failed, see above. The console works without, but looks plain and does not refresh by itself. "
            "Once the npm registry answers, run 'python3 run.py build-console' and start again.",
            file=sys.stderr,
        )
        return False
    return True


def run_tests(python: Path, arguments: list[str]) -> int:
    """The checks and the quick tier of tests; ``--full`` adds the tests that need servers, force and minutes."""
    full = "--full" in arguments
    rest = [argument for argument in arguments if argument != "--full"]
    if not rest:
        tools = python.parent
        checks = (
            [tools / "ruff", "check", "."],
            [tools / "ruff", "format", "--check", "."],
            [tools / "lint-imports"],
            [tools / "mypy"],
        )
        for check in checks:
            print("$", " ".join(["run", check[0].name, *map(str, check[1:])]), flush=True)
            code = subprocess.call([str(part) for part in check], cwd=ROOT, env=with_our_code())
            if code:
                return code
    selection = [] if full else ["-m", "not full"]
    parallel = [] if rest else ["-n", "2", "--dist", "loadgroup"]
    command = [python, "-m", "pytest", *selection, *parallel, *rest]
    return subprocess.call([str(part) for part in command], cwd=ROOT, env=with_our_code())


def environment(name: str, lock: Path) -> Path:
    """The Python of an environment that holds exactly what the lock names; made or renewed when it does not."""
    folder = ROOT / name
    python = folder / SCRIPTS / "python"
    stamp = folder / "made-from"
    wanted = hashlib.sha256(lock.read_bytes() + sys.version.encode()).hexdigest()
    if stamp.is_file() and stamp.read_text(encoding="utf-8") == wanted:
        return python
    print(f"Setting up {name} (once) ...", file=sys.stderr, flush=True)
    venv.create(folder, with_pip=True, clear=True)
    if not install_with_uv(python, lock):
        # uv does not read pip's configuration, where a house may name its own index or certificates.
        print("uv could not install them; trying pip, which takes longer ...", file=sys.stderr, flush=True)
        pip = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--require-hashes"]
        subprocess.check_call([*pip, "-r", str(lock)])
    stamp.write_text(wanted, encoding="utf-8")
    return python


def install_with_uv(python: Path, lock: Path) -> bool:
    """Whether uv could install what the lock names."""
    # Both names of the setting that makes uv trust what the system trusts.
    trusting = {**os.environ, "UV_SYSTEM_CERTS": "true", "UV_NATIVE_TLS": "true"}
    command = [find_uv(), "pip", "install", "--quiet", "--require-hashes", "--python", str(python), "-r", str(lock)]
    return subprocess.call(command, env=trusting) == 0


def find_uv() -> str:
    """Uv from PATH, else a pinned one in ``.boot``."""
    found = shutil.which("uv")
    if found:
        return found
    boot = ROOT / ".boot"
    uv = boot / SCRIPTS / ("uv.exe" if os.name == "nt" else "uv")
    if not uv.is_file():
        print("Setting up .boot (once) ...", file=sys.stderr, flush=True)
        venv.create(boot, with_pip=True, clear=True)
        pip = [str(boot / SCRIPTS / "python"), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        subprocess.check_call([*pip, f"uv=={UV_VERSION}"])
    return str(uv)


def with_our_code() -> dict[str, str]:
    """The environment of a child that finds our packages and leaves no bytecode of a read-only checkout behind."""
    return {**os.environ, "PYTHONPATH": str(ROOT)}


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
