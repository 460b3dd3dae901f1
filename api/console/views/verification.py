"""Verification of the audit log: start it, watch it, take the promise and the whole log away."""

import shutil
import tarfile
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any

from fastapi import Depends
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from api.console.guard import Signed
from api.console.live import stream
from api.console.pages import Pages
from api.console.render import draw, go, page
from api.console.visitor import Visitor
from audit import access
from core.errors import NotFound
from governance.policy.actions import PolicyAction

pages = Pages("verification")
Prover = Annotated[Visitor, Depends(Signed(PolicyAction.VERIFY_AUDIT))]
_CHUNK = 256 * 1024


@pages.get("/audit/verify")
def verification(visitor: Prover) -> Response:
    """The newest promise, and the last verification."""
    services = visitor.services
    services.sequencer.sequence_all()
    try:
        promise, note = access.checkpoint(services.engine, services.foundation.audit)
    except NotFound:
        promise, note = None, ""
    return page(
        visitor,
        "pages/audit/verify.html",
        promise=promise,
        note=note,
        key=str(services.sequencer.key),
        folder=services.settings.checkpoints.name,
        **_state(visitor),
    )


@pages.post("/audit/verify")
def start(visitor: Prover) -> Response:
    """Begin a verification."""
    visitor.gateway.verifier.start(visitor.caller.for_audit)
    return go("/audit/verify")


@pages.get("/audit/verify/live")
def watch(request: Request, visitor: Prover) -> Response:
    """How far the verification is."""
    return stream(request, visitor, lambda: draw(visitor, "pages/audit/verify_live.html", **_state(visitor)), every=0.3)


@pages.get("/audit/checkpoint")
def checkpoint(visitor: Prover) -> Response:
    """The newest signed checkpoint as a file, to be kept somewhere else."""
    promise, note = access.checkpoint(visitor.services.engine, visitor.services.foundation.audit)
    headers = {"content-disposition": f'attachment; filename="checkpoint-{promise.size}.txt"'}
    return Response(note, headers=headers, media_type="text/plain; charset=utf-8")


@pages.post("/audit/export")
def whole_log(visitor: Prover) -> Response:
    """The whole log as C2SP tlog-tiles, in one archive."""
    services = visitor.services
    visitor.gateway.limits.count_heavy("exports_per_minute", visitor.principal)
    services.sequencer.sequence_all()
    services.settings.temporary.mkdir(mode=0o700, exist_ok=True)
    folder = Path(tempfile.mkdtemp(prefix="audit-", dir=services.settings.temporary))
    try:
        log, key = services.foundation.audit, services.sequencer.key
        size = access.export_to(services.engine, log, visitor.caller.for_audit, folder / "audit", key)
        archive = folder / "audit.tar.gz"
        with tarfile.open(archive, "w:gz", compresslevel=3) as packed:
            packed.add(folder / "audit", arcname=f"audit-{size}")
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    headers = {
        "content-disposition": f'attachment; filename="audit-{size}.tar.gz"',
        "content-length": str(archive.stat().st_size),
    }
    return StreamingResponse(_sent(archive, folder), headers=headers, media_type="application/gzip")


def _sent(archive: Path, folder: Path) -> Iterator[bytes]:
    try:
        with archive.open("rb") as file:
            while part := file.read(_CHUNK):
                yield part
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _state(visitor: Visitor) -> dict[str, Any]:
    return {"last": visitor.gateway.verifier.last}
