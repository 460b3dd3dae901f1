"""FT3: a database that is held by others, deadlocks, has no connection free, or restarts in the middle of a sync."""

import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager

import psycopg
import pytest
from sqlalchemy import Connection, Engine, event
from sqlalchemy.engine import make_url

from api.errors import status_of
from api.gateway import Gateway
from api.wiring import Services
from core.errors import IngotError, Unavailable
from sync.entry import Receipt
from tests.api.http.house import own_log
from tests.conftest import SteppableClock
from tests.faults.arena import Arena
from tests.faults.invariants import faults_of
from tests.faults.ledger import FEED, Ledger
from tests.faults.operations import LINES, STEWARD, drain, land, opened, post

CONTENT = {"name": "Ada Moreau", "phone": "+33612345678"}


@pytest.fixture
def shop(place: Arena, stepping: SteppableClock, monkeypatch: pytest.MonkeyPatch) -> Iterator[Services]:
    """A workspace on each kind of database, opened in this process."""
    folder = place.begin(())
    for name, url in place.environment.items():
        monkeypatch.setenv(name, url)
    with own_log(), opened(folder, stepping.as_clock()) as services:
        yield services


def ledger_of(services: Services) -> Ledger:
    return Ledger(services.settings.workspace)


def settled(services: Services) -> list[str]:
    drain(services)
    return faults_of(services, ledger_of(services), settled=True)


class Holder:
    """Another program that holds the write lock of the SQLite file."""

    def __init__(self, services: Services) -> None:
        self.line = sqlite3.connect(str(services.engine.url.database), isolation_level=None, check_same_thread=False)
        self.line.execute("BEGIN IMMEDIATE")

    def let_go(self) -> None:
        self.line.execute("ROLLBACK")
        self.line.close()


def be_impatient(engine: Engine) -> None:
    """Wait a moment for a lock, not half a minute: for connections made from now on."""

    def set_timeout(connection: sqlite3.Connection, record: object) -> None:
        connection.execute("PRAGMA busy_timeout=50")

    engine.dispose()
    event.listen(engine, "connect", set_timeout)


@pytest.mark.parametrize("place", ["sqlite"], indirect=True)
def test_FT3_a_writer_waits_for_another_program_that_lets_go(shop: Services) -> None:
    holder = Holder(shop)
    threading.Timer(0.3, holder.let_go).start()
    post(shop, ledger_of(shop), "d1", CONTENT)
    assert settled(shop) == []


@pytest.mark.parametrize("place", ["sqlite"], indirect=True)
def test_FT3_a_lock_that_is_not_let_go_is_told_and_nothing_is_lost(shop: Services) -> None:
    ledger = ledger_of(shop)
    be_impatient(shop.engine)
    holder = Holder(shop)
    with pytest.raises(Unavailable) as caught:
        post(shop, ledger, "d1", CONTENT)
    assert (caught.value.code, status_of(caught.value)[0]) == ("database.locked", 503)
    with pytest.raises(Unavailable):
        shop.worker.run_one()
    # Who only reads is not kept waiting.
    assert shop.reconciler.waiting() == 0
    holder.let_go()
    post(shop, ledger, "d1", CONTENT)
    assert settled(shop) == []


@pytest.mark.parametrize("place", ["sqlite"], indirect=True)
@pytest.mark.parametrize("after", [3, 6, 9])
def test_FT3_a_sync_whose_database_is_locked_under_it_is_tried_again(
    shop: Services, stepping: SteppableClock, after: int
) -> None:
    ledger = ledger_of(shop)
    ledger.grow_feed(LINES, len(LINES))
    be_impatient(shop.engine)
    job = shop.flows.queue_sync(FEED, actor="system:test")
    ended: list[object] = []
    holders: list[Holder] = []

    def hold(connection: object, record: object) -> None:
        """As soon as so many transactions of the job have ended, another program is quicker."""
        ended.append(connection)
        if len(ended) == after:
            holders.append(Holder(shop))

    event.listen(shop.engine, "checkin", hold)
    with pytest.raises(Unavailable):
        shop.worker.run_one(only=job)
    event.remove(shop.engine, "checkin", hold)
    assert faults_of(shop, ledger, settled=False) == []
    holders[0].let_go()
    stepping.step(minutes=3)
    land(shop, ledger)
    assert settled(shop) == []


def postgres_session(services: Services) -> "psycopg.Connection[tuple[object, ...]]":
    url = make_url(str(services.settings.database_url)).set(drivername="postgresql")
    return psycopg.connect(url.render_as_string(hide_password=False))


