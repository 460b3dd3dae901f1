"""The matching loader: the only module of the merge engine that opens sealed values.

What it gives stays in the memory of the process and is for matching and survivorship alone; people and other systems
get values through the way of disclosure, which asks the policy and writes to the audit log.
"""

from collections.abc import Iterable, Iterator, Mapping, MutableMapping, Sequence
from datetime import datetime
from types import MappingProxyType
from typing import Any

import orjson
from sqlalchemy import Connection

from core.bounded import Bounded
from core.crypto import Keyring
from core.errors import Damaged
from core.record_key import RecordKey
from core.records import AttributeValue, SourceRecord
from merge.golden_store import CACHE_FIELD, GoldenRow
from merge.match.features import Features
from merge.record_store import sealed_digests, sealed_features, sealed_rows
from merge.resolve.records import LoadedRecord, features_bytes, features_from_bytes
from merge.standardise.record import Standardised
from merge.survivorship.values import GoldenValues, Texts, golden_from_bytes, texts_from_bytes

VALUES_FIELD, STANDARD_FIELD, FEATURES_FIELD = "values", "standard", "features"
"""The field names that a record's values are sealed under."""
_REMEMBERED = 5_000
# Features alone are a tenth of a record in memory.
_COMPARED = 20_000
_NOTHING: Mapping[str, bytes | None] = MappingProxyType({})
_NO_KEYS: Mapping[str, RecordKey] = MappingProxyType({})
Opened = MutableMapping[str, LoadedRecord]
"""Records that a transaction has in clear already, by id."""


def seal_record(key: RecordKey, loaded: LoadedRecord) -> dict[str, bytes]:
    """The sealed columns of a record."""
    plain = orjson.dumps([[value.attribute, value.value] for value in loaded.record.values])
    return {
        "sealed_values": key.seal(VALUES_FIELD, plain),
        "sealed_standard": key.seal(STANDARD_FIELD, loaded.standard.to_bytes()),
        "sealed_features": key.seal(FEATURES_FIELD, features_bytes(loaded.features)),
    }


