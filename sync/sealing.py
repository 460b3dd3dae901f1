"""From a batch that was read to one that can be landed: record ids, what has changed, and sealed bytes.

Reads the database and writes nothing but keys. It runs while the batch before is still being written, so it also takes
what that one holds as known.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy import Connection, Table, func, select, text

from core.bulk import look_up
from core.crypto import NewlySealed
from core.database import chunks, reading
from core.record_key import RecordKey
from core.records import RecordRef
from sync import tables
from sync.batch import UNCOUNTED, Batch, ReadRecord, Rejected, StreamPlan
from sync.foundation import Foundation
from sync.record_keys import RAW, Ordinals, sealed_form

# An epoch that no state reaches.
BEHIND_NOTHING = 2**62
# From this many equal broken rows on, the number is a part of what is hashed: written out it would outgrow the column.
_LONG_ORDINAL = 100_000
# As text: a partial index is used only where the condition stands in the statement itself.
COUNTED = text("epoch >= 0")


@dataclass(slots=True)
class SealedBatch:
    """A batch with everything that needs keys done.

    ``records`` holds record ids to the record and its primary key as text, ``hashes`` to its content hash; ``changed``
    those that are to be written, to their sealed bytes; ``new`` those of them whose keys are not durable yet;
    ``rejected`` ids to what goes to quarantine and its sealed bytes.
    """

    batch: Batch
    records: Mapping[str, tuple[ReadRecord, str]]
    hashes: Mapping[str, bytes]
    changed: dict[str, bytes]
    new: NewlySealed
    rejected: Mapping[str, tuple[Rejected, bytes]] = field(default_factory=dict)


class Sealing:
    """Seals the batches of one run of one connection, in their order."""

    def __init__(self, foundation: Foundation, connection_name: str, plans: Mapping[str, StreamPlan]) -> None:
        self._engine = foundation.engine
        self._keyring = foundation.keyring
        self._name = connection_name
        self._plans = plans
        self._ordinals = Ordinals()
        self._rejected_ordinals = Ordinals()
        self._restarted: set[str] = set()
        self._namers: dict[str, Callable[[str], str]] = {}
        self._ahead: dict[str, bytes] = {}
        self._seen: set[str] = set()
        self._empty: set[str] = set()

    def seal(self, batch: Batch) -> SealedBatch:
        """Seal what is new or changed. Keys of records that had none become durable with ``keep``."""
        self._restarted |= batch.restarted
        with reading(self._engine) as connection:
            records, hashes, made = self._by_id(connection, batch)
            known = known_hashes(connection, self._perhaps_there(connection, batch.read, records))
            rejected = self._rejected_by_id(connection, batch.rejected)
        known.update((one, self._ahead[one]) for one in self._ahead.keys() & hashes.keys())
        self._ahead = hashes
        new = sorted(hashes.keys() - known.keys()) if known else sorted(hashes)
        before = {one: made[one] for one in new if one in made}
        forms = {one: form_of(one, *records[one]) for one in new if one not in before} if len(before) < len(new) else {}
        fresh = self._keyring.seal_new(RAW, forms, before)
        found = SealedBatch(batch, records, hashes, fresh.sealed, fresh)
        self._seal_known(found, [one for one, before in known.items() if before != hashes[one]])
        found.rejected = self._seal_rejected(rejected)
        return found

    def keep(self, sealed: SealedBatch, *, tidied: bool = False) -> None:
        """Make the keys of new records durable; ``tidied`` as for ``Keyring.keep``.

        A record that has a key after all is sealed again with it, or left alone where it stands as it is: it lost its
        row in a crash, or came twice while nothing was looked up.
        """
        had = sorted(self._keyring.keep(sealed.new, tidied=tidied))
        if not had:
            return
        self._empty.clear()
        with reading(self._engine) as connection:
            known = known_hashes(connection, had)
        same = {one for one, before in known.items() if before == sealed.records[one][0].content_hash}
        for one in same:
            del sealed.changed[one]
        self._seal_known(sealed, [one for one in had if one not in same])

    def _perhaps_there(
        self, connection: Connection, streams: Collection[str], records: Mapping[str, tuple[ReadRecord, str]]
    ) -> Collection[str]:
        """Those of the records that have to be looked up.

        A stream that nothing of was there when this run came to it holds what the run itself has landed; whether a
        record is among that is told by its key, when it is kept. The first that is ends this.
        """
        for stream in sorted(set(streams) - self._seen):
            self._seen.add(stream)
            if not has_rows(connection, self._name, stream):
                self._empty.add(stream)
        if not self._empty:
            return records
        if self._empty.issuperset(streams):
            return ()
        return [one for one, (record, _) in records.items() if record.stream not in self._empty]

    def seal_after_all(self, sealed: SealedBatch, ids: Sequence[str]) -> None:
        """Seal records that were thought unchanged, because their rows are gone by now."""
        self._seal_known(sealed, ids)

    def _seal_known(self, sealed: SealedBatch, ids: Sequence[str]) -> None:
        keys = self._keyring.record_keys(ids, create=True) if ids else {}
        sealed.changed.update((one, key.seal(RAW, form_of(one, *sealed.records[one]))) for one, key in keys.items())

    def _seal_rejected(self, items: Mapping[str, Rejected]) -> dict[str, tuple[Rejected, bytes]]:
        if not items:
            return {}
        keys = self._keyring.record_keys(list(items), create=True)
        return {one: (item, keys[one].seal(RAW, item.content)) for one, item in items.items()}

    def _by_id(
        self, connection: Connection, batch: Batch
    ) -> tuple[dict[str, tuple[ReadRecord, str]], dict[str, bytes], dict[str, tuple[bytes, bytes]]]:
        """Record ids to records and their keys, to content hashes, and to what is sealed already.

        The later of two with one key wins. All three in one go: another thread has made the records, so each look at
        one of them is far to fetch.
        """
        before = self._behind(connection, tables.record, [record for record in batch.records if record.key is None])
        namers = {stream: self._namer(stream) for stream in batch.read}
        found: dict[str, tuple[ReadRecord, str]] = {}
        hashes: dict[str, bytes] = {}
        sealed: dict[str, tuple[bytes, bytes]] = {}
        for record in batch.records:
            stream, key, _, content_hash, _, one, made = record
            if key is None:
                ordinal = self._ordinals.next(stream, content_hash, before.get((stream, content_hash), 0))
                key = f"{content_hash.hex()}-{ordinal}"
            one = one or namers[stream](key)
            found[one] = (record, key)
            hashes[one] = content_hash
            if made is not None:
                sealed[one] = made
            elif one in sealed:
                del sealed[one]
        return found, hashes, sealed

    def _namer(self, stream: str) -> Callable[[str], str]:
        found = self._namers.get(stream)
        if found is None:
            namespace, _, name = stream.rpartition("|")
            found = self._namers[stream] = self._keyring.record_namer(RecordRef(self._name, namespace, name, ""))
        return found

    def _behind(
        self, connection: Connection, table: Table, items: Sequence[ReadRecord] | Sequence[Rejected]
    ) -> dict[tuple[str, bytes], int]:
        """How many rows of each content lie behind the state that the run started from."""
        found: dict[tuple[str, bytes], int] = {}
        for stream in sorted({item.stream for item in items}):
            plan = self._plans[stream]
            from_state = BEHIND_NOTHING if plan.count_all else plan.from_state
            if plan.cursor_in_record or stream in self._restarted or not from_state:
                continue
            hashes = sorted({item.content_hash for item in items if item.stream == stream})
            for some in chunks(hashes):
                query = (
                    select(table.c.content_hash, func.count())
                    .where(
                        table.c.connection == self._name,
                        table.c.stream == stream,
                        table.c.content_hash.in_(some),
                        table.c.epoch <= from_state,
                        COUNTED,
                    )
                    .group_by(table.c.content_hash)
                )
                found.update({(stream, row[0]): row[1] for row in connection.execute(query)})
        return found

    def _rejected_by_id(self, connection: Connection, rejected: Sequence[Rejected]) -> dict[str, Rejected]:
        """Quarantine ids to what goes there: a broken row read again is the same entry, an equal one another."""
        # Entries that were replayed or dismissed count as well: the row behind the state was this one.
        before = self._behind(connection, tables.rejected, [item for item in rejected if item.epoch != UNCOUNTED])
        found: dict[str, Rejected] = {}
        for item in rejected:
            place = (item.stream, item.content_hash)
            ordinal = self._rejected_ordinals.next(*place, before.get(place, 0))
            found[self._rejected_id(item, ordinal)] = item
        return found

    def _rejected_id(self, item: Rejected, ordinal: int) -> str:
        content = self._keyring.blind("rejected", f"{self._name}|{item.stream}|".encode() + item.content)
        if ordinal >= _LONG_ORDINAL:
            content = self._keyring.blind("rejected again", f"{ordinal}|".encode() + content)
            ordinal = 0
        return f"q_{content.hex()}" + (f"-{ordinal}" if ordinal else "")


def has_rows(connection: Connection, name: str, stream: str) -> bool:
    """Whether any record of a stream was ever landed."""
    table = tables.record.c
    query = select(table.record_id).where(table.connection == name, table.stream == stream).limit(1)
    return connection.execute(query).first() is not None


def known_hashes(connection: Connection, ids: Iterable[str]) -> dict[str, bytes]:
    """The content hashes of those records that are there and not removed."""
    rows = look_up(connection, tables.record, "record_id", ("content_hash",), list(ids), also="removed_at IS NULL")
    return {str(one): bytes(content_hash) for one, content_hash in rows}


def form_of(record_id: str, record: ReadRecord, key: str) -> bytes:
    """``sealed_form`` of a record, also of one that was sealed as it was read."""
    if record.content is not None:
        return sealed_form(key, record.content)
    sealed, data_key = record.made or (b"", b"")
    return RecordKey.of(record_id, data_key).open(RAW, sealed)
