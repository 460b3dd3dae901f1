"""The operations that are crashed at every statement, and what brings a crashed workspace back.

Each may be done again from its beginning, as the outside world does: a source is synced again, a sender repeats its
post, a steward presses the button again. All run in forked processes, see ``zygote``.
"""

import json
import signal
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import yaml
from sqlalchemy import select

from api.form_post import signed_post
from api.gateway import Gateway
from api.schema import all_tables
from api.wiring import Services, open_services
from audit.actions import Action
from audit.events import Event
from audit.tables import audit_entry
from core.clock import Clock, utc_now
from core.database import reading, unit_of_work
from core.errors import IngotError, Invalid, NotFound
from core.records import RecordRef
from core.workspace import create_workspace
from governance.policy.values import RequestContext
from governance.principals import Principal
from merge.resolve.identifiers import golden_of
from merge.resolve.unmerge import Unmerge
from sync import quarantine
from sync.mapping import StreamMapping
from sync.queue import Job
from sync.replay import replay_rejected
from sync.unmerging import Unmerging
from sync.wish import Asked
from sync.worker import Worker
from tests.api.http.house import SETTINGS, signed
from tests.faults.crash import Crash
from tests.faults.invariants import faults_of, fingerprint
from tests.faults.ledger import FEED, Ledger, Sent

START = datetime(2026, 5, 1, 9, tzinfo=UTC)
CLOCK = Clock(now=lambda: START)
SOURCE = Path(__file__).with_name("feed_source.py")
STEWARD = Asked(Principal("u_1", roles=frozenset({"steward"})), RequestContext(purpose="data_quality"))
CUSTOMER = {"name": "person.full_name", "phone": "phone", "email": "email"}
FIRST_LINES = 14


def _customer(number: int, name: str, phone: str, email: str | None = None) -> dict[str, Any]:
    data: dict[str, Any] = {"id": number, "name": name, "phone": phone}
    return {"stream": "customers", "data": data if email is None else {**data, "email": email}}


def _note(text: Any) -> dict[str, Any]:
    return {"stream": "notes", "data": {"text": text}}


LINES = [
    _customer(1, "张三", "13800138000", "zhang.san@example.com"),
    _customer(2, "张三", "13800138000"),
    _customer(3, "Ada Moreau", "+33612345678"),
    _note("same words"),
    _customer(4, "Ada Moreau", "+33698765432", "ada@example.com"),
    _customer(5, "Liu Wei", "13912345678", "liu.wei@example.com"),
    _note("same words"),
    _customer(6, "Chen Jing", "13712345678"),
    _note("other words"),
    {"stream": "customers", "data": {"name": "without a key", "phone": "13612345678"}},
    _note(7),
    _customer(7, "Wang Fang", "13512345678", "wang.fang@example.com"),
    _note(7),
    _customer(8, "Chen Jing", "13787654321"),
    _customer(3, "Ada Moreau", "+33612345678", "ada@example.com"),
    _note("same words"),
    _customer(9, "张三", "13800138000", "zhang.san@example.com"),
    _customer(5, "Liu Wei", "13999999999", "liu.wei@example.com"),
    _note("other words"),
    _customer(10, "Zhao Min", "13412345678"),
    # Behind the state of the first sync, and equal to what that one rejected.
    _note(7),
]


@contextmanager
def opened(folder: Path, clock: Clock = CLOCK) -> Iterator[Services]:
    """The services of a workspace, with the clock of these tests."""
    with open_services(folder, clock) as services:
        yield services


def make(services: Services, ledger: Ledger) -> None:
    """A connection and its mappings, before anything is read."""
    ledger.grow_feed(LINES, 1)
    command = f"{sys.executable} -S -E {SOURCE}"
    services.connecting.add(FEED, "exec", {"command": command}, {"file": str(ledger.feed)}, actor="system")
    with unit_of_work(services.engine) as connection:
        services.mappings.set(connection, FEED, "customers", StreamMapping(fields=CUSTOMER), actor="system")
        services.mappings.set(connection, FEED, "notes", StreamMapping(), actor="system")
    Gateway(services).forms.ensure_mappings()


def land(services: Services, ledger: Ledger) -> None:
    """Two syncs of a feed that grows between them."""
    for upto in (FIRST_LINES, len(LINES)):
        ledger.grow_feed(LINES, upto)
        do_job(services, services.flows.queue_sync(FEED, actor="system:test"))


def take_in(services: Services, ledger: Ledger) -> None:
    """Landed records become golden records."""
    del ledger
    do_job(services, services.flows.queue_resolve())


