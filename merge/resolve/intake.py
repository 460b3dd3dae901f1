"""What a step takes in: which records differ from what is kept, and their sealed rows."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from core.clock import Clock
from core.crypto import KeyBatch, Keyring
from core.database import json_text, milliseconds
from core.record_key import RecordKey
from core.records import SourceRecord
from merge.history_store import keep_membership, keep_values
from merge.index_store import Row, change_tokens
from merge.items import item_attributes, item_rows
from merge.packing import pack_tokens, unpack_tokens
from merge.record_store import (
    RecordRow,
    mark_removed,
    next_first_seen,
    replace_items,
    row_as_written,
    rows_of,
    write_records,
)
from merge.resolve.bands import entity_of
from merge.resolve.grouping import verified_of
from merge.resolve.keying import Found, Keyer
from merge.resolve.loader import Loader, seal_record
from merge.resolve.pairing import Changes
from merge.resolve.records import LoadedRecord, prepare, record_bytes, sections_of
from merge.search_index import SearchIndex


@dataclass(frozen=True, slots=True)
class Intake:
    """Records of a step that differ from what is kept: what was there, what comes, what goes."""

    known: Mapping[str, RecordRow]
    changed: Mapping[str, LoadedRecord]
    digests: Mapping[str, bytes]
    removed: Sequence[str]
    anew: bool = False

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

    def __init__(self, keyring: Keyring, clock: Clock, loader: Loader, search: SearchIndex, keyer: Keyer) -> None:
        self._keyring = keyring
        self._clock = clock
        self._loader = loader
        self._search = search
        self._keyer = keyer
        self._digest = keyring.blinder("merge record")

    def compare(
        self, connection: Connection, changed: Sequence[SourceRecord], removed: Sequence[str], *, anew: bool
    ) -> Intake:
        """What of the records given differs from what is kept (``anew``: all); of two with one id the later counts."""
        latest = {record.record_id: record for record in changed}
        leaving = sorted(set(removed) - latest.keys())
        known = rows_of(connection, [*latest, *leaving])
        digests = {name: self._digest(record_bytes(one)) for name, one in latest.items()}
        fresh = {
            name: prepare(one)
            for name, one in sorted(latest.items())
            if anew or name not in known or not known[name].live or known[name].digest != digests[name]
        }
        return Intake(known, fresh, digests, [name for name in leaving if name in known and known[name].live], anew)

    def write(self, connection: Connection, intake: Intake, batch: KeyBatch) -> Changes:
        """Seal and write what differs: records, search tokens, items. Tells what is to be paired."""
        keys = self._keyring.record_keys(list(intake.changed), create=False)
        keys |= batch.fresh([name for name in intake.changed if name not in keys])
        batch.begin()
        now, numbers = self._clock.now(), self._numbers(connection, intake)
        customers = intake.customers
        found = {name: self._keyer.found(one) for name, one in customers.items()}
        tokens = {name: self._search.tokens_of(one.standard) for name, one in customers.items()}
        rows = [
            self._row(loaded, intake.digests[name], keys[name], intake.known.get(name), numbers[name], now)
            | _indexed(found.get(name), tokens.get(name))
            for name, loaded in intake.changed.items()
        ]
        keep_values(connection, intake.replaced, now)
        keep_membership(connection, intake.removed, now)
        write_records(connection, rows)
        for name, loaded in intake.changed.items():
            self._loader.remember(intake.digests[name], loaded)
            self._loader.remember_features(intake.digests[name], loaded)
        mark_removed(connection, intake.removed, now)
        self._write_tokens(connection, intake, numbers, tokens)
        items = [row for one in intake.changed.values() for row in item_rows(one.record)]
        replace_items(connection, [*(intake.known.keys() & intake.changed.keys()), *intake.removed], items)
        return Changes(
            names={number: name for name, number in numbers.items()},
            old={
                numbers[name]: Found.unpacked(row.keys, row.shared)
                for name, row in intake.known.items()
                if name in numbers and row.live and not row.is_item
            },
            new={numbers[name]: one for name, one in found.items()},
            loaded=customers,
            gone={*intake.removed, *(intake.changed.keys() - customers.keys())},
            anew=intake.anew,
            born={
                row["record_id"]: row_as_written(row)
                for row in rows
                if row["record_id"] in customers and row["record_id"] not in intake.known
            },
        )

    @staticmethod
    def _numbers(connection: Connection, intake: Intake) -> dict[str, int]:
        """The numbers of records that change or go; those seen for the first time get theirs in the order of ids."""
        numbers = {
            name: intake.known[name].first_seen for name in (*intake.changed, *intake.removed) if name in intake.known
        }
        unseen = sorted(intake.changed.keys() - numbers.keys())
        if unseen:
            first = next_first_seen(connection)
            numbers |= {name: first + place for place, name in enumerate(unseen)}
        return numbers

    @staticmethod
    def _write_tokens(
        connection: Connection, intake: Intake, numbers: Mapping[str, int], tokens: Mapping[str, Collection[int]]
    ) -> None:
        gone: set[Row] = set()
        new: set[Row] = set()
        for name, number in numbers.items():
            old = unpack_tokens(intake.known[name].tokens) if name in intake.known else set()
            now = set(tokens.get(name, ()))
            gone.update((token, number) for token in old - now)
            new.update((token, number) for token in (now if intake.anew else now - old))
        change_tokens(connection, gone, new)

    def _row(
        self, loaded: LoadedRecord, digest: bytes, key: RecordKey, known: RecordRow | None, number: int, now: datetime
    ) -> dict[str, Any]:
        record = loaded.record
        is_item = record.subject is not None
        stands = known is not None and known.live and known.digest == digest
        recorded = known.recorded_at if known is not None and stands else now
        proved = [] if is_item else verified_of(loaded.features)
        return {
            "record_id": record.record_id,
            "source": record.source,
            "asserted_at": milliseconds(record.asserted_at),
            "first_seen": number,
            "digest": digest,
            "subject_id": record.subject,
            "is_item": is_item,
            "sections": json_text(sections_of(record)),
            "extra": json_text(dict(record.extra)),
            "verified": json_text(
                [
                    f"{kind}:{self._keyring.blind('merge verified ' + kind, value.encode()).hex()}"
                    for kind, value in proved
                ]
            ),
            "entity": None if is_item else entity_of(record, [kind for kind, _ in proved]),
            "golden_id": None,
            "removed_at": None,
            "forward_to": None,
            "recorded_at": None if recorded is None else milliseconds(recorded),
            **seal_record(key, loaded),
        }


def _indexed(found: Found | None, tokens: Collection[int] | None) -> dict[str, bytes | None]:
    """What a record keeps of what it is found by; an event is not found."""
    if found is None:
        return {"match_keys": None, "shared": None, "tokens": None}
    keys, shared = found.packed()
    return {"match_keys": keys, "shared": shared, "tokens": pack_tokens(tokens or ())}
