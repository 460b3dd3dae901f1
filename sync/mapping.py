"""From a stream's fields to canonical attributes: a mapping is a value, applied here. Pure.

A mapping says of each field which attribute it fills, which field links the record to its customer (an order's
``customer_id``), and which tells when the source asserted it. What is not mapped stays in the landed record.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from core.attributes import Section, attribute
from core.errors import Invalid
from core.records import AttributeValue, RecordRef, SourceRecord
from merge.standardise.calling import is_region, with_country
from merge.standardise.contacts import pieces
from merge.standardise.countries import country_code
from merge.standardise.party import looks_like_organization
from sync.record_keys import primary_key

# Whole numbers up to here are exact in a float (IEEE 754).
_EXACT_FLOAT = 2**53
IGNORE = "ignore"
CLEAR, KEEP = "clear", "keep"
# A column that holds persons and organisations alike: which one is told by each value.
PARTY_NAME = "party.name"
_PHONE, _COUNTRY = "phone", "address.country"
_ITEM_SECTIONS = {Section.TRANSACTIONS, Section.INTERACTIONS, Section.FEEDBACK}


@dataclass(frozen=True, slots=True)
class SubjectLink:
    """Which record of the same connection a record belongs to: ``fields`` hold the parts of its primary key."""

    stream: str
    fields: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class StreamMapping:
    """The mapping of one stream. ``fields`` maps a dotted path to an attribute's name, ``party.name`` or ``ignore``.

    ``absent`` says what it means that a changed record lacks a field: ``clear``, there is no value any more, or
    ``keep``, the source leaves out what it did not read (or what is null), and only an explicit null clears.
    ``regions`` names for fields of telephones the country (ISO 3166-1) of numbers without its code; a record that names
    its own country is asked first. Numbers of other fields are read as Chinese.
    """

    fields: Mapping[str, str] = field(default_factory=dict)
    subject: SubjectLink | None = None
    asserted_at: str | None = None
    constants: Mapping[str, str] = field(default_factory=dict)
    absent: str = CLEAR
    regions: Mapping[str, str] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        """As it is stored."""
        subject = None if self.subject is None else {"stream": self.subject.stream, "fields": [*self.subject.fields]}
        return {
            "fields": dict(self.fields),
            "subject": subject,
            "asserted_at": self.asserted_at,
            "constants": dict(self.constants),
            **({"absent": self.absent} if self.absent != CLEAR else {}),
            **({"regions": dict(self.regions)} if self.regions else {}),
        }


def mapping_from_json(content: Mapping[str, Any]) -> StreamMapping:
    """Check and build a mapping.

    Raises Invalid ``attribute.unknown`` for an attribute that does not exist, ``mapping.form`` for anything else.
    """
    fields, constants = content.get("fields") or {}, content.get("constants") or {}
    subject = content.get("subject")
    if not isinstance(fields, Mapping) or not isinstance(constants, Mapping):
        raise Invalid("mapping.form", "A mapping's 'fields' and 'constants' must map names to attributes.")
    for name in [*fields.values(), *constants]:
        if name not in {IGNORE, PARTY_NAME}:
            attribute(str(name))
    if subject is not None and not (isinstance(subject, Mapping) and subject.get("stream") and subject.get("fields")):
        raise Invalid("mapping.form", "A mapping's 'subject' needs the 'stream' it points to and the 'fields' that do.")
    absent = content.get("absent") or CLEAR
    if absent not in {CLEAR, KEEP}:
        raise Invalid("mapping.form", "A mapping's 'absent' is 'clear' or 'keep'.")
    regions = content.get("regions") or {}
    if not isinstance(regions, Mapping) or not all(is_region(str(region)) for region in regions.values()):
        raise Invalid("mapping.form", "A mapping's 'regions' must map fields to countries in two capital letters (GB).")
    return StreamMapping(
        fields={str(path): str(name) for path, name in fields.items()},
        subject=None if subject is None else SubjectLink(str(subject["stream"]), tuple(map(str, subject["fields"]))),
        asserted_at=content.get("asserted_at") or None,
        constants={str(name): str(value) for name, value in constants.items()},
        absent=absent,
        regions={str(path): str(region) for path, region in regions.items()},
    )


def apply_mapping(
    mapping: StreamMapping, data: Mapping[str, Any], *, record_id: str, source: str, stream: str, seen_at: datetime
) -> SourceRecord:
    """A landed record as matching and survivorship see it. ``subject`` is filled in by who knows the keys."""
    values: list[AttributeValue] = []
    own = _country(mapping, data) if mapping.regions else ""
    for path, name in mapping.fields.items():
        for cell in _texts(value_at(data, path)) if name != IGNORE else ():
            chosen = _chosen(name, cell)
            called = chosen == _PHONE and path in mapping.regions
            written = with_country(cell, mapping.regions[path], own) if called else cell
            values.extend(AttributeValue(said, text) for said, text in pieces(chosen, written))
    values.extend(AttributeValue(name, text) for name, text in mapping.constants.items())
    asserted = parse_time(value_at(data, mapping.asserted_at)) if mapping.asserted_at else None
    return SourceRecord(
        record_id=record_id,
        source=source,
        values=tuple(values),
        asserted_at=asserted or seen_at,
        subject=None,
        extra={"stream": stream, "sections": ",".join(sections(mapping))},
    )


def subject_reference(mapping: StreamMapping, data: Mapping[str, Any], connection: str) -> RecordRef | None:
    """The record that this one belongs to, or None: it has no link, or the link is empty (a guest's order)."""
    if mapping.subject is None:
        return None
    key = {field: value_at(data, field) for field in mapping.subject.fields}
    if any(part is None or part == "" for part in key.values()):
        return None
    text = primary_key(key, [[field] for field in mapping.subject.fields])
    namespace, _, stream = mapping.subject.stream.rpartition("|")
    return RecordRef(connection, namespace, stream, text)


def sections(mapping: StreamMapping) -> Sequence[str]:
    """The sections of events that a stream fills: transactions, interactions, feedback."""
    named = [*mapping.fields.values(), *mapping.constants]
    found = {attribute(name).section for name in named if name not in {IGNORE, PARTY_NAME}}
    return sorted(str(one) for one in found & _ITEM_SECTIONS)


def value_at(data: Mapping[str, Any], path: str) -> Any:
    """The value at a dotted path, or None. A field whose own name has dots is found first."""
    if path in data:
        return data[path]
    value: Any = data
    for step in path.split("."):
        value = value.get(step) if isinstance(value, Mapping) else None
    return value


def parse_time(value: Any) -> datetime | None:
    """A time from ISO text (a zone missing means UTC) or milliseconds or seconds since 1970; None for anything else."""
    if isinstance(value, bool) or value is None:
        return None
    try:
        if isinstance(value, (int, float)):
            seconds = value / 1000 if value > 100_000_000_000 else value
            found = datetime.fromtimestamp(seconds, tz=UTC)
        else:
            found = datetime.fromisoformat(str(value).strip())
        # "No date" is the first of the first year in many systems, and no moment in UTC where it has a zone.
        found = found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)
    except (ValueError, OverflowError, OSError):
        return None
    return found.replace(microsecond=found.microsecond // 1000 * 1000)


def _country(mapping: StreamMapping, data: Mapping[str, Any]) -> str:
    """The country that a record names, in two capital letters; "" for none."""
    paths = sorted(path for path, name in mapping.fields.items() if name == _COUNTRY)
    told = _texts(value_at(data, paths[0])) if paths else [mapping.constants.get(_COUNTRY, "")]
    code = country_code(told[0]).upper() if told and told[0] else ""
    return code if is_region(code) else ""


def _chosen(name: str, text: str) -> str:
    if name != PARTY_NAME:
        return name
    return "organization.name" if looks_like_organization(text) else "person.full_name"


def _texts(value: Any) -> list[str]:
    if value is None:
        return []
    if isinstance(value, Mapping):
        # A whole number beyond 64 bits, or a fraction beyond a float, as landing keeps it.
        kept = [value[tag] for tag in ("$integer", "$decimal") if set(value) == {tag}]
        return [str(one) for one in kept]
    if isinstance(value, list):
        return [text for item in value for text in _texts(item)]
    if isinstance(value, bool):
        return ["true" if value else "false"]
    if isinstance(value, float) and value.is_integer() and abs(value) < _EXACT_FLOAT:
        # 13800138000.0 is how some systems write a whole number.
        value = int(value)
    text = str(value).strip()
    return [text] if text else []
