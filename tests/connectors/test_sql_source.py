"""The SQL source as a program: the contract of every source, on SQLite and on a real PostgreSQL."""

import sqlite3
from pathlib import Path

from sqlalchemy import Engine, text

from connectors.broken import broken_marker
from connectors.catalogue import Selection, configured_catalog, our_sources
from connectors.contract import Example, SourceContract
from connectors.egress.rules import Egress
from connectors.protocol import Kind, Message
from connectors.runner import Runner
from tests.connectors.zygote import forked

SCHEMA = """
CREATE TABLE customers (id INTEGER PRIMARY KEY, name TEXT, balance DECIMAL(12, 2), active BOOLEAN, updated_at DATETIME);
CREATE TABLE lines (order_no TEXT, line INTEGER, note TEXT, PRIMARY KEY (order_no, line));
CREATE TABLE notes (body TEXT);
"""


def fill(path: Path) -> None:
    connection = sqlite3.connect(path)
    connection.executescript(SCHEMA)
    # Every ten customers were changed by one statement, at one time; the format is not the driver's own.
    connection.executemany(
        "INSERT INTO customers VALUES (?, ?, ?, ?, ?)",
        [(n, f"客户{n}", 19.99, n % 2, f"2026-01-01T00:{n // 10:02d}:00Z") for n in range(120)],
    )
    connection.executemany("INSERT INTO lines VALUES (?, ?, ?)", [(f"A{n}", 1, "x") for n in range(30)])
    connection.execute("INSERT INTO lines VALUES ('B', 1, CAST(x'c3' AS TEXT))")
    connection.executemany("INSERT INTO notes VALUES (?)", [("same",)] * 3)
    connection.commit()
    connection.close()


class TestSqlSource(SourceContract):
    @classmethod
    def make_source(cls, folder: Path) -> Example:
        fill(folder / "erp.db")
        config = {
            "url": f"sqlite:///{folder}/erp.db",
            "queries": [
                {
                    "name": "active_customers",
                    "sql": "SELECT id, name, updated_at FROM customers WHERE active = 1;",
                    "primary_key": ["id"],
                    "cursor_field": "updated_at",
                }
            ],
            "batch_size": 7,
            "checkpoint_interval": 25,
        }
        return Example(
            launch=forked(our_sources().get("sql").launch()),
            config=config,
            bad_configs=[
                {"url": f"sqlite:///{folder}/absent.db"},
                {"url": "oracle://nobody:sesame-4711@host/db"},
                {**config, "tables": ["customers; DROP TABLE notes"]},
                {**config, "queries": [{"name": "q", "sql": "DELETE FROM notes"}]},
            ],
            records={"customers": 120, "lines": 31, "notes": 3, "active_customers": 60},
            secrets=[str(config["url"])],
            resumes=frozenset({"customers", "active_customers"}),
        )

    def test_values_come_as_they_are_stored(self) -> None:
        records = self._ground().first.records
        assert records["customers"][1] == {
            "id": 1, "name": "客户1", "balance": "19.99", "active": True, "updated_at": "2026-01-01T00:00:00Z",
        }  # fmt: skip
        marked = [marker["file"] for record in records["lines"] if (marker := broken_marker(record))]
        assert marked == ["lines"]

    def test_keys_and_modes_come_from_reflection(self) -> None:
        streams = {stream["name"]: stream for stream in self._ground().catalog["streams"]}
        keys = {name: stream.get("source_defined_primary_key") for name, stream in streams.items()}
        assert keys == {
            "customers": [["id"]], "lines": [["order_no"], ["line"]], "notes": None, "active_customers": [["id"]],
        }  # fmt: skip
        incremental = {name for name, stream in streams.items() if "incremental" in stream["supported_sync_modes"]}
        assert incremental == {"customers", "active_customers"}


def test_a_postgresql_is_read_and_never_written(postgres_engine: Engine, tmp_path: Path) -> None:
    with postgres_engine.connect() as connection, connection.begin():
        connection.execute(text("CREATE TABLE erp_people (id int PRIMARY KEY, rate numeric, updated_at timestamptz)"))
        connection.execute(text("INSERT INTO erp_people SELECT n, n / 8.0, '2026-01-01Z' FROM generate_series(1, 5) n"))
        connection.execute(text("CREATE SEQUENCE erp_numbers"))
        connection.execute(text("INSERT INTO erp_people VALUES (6, 'NaN', '2026-01-02Z')"))
    where = postgres_engine.url.query.get("host") or postgres_engine.url.host or ""
    egress = Egress.parse([f"unix:{where}" if str(where).startswith("/") else str(where)])
    runner, launch = Runner(tmp_path / "private", egress=egress), our_sources().get("sql").launch()
    url = postgres_engine.url.set(drivername="postgresql").render_as_string(hide_password=False)
    config: dict[str, object] = {"url": url, "tables": ["erp_people"]}
    spec = {"connectionSpecification": {"properties": {"url": {"airbyte_secret": True}}}}
    config["queries"] = [{"name": "evil", "sql": "SELECT nextval('erp_numbers') AS number"}]
    catalog = configured_catalog(
        runner.discover(launch, config, spec=spec), [Selection("erp_people"), Selection("evil")]
    )
    with runner.read(launch, config, catalog, spec=spec) as reading:
        found = [message for message in reading if isinstance(message, Message)]
    rows = [message.body["data"] for message in found if message.kind is Kind.RECORD]
    assert rows[0] == {"id": 1, "rate": "0.12500000000000000000", "updated_at": "2026-01-01T00:00:00+00:00"}
    assert [bool(broken_marker(row)) for row in rows] == [False] * 5 + [True]
    assert [error.stream and error.stream.name for error in reading.errors][:1] == ["evil"]
    assert "refused to read 'evil'" in reading.errors[0].message
    assert reading.exit_code == 1
    with postgres_engine.connect() as connection:
        assert connection.execute(text("SELECT is_called FROM erp_numbers")).scalar() is False