def merge(services: Services, ledger: Ledger) -> None:
    """A record arrives that brings two customers together, then a steward brings two more together."""
    bridge = {"name": "Chen Jing", "phone": ["13712345678", "13787654321"], "email": "chen@example.com"}
    post(services, ledger, "bridge", bridge)
    take_in(services, ledger)
    both = [record_id(services, number) for number in (7, 10)]
    try:
        with unit_of_work(services.engine) as connection:
            Unmerge(services.resolver).merge(connection, both, actor="user:u_1", reason_code="same_person")
    except Invalid as error:
        # Done before the crash, and told to nobody.
        assert error.code == "merge.ids"  # noqa: PT017 - anything else is raised by the assert


def unmerge(services: Services, ledger: Ledger) -> None:
    """A steward takes a record out of a golden record."""
    del ledger
    taken = record_id(services, 2)
    with reading(services.engine) as connection:
        golden_id = golden_of(connection, record_id(services, 1)).golden_id
    try:
        wish = Unmerging(record_ids=(taken,), reason_code="other_person", note="he called")
        Gateway(services).unmerging.unmerge(STEWARD, golden_id, wish)
    except NotFound as error:
        assert error.code == "unmerge.unknown"  # noqa: PT017 - as above: done before the crash


def receive(services: Services, ledger: Ledger) -> None:
    """Signed webhooks, one of them twice, and a record that is entered by hand under an idempotency key."""
    for delivery, name, phone in (("w1", "Ada Moreau", "+33612345678"), ("w2", "李四", "13311112222")):
        for _ in range(2 if delivery == "w1" else 1):
            post(services, ledger, delivery, {"name": name, "phone": phone})
    entry = Sent.of("entry:manual/crm", "user:u_1 key-1", {"person.full_name": "李四", "phone": "13311112222"})
    ledger.post(entry)
    Gateway(services).manual_entry.enter(STEWARD, "crm", json.loads(entry.content), key=entry.key or "", delivery=True)
    ledger.answered(entry)


def replay(services: Services, ledger: Ledger) -> None:
    """What was rejected passes by the schema of today and lands."""
    Path(f"{ledger.feed}.loose").touch()
    services.connecting.rediscover(FEED, actor="user:u_1")
    base = services.foundation
    # In a process of its own: between batches is where it is most often interrupted.
    quarantine.BATCH_ROWS = 2
    replay_rejected(base, services.connecting, services.ingest, services.quarantine, FEED, actor="user:u_1")


def number(services: Services, ledger: Ledger) -> None:
    """Events get their place in the audit tree, two at a time."""
    for delivery in ("n1", "n2"):
        post(services, ledger, delivery, {"name": "李四", "phone": "13311112222"})
    take_in(services, ledger)
    services.sequencer.sequence_all(limit=2)


@dataclass(frozen=True, slots=True)
class Operation:
    """What is crashed, and which operations come before it."""

    do: Callable[[Services, Ledger], None]
    after: tuple[str, ...] = ()


OPERATIONS = {
    "landing": Operation(land),
    "import": Operation(take_in, ("landing",)),
    "merge": Operation(merge, ("landing", "import")),
    "unmerge": Operation(unmerge, ("landing", "import", "merge")),
    "webhook": Operation(receive),
    "replay": Operation(replay, ("landing",)),
    "numbering": Operation(number, ("landing", "import")),
}


def do_job(services: Services, job_id: str) -> None:
    """Do a job and have it end well."""
    services.worker.run_one(only=job_id)
    with reading(services.engine) as connection:
        row = services.foundation.queue.get(connection, job_id)
    assert row.state == "done", row.code


def post(services: Services, ledger: Ledger, delivery: str, content: dict[str, Any]) -> None:
    """A signed webhook through all that is behind the route; a sender repeats it until it is answered."""
    sent = Sent.of("form:shop/shop", delivery, content)
    body = json.dumps(content, ensure_ascii=False).encode()
    forms = Gateway(services).forms
    form = forms.form("shop")
    ledger.post(sent)
    taken = signed_post(form.secret or b"", signed(delivery, body), body)
    forms.take(form, taken.content, taken.delivery)
    ledger.answered(sent)


def record_id(services: Services, number_of_customer: int) -> str:
    """Our id of a customer of the feed."""
    return services.foundation.keyring.record_id(RecordRef(FEED, "", "customers", f"[{number_of_customer}]"))


def drain(services: Services) -> None:
    """Do every job that is due, then give every event its place."""
    while services.worker.run_one():
        pass
    services.sequencer.sequence_all()


def prepare(folder: str, name: str) -> None:
    """Bring a workspace to where an operation begins; ``make`` begins with nothing."""
    ledger = Ledger(Path(folder))
    with opened(ledger.folder) as services:
        (make if name == "make" else OPERATIONS[name].do)(services, ledger)


