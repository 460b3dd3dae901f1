"""Runs anything that speaks the Airbyte protocol, as a subprocess that is told little and trusted with nothing.

The host keeps what it must: time limits, secrets out of every text, the child's end, no file left. A source's
messages are passed on as they are; what they mean is for ``sync`` to decide. Of errors only the type, the sentence and
the stream are kept: stack traces hold values.
"""

import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from connectors.egress.rules import Egress
from connectors.launch import EGRESS_ALLOW, Launch
from connectors.lines import read_line, read_lines
from connectors.process import Child, PrivateFolder, minimal_environment
from connectors.protocol import Junk, Kind, Message, Records, StreamKey, state_file
from connectors.read_ahead import Made, Part, ReadAhead
from connectors.redaction import Redactor
from connectors.upload_files import OpenUpload, no_uploads, with_uploads
from core.errors import Unavailable

# How long a source that has closed its output may take to end.
_GRACE = 10.0
_LOOK_EVERY = 0.25
# The protocol's own; a source could put anything into that field, and it is told in clear.
FAILURE_TYPES = frozenset({"config_error", "transient_error", "system_error"})


@dataclass(frozen=True, slots=True)
class Limits:
    """Time limits in seconds: of spec, check and discover as a whole, and of silence while reading."""

    command: float = 60.0
    silence: float = 300.0


@dataclass(frozen=True, slots=True)
class SourceError:
    """What a source said of its failure, secrets taken out. The text may hold personal data: show, do not store.

    ``failure_type`` is ``config_error`` (mend the configuration), ``transient_error`` (try again later) or
    ``system_error``.
    """

    failure_type: str
    message: str
    stream: StreamKey | None = None


@dataclass(frozen=True, slots=True)
class CheckResult:
    """Whether the configuration can be used, and what the source says when it cannot (secrets taken out)."""

    ok: bool
    message: str = ""


class Reading:
    """A read under way: iterate it for the messages, then ask it how the source ended."""

    def __init__(self, child: Child, redactor: Redactor, silence: float) -> None:
        self._child = child
        self._redactor = redactor
        self._silence = silence
        self._ahead: ReadAhead | None = None
        self._reads_ahead = False
        self.errors: list[SourceError] = []
        self.exit_code: int | None = None

    @property
    def pid(self) -> int:
        """Id of the process group of the source."""
        return self._child.pid

    @property
    def stderr(self) -> list[str]:
        """The last lines of standard error, secrets taken out; they may hold personal data."""
        return self._child.stderr

    def __iter__(self) -> Iterator[Message | Junk]:
        """Messages as they come; a line that is none comes as Junk. Single use.

        Raises as ``together`` does.
        """
        for found in self.together():
            if isinstance(found, Records):
                yield from found.messages()
            elif not isinstance(found, Made):
                yield found

    @property
    def has_ahead(self) -> bool:
        """Whether a process was started to read the rest."""
        return self._ahead is not None

    def read_ahead(self, worker: str, given: object) -> None:
        """Have a process read the rest, as soon as it has started: see ``ReadAhead``. Where it cannot, we go on."""
        with suppress(OSError):
            self._ahead = self._child.read_ahead(worker, given)

    def prefer(self, wanted: bool) -> None:
        """Tell that process, where it reads, which of its two ways to work."""
        if self._ahead is not None and self._reads_ahead:
            self._ahead.prefer(wanted)

    def together(self) -> Iterator[Message | Junk | Records | Made]:
        """Messages as they come, the records of a stream that come behind each other together. Single use.

        Where a process reads ahead, what it made of records comes as it gave it. Raises Unavailable ``source.silent``
        when no message came for the time allowed; the source is ended then; and ``source.reader_lost``. Time the
        caller takes between two messages does not count.
        """
        waiting_since = time.monotonic()
        for group in self._groups(min(_LOOK_EVERY, self._silence)):
            for found in group:
                yield found
                if not isinstance(found, Junk):
                    waiting_since = time.monotonic()
            if time.monotonic() - waiting_since > self._silence:
                self.exit_code = self._child.end()
                raise Unavailable(
                    "source.silent",
                    f"The source sent no message for {self._silence:g} seconds and was ended; what was committed is "
                    "kept. Look whether its system answers, then run the sync again.",
                    seconds=self._silence,
                )
        self.finish()

    def _groups(self, wait: float) -> Iterator[Iterator[Message | Junk | Records | Made]]:
        for group in self._child.groups(wait):
            yield self._read(group)
            if self._ahead is not None and self._has_started(self._ahead):
                self._reads_ahead = True
                break
        else:
            return
        for parts in self._child.parts(self._ahead, wait):
            yield self._taken(parts)

    def _has_started(self, ahead: ReadAhead) -> bool:
        try:
            return ahead.ready()
        except Unavailable:
            # It could not even start here: we go on ourselves.
            self._ahead = None
            return False

    def _taken(self, parts: Sequence[Part]) -> Iterator[Message | Junk | Records | Made]:
        for part in parts:
            if isinstance(part, Made):
                yield part
            else:
                yield from self._read(part)

    def _read(self, lines: Sequence[bytes]) -> Iterator[Message | Junk | Records]:
        for found in read_lines(lines):
            yield found if isinstance(found, Records) else self._noted(_redacted(found, self._redactor))

    def _noted(self, found: Message | Junk) -> Message | Junk:
        if isinstance(found, Message) and found.kind is Kind.TRACE_ERROR:
            self.errors.append(_source_error(found))
        return found

    def finish(self) -> int:
        """The exit code of the source, which is waited for a little and then ended. Negative: ended by a signal."""
        if self.exit_code is None:
            self._child.wait(_GRACE)
            self.exit_code = self._child.end()
        return self.exit_code


