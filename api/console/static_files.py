"""Scripts, styles and icons: served under a path with the hash of their content, so browsers keep them for good."""

import hashlib
import mimetypes
from functools import cache
from pathlib import Path

from starlette.requests import Request
from starlette.responses import Response

from core.errors import NotFound

FOLDER = Path(__file__).with_name("static")
# Made from the npm packages of package.json; without them the pages work and look plain.
VENDOR = FOLDER / "vendor"
HOW_TO_BUILD = "python3 run.py build-console"
_FOREVER = "public, max-age=31536000, immutable"
_TYPES = {".js": "text/javascript; charset=utf-8", ".css": "text/css; charset=utf-8", ".svg": "image/svg+xml"}


def built() -> bool:
    """Whether the files of others are there."""
    return (VENDOR / "tabler.min.css").is_file()


@cache
def url(name: str) -> str:
    """The path of a file, such as ``app.css`` or ``vendor/htmx.min.js``."""
    found = files().get(name)
    digest = hashlib.sha256(found).hexdigest()[:12] if found is not None else "missing"
    return f"/static/{digest}/{name}"


@cache
def files() -> dict[str, bytes]:
    """The content of every file by its name below ``static``."""
    return {
        path.relative_to(FOLDER).as_posix(): path.read_bytes()
        for path in sorted(FOLDER.rglob("*"))
        if path.is_file() and path.suffix in {".js", ".css", ".svg", ".txt", ".woff2", ".png"}
    }


def answer(request: Request, digest: str, name: str) -> Response:
    """A file. Raises NotFound ``static.unknown``."""
    content = files().get(name)
    if content is None:
        raise NotFound("static.unknown", f"There is no such file; where pages look plain, run '{HOW_TO_BUILD}'.")
    tag = f'"{hashlib.sha256(content).hexdigest()[:24]}"'
    # An old path may be asked for after an upgrade; then the new file must not be kept under it.
    keep = _FOREVER if url(name) == f"/static/{digest}/{name}" else "no-cache"
    headers = {"cache-control": keep, "etag": tag}
    if request.headers.get("if-none-match") == tag:
        return Response(status_code=304, headers=headers)
    kind = _TYPES.get(Path(name).suffix) or mimetypes.guess_type(name)[0] or "application/octet-stream"
    return Response(content, headers=headers, media_type=kind)
