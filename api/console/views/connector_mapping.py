"""How the fields of a stream become attributes: suggested, shown on sample records, kept in versions."""

from collections.abc import Sequence
from typing import Annotated, Any

from fastapi import Query
from starlette.requests import Request
from starlette.responses import Response

from api.console.connect.attribute_choices import choices, class_of, title_of
from api.console.connect.differences import fields_of_stream, mapping_differences, streams_of
from api.console.connect.mapping_advice import advice_on
from api.console.pages import Pages
from api.console.render import fragment, go, page, query
from api.console.views.connectors import Configurer, path_of
from api.console.visitor import Visitor
from core.database import reading, unit_of_work
from core.errors import IngotError, NotFound
from sync.looking import StreamLook
from sync.mapping import StreamMapping, mapping_from_json

pages = Pages("mapping")
_FIELD = "f:"
_VERSIONS = 10


@pages.get("/connectors/{name}/mapping/{stream:path}")
def mapping(
    visitor: Configurer, name: str, stream: str, kept: Annotated[int, Query(ge=0)] = 0, suggest: int = 0
) -> Response:
    """The mapping of a stream, with what the gateway suggests and what it makes of a few records."""
    look, error = _look(visitor, name, stream)
    stored = _stored(visitor, name, stream)
    shown = look.suggested if stored is None or suggest else stored
    return _page(visitor, name, look, shown, kept=kept, error=error)


@pages.post("/connectors/{name}/mapping/{stream:path}")
def change(request: Request, visitor: Configurer, name: str, stream: str) -> Response:
    """Look at a mapping on a few records, or keep it."""
    services = visitor.services
    look, error = _look(visitor, name, stream)
    stored = _stored(visitor, name, stream)
    typed = _typed(visitor, stored, look.suggested if stored is None else stored)
    if visitor.sent("do") == "keep":
        with unit_of_work(services.engine) as database:
            version = services.mappings.set(database, name, stream, typed, actor=visitor.principal.actor)
        services.flows.queue_resolve()
        return go(path_of(name, "mapping", stream) + query(kept=version))
    if "hx-request" in request.headers:
        return fragment(visitor, "pages/connectors/preview.html", **_preview(visitor, name, look, typed))
    return _page(visitor, name, look, typed, error=error)


def _look(visitor: Visitor, name: str, stream: str) -> tuple[StreamLook, IngotError | None]:
    """A look at the stream; where its source does not answer, one without records.

    Raises NotFound ``connection.unknown``, ``source.stream_unknown``.
    """
    try:
        return visitor.services.looking.look(name, stream), None
    except NotFound:
        raise
    except IngotError as error:
        return StreamLook(stream, 0, (), (), landed=False, suggested=StreamMapping()), error


def _stored(visitor: Visitor, name: str, stream: str) -> StreamMapping | None:
    with reading(visitor.services.engine) as database:
        return visitor.services.mappings.all(database, name).get(stream)


def _typed(visitor: Visitor, stored: StreamMapping | None, shown: StreamMapping) -> StreamMapping:
    """The mapping that the form holds; what it does not show (constants, absence, countries of telephones) stays.

    Raises Invalid ``attribute.unknown``.
    """
    form = visitor.form
    fields = {name[len(_FIELD) :]: values[-1] for name, values in form.items() if name.startswith(_FIELD)}
    subject = None
    if visitor.sent("subject_stream") and visitor.sent("subject_field"):
        subject = {"stream": visitor.sent("subject_stream"), "fields": visitor.sent("subject_field").split(",")}
    return mapping_from_json(
        {
            "fields": {name: value for name, value in fields.items() if value},
            "subject": subject,
            "asserted_at": visitor.sent("asserted_at"),
            "constants": dict(stored.constants) if stored is not None else {},
            "absent": stored.absent if stored is not None else "",
            "regions": dict(shown.regions),
        }
    )


def _preview(visitor: Visitor, name: str, look: StreamLook, shown: StreamMapping) -> dict[str, Any]:
    rows = visitor.services.previewing.rows(visitor.asked, name, look, shown)
    attributes = list(dict.fromkeys(one for row in rows for one in row.attributes))
    return {
        "rows": rows,
        "attributes": [(one, title_of(one)) for one in attributes],
        "advice": [(one, {key: _told(value) for key, value in one.names.items()}) for one in advice_on(shown, look)],
        "look": look,
    }


def _told(value: object) -> object:
    return title_of(value) if isinstance(value, str) else value


def _page(
    visitor: Visitor,
    name: str,
    look: StreamLook,
    shown: StreamMapping,
    *,
    kept: int = 0,
    error: IngotError | None = None,
) -> Response:
    services, stream = visitor.services, look.stream
    with reading(services.engine) as database:
        connection = services.connections.get(database, name)
        versions = services.mappings.versions(database, name, stream)
        landed = services.loader.landed(database, name, stream)
    known = streams_of(connection.catalog)
    types = fields_of_stream(known.get(stream, {}))
    fields = list(dict.fromkeys([*(one.name for one in look.fields), *types, *shown.fields]))
    suggested = {one.name: one for one in look.fields}
    named = [*shown.fields.values(), *(one.seems for one in look.fields)]
    return page(
        visitor,
        "pages/connectors/mapping.html",
        connection=connection,
        stream=stream,
        others=[one for one in known if one != stream],
        streams=list(known),
        fields=[
            (one, types.get(one) or " or ".join(suggested[one].types if one in suggested else ())) for one in fields
        ],
        suggested=suggested,
        mapping=shown,
        choices=[(title, [(one, title_of(one)) for one in names]) for title, names in choices(named)],
        title_of=title_of,
        class_of=class_of,
        versions=_versions(versions),
        landed=landed,
        kept=kept,
        error=error,
        **_preview(visitor, name, look, shown),
    )


def _versions(rows: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """The newest versions, each with what it changed."""
    mappings = [mapping_from_json(row["content"]) for row in rows[: _VERSIONS + 1]]
    found = []
    for at, row in enumerate(rows[:_VERSIONS]):
        before = mappings[at + 1] if at + 1 < len(mappings) else None
        found.append({**row, "differences": mapping_differences(before, mappings[at])})
    return found
