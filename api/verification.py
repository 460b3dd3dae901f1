"""One verification of the audit log at a time in this process, in a thread, with how far it is."""

import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from api.wiring import Services
from audit import access
from audit.report import Report
from core.errors import Conflict, IngotError


@dataclass(frozen=True, slots=True)
class Verification:
    """How a verification stands.

    Attributes:
        checked: entries checked so far; ``total`` is how many there were at its start.
        report: the outcome, None while it runs or when it could not be done.
        error: why it could not be done.
    """

    started_at: datetime
    total: int
    checked: int = 0
    finished_at: datetime | None = None
    report: Report | None = None
    error: IngotError | None = None


class Verifier:
    """Starts verifications and knows the last one."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._lock = threading.Lock()
        self._last: Verification | None = None

    @property
    def last(self) -> Verification | None:
        """The last one, running or ended; None before the first of this process."""
        return self._last

    def start(self, caller: access.Caller) -> None:
        """Begin one. Raises Conflict ``audit.verifying`` while another runs, NotFound ``audit.no_checkpoint``."""
        services = self._services
        services.sequencer.sequence_all()
        size = access.checkpoint(services.engine, services.foundation.audit)[0].size
        with self._lock:
            if self._last is not None and self._last.finished_at is None:
                raise Conflict("audit.verifying", "A verification runs already; its page shows how far it is.")
            self._last = Verification(services.foundation.clock.now(), size)
        threading.Thread(target=self._run, args=(caller,), name="verification", daemon=True).start()

    def _run(self, caller: access.Caller) -> None:
        report, error = None, None
        services = self._services
        try:
            report = access.check(
                services.engine,
                services.foundation.audit,
                caller,
                services.settings.checkpoints,
                services.sequencer.key,
                self._tell,
            )
        except IngotError as told:
            error = told
        except Exception as fault:  # noqa: BLE001 - a thread that ends unseen would leave the page waiting for ever
            text = f"A fault in the program ended it ({type(fault).__name__}); start it again."
            error = IngotError("audit.verification_broke", text)
        ended = services.foundation.clock.now()
        self._change(lambda last: replace(last, report=report, error=error, finished_at=ended))

    def _tell(self, checked: int) -> None:
        self._change(lambda last: replace(last, checked=checked))

    def _change(self, change: Callable[[Verification], Verification]) -> None:
        with self._lock:
            if self._last is not None:
                self._last = change(self._last)