class Runner:
    """Starts sources. ``folder`` is used for their private files only where there is no memory file system.

    Our own sources keep to the rules of ``egress``; ``opened`` gives the uploads that their configurations name.
    """

    def __init__(
        self,
        folder: Path,
        limits: Limits | None = None,
        *,
        egress: Egress | None = None,
        opened: OpenUpload = no_uploads,
    ) -> None:
        self._folder = folder
        self._limits = limits or Limits()
        self._egress = egress or Egress()
        self._opened = opened

    def spec(self, launch: Launch) -> dict[str, Any]:
        """The source's specification: ``connectionSpecification`` is a JSON schema of its configuration."""
        return self._ask(launch, "spec", Kind.SPEC, Redactor(), {}).body

    def check(self, launch: Launch, config: Mapping[str, Any], *, spec: Mapping[str, Any] | None = None) -> CheckResult:
        """Whether the source can be reached with this configuration.

        Without ``spec`` every text of the configuration counts as a secret. A source that fails says so in the
        result; one that does not answer in time raises Unavailable ``source.timeout``.
        """
        redactor = Redactor(config, spec)
        try:
            found = self._ask(launch, "check", Kind.CONNECTION_STATUS, redactor, {"config": config})
        except _Failed as failure:
            return CheckResult(ok=False, message=failure.message)
        message = redactor(str(found.body.get("message") or ""))
        return CheckResult(ok=found.body.get("status") == "SUCCEEDED", message=message.strip("'\""))

    def discover(
        self, launch: Launch, config: Mapping[str, Any], *, spec: Mapping[str, Any] | None = None
    ) -> dict[str, Any]:
        """The catalogue of the source: ``{"streams": [...]}``."""
        redactor = Redactor(config, spec)
        return self._ask(launch, "discover", Kind.CATALOG, redactor, {"config": config}).body

    @contextmanager
    def read(
        self,
        launch: Launch,
        config: Mapping[str, Any],
        catalog: Mapping[str, Any],
        state: Sequence[Mapping[str, Any]] = (),
        *,
        spec: Mapping[str, Any] | None = None,
    ) -> Iterator[Reading]:
        """Read the configured streams from where ``state`` stands.

        ``state`` is what ``protocol.state_to_keep`` gave of earlier STATE messages. Leaving the block ends the source
        and removes its files, also when the caller failed or stopped early.
        """
        redactor = Redactor(config, spec)
        files: dict[str, object] = {"config": config, "catalog": catalog}
        if state:
            files["state"] = state_file(state)
        with self._child(launch, "read", redactor, files) as child:
            yield Reading(child, redactor, self._limits.silence)

    @contextmanager
    def _child(self, launch: Launch, verb: str, redactor: Redactor, files: Mapping[str, object]) -> Iterator[Child]:
        folder = PrivateFolder(self._folder)
        try:
            config = files.get("config")
            if launch.ours and isinstance(config, Mapping):
                files = {**files, "config": with_uploads(config, folder, self._opened)}
            paths = {name: folder.write(f"{name}.json", value) for name, value in files.items()}
            allowed = {EGRESS_ALLOW: self._egress.to_text()} if launch.ours else {}
            # Behind a proxy the rules of egress could not be kept; programs of others have no rules to keep.
            environment = minimal_environment(folder, {**launch.environment, **allowed}, way_out=not launch.ours)
            with Child(launch.arguments(verb, **paths), environment, folder, redactor) as child:
                yield child
        finally:
            folder.remove()

    def _ask(self, launch: Launch, verb: str, answer: Kind, redactor: Redactor, files: Mapping[str, object]) -> Message:
        until = time.monotonic() + self._limits.command
        error: SourceError | None = None
        with self._child(launch, verb, redactor, files) as child:
            for line in child.lines(min(_LOOK_EVERY, self._limits.command)):
                found = None if line is None else _redacted(read_line(line), redactor)
                if isinstance(found, Message) and found.kind is answer:
                    return found
                if isinstance(found, Message) and found.kind is Kind.TRACE_ERROR:
                    error = _source_error(found)
                if time.monotonic() > until:
                    raise Unavailable(
                        "source.timeout",
                        f"The source did not answer '{verb}' within {self._limits.command:g} seconds and was ended. "
                        "Check that its system can be reached, or raise the limit.",
                        verb=verb,
                    )
            child.wait(_GRACE)
            raise _Failed(verb, child.end(), error)


