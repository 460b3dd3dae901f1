"""What people want to know of runs, from their rows: state in words, rate, how long it will still take. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from api.console.words import marked as _

# Kinds of ``ui.state`` and words, by the state of a run, a stream or a job.
STATES: Mapping[str, tuple[str, str]] = {
    "running": ("busy", _("Syncing")),
    "succeeded": ("good", _("Succeeded")),
    "partial": ("warn", _("Done, some records rejected")),
    "failed": ("bad", _("Failed")),
    "interrupted": ("bad", _("Interrupted")),
    "cancelled": ("off", _("Cancelled")),
    "pending": ("idle", _("Pending")),
    "queued": ("idle", _("Queued")),
    "complete": ("good", _("Synced")),
    "incomplete": ("warn", _("Incomplete")),
    "paused": ("off", _("Paused")),
    "never": ("idle", _("Never run")),
    "waiting": ("idle", _("Waiting for its next try")),
}
RUN_STATES = ("running", "succeeded", "partial", "failed", "interrupted", "cancelled")


@dataclass(frozen=True, slots=True)
class StreamFacts:
    """One stream of a run.

    Attributes:
        total: records expected, from the source or from the run before; None where nobody knows.
        estimated: whether the total is a guess.
        seconds: how long it has run, from its own start to its own end.
        rate: records a second; None before there is anything to measure.
        left: seconds that are still needed, where that can be said.
    """

    name: str
    state: str
    read: int
    rejected: int
    total: int | None
    estimated: bool
    started_at: datetime | None
    finished_at: datetime | None
    seconds: float | None
    rate: float | None
    left: float | None


def stream_facts(row: Mapping[str, Any], before: Mapping[str, int], now: datetime) -> StreamFacts:
    """A stream by its row. ``before`` tells how many records each stream had in the last whole run."""
    started, finished = row["started_at"], row["finished_at"]
    seconds = ((finished or now) - started).total_seconds() if started else None
    rate = row["read"] / seconds if seconds and seconds >= 1 and row["read"] else None
    told = row["estimated"]
    total = told if told is not None else before.get(row["stream"])
    left = None
    if row["state"] == "running" and rate and total is not None and total > row["read"]:
        left = (total - row["read"]) / rate
    # Streams are named by namespace and name; one without a namespace is shown by its name.
    name = str(row["stream"]).removeprefix("|").replace("|", ".")
    return StreamFacts(
        name, row["state"], row["read"], row["rejected"], total, told is None, started, finished, seconds, rate, left
    )


def reads_of(run: Mapping[str, Any] | None) -> dict[str, int]:
    """How many records each stream of a run had; nothing where there is no such run."""
    return {str(row["stream"]): int(row["read"]) for row in run["streams"]} if run else {}


def last_whole(runs: Sequence[Mapping[str, Any]], started_at: datetime) -> Mapping[str, Any] | None:
    """The newest run before a moment that read everything."""
    whole = [run for run in runs if run["state"] in {"succeeded", "partial"} and run["started_at"] < started_at]
    return max(whole, key=lambda run: run["started_at"], default=None)
