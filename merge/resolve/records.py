"""Records in memory: as the source gave them, in standard form, and by the features they are compared by. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from types import MappingProxyType

import orjson

from core.attributes import attribute
from core.records import SourceRecord
from merge.match.features import Features, features
from merge.standardise.record import Standardised, standardise, standardise_value
from merge.standardise.values import StandardValue
from merge.survivorship.candidates import Standardise


@dataclass(frozen=True)
class LoadedRecord:
    """A record in clear: as the source gave it, in standard form, and the features it is compared by."""

    record: SourceRecord
    standard: Standardised

    @cached_property
    def features(self) -> Features:
        """Made when they are asked for: survivorship needs none."""
        return features(self.standard)


def prepare(record: SourceRecord) -> LoadedRecord:
    """A record as it came in, with its standard form."""
    return LoadedRecord(record, standardise(record.values))


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


def features_bytes(features: Features) -> bytes:
    """Features as they are kept, to compare a record again without making them anew."""
    return orjson.dumps(dict(features.groups))


def features_from_bytes(data: bytes) -> Features:
    """What ``features_bytes`` wrote."""
    groups = orjson.loads(data)
    for group, feature in groups.items():
        # Mostly there is one alternative, and a step reads features by the thousand.
        groups[group] = (tuple(feature[0]),) if len(feature) == 1 else tuple(map(tuple, feature))
    return Features(MappingProxyType(groups))


def sections_of(record: SourceRecord) -> list[str]:
    """The sections a record says something about, sorted."""
    return sorted({attribute(value.attribute).section.value for value in record.values})


def standard_lookup(records: Iterable[LoadedRecord]) -> Standardise:
    """Standard forms for survivorship from what is in memory; what is not there is made."""
    known = {(value.attribute, value.raw): value for one in records for value in one.standard.values}

    def look_up(name: str, raw: str) -> StandardValue:
        found = known.get((name, raw))
        return standardise_value(name, raw) if found is None else found

    return look_up
