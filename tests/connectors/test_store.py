"""Connections are kept with sealed configuration, and every change stands in the log."""

from pathlib import Path
from typing import Any

import orjson
import pytest
from sqlalchemy import Connection, Engine, select

from audit.log import AuditLog
from audit.tables import audit_pending
from connectors.catalogue import Selection
from connectors.store import Change, ConnectionStore
from connectors.tables import connectors_connection
from core.clock import Clock
from core.crypto import Keyring
from core.database import reading, unit_of_work
from core.errors import Conflict, Damaged, Invalid, NotFound

CONFIG = {"url": "postgresql://u:sesame-4711@db/erp", "tables": ["customers"]}


@pytest.fixture
def store(keyring: Keyring, clock: Clock) -> ConnectionStore:
    return ConnectionStore(keyring, AuditLog(clock), clock)


def add(store: ConnectionStore, connection: Connection, name: str = "erp") -> None:
    store.add(
        connection,
        name=name,
        kind="source",
        launch={"name": "sql"},
        config=CONFIG,
        actor="user:1",
        change=Change(streams=[Selection("customers", primary_key=(("id",),))], schedule="every 5 minutes"),
    )


def events(connection: Connection) -> list[dict[str, Any]]:
    return [
        orjson.loads(body)
        for body in connection.execute(select(audit_pending.c.body).order_by(audit_pending.c.pid)).scalars()
    ]


def test_a_connection_comes_back_as_it_was_added(engine: Engine, store: ConnectionStore, clock: Clock) -> None:
    with unit_of_work(engine) as connection:
        add(store, connection)
    with reading(engine) as connection:
        found = store.get(connection, "erp")
        assert (found.kind, found.launch, found.schedule, found.enabled) == (
            "source",
            {"name": "sql"},
            "every 5 minutes",
            True,
        )
        assert found.streams == (Selection("customers", primary_key=(("id",),)),)
        assert (found.created_at, found.changed_at) == (clock.now(), clock.now())
        assert store.config(connection, "erp") == CONFIG
        assert [other.name for other in store.list(connection)] == ["erp"]


def test_every_change_is_audited_without_a_value(engine: Engine, store: ConnectionStore) -> None:
    with unit_of_work(engine) as connection:
        add(store, connection)
        store.change(connection, "erp", Change(enabled=False, catalog={"streams": []}), actor="user:2")
        store.change(connection, "erp", Change(), actor="user:2")
        store.replace_config(connection, "erp", {**CONFIG, "token": "new-token"}, actor="job:3")
        store.replace_config(connection, "erp", {**CONFIG, "token": "new-token"}, actor="job:3")
        store.remove(connection, "erp", actor="user:4")
        found = events(connection)
    assert [
        (event["action"], event["actor"], event["details"].get("settings")) for event in found if "details" in event
    ] == [
        ("source.added", "user:1", ["tables", "url"]),
        ("source.changed", "user:2", ["catalog", "enabled"]),
        ("connection.reconfigured", "job:3", ["token"]),
    ]
    assert found[-1]["action"] == "source.removed"
    assert "sesame" not in str(found)
    assert "new-token" not in str(found)


def test_nothing_is_kept_when_the_transaction_fails(engine: Engine, store: ConnectionStore) -> None:
    def twice() -> None:
        with unit_of_work(engine) as connection:
            add(store, connection)
            add(store, connection)

    with pytest.raises(Conflict):
        twice()
    with reading(engine) as connection:
        assert (store.list(connection), events(connection)) == ([], [])


def test_a_kept_configuration_drops_what_the_host_injected(engine: Engine, store: ConnectionStore) -> None:
    with unit_of_work(engine) as connection:
        add(store, connection)
        store.replace_config(connection, "erp", {"a": 1, "__injected_declarative_manifest": {}}, actor="job:1")
        assert store.config(connection, "erp") == {"a": 1}


def test_the_configuration_is_sealed_and_bound_to_its_connection(
    sqlite_engine: Engine, store: ConnectionStore, tmp_path: Path
) -> None:
    with unit_of_work(sqlite_engine) as connection:
        add(store, connection)
        add(store, connection, "other")
    written = b"".join(path.read_bytes() for path in tmp_path.glob("ingot.db*"))
    assert b"erp" in written
    assert b"sesame" not in written
    table = connectors_connection
    with unit_of_work(sqlite_engine) as connection:
        sealed = connection.scalar(select(table.c.sealed_config).where(table.c.name == "erp"))
        connection.execute(table.update().where(table.c.name == "other").values(sealed_config=sealed))
    with reading(sqlite_engine) as connection, pytest.raises(Damaged):
        store.config(connection, "other")


def test_wrong_names_kinds_and_doubles_are_refused(sqlite_engine: Engine, store: ConnectionStore) -> None:
    with unit_of_work(sqlite_engine) as connection:
        add(store, connection)
        with pytest.raises(Conflict, match=r"connection\.taken"):
            add(store, connection)
        for name in ("", "Erp", "a b", "-a", "x" * 65):
            with pytest.raises(Invalid, match=r"connection\.name_invalid"):
                add(store, connection, name)
        with pytest.raises(Invalid, match=r"source\.kind_unknown"):
            store.add(connection, name="x", kind="docker", launch={}, config={}, actor="user:1")
        with pytest.raises(NotFound, match=r"connection\.unknown"):
            store.get(connection, "absent")
