"""The matching loader: the only module of the merge engine that opens sealed values.

What it gives stays in the memory of the process and is for matching and survivorship alone; people and other systems
get values through the way of disclosure, which asks the policy and writes to the audit log.
"""

from collections import OrderedDict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import Connection, select

from core.attributes import attribute
from core.crypto import Keyring, RecordKey
from core.database import chunks
from core.errors import Damaged
from core.records import AttributeValue, SourceRecord
from merge.golden_store import CACHE_FIELD, GoldenRow
from merge.match.features import Features, features
from merge.standardise.record import Standardised, standardise, standardise_value
from merge.standardise.values import StandardValue
from merge.survivorship.candidates import Standardise
from merge.survivorship.values import GoldenValues, golden_from_bytes
from merge.tables import merge_record

VALUES_FIELD, STANDARD_FIELD = "values", "standard"
"""The field names that a record's values are sealed under."""
_CHUNK = 1_000
_REMEMBERED = 5_000


@dataclass(frozen=True, slots=True)
class LoadedRecord:
    """A record in clear: as the source gave it, in standard form, and the features it is compared by."""

    record: SourceRecord
    standard: Standardised
    features: Features


def prepare(record: SourceRecord) -> LoadedRecord:
    """A record as it came in, with its standard form."""
    standard = standardise(record.values)
    return LoadedRecord(record, standard, features(standard))


def record_bytes(record: SourceRecord) -> bytes:
    """Canonical bytes of everything a record says, to know it unchanged."""
    return orjson.dumps(
        {
            "source": record.source,
            "asserted_at": record.asserted_at.isoformat(),
            "subject": record.subject,
            "extra": dict(record.extra),
            "values": [[value.attribute, value.value] for value in record.values],
        },
        option=orjson.OPT_SORT_KEYS,
    )


def seal_record(key: RecordKey, loaded: LoadedRecord) -> dict[str, bytes]:
    """The sealed columns of a record."""
    plain = orjson.dumps([[value.attribute, value.value] for value in loaded.record.values])
    return {
        "sealed_values": key.seal(VALUES_FIELD, plain),
        "sealed_standard": key.seal(STANDARD_FIELD, loaded.standard.to_bytes()),
    }


def sections_of(record: SourceRecord) -> list[str]:
    """The sections a record says something about, sorted."""
    return sorted({attribute(value.attribute).section.value for value in record.values})


class Loader:
    """Opens records and golden caches. Remembers what it opened for as long as the key and the record last."""

    def __init__(self, keyring: Keyring) -> None:
        self._keyring = keyring
        self._remembered: OrderedDict[str, tuple[bytes, LoadedRecord]] = OrderedDict()

    def load(self, connection: Connection, record_ids: Iterable[str]) -> dict[str, LoadedRecord]:
        """Those of the records that are live and whose key exists; the others are absent."""
        wanted = sorted(set(record_ids))
        keys = self._keyring.record_keys(wanted, create=False)
        found: dict[str, LoadedRecord] = {}
        digests = _digests(connection, wanted)
        missing = []
        for record_id, digest in digests.items():
            held = self._remembered.get(record_id)
            if record_id not in keys:
                self._remembered.pop(record_id, None)
            elif held is not None and held[0] == digest:
                found[record_id] = held[1]
            else:
                missing.append(record_id)
        for row in _sealed(connection, missing):
            loaded = _open(keys[row["record_id"]], row)
            found[row["record_id"]] = loaded
            self.remember(row["digest"], loaded)
        return found

    def remember(self, digest: bytes, loaded: LoadedRecord) -> None:
        """Keep a record in memory, instead of the one that was used longest ago."""
        record_id = loaded.record.record_id
        self._remembered[record_id] = (digest, loaded)
        self._remembered.move_to_end(record_id)
        while len(self._remembered) > _REMEMBERED:
            self._remembered.popitem(last=False)

    def open_goldens(self, rows: Sequence[GoldenRow]) -> dict[str, GoldenValues]:
        """The cached values of golden records; those whose cache or key is gone are absent."""
        sealed = [(row.golden_id, row.cache_key_id, row.cache) for row in rows]
        keys = self._keyring.record_keys([key_id for _, key_id, _ in sealed if key_id is not None], create=False)
        return {
            golden_id: golden_from_bytes(keys[key_id].open(CACHE_FIELD, cache))
            for golden_id, key_id, cache in sealed
            if key_id in keys and cache is not None
        }


def standard_lookup(records: Iterable[LoadedRecord]) -> Standardise:
    """Standard forms for survivorship from what is in memory; what is not there is made."""
    known = {(value.attribute, value.raw): value for one in records for value in one.standard.values}

    def look_up(name: str, raw: str) -> StandardValue:
        found = known.get((name, raw))
        return standardise_value(name, raw) if found is None else found

    return look_up


def _digests(connection: Connection, record_ids: Sequence[str]) -> dict[str, bytes]:
    found: dict[str, bytes] = {}
    for some in chunks(record_ids, _CHUNK):
        query = select(merge_record.c.record_id, merge_record.c.digest).where(
            merge_record.c.record_id.in_(some), merge_record.c.sealed_values.is_not(None)
        )
        found.update({row[0]: row[1] for row in connection.execute(query)})
    return found


def _sealed(connection: Connection, record_ids: Sequence[str]) -> Iterable[Mapping[str, Any]]:
    table = merge_record.c
    for some in chunks(record_ids, _CHUNK):
        query = select(
            table.record_id,
            table.source,
            table.asserted_at,
            table.subject_id,
            table.extra,
            table.digest,
            table.sealed_values,
            table.sealed_standard,
        ).where(table.record_id.in_(some))
        yield from (dict(row) for row in connection.execute(query).mappings())


def _open(key: RecordKey, row: Mapping[str, Any]) -> LoadedRecord:
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
    record = SourceRecord(record_id, row["source"], values, asserted_at, row["subject_id"], row["extra"])
    standard = Standardised.from_bytes(key.open(STANDARD_FIELD, row["sealed_standard"]))
    return LoadedRecord(record, standard, features(standard))
