"""The streams of a connection: which are read and how, what their fields are, and what changed in the source."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Annotated, Any

from fastapi import Query
from starlette.responses import Response

from api.console.connect.attribute_choices import class_of
from api.console.connect.differences import (
    catalog_differences,
    fields_of_stream,
    streams_of,
)
from api.console.pages import Pages
from api.console.render import go, page, query
from api.console.views.connector_form import Desked
from api.console.views.connectors import Configurer, path_of
from api.console.visitor import Visitor
from connectors.catalogue import Selection
from connectors.protocol import StreamKey
from connectors.store import SourceConnection
from core.database import reading
from core.errors import IngotError, NotFound
from sync.looking import StreamLook
from sync.mapping import StreamMapping
from sync.preparing import stream_text
from sync.previewing import Cell

pages = Pages("streams")
Text = Annotated[str, Query(max_length=200)]


@dataclass(frozen=True, slots=True)
class Found:
    """A catalogue that the source told just now, before anybody has approved it."""

    catalog: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class StreamRow:
    """One stream as it is listed. ``fields`` counts them; ``mapped`` counts those of them that are mapped."""

    name: str
    chosen: bool
    fields: int
    mapped: int
    landed: int


@dataclass(frozen=True, slots=True)
class FieldRow:
    """One field as it is listed; ``personal`` is an English key of the class of data it seems to hold, or empty."""

    name: str
    type: str
    filled: int | None
    seems: str
    personal: str
    holds: tuple[str, ...]
    samples: tuple[Cell, ...]


@pages.get("/connectors/{name}/streams")
def streams(
    visitor: Configurer, desk: Desked, name: str, stream: Text = "", q: Text = "", samples: Text = "", same: Text = ""
) -> Response:
    """The streams of a connection, and one of them with its fields."""
    connection = _connection(visitor, name)
    known = streams_of(connection.catalog)
    stream = stream if stream in known else next(iter(known), "")
    found = desk.find(visitor.session_id, _found_id(name), Found)
    look, error = _look(visitor, name, stream) if samples and stream else (None, None)
    return page(
        visitor,
        "pages/connectors/streams.html",
        connection=connection,
        rows=_rows(visitor, connection, known, q),
        hidden=[one for one in chosen_of(connection) if q.casefold() not in one.casefold()],
        stream=stream,
        discovered=known.get(stream),
        selection=chosen_of(connection).get(stream),
        fields=_fields(visitor, name, known[stream], look) if stream else [],
        look=look,
        look_error=error,
        q=q,
        same=bool(same),
        differences=catalog_differences(connection.catalog, found.catalog) if found is not None else None,
    )


@pages.post("/connectors/{name}/streams")
def choose(visitor: Configurer, name: str) -> Response:
    """Choose which streams are read, or how one of them is."""
    connection = _connection(visitor, name)
    chosen, stream = chosen_of(connection), visitor.sent("stream")
    if visitor.sent("do") == "how":
        if stream not in chosen:
            raise NotFound("source.stream_unknown", "This stream is not read; switch it on first.")
        chosen[stream] = _how(visitor, chosen[stream])
    else:
        wanted = visitor.form.get("read", [])
        known = streams_of(connection.catalog)
        chosen = {one: chosen.get(one, _selection(known[one])) for one in known if one in wanted}
    visitor.services.connecting.choose(name, list(chosen.values()), actor=visitor.principal.actor)
    return go(path_of(name, "streams") + query(stream=stream))


@pages.post("/connectors/{name}/discover")
def discover(visitor: Configurer, desk: Desked, name: str) -> Response:
    """Ask the source anew what it has; a difference waits for approval."""
    catalog = visitor.services.connecting.discover(name)
    if not catalog_differences(_connection(visitor, name).catalog, catalog):
        desk.drop(visitor.session_id, _found_id(name))
        return go(path_of(name, "streams") + query(same=1))
    desk.put(visitor.session_id, Found(catalog), _found_id(name))
    return go(path_of(name, "streams") + "#differences")


@pages.post("/connectors/{name}/adopt")
def adopt(visitor: Configurer, desk: Desked, name: str) -> Response:
    """Approve what the source told, or leave it."""
    session = visitor.session_id
    if visitor.sent("do") == "approve":
        found = desk.get(session, _found_id(name), Found)
        connection = _connection(visitor, name)
        selection = None
        if connection.streams is not None:
            known = streams_of(found.catalog)
            selection = [one for key, one in chosen_of(connection).items() if key in known]
        visitor.services.connecting.adopt(name, found.catalog, selection, actor=visitor.principal.actor)
        visitor.services.looking.forget(name)
    desk.drop(session, _found_id(name))
    return go(path_of(name, "streams"))


def chosen_of(connection: SourceConnection) -> dict[str, Selection]:
    """What is read of a connection, by the text of the stream."""
    if connection.streams is None:
        return {key: _selection(one) for key, one in streams_of(connection.catalog).items()}
    return {stream_text(StreamKey(one.namespace, one.name)): one for one in connection.streams}


def _selection(stream: Mapping[str, Any]) -> Selection:
    return Selection(stream["name"], stream.get("namespace") or "")


def _how(visitor: Visitor, before: Selection) -> Selection:
    key = tuple((one,) for one in visitor.form.get("key", []) if one)
    cursor = visitor.sent("cursor")
    mode = visitor.sent("mode") or None
    return replace(before, sync_mode=mode, primary_key=key, cursor_field=(cursor,) if cursor else ())


def _connection(visitor: Visitor, name: str) -> SourceConnection:
    with reading(visitor.services.engine) as database:
        return visitor.services.connections.get(database, name)


def _found_id(name: str) -> str:
    return f"catalog:{name}"


def _rows(
    visitor: Visitor, connection: SourceConnection, known: Mapping[str, Mapping[str, Any]], q: str
) -> list[StreamRow]:
    services, chosen = visitor.services, chosen_of(connection)
    with reading(services.engine) as database:
        mappings = services.mappings.all(database, connection.name)
        return [
            StreamRow(
                name=key,
                chosen=key in chosen,
                fields=len(fields_of_stream(one)),
                mapped=len(mappings.get(key, StreamMapping()).fields),
                landed=services.loader.landed(database, connection.name, key),
            )
            for key, one in known.items()
            if q.casefold() in key.casefold()
        ]


def _look(visitor: Visitor, name: str, stream: str) -> tuple[StreamLook | None, IngotError | None]:
    try:
        return visitor.services.looking.look(name, stream), None
    except IngotError as error:
        return None, error


def _fields(visitor: Visitor, name: str, stream: Mapping[str, Any], look: StreamLook | None) -> list[FieldRow]:
    services = visitor.services
    types = fields_of_stream(stream)
    names = list(dict.fromkeys([*types, *(one.name for one in (look.fields if look else ()))]))
    shown = services.previewing.rows(visitor.asked, name, look, StreamMapping()) if look is not None else []
    rows: list[FieldRow] = []
    for field in names:
        seen = look.field(field) if look is not None else None
        seems, confidence = (seen.seems, seen.confidence) if seen is not None else services.suggest(field, ())
        sure = confidence >= 0.5 and not seems.startswith("text.")
        rows.append(
            FieldRow(
                name=field,
                type=types.get(field) or (" or ".join(seen.types) if seen is not None else ""),
                filled=seen.filled if seen is not None else None,
                seems=seems if sure else "",
                personal=class_of(seems) if sure else "",
                holds=seen.holds if seen is not None else (),
                samples=tuple(row.fields[field] for row in shown if field in row.fields)[:2],
            )
        )
    return rows
