"""FT2: API, workers and sequencers killed with SIGKILL at random under load; every answer of success is durable."""

import os
import random
import signal
import socket
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest

from api.wiring import open_services
from core.database import unit_of_work
from tests.api.http.house import own_log, signed
from tests.faults.arena import Arena
from tests.faults.ledger import FEED, Ledger, Sent
from tests.faults.operations import LINES, record_id

SECONDS = 14.0
PROGRAMS = ("serve", "worker", "worker")


class Town:
    """An API and two workers as processes, which are killed and started again."""

    def __init__(self, place: Arena, folder: Path, port: int) -> None:
        self.place = place
        self.folder = folder
        self.port = port
        self.pids = [self._start(name) for name in PROGRAMS]
        self.kills = 0

    def kill(self, which: int) -> None:
        """One of them ends at once and is started again."""
        self.end(which)
        self.kills += 1
        self.pids[which] = self._start(PROGRAMS[which])

    def end(self, which: int) -> None:
        os.kill(self.pids[which], signal.SIGKILL)
        assert self.place.zygote.wait(self.pids[which]).killed

    def _start(self, name: str) -> int:
        more = ["--no-worker", "--port", str(self.port)] if name == "serve" else []
        arguments = ["--workspace", str(self.folder), name, *more]
        return self.place.zygote.start("tests.faults.programs:ingot", dict(self.place.environment), arguments=arguments)


class Load(threading.Thread):
    """Posts webhooks and records, reads, and has the feed synced; what was not answered is sent again, the same."""

    def __init__(self, ledger: Ledger, url: str, token: str, seed: int) -> None:
        super().__init__(daemon=True)
        self.ledger = ledger
        self.client = httpx.Client(base_url=url, timeout=20, headers={"x-purpose": "data_quality"})
        self.bearer = {"authorization": f"Bearer {token}"}
        self.actor = ""
        self.draw = random.Random(seed)
        self.seed = seed
        self.stopping = threading.Event()
        self.answered = self.failed = self.reads = self.disclosed = 0
        self.broke = ""
        self.known: list[str] = []

    def run(self) -> None:
        with self.client:
            try:
                self._work()
            except AssertionError as error:
                self.broke = str(error)

    def _work(self) -> None:
        number = 0
        while not self.stopping.is_set():
            number += 1
            self._webhook(number)
            if number % 3 == 0:
                self._entry(number)
            if number % 10 == 0 and self.seed == 1:
                self.ledger.grow_feed(LINES * 31, len(self.ledger.lines()) + 25)
                self._try("POST", "/v1/syncs", json={"connection": FEED}, headers=self.bearer)
            if number % 2 == 0 and self.known:
                path = f"/v1/golden/{self.draw.choice(self.known)}"
                self.disclosed += self._try("GET", path, headers=self.bearer) == 200
            if number % 4 == 0:
                self.reads += self._try("GET", "/v1/golden?limit=20", headers=self.bearer) == 200

    def _webhook(self, number: int) -> None:
        who = self.draw.randrange(40)
        sent = Sent.of("form:shop/shop", f"w{self.seed}-{number}", {"name": f"Ada {who}", "phone": f"+336{who:08d}"})
        self.ledger.post(sent)
        body = sent.content.encode()
        self._until_answered(
            sent, 202, lambda: self._try("POST", "/v1/forms/shop", content=body, headers=signed(sent.key or "", body))
        )

    def _entry(self, number: int) -> None:
        who = self.draw.randrange(40)
        values = {"person.full_name": f"Ada {who}", "email": f"ada.{who}@example.com"}
        key = f"e{self.seed}-{number}"
        sent = Sent.of("entry:manual/crm", f"{self.actor} {key}", values)
        self.ledger.post(sent)
        headers = {**self.bearer, "idempotency-key": key}
        body = {"stream": "crm", "values": values}
        self._until_answered(sent, 201, lambda: self._try("POST", "/v1/records", json=body, headers=headers))

    def _until_answered(self, sent: Sent, wanted: int, send: Callable[[], int]) -> None:
        for _ in range(1200):
            status = send()
            if status == wanted:
                self.ledger.answered(sent)
                self.answered += 1
                return
            # Nothing but "not now" may be the answer to a good request.
            assert status in {0, 503}, f"answered with {status}"
            self.failed += 1
            time.sleep(0.05)
        raise AssertionError("never answered")

    def _try(self, method: str, path: str, **parts: object) -> int:
        try:
            answer = self.client.request(method, path, **parts)  # type: ignore[arg-type]
        except httpx.HTTPError:
            return 0
        if answer.status_code in {201, 202} and "record_id" in answer.text:
            self.known.append(str(answer.json()["record_id"]))
        return answer.status_code


def tokens(folder: Path) -> tuple[str, str, list[str]]:
    """A token for everything the load does, its actor, and golden records that it may read."""
    with own_log(), open_services(folder) as services:
        with unit_of_work(services.engine) as connection:
            user = services.people.create_user(
                connection, login="all", display_name="all", roles=["steward", "operations", "it"], actor="system"
            )
            token = services.tokens.issue_token(connection, user.id, name="test", actor="system").text
        return token, f"user:{user.id}", [record_id(services, number) for number in (1, 3, 5)]


def count_told(place: Arena) -> int:
    told = place.call("count_told", action="golden.disclosed")
    assert isinstance(told, int)
    return told


def free_port() -> int:
    with socket.socket() as line:
        line.bind(("127.0.0.1", 0))
        return int(line.getsockname()[1])


@pytest.mark.full
@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="forks and signals as Linux has them")
def test_FT2_everything_killed_at_random_under_load(place: Arena, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = place.begin(("landing", "import"))
    for name, url in place.environment.items():
        monkeypatch.setenv(name, url)
    ledger, draw, port = Ledger(folder), random.Random(20261122), free_port()
    token, actor, known = tokens(folder)
    town = Town(place, folder, port)
    loads = [Load(ledger, f"http://127.0.0.1:{port}", token, seed) for seed in (1, 2)]
    for load in loads:
        load.actor = actor
        load.known.extend(known)
        load.start()
    ending = time.monotonic() + SECONDS
    while time.monotonic() < ending:
        time.sleep(draw.uniform(0.1, 0.9))
        town.kill(draw.randrange(len(PROGRAMS)))
    for load in loads:
        load.stopping.set()
        load.join(60)
        assert (load.is_alive(), load.broke) == (False, "")
    for which in range(len(PROGRAMS)):
        town.end(which)
    answered = sum(load.answered for load in loads)
    assert answered > 20
    assert len(ledger.promised()) == answered
    found = place.call("finish")
    # Whoever got an answer is in the log, also where the API was killed right after.
    assert count_told(place) >= sum(load.disclosed for load in loads) > 0
    print(  # noqa: T201 - the figure of the full tier
        f"{place.kind}: {town.kills} kills, {answered} answers, {sum(load.failed for load in loads)} not answered, "
        f"{sum(load.reads + load.disclosed for load in loads)} reads, {len(ledger.lines())} lines of the feed"
    )
    assert found == []
