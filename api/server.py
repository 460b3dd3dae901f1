"""The gateway as a running process: HTTP, a worker, the scheduler and the sequencer, each in a thread of its own."""

import gc
import signal
import socket
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType, TracebackType

import uvicorn

from api.app import create_app
from api.wiring import Services
from connectors.process import clean_leftovers
from core.database import reading, tidy, unit_of_work
from core.errors import Unavailable
from core.logs import log_quietly

LOOPBACK = "127.0.0.1"
# An entry of the audit log waits for its place in the tree for this long; twice as long where reads end meanwhile.
_SEQUENCE_SECONDS = 0.5
# Events that are sequenced in one transaction while requests are answered, transactions before the promise is
# written outside, and the pause after each.
_BITE, _BITES = 100, 50
_ROOM_SECONDS = 0.01
_SCHEDULE_SECONDS = 5.0
_STOP_SECONDS = 10.0
_START_SECONDS = 30.0
_LOOK_SECONDS = 0.5
_BACKLOG = 2048
# Threads that answer, audit and sequence take turns; Python's own 5 ms of a turn would be most of an answer's time
# (https://docs.python.org/3/library/sys.html#sys.setswitchinterval).
_TURN_SECONDS = 0.001
# When Python looks for garbage in rings: thousands of remembered answers make a look at everything 50 ms long, so it
# is done seldom. What is in no ring goes at once in any case.
_GARBAGE = (5_000, 20, 100)