class Loader:
    """Opens records and golden caches. Remembers what it opened for as long as the key and the record last."""

    def __init__(self, keyring: Keyring) -> None:
        self._keyring = keyring
        self._remembered: Bounded[str, tuple[bytes, LoadedRecord]] = Bounded(_REMEMBERED)
        self._compared: Bounded[str, tuple[bytes, Features]] = Bounded(_COMPARED)

    def load(self, connection: Connection, record_ids: Iterable[str]) -> dict[str, LoadedRecord]:
        """Those of the records that are live and whose key exists; the others are absent."""
        opened: dict[str, LoadedRecord] = {}
        self.open(connection, sealed_digests(connection, record_ids), opened)
        return opened

    def open(
        self,
        connection: Connection,
        digests: Mapping[str, bytes],
        opened: Opened,
        known: Mapping[str, RecordKey] = _NO_KEYS,
    ) -> None:
        """Add records to those that are opened, by their digests; erased ones are left out.

        ``known`` are keys that the same transaction has found already.
        """
        wanted = [one for one in digests if one not in opened]
        held = {one: found for one in wanted if (found := self._remembered.get(one)) and found[0] == digests[one]}
        # What is in memory counts while the key lasts, which need not be unwrapped for it.
        asked = held.keys() - known.keys()
        alive = (self._keyring.alive(list(asked)) if asked else set()) | (held.keys() & known.keys())
        for one, (_, loaded) in held.items():
            if one in alive:
                opened[one] = loaded
            else:
                self._remembered.drop(one)
        missing = [one for one in wanted if one not in held]
        if not missing:
            return
        keys = {one: known[one] for one in missing if one in known}
        if len(keys) < len(missing):
            keys |= self._keyring.record_keys([one for one in missing if one not in keys], create=False)
        for row in sealed_rows(connection, [one for one in missing if one in keys]):
            if row["sealed_values"] is not None:
                loaded = _open(keys[row["record_id"]], row)
                opened[row["record_id"]] = loaded
                self.remember(row["digest"], loaded)

    def remember(self, digest: bytes, loaded: LoadedRecord) -> None:
        """Keep a record in memory, instead of the one that was used longest ago."""
        self._remembered.put(loaded.record.record_id, (digest, loaded))

    def remember_features(self, digest: bytes, loaded: LoadedRecord) -> None:
        """Keep what a record is compared by."""
        self._compared.put(loaded.record.record_id, (digest, loaded.features))

    def features(
        self,
        connection: Connection,
        digests: Mapping[str, bytes],
        read: Mapping[str, bytes | None] = _NOTHING,
        found_keys: dict[str, RecordKey] | None = None,
    ) -> dict[str, Features]:
        """What live records are compared by, by the digests of the records; those whose key is gone are absent.

        ``read`` are sealed features that were read already. Keys that it finds are put into ``found_keys``.
        """
        held = {one: known[1] for one, at in digests.items() if (known := self._compared.get(one)) and known[0] == at}
        alive = self._keyring.alive(list(held)) if held else set()
        found = {one: features for one, features in held.items() if one in alive}
        for one in held.keys() - alive:
            self._compared.drop(one)
        missing = [one for one in digests if one not in held]
        if missing:
            keys = self._keyring.record_keys(missing, create=False)
            if found_keys is not None:
                found_keys.update(keys)
            sealed_of = sealed_features(connection, [one for one in keys if one not in read])
            sealed_of.update((one, sealed) for one in keys if (sealed := read.get(one)) is not None)
            for one, sealed in sealed_of.items():
                found[one] = features_from_bytes(keys[one].open(FEATURES_FIELD, sealed))
                self._compared.put(one, (digests[one], found[one]))
        return found

    def records(self, connection: Connection, record_ids: Iterable[str]) -> dict[str, SourceRecord]:
        """As ``load``, without the standard form and the features, which only matching needs; remembers nothing."""
        wanted = sorted(set(record_ids))
        keys = self._keyring.record_keys(wanted, create=False)
        return {
            row["record_id"]: _open_record(keys[row["record_id"]], row)
            for row in sealed_rows(connection, [one for one in wanted if one in keys])
            if row["sealed_values"] is not None
        }

    def open_records(self, rows: Mapping[str, Mapping[str, Any]]) -> dict[str, SourceRecord]:
        """Sealed rows of any time, by record id; those whose key is gone are absent."""
        keys = self._keyring.record_keys(list(rows), create=False)
        return {record_id: _open_record(keys[record_id], rows[record_id]) for record_id in rows if record_id in keys}

    def open_goldens(self, rows: Sequence[GoldenRow]) -> dict[str, GoldenValues]:
        """The cached values of golden records; those whose cache or key is gone are absent."""
        return {golden_id: golden_from_bytes(plain) for golden_id, plain in self._caches(rows)}

    def golden_texts(self, rows: Sequence[GoldenRow]) -> dict[str, Texts]:
        """The same without lineage."""
        return {golden_id: texts_from_bytes(plain) for golden_id, plain in self._caches(rows)}

    def _caches(self, rows: Sequence[GoldenRow]) -> Iterator[tuple[str, bytes]]:
        sealed = [(row.golden_id, row.cache_key_id, row.cache) for row in rows]
        keys = self._keyring.record_keys([key_id for _, key_id, _ in sealed if key_id is not None], create=False)
        for golden_id, key_id, cache in sealed:
            if key_id in keys and cache is not None:
                yield golden_id, keys[key_id].open(CACHE_FIELD, cache)


def _open(key: RecordKey, row: Mapping[str, Any]) -> LoadedRecord:
    standard = Standardised.from_bytes(key.open(STANDARD_FIELD, row["sealed_standard"]))
    return LoadedRecord(_open_record(key, row), standard)


def _open_record(key: RecordKey, row: Mapping[str, Any]) -> SourceRecord:
    record_id: str = row["record_id"]
    asserted_at: datetime = row["asserted_at"]
    try:
        values = [
            AttributeValue(name, value) for name, value in orjson.loads(key.open(VALUES_FIELD, row["sealed_values"]))
        ]
    except (orjson.JSONDecodeError, TypeError, ValueError):
        raise Damaged(
            "record.format", "A stored record has a form this version does not know; sync its source again."
        ) from None
    return SourceRecord(record_id, row["source"], values, asserted_at, row["subject_id"], row["extra"])