@pytest.mark.parametrize("place", ["postgresql"], indirect=True)
def test_FT3_a_deadlock_is_told_as_locked_and_the_same_delivery_goes_through_then(shop: Services) -> None:
    ledger = ledger_of(shop)
    post(shop, ledger, "first", CONTENT)
    refused: list[IngotError] = []

    def deliver() -> None:
        try:
            post(shop, ledger, "d1", CONTENT)
        except IngotError as error:
            refused.append(error)

    with closing(postgres_session(shop)) as other:
        # The other session holds the job that a delivery puts last, and wants the record that it writes first.
        other.execute("SET deadlock_timeout = '60s'")
        other.execute("SELECT 1 FROM sync_job FOR UPDATE")
        thread = threading.Thread(target=deliver)
        thread.start()
        wait_until_waiting(shop)
        other.execute(
            "INSERT INTO sync_delivery (form, delivery, content_hash, record_id, at) "
            "SELECT 'form:shop', %s, content_hash, record_id, at FROM sync_delivery",
            [shop.foundation.keyring.blind("delivery", b"d1")],
        )
        thread.join()
        other.rollback()
    assert [(type(one), one.code) for one in refused] == [(Unavailable, "database.locked")]
    deliver()
    assert len(refused) == 1
    assert settled(shop) == []


def wait_until_waiting(services: Services) -> None:
    """Until a session of this database waits for a lock."""
    with closing(postgres_session(services)) as line:
        line.autocommit = True
        for _ in range(200):
            query = (
                "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
            )
            found = line.execute(query).fetchone()
            if found and found[0]:
                return
            time.sleep(0.05)
    pytest.fail("nobody waits for a lock")


@pytest.mark.parametrize("place", ["postgresql"], indirect=True)
def test_FT3_a_lock_timeout_of_the_server_is_told_as_locked(shop: Services, stepping: SteppableClock) -> None:
    ledger = ledger_of(shop)
    post(shop, ledger, "first", CONTENT)
    with closing(postgres_session(shop)) as other:
        other.execute("ALTER DATABASE " + str(shop.engine.url.database) + " SET lock_timeout = '100ms'")
        other.commit()
        shop.engine.dispose()
        other.execute("SELECT 1 FROM sync_job FOR UPDATE")
        with pytest.raises(Unavailable) as caught:
            post(shop, ledger, "d1", CONTENT)
        other.rollback()
    assert caught.value.code == "database.locked"
    post(shop, ledger, "d1", CONTENT)
    assert settled(shop) == []


def test_FT3_no_connection_free_is_told_as_busy_and_the_next_one_is_served(shop: Services) -> None:
    ledger = ledger_of(shop)
    pool = shop.engine.pool
    pool._timeout = 0.1  # type: ignore[attr-defined]  # a test does not wait half a minute
    taken = [pool.connect() for _ in range(pool.size() + pool._max_overflow)]  # type: ignore[attr-defined]
    with pytest.raises(Unavailable) as caught:
        shop.reconciler.waiting()
    assert (caught.value.code, status_of(caught.value)[0]) == ("database.busy", 503)
    for one in taken:
        one.close()
    post(shop, ledger, "d1", CONTENT)
    assert settled(shop) == []


@pytest.mark.parametrize("place", ["postgresql"], indirect=True)
@pytest.mark.parametrize("first", ["mapping", "delivery"])
def test_two_entries_at_once_are_both_taken_or_one_and_the_same(shop: Services, first: str) -> None:
    """What the one has just written and not committed, the other cannot see, and meets when it writes it too."""
    values = {"person.full_name": "Ada Moreau"}
    answers: list[object] = []

    def enter(key: str) -> None:
        try:
            answers.append(Gateway(shop).manual_entry.enter(STEWARD, "crm", values, key=key, delivery=True))
        except IngotError as error:
            answers.append(error.code)

    if first == "delivery":
        enter("other")
    with paused_before_its_commit(shop, lambda: enter("k")) as release:
        thread = threading.Thread(target=enter, args=("k",))
        thread.start()
        wait_until_waiting(shop)
        release()
        thread.join()
    assert all(isinstance(answer, Receipt) for answer in answers), answers
    kept = {answer.record_id for answer in answers if isinstance(answer, Receipt)}
    assert (len(answers), len(kept)) == ((2, 1) if first == "mapping" else (3, 2))
    drain(shop)


@contextmanager
def paused_before_its_commit(services: Services, do: Callable[[], None]) -> Iterator[Callable[[], None]]:
    """Do it in a thread that stops before its first commit of the data until it is released."""
    arrived, go_on = threading.Event(), threading.Event()
    thread = threading.Thread(target=do)

    def stop(connection: object) -> None:
        if threading.current_thread() is thread and not arrived.is_set() and connection_writes(connection):
            arrived.set()
            go_on.wait(30)

    event.listen(services.engine, "commit", stop)
    thread.start()
    assert arrived.wait(30)
    yield go_on.set
    go_on.set()
    thread.join()
    event.remove(services.engine, "commit", stop)


def connection_writes(connection: object) -> bool:
    """Whether the transaction has written: it has been given a number then."""
    assert isinstance(connection, Connection)
    return connection.exec_driver_sql("SELECT pg_current_xact_id_if_assigned()").scalar() is not None
