"""From the messages of a source to batches: what to keep, what to refuse, what a state covers.

No database here. The host checks the source's own count of each stream before it lets a state stand.
"""

import re
from collections import Counter
from collections.abc import Callable, Mapping
from typing import Any

import orjson

from connectors.broken import RESTARTED, broken_marker
from connectors.protocol import (
    Junk,
    Kind,
    Message,
    Records,
    StateKind,
    StreamKey,
    dumps,
    stands_nowhere,
    state_count,
    state_kind,
    state_to_keep,
)
from core.errors import Conflict, Invalid
from sync.batch import GLOBAL_STATE, UNCOUNTED, Batch, ReadRecord, Rejected, StreamPlan
from sync.contract_check import wrong_field
from sync.preparing import HashFrom, Prepared, Preparer, stream_text
from sync.record_keys import canonical_json, primary_key

UNREADABLE = "(unreadable)"
"""The stream that a record is rejected under when its line does not tell one."""
_RECORD_LINE = re.compile(rb'^\s*\{.{0,200}?"type"\s*:\s*"RECORD"', re.DOTALL)


class Reader:
    """Turns messages into the next batch. One a run.

    ``plans`` are the streams that were asked for; ``hash_from`` makes the keyed hash of a record's content;
    ``behind_state`` says that the records are replayed ones.
    """

    def __init__(self, plans: Mapping[str, StreamPlan], hash_from: HashFrom, *, behind_state: bool = False) -> None:
        self._plans = plans
        self._preparer = Preparer(plans, hash_from)
        self._hash = hash_from(b"")
        # Replayed records belong to what lies behind the state: later runs count on from them.
        self._step = 0 if behind_state else 1
        self._since_state: Counter[str] = Counter()
        self._epochs = {name: plan.from_state for name, plan in plans.items()}
        self._global_epoch = max(self._epochs.values(), default=0)
        self.batch = Batch()
        self.statuses: dict[str, str] = {}
        self.failure: tuple[str, str] | None = None

    def take_batch(self) -> Batch:
        """The batch so far; a new one begins."""
        taken, self.batch = self.batch, Batch()
        return taken

    def take(self, message: Message | Junk | Records | Prepared) -> None:
        """Take one message in, or some. Raises Conflict ``sync.count_mismatch`` when records were lost on the way."""
        if isinstance(message, Records):
            self._records(message)
        elif isinstance(message, Prepared):
            self._prepared(message)
        elif isinstance(message, Junk):
            self._junk(message)
        elif (taker := self._TAKERS.get(message.kind)) is not None:
            taker(self, message)

    def _records(self, records: Records) -> None:
        """What ``_record`` does, of all at once where nothing is the matter with any of them."""
        found = self._preparer.prepare(records)
        if found is None:
            for message in records.messages():
                self._record(message)
        else:
            self._prepared(found)

    def _prepared(self, found: Prepared) -> None:
        name = found.stream
        self._since_state[name] += len(found.hashes)
        epoch = self._epochs[name] + self._step
        self.batch.add_all(name, found.records(epoch), found.size)

    def _junk(self, junk: Junk) -> None:
        if junk.stream is None and _RECORD_LINE.search(junk.raw):
            # A record that was cut off or lacks its data: of which stream nobody can tell.
            self._reject(UNREADABLE, f"record.{junk.code}", junk.reason, junk.raw)
            return
        if junk.stream is None:
            self.batch.notes.append(("junk", None, {"code": junk.code}, junk.raw[:4096]))
            return
        name = stream_text(junk.stream)
        self._since_state[name] += 1
        self._reject(name, f"record.{junk.code}", junk.reason, junk.raw)

    def _record(self, message: Message) -> None:
        name = stream_text(message.stream or StreamKey("", ""))
        data = message.body["data"]
        self._since_state[name] += 1
        plan = self._plans.get(name)
        if plan is None:
            text = "The source sent a stream nobody asked for."
            self._reject(name, "record.stream_unasked", text, canonical_json(data))
            return
        if RESTARTED in data:
            self.batch.restarted.add(name)
            return
        marker = broken_marker(data)
        if marker is not None:
            where = ", ".join(f"{part} {marker[part]}" for part in ("file", "line") if part in marker)
            message_text = f"{where}: {marker['reason']}" if where else str(marker["reason"])
            self._reject(name, "record.broken", message_text, canonical_json(data))
            return
        content = canonical_json(data)
        problem = wrong_field(data, self._preparer.types[name])
        if problem is not None:
            text = f"The field '{problem}' of stream '{name}' has a type its schema does not allow; mend it and replay."
            self._reject(name, "record.type", text, content)
            return
        try:
            key = primary_key(data, plan.primary_key) if plan.primary_key else None
        except Invalid as error:
            self._reject(name, error.code, error.message, content)
            return
        epoch = self._epochs[name] + self._step
        self.batch.add(ReadRecord(name, key, content, self._preparer.hashes[name](content), epoch))

    def _reject(self, name: str, code: str, message: str, content: bytes) -> None:
        plan = self._plans.get(name)
        epoch = UNCOUNTED if plan is None or plan.primary_key else self._epochs[name] + self._step
        self.batch.reject(Rejected(name, code, message, content, self._hash(content), epoch))

    def _state(self, message: Message) -> None:
        kind = state_kind(message.body)
        said = state_count(message.body)
        if kind is StateKind.STREAM and message.stream is not None:
            name = stream_text(message.stream)
            self._check_count(name, said, self._since_state[name])
            self._since_state[name] = 0
            plan = self._plans.get(name)
            if plan is None or not plan.incremental or stands_nowhere(message.body):
                # The state of a full refresh is no proof of anything and is never given back.
                return
            self._epochs[name] += 1
            self.batch.states[name] = (self._epochs[name], dumps(state_to_keep(message.body)))
            return
        self._check_count("all streams", said, self._since_state.total())
        self._since_state.clear()
        self._global_epoch += 1
        self._epochs = dict.fromkeys(self._epochs, self._global_epoch)
        self.batch.states[GLOBAL_STATE] = (self._global_epoch, dumps(state_to_keep(message.body)))

    def _check_count(self, name: str, said: int | None, counted: int) -> None:
        if said is not None and said != counted:
            raise Conflict(
                "sync.count_mismatch",
                f"The source says it sent {said} records of '{name}' since its last state, {counted} arrived. "
                "Nothing after the last good state was kept as done; run the sync again.",
                stream=name,
            )

    def _status(self, message: Message) -> None:
        if message.stream is None:
            return
        name = stream_text(message.stream)
        state = {"STARTED": "running", "RUNNING": "running", "COMPLETE": "complete", "INCOMPLETE": "incomplete"}.get(
            str(message.body.get("status"))
        )
        if state is not None and self.statuses.get(name) != state:
            self.statuses[name] = state
            self.batch.stream_states[name] = state
            self.batch.notes.append(("stream", name, {"state": state}, None))

    def _estimate(self, message: Message) -> None:
        rows = message.body.get("row_estimate")
        if not isinstance(rows, int) or isinstance(rows, bool) or rows < 0:
            return
        if message.body.get("type") == "SYNC":
            self.batch.estimated = rows
            return
        name = stream_text(message.stream) if message.stream is not None else ""
        if name in self._plans:
            self.batch.estimates[name] = rows

    def _error(self, message: Message) -> None:
        kind = str(message.body.get("failure_type") or "system_error")
        self.failure = (kind, str(message.body.get("message") or ""))
        words = orjson.dumps({name: message.body.get(name) for name in ("message", "internal_message")})
        self.batch.notes.append(("error", None, {"failure_type": kind}, words))

    def _log(self, message: Message) -> None:
        level = str(message.body.get("level") or "INFO").upper()
        if level in {"WARN", "ERROR", "FATAL"}:
            words = str(message.body.get("message") or "").encode()[:4096]
            self.batch.notes.append(("log", None, {"level": level}, words))

    _TAKERS: Mapping[Kind, Callable[["Reader", Message], None]] = {
        Kind.RECORD: _record,
        Kind.STATE: _state,
        Kind.STREAM_STATUS: _status,
        Kind.ESTIMATE: _estimate,
        Kind.TRACE_ERROR: _error,
        Kind.LOG: _log,
    }


def configured_streams(
    catalog: Mapping[str, Any],
    epochs: Mapping[str, int],
    types: Callable[[Mapping[str, Any]], Mapping[str, frozenset[str]]],
) -> dict[str, StreamPlan]:
    """The plan of each stream in a configured catalogue; ``epochs`` tells how many states of it are committed."""
    plans: dict[str, StreamPlan] = {}
    for configured in catalog["streams"]:
        stream = configured["stream"]
        name = stream_text(StreamKey(stream.get("namespace") or "", stream["name"]))
        paths = configured.get("primary_key") or stream.get("source_defined_primary_key") or []
        incremental = configured["sync_mode"] == "incremental"
        from_state = max(epochs.get(name, 0), epochs.get(GLOBAL_STATE, 0)) if incremental else 0
        cursor = configured.get("cursor_field") or stream.get("default_cursor_field") or []
        properties = (stream.get("json_schema") or {}).get("properties") or {}
        plans[name] = StreamPlan(
            name=name,
            primary_key=tuple(tuple(path) for path in paths),
            incremental=incremental,
            from_state=from_state,
            types=types(stream.get("json_schema") or {}),
            cursor_in_record=bool(cursor) and cursor[0] in properties,
        )
    return plans
