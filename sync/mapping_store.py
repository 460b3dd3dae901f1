"""Mappings as rows: versioned, audited, suggested until a person sets them."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, func, literal, select

from audit.actions import Action
from audit.events import Event
from audit.log import AuditLog
from core.clock import Clock
from core.database import plain, upsert_from
from merge.match.phone_regions import SIGNS, region_of
from merge.standardise.phones import DEFAULT_REGION
from sync import tables
from sync.mapping import StreamMapping, mapping_from_json, parse_time

_CHANGED_AT = frozenset(
    {
        "updatedat",
        "updatetime",
        "lastupdated",
        "lastupdate",
        "modifiedat",
        "modifiedtime",
        "lastmodified",
        "lastmodifieddate",
        "changedat",
        "更新时间",
        "更新日期",
        "修改时间",
        "最后修改时间",
        "最近更新时间",
    }
)
ROLE = "record."
# Below this a suggested mapping is a guess, and a guess must not decide who is who.
LEAST_CONFIDENCE = 0.6
Suggest = Callable[[str, Sequence[str]], tuple[str, float]]


class MappingStore:
    """Reads and writes mappings in the caller's transaction."""

    def __init__(self, audit: AuditLog, clock: Clock) -> None:
        self._audit = audit
        self._clock = clock

    def set(
        self,
        connection: Connection,
        name: str,
        stream: str,
        mapping: StreamMapping,
        *,
        actor: str,
        suggested: bool = False,
    ) -> int:
        """Store a new version; every landed record of the stream waits to be mapped again. Returns the version."""
        table = tables.mapping
        newest = connection.execute(
            select(func.max(table.c.version)).where(table.c.connection == name, table.c.stream == stream)
        ).scalar()
        version = (newest or 0) + 1
        connection.execute(
            table.insert().values(
                connection=name,
                stream=stream,
                version=version,
                content=mapping.to_json(),
                suggested=suggested,
                at=self._clock.now(),
                actor=actor,
            )
        )
        self._wait_again(connection, name, stream)
        self._audit.append(
            connection,
            Event(
                action=Action.MAPPING_CHANGED,
                actor=actor,
                object_type="mapping",
                object_id=f"{name}/{stream}",
                details={"version": version, "mapping": mapping.to_json(), "suggested": suggested},
            ),
        )
        return version

    def all(self, connection: Connection, name: str) -> dict[str, StreamMapping]:
        """The newest mapping of each stream of a connection."""
        table = tables.mapping
        rows = connection.execute(select(table).where(table.c.connection == name).order_by(table.c.version))
        return {row.stream: mapping_from_json(row.content) for row in rows}

    def describe(self, connection: Connection, name: str) -> list[dict[str, Any]]:
        """The newest mapping of each stream with its version and whether a person has set it."""
        table = tables.mapping
        rows = connection.execute(select(table).where(table.c.connection == name).order_by(table.c.version))
        newest = {
            row.stream: {"stream": row.stream, "version": row.version, "suggested": row.suggested, **row.content}
            for row in rows
        }
        return [newest[stream] for stream in sorted(newest)]

    def versions(self, connection: Connection, name: str, stream: str) -> list[dict[str, Any]]:
        """Every version of the mapping of a stream, newest first, with when it came, from whom, and its content."""
        table = tables.mapping
        query = select(table).where(table.c.connection == name, table.c.stream == stream)
        return [plain(row) for row in connection.execute(query.order_by(table.c.version.desc())).mappings()]

    def _wait_again(self, connection: Connection, name: str, stream: str) -> None:
        """All records of the stream wait; inside the database, so that many of them hold up others little."""
        record = tables.record.c
        now = literal(self._clock.now(), tables.pending.c.since.type)
        found = (
            select(record.record_id, now)
            .where(record.connection == name, record.stream == stream, record.removed_at.is_(None))
            .order_by(record.record_id)
        )
        upsert_from(connection, tables.pending, found, keys=["record_id"], update=["since"])


def suggest_mapping(samples: Mapping[str, Sequence[str]], suggest: Suggest, *, least: float) -> StreamMapping:
    """A first mapping from the names and some values of a stream's fields; unsure ones are left out."""
    fields: dict[str, str] = {}
    asserted_at: str | None = None
    for name in sorted(samples):
        if asserted_at is None and tells_when(name, samples[name]):
            asserted_at = name
            continue
        attribute, confidence = suggest(name, samples[name])
        # A role of the column (where a row is from, its number) is nothing about a customer.
        if confidence >= least and not attribute.startswith(ROLE):
            fields[name] = attribute
    return StreamMapping(fields=fields, asserted_at=asserted_at, regions=_regions(fields, samples))


def _regions(fields: Mapping[str, str], samples: Mapping[str, Sequence[str]]) -> dict[str, str]:
    """The countries of telephones without their code, where one is not China or records name their own."""
    held = {field: sorted(set(samples[field])) for field in fields}
    phones = [field for field, name in fields.items() if name == "phone"]
    about: dict[str, list[str]] = {}
    for field, name in fields.items():
        about.setdefault(name, []).extend(held[field] if name in SIGNS else ())
    found = {}
    for field in phones:
        beside = [value for other in phones if other != field for value in held[other]]
        found[field] = region_of(held[field], beside, about)
    named = "address.country" in fields.values()
    return found if named or set(found.values()) - {DEFAULT_REGION} else {}


def tells_when(name: str, values: Sequence[str]) -> bool:
    """Whether a field says when the source last changed the record: a name for that, and times in it."""
    plain = name.casefold().replace("_", "").replace(" ", "").replace("-", "")
    return plain in _CHANGED_AT and bool(values) and all(parse_time(value) is not None for value in values)
