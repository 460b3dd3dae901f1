"""Where checkpoints are kept outside the database: the promises that a rewritten database cannot take back.

A file a checkpoint, named by its size, and ``latest``. Whoever can write the database should not be able to write
here: put the folder on another disk or copy it away. Knows no database and no settings.
"""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from audit.checkpoint import Checkpoint, open_checkpoint
from audit.notes import VerifierKey
from core.errors import Damaged, Unavailable

LATEST = "latest"
_LOCK = ".lock"


class CheckpointFolder:
    """The folder of checkpoints of one log; made when the first one is written."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory

    def latest(self, key: VerifierKey) -> Checkpoint | None:
        """The newest promise, or None where there is none yet; Damaged where it is not signed by ``key``."""
        note = self._read(LATEST)
        return None if note is None else open_checkpoint(note, key)

    def sizes(self) -> list[int]:
        """The sizes that checkpoints are kept of, ascending."""
        if not self.directory.is_dir():
            return []
        return sorted(int(path.name) for path in self.directory.iterdir() if path.name.isdecimal())

    def note(self, size: int) -> str | None:
        """The note kept under that size."""
        return self._read(str(size))

    def publish(self, checkpoint: Checkpoint, note: str, key: VerifierKey) -> None:
        """Keep a checkpoint for good; done twice it changes nothing, and ``latest`` never goes back.

        Raises Damaged ``audit.checkpoint_conflict`` where another promise of that size stands already, Unavailable
        ``audit.checkpoint_unwritten`` where the folder cannot be written.
        """
        name = str(checkpoint.size)
        try:
            with self._locked():
                kept = self._read(name)
                if kept is not None and open_checkpoint(kept, key) != checkpoint:
                    raise Damaged(
                        "audit.checkpoint_conflict",
                        f"Two different checkpoints of size {name} were signed; the log was rewritten. Keep both.",
                        size=checkpoint.size,
                    )
                if kept is None:
                    self._write(name, note)
                newest = self.latest(key)
                if newest is None or newest.size < checkpoint.size:
                    self._write(LATEST, note)
        except OSError as error:
            raise Unavailable(
                "audit.checkpoint_unwritten",
                f"The checkpoint of size {name} could not be written to '{self.directory}'; free space or give "
                "access, and the next run writes it.",
                errno=error.errno,
            ) from None

    @contextmanager
    def _locked(self) -> Iterator[None]:
        """Only one process at a time compares and writes."""
        self.directory.mkdir(parents=True, exist_ok=True)
        with (self.directory / _LOCK).open("a") as handle:
            fcntl.flock(handle, fcntl.LOCK_EX)
            yield

    def _read(self, name: str) -> str | None:
        try:
            return (self.directory / name).read_bytes().decode()
        except FileNotFoundError:
            return None
        except OSError as error:
            raise Unavailable(
                "audit.checkpoint_unread",
                f"The checkpoint file '{name}' in '{self.directory}' cannot be read; give access to it.",
                errno=error.errno,
            ) from None
        except UnicodeDecodeError:
            raise Damaged("audit.note_malformed", f"The checkpoint file '{name}' is not text.") from None

    def _write(self, name: str, note: str) -> None:
        """Whole or not at all, and on the disk before anybody is told."""
        temporary = self.directory / f".{name}.new"
        with temporary.open("wb") as handle:
            handle.write(note.encode())
            handle.flush()
            os.fsync(handle.fileno())
        temporary.replace(self.directory / name)
        folder = os.open(self.directory, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
