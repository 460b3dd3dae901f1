"""The program's own log: one JSON line an event, names and ids only, never a value of a person.

Errors of others are logged by their type and place, not by their text, which can hold anything.
"""

import logging
import sys
from collections.abc import MutableMapping
from contextlib import suppress
from pathlib import Path
from typing import Any

import structlog

from core.errors import IngotError


def configure_logs(folder: Path | None = None) -> None:
    """Write the log to ``folder/ingot.log``, or to stderr without a folder."""
    stream: Any = sys.stderr
    if folder is not None:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        stream = _AppendedFile(folder / "ingot.log")
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            _name_errors,
            structlog.processors.JSONRenderer(sort_keys=True, ensure_ascii=False),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.WriteLoggerFactory(file=stream),
        cache_logger_on_first_use=False,
    )


def log_quietly(name: str, event: str, error: BaseException, **facts: object) -> None:
    """Log an error where the log itself may fail too: standard error that nobody reads any more, for one."""
    with suppress(OSError):
        get_log(name).error(event, error=error, **facts)


class _AppendedFile:
    """A file that is opened for every line: few lines are logged, and no handle outlives its workspace."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def write(self, text: str) -> None:
        # A full or lost disk of logs must not end the work that would be logged: what cannot be written is let go.
        with suppress(OSError), self._path.open("a", encoding="utf-8") as file:
            file.write(text)

    def flush(self) -> None:
        """Nothing is held back."""


def get_log(name: str) -> Any:
    """A logger below ``ingot``; call it with an event name and keyword facts."""
    return structlog.get_logger(area=f"ingot.{name}")


def _name_errors(logger: object, method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Put the type and place of an error where its text would stand."""
    del logger, method
    error = event.pop("error", None)
    if isinstance(error, IngotError):
        event["code"] = error.code
    elif isinstance(error, BaseException):
        event["error_type"] = type(error).__name__
        trace = error.__traceback__
        while trace is not None and trace.tb_next is not None:
            trace = trace.tb_next
        if trace is not None:
            event["error_at"] = f"{Path(trace.tb_frame.f_code.co_filename).name}:{trace.tb_lineno}"
    return event