class _Failed(Unavailable):
    """The source ended without an answer; what it says of a configuration is told, since no record is in it yet."""

    def __init__(self, verb: str, exit_code: int, error: SourceError | None) -> None:
        told = f" It says: {error.message}" if error and error.message else ""
        super().__init__(
            "source.failed",
            f"The source ended with exit code {exit_code} instead of answering '{verb}'.{told}",
            verb=verb,
            exit_code=exit_code,
            failure_type=error.failure_type if error else "system_error",
        )


def _redacted(found: Message | Junk, redactor: Redactor) -> Message | Junk:
    if isinstance(found, Junk):
        return found if found.stream else replace(found, raw=redactor(found.raw.decode(errors="replace")).encode())
    if found.kind is Kind.CONTROL:
        redactor.learn(found.body["config"])
    elif found.kind is Kind.LOG:
        body = {"level": str(found.body.get("level", "INFO")), "message": redactor(str(found.body.get("message", "")))}
        return found._replace(body=body)
    elif found.kind is Kind.TRACE_ERROR:
        said = found.body.get("failure_type")
        body = {
            "failure_type": said if said in FAILURE_TYPES else "system_error",
            "message": redactor(str(found.body.get("message") or "")),
        }
        return found._replace(body=body)
    return found


def _source_error(found: Message) -> SourceError:
    return SourceError(found.body["failure_type"], found.body["message"], found.stream)


def config_of_control(message: Message) -> dict[str, Any]:
    """The configuration a CONTROL message asks to keep, without what the host itself injected (``__injected...``)."""
    config: dict[str, Any] = message.body["config"]
    return {name: value for name, value in config.items() if not name.startswith("__injected")}
