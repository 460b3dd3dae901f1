"""What has changed between two catalogues of a source, and between two versions of a mapping. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from connectors.broken import BROKEN, RESTARTED
from connectors.protocol import StreamKey
from sync.mapping import StreamMapping
from sync.preparing import stream_text


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that differs.

    Attributes:
        kind: ``added``, ``removed`` or ``changed``.
        stream: the stream; ``field`` is empty where the stream itself came or went.
        before: its type or attribute before, ``after`` since.
        breaking: whether a sync of what is read now would fail or lose something.
    """

    kind: str
    stream: str
    field: str = ""
    before: str = ""
    after: str = ""
    breaking: bool = False


def fields_of_stream(stream: Mapping[str, Any]) -> dict[str, str]:
    """Types of the top-level fields of a discovered stream; null and marks of broken records are left out."""
    schema = stream.get("json_schema")
    properties = schema.get("properties") if isinstance(schema, Mapping) else None
    listed = properties.items() if isinstance(properties, Mapping) else ()
    return {str(name): type_text(part) for name, part in listed if name not in {BROKEN, RESTARTED}}


def type_text(schema: Any) -> str:
    """The type of a field as one text, such as ``string``, ``string (date)`` or ``integer or string``."""
    if not isinstance(schema, Mapping):
        return ""
    named = schema.get("type")
    types = sorted({str(one) for one in (named if isinstance(named, list) else [named]) if one and one != "null"})
    form = schema.get("format")
    return " or ".join(types) + (f" ({form})" if form else "")


def streams_of(catalog: Mapping[str, Any] | None) -> dict[str, Mapping[str, Any]]:
    """The streams of a catalogue by their text (``namespace|name``), by name."""
    listed = (catalog or {}).get("streams") or []
    found = {stream_text(StreamKey(one.get("namespace") or "", one["name"])): one for one in listed}
    return dict(sorted(found.items()))


def catalog_differences(before: Mapping[str, Any] | None, after: Mapping[str, Any]) -> list[Difference]:
    """What came, went and changed its type, by stream and field."""
    old, new = streams_of(before), streams_of(after)
    found = [Difference("removed", name, breaking=True) for name in old if name not in new]
    found += [Difference("added", name) for name in new if name not in old]
    for name in new:
        if name in old:
            found += _stream_differences(name, old[name], new[name])
    return found


def mapping_differences(before: StreamMapping | None, after: StreamMapping) -> list[Difference]:
    """Which fields are mapped otherwise than before. What is not a field has a name in brackets."""
    old, new = _flat(before), _flat(after)
    found: list[Difference] = []
    for name in sorted({*old, *new}):
        was, now = old.get(name, ""), new.get(name, "")
        if was != now:
            kind = "added" if not was else "removed" if not now else "changed"
            found.append(Difference(kind, "", name, was, now))
    return found


def _stream_differences(name: str, before: Mapping[str, Any], after: Mapping[str, Any]) -> list[Difference]:
    old, new = fields_of_stream(before), fields_of_stream(after)
    keys = {path[0] for path in before.get("source_defined_primary_key") or [] if path}
    cursor = set((before.get("default_cursor_field") or [])[:1])
    found = [
        Difference("removed", name, field, before=type_, breaking=field in keys | cursor)
        for field, type_ in old.items()
        if field not in new
    ]
    found += [Difference("added", name, field, after=type_) for field, type_ in new.items() if field not in old]
    found += [
        Difference("changed", name, field, old[field], type_, breaking=field in keys)
        for field, type_ in new.items()
        if field in old and old[field] != type_
    ]
    return found


def _flat(mapping: StreamMapping | None) -> dict[str, str]:
    if mapping is None:
        return {}
    found = dict(mapping.fields)
    if mapping.asserted_at:
        found["[changed at]"] = mapping.asserted_at
    if mapping.subject is not None:
        found["[belongs to]"] = f"{mapping.subject.stream}: {', '.join(mapping.subject.fields)}"
    found |= {f"[country of] {name}": region for name, region in mapping.regions.items()}
    return found | {f"[always] {name}": value for name, value in mapping.constants.items()}
