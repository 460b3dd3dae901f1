"""Files that are uploaded for a connection to read; nothing here gives one back."""

from typing import Annotated, Any

from fastapi import Depends
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from api.auth import Caller, Needs
from api.gateway import gateway_of
from api.ids import upload_id as checked_upload
from api.respond import json_answer, page
from api.routes.declare import Routes
from api.schemas.answers import Page, Uploaded
from api.uploads import DEFAULT_MEGABYTES, read_upload
from connectors.upload_form import PREFIX
from connectors.upload_store import StoredUpload
from core.errors import TooMuch
from governance.policy.actions import PolicyAction

routes = Routes("uploads")
Configurer = Annotated[Caller, Depends(Needs(PolicyAction.CONFIGURE_SOURCE))]
_FILE = {"type": "string", "format": "binary"}
_FORM = {"type": "object", "properties": {"file": _FILE}, "required": ["file"], "additionalProperties": False}
_BODY = {
    "required": True,
    "content": {"application/octet-stream": {"schema": _FILE}, "multipart/form-data": {"schema": _FORM}},
}


@routes.add("POST", "/v1/uploads", answers={201: Uploaded}, extra={"requestBody": _BODY})
async def upload_file(request: Request, caller: Configurer) -> Response:
    """Upload a file (CSV, JSON lines, Parquet; text may be gzipped) that a connection of the source ``file`` reads.

    The answer tells what the file is, and the configuration by which to read it. A file that no connection reads is
    removed after a day.
    """
    gateway = gateway_of(request)
    gateway.limits.count_heavy("uploads_per_minute", caller.principal)
    # Two at a time: each stands in memory whole.
    if not gateway.uploading.acquire(blocking=False):
        raise TooMuch("request.busy", "Other uploads are being read; try again in some seconds.", retry_after=5)
    try:
        services = gateway.services
        sent = await read_upload(request, services.settings.limits.get("upload_megabytes", DEFAULT_MEGABYTES))
        stored, form = await run_in_threadpool(
            services.uploads.take, sent.name, sent.content, actor=caller.principal.actor
        )
    finally:
        gateway.uploading.release()
    told = {
        **_plain(stored),
        "encoding": form.encoding,
        "delimiter": form.delimiter,
        "expanded_size": form.expanded,
        "config": form.settings(stored.id),
    }
    return json_answer(told, 201, {"location": f"/v1/uploads/{stored.id}"})


@routes.add("GET", "/v1/uploads", answers={200: Page})
def list_uploads(request: Request, caller: Configurer) -> Response:
    """The newest hundred uploads, newest first: names and sizes, no content."""
    del caller
    found = gateway_of(request).services.uploads.newest()
    return page([_plain(one) for one in found], None, more=False)


@routes.add("DELETE", "/v1/uploads/{upload}", answers={204: ""})
def remove_upload(request: Request, caller: Configurer, upload: str) -> Response:
    """Remove an upload that no connection reads, with its key."""
    gateway_of(request).services.uploads.remove(checked_upload(upload), actor=caller.principal.actor)
    return Response(status_code=204)


def _plain(stored: StoredUpload) -> dict[str, Any]:
    return {
        "id": stored.id,
        "reference": PREFIX + stored.id,
        "name": stored.name,
        "format": stored.format,
        "size": stored.size,
        "connection": stored.connection,
        "created_by": stored.created_by,
        "created_at": stored.created_at,
    }