class Background:
    """The threads that work beside the requests: worker, scheduler and sequencer."""

    def __init__(self, services: Services, *, with_worker: bool) -> None:
        self._services = services
        self._stopping = threading.Event()
        work: list[tuple[str, Callable[[], None]]] = [("sequencer", self._sequence)]
        if with_worker:
            work += [("worker", self._work), ("scheduler", self._schedule)]
        # A worker in the middle of a sync is left behind when it takes too long: its lease runs out, nothing is lost.
        self._threads = [threading.Thread(target=do, name=name, daemon=True) for name, do in work]

    def __enter__(self) -> None:
        """Start them."""
        clean_leftovers(self._services.settings.temporary)
        for thread in self._threads:
            thread.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop them; a job in work is given some seconds."""
        self._stopping.set()
        for thread in self._threads:
            thread.join(_STOP_SECONDS)

    def _work(self) -> None:
        self._services.worker.run_until(self._stopping)

    def _sequence(self) -> None:
        self._every(_SEQUENCE_SECONDS, self._sequence_waiting)

    def _sequence_waiting(self) -> None:
        services = self._services
        # Small bites, with room between them: whoever answers meanwhile needs the same write lock.
        while services.sequencer.sequence_beside(_BITE, _BITES, lambda: time.sleep(_ROOM_SECONDS)) == _BITE * _BITES:
            tidy(services.engine)
        tidy(services.engine)

    def _schedule(self) -> None:
        self._every(_SCHEDULE_SECONDS, self._queue_due)

    def _queue_due(self) -> None:
        services = self._services
        with reading(services.engine) as connection:
            schedules = {
                one.name: one.schedule for one in services.connections.list(connection) if one.enabled and one.schedule
            }
        with unit_of_work(services.engine) as connection:
            services.scheduler.queue_due(connection, schedules)
        services.maintaining.queue_due()
        if services.reconciler.waiting():
            # Whatever became of the job that should have resolved them, nothing waits unseen.
            services.flows.queue_resolve()
        services.survivorship.queue_waiting()
        services.expiry.run()

    def _every(self, seconds: float, do: Callable[[], object]) -> None:
        """Do it again and again; what goes wrong is logged and tried again."""
        while not self._stopping.wait(seconds):
            try:
                do()
            except Exception as error:  # noqa: BLE001  a thread that ends unseen would leave the gateway half alive
                log_quietly("server", "not done", error, thread=threading.current_thread().name)


@contextmanager
def running_server(
    services: Services, *, host: str = LOOPBACK, port: int = 0, with_worker: bool = True
) -> Iterator[str]:
    """The gateway, answering until the block is left; gives its base URL. Port 0 takes any that is free.

    Raises Unavailable ``server.address`` where it cannot listen, and what ``create_app`` raises.
    """
    app = create_app(services)
    with _listening(host, port) as listener:
        config = uvicorn.Config(
            app,
            log_config=None,
            # Its lines would hold addresses of clients and paths; what happens is in the audit log.
            access_log=False,
            server_header=False,
            lifespan="on",
            ws="none",
            workers=1,
            # A proxy on the same machine may tell whom it speaks for; nobody else may.
            forwarded_allow_ips=LOOPBACK,
            timeout_graceful_shutdown=int(_STOP_SECONDS),
        )
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, args=([listener],), name="http", daemon=True)
        with Background(services, with_worker=with_worker):
            thread.start()
            try:
                _wait_until_started(server, thread)
                shown = f"[{host}]" if ":" in host else host
                yield f"http://{shown}:{listener.getsockname()[1]}"
            finally:
                app.state.watchers.close()
                server.should_exit = True
                thread.join(_START_SECONDS)


def serve(
    services: Services, host: str, port: int, *, with_worker: bool, ready: Callable[[str], None] = lambda _: None
) -> None:
    """Answer until SIGTERM or SIGINT; ``ready`` is told the base URL."""
    sys.setswitchinterval(_TURN_SECONDS)
    with until_told() as stop, running_server(services, host=host, port=port, with_worker=with_worker) as url:
        _keep_what_is_loaded()
        ready(url)
        wait_for(stop)


def work(services: Services, *, ready: Callable[[], None] = lambda: None) -> None:
    """Do jobs, without HTTP, until SIGTERM or SIGINT."""
    with until_told() as stop, Background(services, with_worker=True):
        _keep_what_is_loaded()
        ready()
        wait_for(stop)


def _keep_what_is_loaded() -> None:
    # It stays for good; looking through it for garbage would stop all threads for 0.2 s.
    gc.collect()
    gc.freeze()
    gc.set_threshold(*_GARBAGE)


def wait_for(stop: threading.Event) -> None:
    """Wait for the event of ``until_told``."""
    # A signal that arrives while a thread starts may be that thread's: then nothing wakes this one, which alone acts
    # on signals (https://docs.python.org/3/library/signal.html#signals-and-threads), unless it looks by itself.
    while not stop.wait(_LOOK_SECONDS):
        pass


def _wait_until_started(server: uvicorn.Server, thread: threading.Thread) -> None:
    waited = threading.Event()
    for _ in range(int(_START_SECONDS * 100)):
        if server.started:
            return
        if not thread.is_alive():
            break
        waited.wait(0.01)
    raise Unavailable("server.start", "The server did not start; see logs/ingot.log in the workspace.")


@contextmanager
def _listening(host: str, port: int) -> Iterator[socket.socket]:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # The protocol is named because asyncio switches Nagle's algorithm off only where it is: 40 ms an answer.
    with socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP) as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((host, port))
            listener.listen(_BACKLOG)
        except OSError:
            raise Unavailable(
                "server.address",
                f"Cannot listen on {host} port {port}: it is taken or not allowed; choose another with --port.",
            ) from None
        yield listener


@contextmanager
def until_told() -> Iterator[threading.Event]:
    """An event that SIGTERM and SIGINT set. A second signal acts as if we had not asked for the first.

    A process may have been started with them held back; then it could only be killed.
    """
    stop = threading.Event()
    before = {one: signal.getsignal(one) for one in (signal.SIGTERM, signal.SIGINT)}

    def tell(number: int, frame: FrameType | None) -> None:
        del number, frame
        stop.set()
        restore()

    def restore() -> None:
        for one, handler in before.items():
            signal.signal(one, handler)

    for one in before:
        signal.signal(one, tell)
    held = signal.pthread_sigmask(signal.SIG_UNBLOCK, before)
    try:
        yield stop
    finally:
        restore()
        signal.pthread_sigmask(signal.SIG_SETMASK, held)
