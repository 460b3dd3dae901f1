"""How a source tells of a record it could read but not use, so that nothing vanishes and nothing stops.

A record with the field ``_ingot_broken`` is no data of a customer. Its value is an object:

* ``reason``: a sentence without any value of the record: what is wrong and what to do;
* ``file``: name of the file (or message) it stands in, where there is one;
* ``line``: number of its first line, counted from 1, where there is one;
* ``raw_base64``: the bytes as they stand in the source, so that the record can be mended and replayed;
* ``truncated``: true when only the beginning of the bytes is given.

The host sends such records to quarantine, sealed: the raw bytes may hold personal data.
"""

import base64
from collections.abc import Mapping
from typing import Any

BROKEN = "_ingot_broken"
# A record with this field is no data either: the source begins anew, because what it had read has changed. Rows without
# a primary key are told apart by counting, and the host counts from zero after it.
RESTARTED = "_ingot_restarted"
# Far below the host's limit of a line, base64 included.
MAX_RAW = 8 * 1024 * 1024


def broken(reason: str, raw: bytes, *, file: str | None = None, line: int | None = None) -> dict[str, Any]:
    """The record that stands for one that cannot be used."""
    marker: dict[str, Any] = {"reason": reason, "raw_base64": base64.b64encode(raw[:MAX_RAW]).decode()}
    if file is not None:
        marker["file"] = file
    if line is not None:
        marker["line"] = line
    if len(raw) > MAX_RAW:
        marker["truncated"] = True
    return {BROKEN: marker}


def broken_marker(data: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """The marker of a record's data, or None when the record is sound."""
    marker = data.get(BROKEN)
    return marker if isinstance(marker, Mapping) and isinstance(marker.get("reason"), str) else None


def raw_of(marker: Mapping[str, Any]) -> bytes:
    """The bytes as they stood in the source."""
    return base64.b64decode(str(marker.get("raw_base64", "")))
