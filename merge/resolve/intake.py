"""What a step takes in: which records differ from what is kept, and their sealed rows."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from core.clock import Clock
from core.crypto import Keyring, RecordKey
from core.records import SourceRecord
from merge.history_store import keep_membership, keep_values
from merge.items import item_attributes, item_rows
from merge.record_store import (
    RecordRow,
    mark_removed,
    next_first_seen,
    replace_items,
    replace_tokens,
    rows_of,
    write_records,
)
from merge.resolve.grouping import verified_of
from merge.resolve.loader import Loader, seal_record
from merge.resolve.records import LoadedRecord, prepare, record_bytes, sections_of
from merge.search_index import SearchIndex


@dataclass(frozen=True, slots=True)
class Intake:
    """Records of a step that differ from what is kept: what was there, what comes, what goes."""

    known: Mapping[str, RecordRow]
    changed: Mapping[str, LoadedRecord]
    digests: Mapping[str, bytes]
    removed: Sequence[str]

    @property
    def customers(self) -> dict[str, LoadedRecord]:
        """Changed records that are matched; the others are events of a customer."""
        return {name: one for name, one in self.changed.items() if one.record.subject is None}

    @property
    def events(self) -> dict[str, set[str]]:
        """Names of attributes of events that came or went, by the customer record they belong to."""
        found: dict[str, set[str]] = {}
        for name, one in self.changed.items():
            names = item_attributes(one.record)
            if names:
                found.setdefault(one.record.subject or name, set()).update(names)
        for name in [*self.changed, *self.removed]:
            row = self.known.get(name)
            if row is not None and row.subject_id is not None:
                found.setdefault(row.subject_id, set())
        return found

    @property
    def replaced(self) -> list[str]:
        """Records of which what is kept says something else, or that go."""
        edited = [name for name in self.changed if name in self.known and self.known[name].digest != self.digests[name]]
        return [*edited, *self.removed]

    @property
    def left(self) -> dict[str, str]:
        """Records that are no customers any more, and the golden id each belonged to."""
        customers = self.customers
        leaving = [*self.removed, *(name for name in self.changed if name not in customers)]
        held = {name: self.known[name].golden_id for name in leaving if name in self.known}
        return {name: golden_id for name, golden_id in held.items() if golden_id is not None}


class Register:
    """Writes records as they come in, sealed under keys of their own."""

    def __init__(self, keyring: Keyring, clock: Clock, loader: Loader, search: SearchIndex) -> None:
        self._keyring = keyring
        self._clock = clock
        self._loader = loader
        self._search = search

    def compare(
        self, connection: Connection, changed: Sequence[SourceRecord], removed: Sequence[str], *, anew: bool
    ) -> Intake:
        """What of the records given differs from what is kept (``anew``: all); of two with one id the later counts."""
        latest = {record.record_id: record for record in changed}
        leaving = sorted(set(removed) - latest.keys())
        known = rows_of(connection, [*latest, *leaving])
        digests = {name: self._keyring.blind("merge record", record_bytes(one)) for name, one in latest.items()}
        fresh = {
            name: prepare(one)
            for name, one in sorted(latest.items())
            if anew or name not in known or not known[name].live or known[name].digest != digests[name]
        }
        return Intake(known, fresh, digests, [name for name in leaving if name in known and known[name].live])

    def write(self, connection: Connection, intake: Intake) -> None:
        """Seal and write what differs: records, search tokens, items."""
        keys = self._keyring.record_keys(list(intake.changed), create=True)
        number, now = next_first_seen(connection), self._clock.now()
        rows = [
            self._row(loaded, intake.digests[name], keys[name], intake.known.get(name), number, now)
            for name, loaded in intake.changed.items()
        ]
        keep_values(connection, intake.replaced, now)
        keep_membership(connection, intake.removed, now)
        write_records(connection, rows)
        for name, loaded in intake.changed.items():
            self._loader.remember(intake.digests[name], loaded)
        mark_removed(connection, intake.removed, now)
        tokens = {name: self._tokens(one) for name, one in intake.changed.items()}
        replace_tokens(connection, {**tokens, **dict.fromkeys(intake.removed, ())})
        items = [row for one in intake.changed.values() for row in item_rows(one.record)]
        replace_items(connection, [*intake.changed, *intake.removed], items)

    def _row(
        self, loaded: LoadedRecord, digest: bytes, key: RecordKey, known: RecordRow | None, number: int, now: datetime
    ) -> dict[str, Any]:
        record = loaded.record
        is_item = record.subject is not None
        return {
            "record_id": record.record_id,
            "source": record.source,
            "asserted_at": record.asserted_at,
            "first_seen": number if known is None else known.first_seen,
            "digest": digest,
            "subject_id": record.subject,
            "is_item": is_item,
            "sections": sections_of(record),
            "extra": dict(record.extra),
            "verified": [
                f"{kind}:{self._keyring.blind('merge verified ' + kind, value.encode()).hex()}"
                for kind, value in ([] if is_item else verified_of(loaded.features))
            ],
            "golden_id": None,
            "removed_at": None,
            "forward_to": None,
            "recorded_at": now if known is None or known.digest != digest or not known.live else known.recorded_at,
            "joined_at": None,
            **seal_record(key, loaded),
        }

    def _tokens(self, loaded: LoadedRecord) -> Collection[tuple[str, bytes]]:
        return self._search.tokens_of(loaded.standard) if loaded.record.subject is None else ()
