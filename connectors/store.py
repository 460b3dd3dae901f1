"""Configured connections: each change and its audit event in the caller's transaction, configuration always sealed."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, delete, insert, select, update

from audit.actions import Action
from audit.events import Event
from audit.log import AuditLog
from connectors.catalogue import Selection
from connectors.protocol import dumps, loads
from connectors.tables import connectors_connection
from core.clock import Clock
from core.crypto import Keyring
from core.errors import Conflict, Invalid, NotFound

KINDS = ("source", "installed", "manifest", "exec")
_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,63}")
# What the gateway itself puts into a configuration; a source echoes it and it is not to be kept.
_INJECTED = "__injected"
# What the console's paths beside connections are called.
_RESERVED = frozenset({"new", "upload", "trials"})


@dataclass(frozen=True, slots=True)
class SourceConnection:
    """A configured source; its configuration is asked for apart.

    Attributes:
        name: unique, lower case; what commands and audit entries call it.
        kind: ``source``, ``installed``, ``manifest`` or ``exec``; with ``launch`` it says how the source is started
            (``connectors.catalogue.launch_from``). Neither may hold a secret.
        spec: the source's specification when it was added; tells which settings are secret.
        catalog: what discover found last; names of streams and fields only.
        streams: what is read; None reads every stream.
        schedule: interval or cron text, empty for by hand.
    """

    id: str
    name: str
    kind: str
    launch: Mapping[str, Any]
    spec: Mapping[str, Any] | None
    catalog: Mapping[str, Any] | None
    streams: tuple[Selection, ...] | None
    schedule: str
    enabled: bool
    created_at: datetime
    changed_at: datetime


@dataclass(frozen=True, slots=True)
class Change:
    """What to change; None leaves as it is."""

    launch: Mapping[str, Any] | None = None
    spec: Mapping[str, Any] | None = None
    catalog: Mapping[str, Any] | None = None
    streams: Sequence[Selection] | None = None
    schedule: str | None = None
    enabled: bool | None = None


class ConnectionStore:
    """Rows of connections. Every method works in the transaction it is given; ``actor`` is who asks."""

    def __init__(self, keyring: Keyring, audit: AuditLog, clock: Clock) -> None:
        self._keyring = keyring
        self._audit = audit
        self._clock = clock

    def add(
        self,
        connection: Connection,
        *,
        name: str,
        kind: str,
        launch: Mapping[str, Any],
        config: Mapping[str, Any],
        actor: str,
        change: Change | None = None,
    ) -> SourceConnection:
        """Add one. ``change`` gives what else is known of it.

        Raises Invalid ``connection.name_invalid`` or ``source.kind_unknown``, Conflict ``connection.taken``.
        """
        if not _NAME.fullmatch(name) or name in _RESERVED:
            raise Invalid(
                "connection.name_invalid",
                "Name a connection with at most 64 of a-z, 0-9, '.', '_' and '-', a letter or digit first; not 'new', "
                "'upload' or 'trials'.",
            )
        if kind not in KINDS:
            raise Invalid("source.kind_unknown", f"A source cannot be of kind '{kind}'; use {', '.join(KINDS)}.")
        if self._row(connection, name) is not None:
            raise Conflict("connection.taken", f"There is a connection '{name}' already; choose another name.")
        new_id, now = self._clock.new_id("conn"), self._clock.now()
        given = change or Change()
        connection.execute(
            insert(connectors_connection).values(
                id=new_id,
                name=name,
                kind=kind,
                launch=dict(launch),
                spec=given.spec,
                sealed_config=self._seal(new_id, config),
                catalog=given.catalog,
                streams=_streams_to_json(given.streams),
                schedule=given.schedule or "",
                enabled=given.enabled is not False,
                created_at=now,
                changed_at=now,
            )
        )
        self._record(connection, Action.SOURCE_ADDED, name, actor, kind=kind, settings=sorted(config))
        return self.get(connection, name)

    def get(self, connection: Connection, name: str) -> SourceConnection:
        """The connection of that name; raises NotFound ``connection.unknown``."""
        return _from_row(self._must(connection, name))

    def list(self, connection: Connection) -> list[SourceConnection]:
        """All connections, by name."""
        query = select(connectors_connection).order_by(connectors_connection.c.name)
        return [_from_row(row) for row in connection.execute(query)]

    def change(self, connection: Connection, name: str, change: Change, *, actor: str) -> SourceConnection:
        """Change what ``change`` names; nothing to change is no event."""
        row = self._must(connection, name)
        values = {field: value for field, value in asdict(change).items() if value is not None}
        if "streams" in values:
            values["streams"] = _streams_to_json(change.streams)
        if values:
            self._update(connection, row.id, values)
            self._record(connection, Action.SOURCE_CHANGED, name, actor, settings=sorted(values))
        return self.get(connection, name)

    def remove(self, connection: Connection, name: str, *, actor: str) -> None:
        """Remove the connection with its configuration; what it brought stays."""
        row = self._must(connection, name)
        connection.execute(delete(connectors_connection).where(connectors_connection.c.id == row.id))
        self._record(connection, Action.SOURCE_REMOVED, name, actor)

    def config(self, connection: Connection, name: str) -> dict[str, Any]:
        """The configuration in clear, for the runner alone. Raises Damaged when its seal is broken."""
        row = self._must(connection, name)
        opened: dict[str, Any] = loads(self._keyring.open_secret(_seal_name(row.id), row.sealed_config))
        return opened

    def replace_config(self, connection: Connection, name: str, config: Mapping[str, Any], *, actor: str) -> None:
        """Keep a new configuration: what an operator gives, or what a source asks to keep (CONTROL).

        A rotated token is used up by the time it arrives, so this is committed before any further record.
        """
        row = self._must(connection, name)
        kept = {field: value for field, value in config.items() if not field.startswith(_INJECTED)}
        before = self.config(connection, name)
        changed = sorted(field for field in {*kept, *before} if kept.get(field) != before.get(field))
        if not changed:
            return
        self._update(connection, row.id, {"sealed_config": self._seal(row.id, kept)})
        self._record(connection, Action.CONNECTION_RECONFIGURED, name, actor, settings=changed)

    def _seal(self, connection_id: str, config: Mapping[str, Any]) -> bytes:
        return self._keyring.seal_secret(_seal_name(connection_id), dumps(dict(config)))

    def _update(self, connection: Connection, connection_id: str, values: Mapping[str, Any]) -> None:
        statement = update(connectors_connection).where(connectors_connection.c.id == connection_id)
        connection.execute(statement.values(**values, changed_at=self._clock.now()))

    def _row(self, connection: Connection, name: str) -> Row[Any] | None:
        return connection.execute(
            select(connectors_connection).where(connectors_connection.c.name == name)
        ).one_or_none()

    def _must(self, connection: Connection, name: str) -> Row[Any]:
        row = self._row(connection, name)
        if row is None:
            raise NotFound(
                "connection.unknown", f"There is no connection '{name}'; 'ingot source list' names those there are."
            )
        return row

    def _record(self, connection: Connection, action: Action, name: str, actor: str, **details: object) -> None:
        event = Event(action=action, actor=actor, object_type="connection", object_id=name, details=details)
        self._audit.append(connection, event)


def _seal_name(connection_id: str) -> str:
    return f"connection:{connection_id}"


def _streams_to_json(streams: Sequence[Selection] | None) -> list[dict[str, Any]] | None:
    return None if streams is None else [asdict(stream) for stream in streams]


def _from_row(row: Row[Any]) -> SourceConnection:
    fields = {field: value for field, value in row._mapping.items() if field != "sealed_config"}  # noqa: SLF001 - the row's public mapping has this name
    streams = fields.pop("streams")
    selected = None if streams is None else tuple(_selection(stream) for stream in streams)
    return SourceConnection(**fields, streams=selected)


def _selection(stream: Mapping[str, Any]) -> Selection:
    key = tuple(tuple(path) for path in stream["primary_key"])
    # Selections from before cursors could be chosen have none.
    cursor = tuple(stream.get("cursor_field") or ())
    return Selection(stream["name"], stream["namespace"], stream["sync_mode"], key, cursor)
