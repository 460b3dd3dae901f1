"""A file that somebody has at hand becomes a connection: uploaded, sealed, its columns recognised."""

from typing import Annotated

from fastapi import Depends
from starlette.responses import Response

from api.console.connect.differences import streams_of
from api.console.pages import Pages
from api.console.render import go, page
from api.console.upload_guard import SignedUpload, Upload
from api.console.views.connectors import Configurer, path_of
from api.console.visitor import Visitor
from api.errors import status_of
from api.uploads import DEFAULT_MEGABYTES
from connectors.upload_form import UploadForm
from core.database import reading
from core.errors import IngotError
from governance.policy.actions import PolicyAction

pages = Pages("upload")
Uploader = Annotated[Upload, Depends(SignedUpload(PolicyAction.CONFIGURE_SOURCE))]
ENCODINGS = ("utf-8", "gb18030", "big5", "utf-16", "shift_jis", "windows-1252")
DELIMITERS = (",", ";", "\t", "|")


@pages.get("/connectors/upload")
def upload_page(visitor: Configurer) -> Response:
    """Choose a file."""
    return _page(visitor)


@pages.post("/connectors/upload")
def upload(uploader: Uploader) -> Response:
    """Keep a file sealed, make a connection of it, and go to the mapping of what is in it."""
    visitor, sent = uploader.visitor, uploader.sent
    services, actor = visitor.services, visitor.principal.actor
    name = sent.fields.get("name", "").strip()
    stored = None
    try:
        stored, form = services.uploads.take(sent.name, sent.content, actor=actor)
        config = form.settings(stored.id) | _chosen(sent.fields, form)
        added = services.connecting.add(name or _free_name(visitor), "source", {"name": "file"}, config, actor=actor)
    except IngotError as error:
        if stored is not None:
            # Nothing reads it, and whoever sent it will send it again.
            services.uploads.remove(stored.id, actor=actor)
        return _page(visitor, name=name, error=error)
    streams = list(streams_of(added.catalog))
    return go(path_of(added.name, "mapping", streams[0]) if streams else path_of(added.name))


def _page(visitor: Visitor, *, name: str = "", error: IngotError | None = None) -> Response:
    return page(
        visitor,
        "pages/connectors/upload.html",
        status_of(error)[0] if error is not None else 200,
        name=name or _free_name(visitor),
        error=error,
        encodings=ENCODINGS,
        megabytes=visitor.services.settings.limits.get("upload_megabytes", DEFAULT_MEGABYTES),
    )


def _chosen(fields: dict[str, str], form: UploadForm) -> dict[str, object]:
    """What the sender knows better than the guess."""
    found: dict[str, object] = {}
    if form.encoding and fields.get("encoding") in ENCODINGS:
        found["encoding"] = fields["encoding"]
    if form.delimiter and fields.get("delimiter") in DELIMITERS:
        found["delimiter"] = fields["delimiter"]
    return found


def _free_name(visitor: Visitor) -> str:
    """A name that no connection has. The file's own is not taken: it can name a person."""
    services = visitor.services
    day = services.foundation.clock.now().strftime("%Y%m%d")
    with reading(services.engine) as database:
        taken = {one.name for one in services.connections.list(database)}
    return next(name for at in range(1, len(taken) + 2) if (name := f"upload-{day}-{at}") not in taken)
