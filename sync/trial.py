"""Trying a connection step by step: does the source start, do its settings fit, can its system be reached, and so on.

Each step is told with its time and, where it fails, with what to do; the steps after a failure are not tried.
"""

import socket
import ssl
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from ipaddress import ip_address
from typing import Any

from connectors.catalogue import Selection, configured_catalog
from connectors.egress.rules import Egress
from connectors.launch import Launch
from connectors.protocol import Kind, Message
from connectors.runner import Runner
from core.errors import IngotError, Unavailable
from core.logs import log_quietly
from sync.endpoints import Endpoint, endpoints_of

_REACH_SECONDS = 5.0


class Step(StrEnum):
    """What is tried, in this order."""

    START = "start"
    SETTINGS = "settings"
    RESOLVE = "resolve"
    CONNECT = "connect"
    SECURE = "secure"
    CHECK = "check"
    DISCOVER = "discover"
    SAMPLE = "sample"


class StepState(StrEnum):
    """How a step stands. ``passed_over``: there is nothing to try, or a step before it failed."""

    WAITING = "waiting"
    BUSY = "busy"
    GOOD = "good"
    BAD = "bad"
    PASSED_OVER = "passed_over"


@dataclass(frozen=True, slots=True)
class Tried:
    """One step.

    Attributes:
        seconds: how long it took; None while it has not ended.
        code: of what went wrong.
        message: what the source or the system says, secrets taken out. It can hold anything: show, do not store.
        facts: counts and names to tell, never values.
    """

    step: Step
    state: StepState = StepState.WAITING
    seconds: float | None = None
    code: str = ""
    message: str = ""
    facts: Mapping[str, object] | None = None


class _Wrong(Exception):
    """A step that failed, with what to tell."""

    def __init__(self, code: str, message: str = "") -> None:
        super().__init__(code)
        self.code = code
        self.message = message


