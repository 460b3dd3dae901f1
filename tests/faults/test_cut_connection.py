"""FT3: the connection to PostgreSQL is cut at byte ranges, both ways, and behind a COMMIT that nobody learns about."""

import os
from collections.abc import Callable, Iterator

import pytest
from sqlalchemy import func, select
from sqlalchemy.engine import make_url

from api.wiring import Services
from core.database import reading
from core.errors import IngotError, Unavailable
from sync import tables
from tests.api.http.house import own_log
from tests.conftest import SteppableClock
from tests.faults.arena import Arena
from tests.faults.invariants import faults_of
from tests.faults.ledger import FEED, Ledger
from tests.faults.operations import LINES, drain, opened, post
from tests.simulators.cut_proxy import CutProxy, Way

TRIES = 6


class Line:
    """A workspace on PostgreSQL behind a proxy that cuts, and how its callers try again."""

    def __init__(self, services: Services, ledger: Ledger, proxy: CutProxy, stepping: SteppableClock) -> None:
        self.services = services
        self.ledger = ledger
        self.proxy = proxy
        self.stepping = stepping
        self.deliveries = 0

    def post(self) -> None:
        """A delivery, repeated with the same id until it is answered; every refusal says to try again."""
        self.deliveries += 1
        number = self.deliveries
        content = {"name": f"Ada Moreau {number % 7}", "phone": f"+336{number % 11:08d}"}
        self.until_done(lambda: post(self.services, self.ledger, f"d{number}", content))

    def resolve(self) -> None:
        """What arrived becomes golden records; the job is tried again as a worker does."""

        def once() -> None:
            self.services.flows.queue_resolve()
            self.services.worker.run_one()
            assert self.services.reconciler.waiting() == 0, "not resolved yet"

        self.until_done(once)

    def sync(self) -> None:
        """A sync of the feed, queued again where its tries are used up."""

        def once() -> None:
            job = self.services.flows.queue_sync(FEED, actor="system:test")
            self.services.worker.run_one(only=job)
            with reading(self.services.engine) as connection:
                assert self.services.foundation.queue.get(connection, job).state == "done", "not synced yet"

        self.until_done(once)

    def until_done(self, do: Callable[[], None]) -> None:
        """Again and again, some minutes later each time, so that leases end and retries are due."""
        for _ in range(TRIES):
            try:
                do()
            except Unavailable:
                self.stepping.step(minutes=3)
            except AssertionError:
                self.stepping.step(minutes=3)
            else:
                return
        pytest.fail("it did not succeed in the end")

    def fresh(self) -> None:
        """Let go of all connections, so that the next bytes begin with a handshake."""
        self.services.engine.dispose()

    def size_of(self, do: Callable[[], None]) -> dict[Way, int]:
        """How many bytes an operation sends and gets."""
        self.fresh()
        self.proxy.cut("up", 1 << 40)
        do()
        return dict(self.proxy.passed)

    def settled(self) -> list[str]:
        """What is wrong once everything has been tried to its end."""
        self.sync()
        self.resolve()
        self.stepping.step(minutes=3)
        self.until_done(lambda: drain(self.services))
        return faults_of(self.services, self.ledger, settled=True)


def none(_: object) -> None:
    """Forget an answer."""


@pytest.fixture
def line(postgres_arena: Arena, stepping: SteppableClock, monkeypatch: pytest.MonkeyPatch) -> Iterator[Line]:
    folder = postgres_arena.begin(())
    environment = dict(postgres_arena.environment)
    with CutProxy(postgres_arena.server) as proxy:
        for name, url in environment.items():
            there = make_url(url).set(host="127.0.0.1", port=proxy.port, query={})
            monkeypatch.setenv(name, there.render_as_string(hide_password=False))
        ledger = Ledger(folder)
        ledger.grow_feed(LINES, len(LINES))
        with own_log(), opened(folder, stepping.as_clock()) as services:
            yield Line(services, ledger, proxy, stepping)


def cut_everywhere(line: Line, do: Callable[[], None], count: int) -> None:
    """Cut an operation after each of ``count`` parts of its bytes, both ways; and behind each of its commits."""
    size = line.size_of(do)
    before = line.proxy.cuts
    ways: tuple[Way, Way] = ("up", "down")
    for way in ways:
        for part in range(count):
            line.fresh()
            line.proxy.cut(way, 1 + size[way] * part // count)
            do()
    assert line.proxy.cuts - before >= count
    line.proxy.cut_behind_commit(1 << 40)
    line.fresh()
    do()
    commits = line.proxy.commits
    assert commits
    before = line.proxy.cuts
    for number in range(1, commits + 1):
        line.proxy.cut_behind_commit(number)
        do()
    assert line.proxy.cuts - before >= commits // 2
    print(f"{line.proxy.cuts} cuts")  # noqa: T201 - the figure of the full tier


def parts(otherwise: int) -> int:
    """Into how many parts the bytes are cut; INGOT_FAULT_POINTS=0 takes two hundred."""
    return 200 if os.environ.get("INGOT_FAULT_POINTS") == "0" else otherwise


def deliveries_of(line: Line) -> int:
    with reading(line.services.engine) as connection:
        return connection.scalar(select(func.count()).select_from(tables.delivery)) or 0


def test_FT3_a_delivery_is_stored_once_wherever_the_connection_is_cut(line: Line) -> None:
    cut_everywhere(line, line.post, 5)
    assert deliveries_of(line) == line.deliveries
    assert line.settled() == []


@pytest.mark.full
def test_FT3_a_delivery_is_stored_once_at_hundreds_of_cuts(line: Line) -> None:
    cut_everywhere(line, line.post, parts(80))
    assert deliveries_of(line) == line.deliveries
    assert line.settled() == []


@pytest.mark.full
def test_FT3_resolution_and_sync_go_on_after_every_cut(line: Line) -> None:
    def post_and_resolve() -> None:
        line.post()
        line.resolve()

    def grow_and_sync() -> None:
        line.ledger.grow_feed(LINES * 40, len(line.ledger.lines()) + 3)
        line.sync()

    cut_everywhere(line, post_and_resolve, parts(10))
    cut_everywhere(line, grow_and_sync, parts(10))
    assert line.settled() == []


@pytest.mark.full
def test_FT3_events_get_their_place_once_after_every_cut(line: Line) -> None:
    def post_and_number() -> None:
        line.post()
        line.until_done(lambda: none(line.services.sequencer.sequence_all()))

    cut_everywhere(line, post_and_number, parts(12))
    assert line.settled() == []


def test_a_server_that_is_gone_is_told_as_unavailable(line: Line) -> None:
    line.proxy.refusing = True
    line.fresh()
    with pytest.raises(IngotError) as caught:
        post(line.services, line.ledger, "x", {"name": "Ada"})
    line.proxy.refusing = False
    assert (type(caught.value), caught.value.code) == (Unavailable, "database.unavailable")
    line.deliveries += 1
    assert line.settled() == []
