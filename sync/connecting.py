"""A configured connection, made ready to be read: how it starts, with which configuration, which streams."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, delete

from connectors.catalogue import Selection, configured_catalog, launch_from
from connectors.installed import InstalledSources
from connectors.launch import Launch
from connectors.protocol import StreamKey
from connectors.runner import Runner
from connectors.store import Change, ConnectionStore, SourceConnection
from connectors.upload_form import upload_ids
from connectors.upload_store import UploadStore
from core.database import reading, unit_of_work
from core.errors import Conflict, Invalid
from sync import tables
from sync.foundation import Foundation
from sync.ingest import SourceToRead
from sync.preparing import stream_text
from sync.runs import CANCELLED, CANCELLED_MESSAGE, Runs


class Connecting:
    """Adds connections and makes them ready. ``installed`` are the sources that connections may name beside ours."""

    def __init__(
        self,
        foundation: Foundation,
        store: ConnectionStore,
        runner: Runner,
        uploads: UploadStore,
        installed: InstalledSources | None = None,
    ) -> None:
        self._foundation = foundation
        self._store = store
        self._runner = runner
        self._uploads = uploads
        self._installed = installed

    def add(
        self,
        name: str,
        kind: str,
        launch: Mapping[str, Any],
        config: Mapping[str, Any],
        *,
        schedule: str = "",
        actor: str,
    ) -> SourceConnection:
        """Check a source with this configuration, discover its streams, and keep it.

        Raises Invalid ``source.check_failed`` with what the source says, and nothing is kept.
        """
        how = self.launch(kind, launch)
        spec = self._runner.spec(how)
        checked = self._runner.check(how, config, spec=spec)
        if not checked.ok:
            told = f" It says: {checked.message}" if checked.message else ""
            raise Invalid("source.check_failed", f"The source refuses this configuration; mend it and try again.{told}")
        catalog = self._runner.discover(how, config, spec=spec)
        change = Change(spec=spec, catalog=catalog, schedule=schedule, enabled=True)
        with unit_of_work(self._foundation.engine) as connection:
            added = self._store.add(
                connection, name=name, kind=kind, launch=launch, config=config, actor=actor, change=change
            )
            self._uploads.claim(connection, upload_ids(config) if how.ours else (), name)
            return added

    def rediscover(self, name: str, *, actor: str) -> SourceConnection:
        """Ask the source anew which streams it has."""
        stored, config = self._stored(name)
        catalog = self._runner.discover(self._how(stored), config, spec=stored.spec)
        with unit_of_work(self._foundation.engine) as connection:
            return self._store.change(connection, name, Change(catalog=catalog), actor=actor)

    def discover(self, name: str) -> dict[str, Any]:
        """What the source has now; nothing is kept, so that somebody can look at the difference first."""
        stored, config = self._stored(name)
        return self._runner.discover(self._how(stored), config, spec=stored.spec)

    def adopt(
        self, name: str, catalog: Mapping[str, Any], selection: Sequence[Selection] | None, *, actor: str
    ) -> SourceConnection:
        """Keep a catalogue that ``discover`` gave. ``selection`` must name streams of it; None leaves it as it is.

        Raises NotFound ``source.stream_unknown``, Invalid ``source.mode_unsupported``.
        """
        if selection is not None:
            configured_catalog(catalog, selection)
        with unit_of_work(self._foundation.engine) as connection:
            return self._store.change(connection, name, Change(catalog=catalog, streams=selection), actor=actor)

    def choose(self, name: str, selection: Sequence[Selection], *, actor: str) -> SourceConnection:
        """Choose which streams are read, and how.

        Raises NotFound ``source.stream_unknown``, Invalid ``source.mode_unsupported``, ``source.no_stream``.
        """
        if not selection:
            raise Invalid("source.no_stream", "Choose at least one stream; to read none, pause the connection.")
        with unit_of_work(self._foundation.engine) as connection:
            configured_catalog(self._store.get(connection, name).catalog or {}, selection)
            return self._store.change(connection, name, Change(streams=selection), actor=actor)

    def remove(self, name: str, *, actor: str) -> None:
        """Remove a connection with its configuration, uploads, state and schedule; what it brought stays.

        A sync of it that waits or runs is stopped: it would write its state again. A connection that is added later
        under the same name starts from the beginning.
        """
        with unit_of_work(self._foundation.engine) as connection:
            self._store.remove(connection, name, actor=actor)
            connection.execute(delete(tables.state).where(tables.state.c.connection == name))
            connection.execute(delete(tables.schedule).where(tables.schedule.c.connection == name))
            queue = self._foundation.queue
            if queue.cancel(connection, f"sync:{name}", code=CANCELLED, message=CANCELLED_MESSAGE):
                Runs(self._foundation.audit, self._foundation.clock).cancel(connection, name, actor=actor)
            released = sorted(self._uploads.of_connection(connection, name))
            self._uploads.remove(connection, released, actor=actor)
        self._uploads.forget(released)

    def configure(self, name: str, config: Mapping[str, Any], *, actor: str) -> SourceConnection:
        """Check a new configuration with the source, keep it sealed, and discover the streams anew.

        Uploads that it no longer names are removed.

        Raises Invalid ``source.check_failed``; the old configuration stays then.
        """
        stored, _ = self._stored(name)
        how = self._how(stored)
        checked = self._runner.check(how, config, spec=stored.spec)
        if not checked.ok:
            told = f" It says: {checked.message}" if checked.message else ""
            raise Invalid("source.check_failed", f"The source refuses this configuration; the old one stays.{told}")
        catalog = self._runner.discover(how, config, spec=stored.spec)
        with unit_of_work(self._foundation.engine) as connection:
            self._store.replace_config(connection, name, config, actor=actor)
            wanted = upload_ids(config) if how.ours else []
            self._uploads.claim(connection, wanted, name)
            released = sorted(self._uploads.of_connection(connection, name) - set(wanted))
            self._uploads.remove(connection, released, actor=actor)
            changed = self._store.change(connection, name, Change(catalog=catalog), actor=actor)
        self._uploads.forget(released)
        return changed

    def streams(self, connection: Connection, name: str) -> list[str]:
        """The streams a connection is known to have. Raises NotFound ``connection.unknown``."""
        catalog = self._store.get(connection, name).catalog or {}
        return sorted(
            stream_text(StreamKey(one.get("namespace") or "", one["name"])) for one in catalog.get("streams", ())
        )

    def ready(self, name: str) -> SourceToRead:
        """What a sync needs. Raises NotFound ``connection.unknown``, Conflict ``connection.disabled``."""
        stored, config = self._stored(name)
        if not stored.enabled:
            raise Conflict("connection.disabled", f"The connection '{name}' is switched off; switch it on first.")
        launch = self._how(stored)
        catalog = stored.catalog or self._runner.discover(launch, config, spec=stored.spec)

        def keep(connection: Connection, renewed: Mapping[str, Any]) -> None:
            self._store.replace_config(connection, name, renewed, actor=f"connection:{name}")

        return SourceToRead(
            name=name,
            launch=launch,
            config=config,
            catalog=configured_catalog(catalog, stored.streams),
            spec=stored.spec,
            keep_config=keep,
        )

    def launch(self, kind: str, details: Mapping[str, Any]) -> Launch:
        """How a source is started. Raises Invalid ``source.kind_unknown``, NotFound ``source.not_installed``."""
        return launch_from(kind, details, self._installed)

    def _how(self, stored: SourceConnection) -> Launch:
        return self.launch(stored.kind, stored.launch)

    def _stored(self, name: str) -> tuple[SourceConnection, dict[str, Any]]:
        with reading(self._foundation.engine) as connection:
            return self._store.get(connection, name), self._store.config(connection, name)