class Trial:
    """One try of a source with a configuration. ``run`` does it; ``steps`` may be read meanwhile by other threads."""

    def __init__(
        self,
        runner: Runner,
        launch: Launch,
        config: Mapping[str, Any],
        egress: Egress,
        unfit: Callable[[Mapping[str, Any], Mapping[str, Any]], Sequence[str]],
    ) -> None:
        """``egress`` says what may be reached; ``unfit`` names what is wrong by a specification."""
        self._runner = runner
        self._launch = launch
        self._config = dict(config)
        self._egress = egress
        self._unfit = unfit
        self._spec: dict[str, Any] = {}
        self._catalog: dict[str, Any] = {}
        self._reachable: dict[Endpoint, str] = {}
        self._lock = threading.Lock()
        self._steps = {step: Tried(step) for step in Step}

    @property
    def steps(self) -> list[Tried]:
        """How every step stands."""
        with self._lock:
            return list(self._steps.values())

    @property
    def ended(self) -> bool:
        """Whether nothing more will happen."""
        return all(one.state not in {StepState.WAITING, StepState.BUSY} for one in self.steps)

    @property
    def good(self) -> bool:
        """Whether everything that was tried went well."""
        return self.ended and all(one.state is not StepState.BAD for one in self.steps)

    def run(self) -> None:
        """Do every step, in order. Never raises; what went wrong stands in the steps."""
        does: dict[Step, Callable[[], Mapping[str, object] | None]] = {
            Step.START: self._start,
            Step.SETTINGS: self._settings,
            Step.RESOLVE: self._resolve,
            Step.CONNECT: self._connect,
            Step.SECURE: self._secure,
            Step.CHECK: self._check,
            Step.DISCOVER: self._discover,
            Step.SAMPLE: self._sample,
        }
        failed = False
        for step, do in does.items():
            if failed:
                self._tell(Tried(step, StepState.PASSED_OVER))
            else:
                failed = not self._try(step, do)

    def _try(self, step: Step, do: Callable[[], Mapping[str, object] | None]) -> bool:
        self._tell(Tried(step, StepState.BUSY))
        begun = time.monotonic()
        ended = Tried(step)
        try:
            facts = do()
            state = StepState.PASSED_OVER if facts is None else StepState.GOOD
            ended = replace(ended, state=state, facts=facts)
        except _Wrong as wrong:
            ended = replace(ended, state=StepState.BAD, code=wrong.code, message=wrong.message)
        except IngotError as error:
            ended = replace(ended, state=StepState.BAD, code=error.code, message=error.message)
        except Exception as error:  # noqa: BLE001 - a thread of its own: whoever waits must learn that it ended
            log_quietly("connector trial", "a step broke", error)
            ended = replace(ended, state=StepState.BAD, code="trial.broke")
        self._tell(replace(ended, seconds=time.monotonic() - begun))
        return ended.state is not StepState.BAD

    def _tell(self, tried: Tried) -> None:
        with self._lock:
            self._steps[tried.step] = tried

    def _start(self) -> Mapping[str, object]:
        self._spec = self._runner.spec(self._launch)
        return {}

    def _settings(self) -> Mapping[str, object]:
        wrong = self._unfit(self._spec.get("connectionSpecification") or {}, self._config)
        if wrong:
            raise _Wrong("trial.settings", ", ".join(wrong))
        return {"settings": len(self._config)}

    def _resolve(self) -> Mapping[str, object] | None:
        for one in endpoints_of(self._config):
            try:
                found = socket.getaddrinfo(one.host, one.port, type=socket.SOCK_STREAM)
            except (OSError, UnicodeError):
                raise _Wrong("trial.resolve", one.host) from None
            # Only what the rules allow is knocked at, and by the address that was judged.
            addresses = list(dict.fromkeys(str(entry[4][0]) for entry in found))
            for address in addresses:
                refusal = self._egress.refusal(ip_address(address.partition("%")[0]), one.host)
                # A program of others is not kept to the rules, and this process is: then nothing is knocked at.
                if refusal is not None and self._launch.ours:
                    raise _Wrong("trial.egress", refusal)
                if refusal is None:
                    self._reachable.setdefault(one, address)
        return {"hosts": ", ".join(sorted({one.host for one in self._reachable}))} if self._reachable else None

    def _connect(self) -> Mapping[str, object] | None:
        for one, address in self._reachable.items():
            try:
                socket.create_connection((address, one.port), timeout=_REACH_SECONDS).close()
            except OSError:
                raise _Wrong("trial.connect", f"{one.host}:{one.port}") from None
        return {"ports": ", ".join(f"{one.host}:{one.port}" for one in self._reachable)} if self._reachable else None

    def _secure(self) -> Mapping[str, object] | None:
        facts: dict[str, object] = {}
        for one, address in self._reachable.items():
            if one.tls:
                facts["tls"] = _tls_version(one, address)
        return facts or None

    def _check(self) -> Mapping[str, object]:
        found = self._runner.check(self._launch, self._config, spec=self._spec)
        if not found.ok:
            raise _Wrong("trial.check", found.message)
        return {}

    def _discover(self) -> Mapping[str, object]:
        self._catalog = self._runner.discover(self._launch, self._config, spec=self._spec)
        streams = self._catalog.get("streams") or []
        if not streams:
            raise _Wrong("trial.no_streams")
        return {"streams": len(streams)}

    def _sample(self) -> Mapping[str, object] | None:
        """The first record of the first stream that has one; only how many fields it has is told."""
        streams = self._catalog["streams"][:3]
        for stream in streams:
            chosen = [Selection(stream["name"], stream.get("namespace") or "")]
            catalog = configured_catalog(self._catalog, chosen)
            with self._runner.read(self._launch, self._config, catalog, spec=self._spec) as messages:
                for message in messages:
                    if isinstance(message, Message) and message.kind is Kind.RECORD:
                        return {"stream": stream["name"], "fields": len(message.body["data"])}
                if messages.errors:
                    raise _Wrong("trial.sample", messages.errors[0].message)
                if messages.exit_code:
                    raise Unavailable("source.failed", f"The source ended with exit code {messages.exit_code}.")
        return None


def _tls_version(one: Endpoint, address: str) -> str:
    try:
        with (
            socket.create_connection((address, one.port), timeout=_REACH_SECONDS) as plain,
            ssl.create_default_context().wrap_socket(plain, server_hostname=one.host) as secured,
        ):
            return secured.version() or ""
    except ssl.SSLCertVerificationError:
        raise _Wrong("trial.certificate", f"{one.host}:{one.port}") from None
    except OSError:
        raise _Wrong("trial.secure", f"{one.host}:{one.port}") from None
