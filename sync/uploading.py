"""Files that people upload: judged, sealed, read by one connection, and gone with it."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from connectors.upload_files import OpenedUpload
from connectors.upload_form import UploadForm, form_of
from connectors.upload_store import StoredUpload, UploadStore
from core.database import reading, unit_of_work
from core.errors import Conflict, TooMuch
from sync.foundation import Foundation

# Whoever uploads and never makes a connection leaves personal data behind: it does not stay.
UNCLAIMED_HOURS = 24
MAX_UNCLAIMED = 20


class Uploads:
    """Takes uploads in, gives them to sources, removes them. ``expanded_limit`` in bytes."""

    def __init__(self, foundation: Foundation, store: UploadStore, expanded_limit: int) -> None:
        self._foundation = foundation
        self._store = store
        self._expanded_limit = expanded_limit

    def take(self, name: str, content: bytes, *, actor: str) -> tuple[StoredUpload, UploadForm]:
        """Judge and keep a file; old ones that nobody used go first.

        Raises what ``form_of`` raises, and TooMuch ``upload.too_many``.
        """
        form = form_of(name, content, expanded_limit=self._expanded_limit)
        self.sweep()
        with unit_of_work(self._foundation.engine) as connection:
            if len(self._store.unclaimed(connection)) >= MAX_UNCLAIMED:
                raise TooMuch(
                    "upload.too_many",
                    f"{MAX_UNCLAIMED} uploads wait for a connection; remove some or use them first.",
                )
            return self._store.add(connection, form, content, actor=actor), form

    def newest(self) -> list[StoredUpload]:
        """The newest uploads, newest first."""
        with reading(self._foundation.engine) as connection:
            return self._store.newest(connection)

    def remove(self, upload_id: str, *, actor: str) -> None:
        """Remove an upload that no connection reads. Raises NotFound ``upload.unknown``, Conflict ``upload.in_use``."""
        with unit_of_work(self._foundation.engine) as connection:
            reader = self._store.get(connection, upload_id).connection
            if reader is not None:
                raise Conflict(
                    "upload.in_use", f"The connection '{reader}' reads this upload; it goes when that is removed."
                )
            self._store.remove(connection, [upload_id], actor=actor)
        self._store.forget([upload_id])

    def sweep(self) -> None:
        """Remove uploads that no connection came to read within a day."""
        before = self._foundation.clock.now() - timedelta(hours=UNCLAIMED_HOURS)
        with reading(self._foundation.engine) as connection:
            if not self._store.unclaimed(connection, before):
                return
        with unit_of_work(self._foundation.engine) as connection:
            # Asked again: a connection may have come meanwhile.
            old = self._store.unclaimed(connection, before)
            self._store.remove(connection, old, actor="system")
        self._store.forget(old)

    @contextmanager
    def opened(self, upload_id: str) -> Iterator[OpenedUpload]:
        """An upload in clear, for the run that reads it. Raises NotFound ``upload.unknown``."""
        with reading(self._foundation.engine) as connection:
            stored = self._store.get(connection, upload_id)
            yield OpenedUpload(stored.name, self._store.content(connection, upload_id))
