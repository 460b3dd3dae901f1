"""The SQL source: tables found by reflection and named queries, read only, never from free identifiers."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from sqlalchemy import (
    Column,
    Engine,
    Inspector,
    MetaData,
    Table,
    column,
    create_engine,
    event,
    inspect,
    make_url,
    select,
    table,
    text,
)
from sqlalchemy.engine import URL
from sqlalchemy.exc import ArgumentError, NoSuchModuleError, SQLAlchemyError
from sqlalchemy.types import NullType, TypeEngine

from connectors.broken import broken
from connectors.sources.base import CheckpointedStream, OurSource, allowed_egress
from connectors.sources.sql.keyset import Plan, Row, read_rows
from connectors.sources.sql.outward import keep_to
from connectors.sources.values import DEFAULT_CHECKPOINT_INTERVAL, ConfigError, plain, schema_of

DEFAULT_CURSOR = "updated_at"
SPECIFICATION: Mapping[str, Any] = {
    "$schema": "http://json-schema.org/draft-07/schema#",
    "title": "SQL database",
    "type": "object",
    "required": ["url"],
    "additionalProperties": True,
    "properties": {
        "url": {
            "type": "string",
            "airbyte_secret": True,
            "title": "URL",
            "description": "SQLAlchemy URL, such as postgresql://user:password@host/db or sqlite:////path/erp.db.",
        },
        "schema": {"type": "string", "description": "Database schema; the default one when left out."},
        "tables": {"type": "array", "items": {"type": "string"}, "description": "Tables to offer; all when left out."},
        "queries": {
            "type": "array",
            "default": [],
            "items": {
                "type": "object",
                "required": ["name", "sql"],
                "properties": {
                    "name": {"type": "string", "minLength": 1},
                    "sql": {"type": "string", "minLength": 1},
                    "primary_key": {"type": "array", "items": {"type": "string"}},
                    "cursor_field": {"type": "string"},
                },
            },
        },
        "cursor_field": {"type": "string", "default": DEFAULT_CURSOR, "description": "Column of change times."},
        "lookback_seconds": {"type": "integer", "minimum": 0, "default": 0},
        "batch_size": {"type": "integer", "minimum": 1, "default": 1000},
        "checkpoint_interval": {"type": "integer", "minimum": 1, "default": DEFAULT_CHECKPOINT_INTERVAL},
    },
}


class SqlStream(CheckpointedStream):
    """The rows of one table or named query."""

    def __init__(
        self, name: str, engine: Engine, plan: Plan, types: Mapping[str, str | None], *, checkpoint_interval: int
    ) -> None:
        self._engine = engine
        self._plan = plan
        self._types = types
        fields = {field: {"type": ["null", kind]} if kind else {} for field, kind in types.items()}
        super().__init__(name, key=list(plan.key), schema=schema_of(fields), checkpoint_interval=checkpoint_interval)

    @property
    def supports_incremental(self) -> bool:
        """Only a change column and a key together can be resumed by a later sync."""
        return self._plan.cursor is not None and bool(self._plan.key)

    def records(self) -> Iterator[Mapping[str, Any]]:
        """Rows from the position on."""
        start = self.position if self.supports_incremental else {}
        try:
            for row, position in read_rows(self._engine, self._plan, start):
                if self.supports_incremental:
                    self.position = position
                yield self._record(row)
        except SQLAlchemyError as error:
            # What the driver says may hold values of rows.
            raise ConfigError(
                f"The database refused to read '{self.name}' ({type(error).__name__}); check the rights of the user, "
                "that the table or query still fits, and its connection."
            ) from None

    def _record(self, row: Row) -> dict[str, Any]:
        try:
            data = {name: _as_declared(plain(value), self._types.get(name)) for name, value in row.items()}
            # What the database could not decode comes with half characters, which are no text.
            "".join(value for value in data.values() if isinstance(value, str)).encode()
        except UnicodeEncodeError:
            problem = f"A text of a row of '{self.name}' is not in the database's encoding; mend it there."
        except ValueError:
            problem = f"A number of a row of '{self.name}' is not finite, which cannot be kept; mend it there."
        else:
            return data
        raw = json.dumps(dict(row), default=str).encode()
        return broken(problem, raw, file=self.name)


def _as_declared(value: Any, kind: str | None) -> Any:
    # SQLite stores amounts as floats and booleans as numbers; its shortest text of a float is what was written.
    if kind == "string" and isinstance(value, (int, float)):
        return str(value)
    return value == 1 if kind == "boolean" and value in (0, 1) else value


class SqlSource(OurSource):
    """Reads tables and named queries of one database."""

    specification = SPECIFICATION

    def open_streams(self, config: Mapping[str, Any]) -> list[CheckpointedStream]:
        """The tables allowed, then the named queries."""
        engine = _engine(str(config["url"]))
        try:
            found = [*_tables(engine, config), *_queries(engine, config)]
        except SQLAlchemyError as error:
            raise ConfigError(
                f"The database cannot be read ({type(error).__name__}); check host, database, user and password in "
                "'url', and the 'sql' of each query."
            ) from None
        names = [name for name, _, _ in found]
        doubled = sorted({name for name in names if names.count(name) > 1})
        if doubled:
            raise ConfigError(f"Two streams are called '{doubled[0]}'; give the query another name.")
        interval = int(config.get("checkpoint_interval") or DEFAULT_CHECKPOINT_INTERVAL)
        return [SqlStream(name, engine, plan, types, checkpoint_interval=interval) for name, plan, types in found]


_Found = tuple[str, Plan, dict[str, str | None]]


def _engine(url_text: str) -> Engine:
    try:
        url = make_url(url_text)
        if url.drivername in {"postgresql", "postgres"}:
            url = url.set(drivername="postgresql+psycopg")
        if url.get_backend_name() == "sqlite":
            return _sqlite_engine(url)
        engine = create_engine(url, hide_parameters=True, pool_pre_ping=True)
    except (ArgumentError, NoSuchModuleError, ImportError):
        raise ConfigError(
            "The 'url' names no database this gateway has a driver for; give one such as postgresql://user@host/db."
        ) from None
    keep_to(allowed_egress(), engine)
    if engine.dialect.name == "postgresql":
        event.listen(engine, "connect", _read_only_postgresql)
    return engine


def _read_only_postgresql(connection: Any, record: object) -> None:
    del record
    connection.read_only = True


def _sqlite_engine(url: URL) -> Engine:
    path = url.database or ""
    if not path or path == ":memory:" or not Path(path).is_file():
        raise ConfigError("There is no SQLite file at the path in 'url'; check it and that the gateway may read it.")
    engine = create_engine(url, hide_parameters=True)
    event.listen(engine, "connect", _prepare_sqlite)
    return engine


def _prepare_sqlite(connection: Any, record: object) -> None:
    del record
    connection.execute("PRAGMA query_only=ON")
    # One text in a wrong encoding must not stop the whole table.
    connection.text_factory = lambda raw: raw.decode("utf-8", "surrogateescape")


def _tables(engine: Engine, config: Mapping[str, Any]) -> Iterator[_Found]:
    inspector: Inspector = inspect(engine)
    schema = config.get("schema")
    present = inspector.get_table_names(schema=schema) + inspector.get_view_names(schema=schema)
    wanted = config.get("tables")
    unknown = sorted(set(wanted or ()) - set(present))
    if unknown:
        raise ConfigError(f"The database has no table '{unknown[0]}'; check 'tables' and 'schema'.")
    for name in sorted(present) if wanted is None else wanted:
        reflected = Table(name, MetaData(), schema=schema, autoload_with=engine, resolve_fks=False)
        plain_columns = {item.name: _as_stored(engine, item) for item in reflected.columns}
        source = table(name, *plain_columns.values(), schema=schema)
        key = tuple(item.name for item in reflected.primary_key.columns)
        types: dict[str, str | None] = {item.name: _json_type(item.type) for item in reflected.columns}
        cursor = str(config.get("cursor_field") or DEFAULT_CURSOR)
        yield (
            name,
            Plan(
                source,
                {item.name: source.c[item.name] for item in reflected.columns},
                key,
                cursor if cursor in plain_columns and key else None,
                int(config.get("batch_size") or 1000),
                int(config.get("lookback_seconds") or 0),
            ),
            types,
        )


def _as_stored(engine: Engine, item: Column[Any]) -> Any:
    # SQLite keeps what it was given whatever the column says; converting would fail on it or round amounts.
    kind: TypeEngine[Any] = NullType() if engine.dialect.name == "sqlite" else item.type
    return column(item.name, kind)


def _queries(engine: Engine, config: Mapping[str, Any]) -> Iterator[_Found]:
    for query in config.get("queries") or ():
        statement = text(str(query["sql"]).rstrip().rstrip(";"))
        with engine.connect() as connection:
            first = connection.execute(select(text("*")).select_from(statement.columns().subquery("query")).limit(0))
            names = list(first.keys())
        source = statement.columns(*(column(name) for name in names)).subquery("query")
        key = tuple(query.get("primary_key") or ())
        cursor = query.get("cursor_field")
        for field in (*key, *([cursor] if cursor else ())):
            if field not in names:
                raise ConfigError(f"The query '{query['name']}' gives no column '{field}'; select it or name another.")
        plan = Plan(
            source,
            {name: source.c[name] for name in names},
            key,
            cursor if key else None,
            int(config.get("batch_size") or 1000),
            int(config.get("lookback_seconds") or 0),
        )
        yield str(query["name"]), plan, dict.fromkeys(names)


def _json_type(kind: TypeEngine[Any]) -> str:
    try:
        python = kind.python_type
    except NotImplementedError:
        return "string"
    return {int: "integer", float: "number", bool: "boolean", dict: "object", list: "array"}.get(python, "string")