def paused(folder: str, name: str, at: int) -> str:
    """Do an operation and stop at a moment of it until somebody says go on; returns the error it ended with."""
    ledger, plan = Ledger(Path(folder)), Crash(at, signal.SIGSTOP)
    with opened(ledger.folder, clock_of(ledger.folder)) as services:
        plan.arm()
        try:
            OPERATIONS[name].do(services, ledger)
        except IngotError as error:
            return error.code
        finally:
            plan.disarm()
    return ""


def take_over(folder: str, name: str) -> None:
    """Another worker, which does the operation while the first is paused."""
    ledger = Ledger(Path(folder))
    with opened(ledger.folder, clock_of(ledger.folder)) as services:
        OPERATIONS[name].do(services, ledger)
        drain(services)


def judge(folder: str) -> dict[str, Any]:
    """Let all work end, and judge."""
    ledger = Ledger(Path(folder))
    with opened(ledger.folder, clock_of(ledger.folder)) as services:
        drain(services)
        return {"settled": faults_of(services, ledger, settled=True), "fingerprint": fingerprint(services)}


def finish(folder: str) -> list[str]:
    """Some time after everything was killed: read the feed to its end, let all work end, judge."""
    ledger = Ledger(Path(folder))
    later = Clock(now=lambda: utc_now() + timedelta(hours=1))
    with opened(ledger.folder, later) as services:
        drain(services)
        do_job(services, services.flows.queue_sync(FEED, actor="system:test"))
        drain(services)
        if services.reconciler.waiting():
            # A job whose workers were killed too often has ended; the gateway queues another one every few seconds.
            services.flows.queue_resolve()
            drain(services)
        return faults_of(services, ledger, settled=True)


def count_told(folder: str, action: str) -> int:
    """How many entries of an action the log has."""
    with opened(Path(folder)) as services, reading(services.engine) as connection:
        return sum(1 for _ in connection.execute(select(audit_entry.c.index).where(audit_entry.c.action == action)))


def clock_of(folder: Path) -> Clock:
    """The clock of these tests, set forward by the seconds that a file of the workspace tells."""
    told = folder / "clock"
    return Clock(now=lambda: START + timedelta(seconds=int(told.read_text()) if told.exists() else 0))


def compete(folder: str) -> int:
    """Do jobs of the kind ``count`` until there are none; each is told in the log, in a transaction that holds it."""
    done = 0
    with opened(Path(folder)) as services:
        base = services.foundation

        def count(job: Job) -> None:
            with unit_of_work(services.engine) as connection:
                base.queue.hold(connection, job)
                event = Event(Action.JOB_MATCHED, actor="system:test", object_type="job", object_id=job.id)
                base.audit.append(connection, event)

        worker = Worker(services.engine, base.queue, base.clock, {"count": count})
        while worker.run_one():
            done += 1
    return done


def rehearse() -> None:
    """Do every operation once, on a workspace that nobody keeps."""
    with tempfile.TemporaryDirectory() as folder:
        make_workspace(Path(folder) / "w")
        with opened(Path(folder) / "w") as services:
            all_tables().create_all(services.engine)
            ledger = Ledger(Path(folder) / "w")
            make(services, ledger)
            for name in ("landing", "import", "merge", "unmerge"):
                OPERATIONS[name].do(services, ledger)
            faults_of(services, ledger, settled=False)


def make_workspace(folder: Path) -> None:
    """A workspace with forms and without a database."""
    create_workspace(folder)
    (folder / "ingot.yaml").write_text(yaml.safe_dump(SETTINGS, allow_unicode=True), encoding="utf-8")


def crash(folder: str, name: str, at: int | None) -> list[str]:
    """Do an operation and die at a moment of it; returns the moments there were when it did not."""
    ledger, plan = Ledger(Path(folder)), Crash(at)
    with opened(ledger.folder) as services:
        plan.arm()
        OPERATIONS[name].do(services, ledger)
        plan.disarm()
    return plan.seen


def converge(folder: str, name: str) -> dict[str, Any]:
    """Judge a workspace as the crash left it, do the operation again as the world would, let work end, judge again."""
    ledger = Ledger(Path(folder))
    with opened(ledger.folder) as services:
        crashed = faults_of(services, ledger, settled=False)
    with opened(ledger.folder) as services:
        OPERATIONS[name].do(services, ledger)
        drain(services)
        return {
            "crashed": crashed,
            "settled": faults_of(services, ledger, settled=True),
            "fingerprint": fingerprint(services),
        }
