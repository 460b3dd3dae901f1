"""SQLite's write-ahead log moved into the database file by a thread beside those who write.

A commit that finds the log too long moves it all, and everybody waits for that. The thread does it earlier, without
Python and without a lock that a writer or reader needs (PASSIVE): https://www.sqlite.org/wal.html#ckpt. How long the
log is the driver does not tell, so the rows written are counted: about as many pages, as keys of ours are random.
"""

import sqlite3
import threading
from urllib.parse import quote

ROWS = 6_000
"""So many rows written move the log: more often, and a page that is written again and again is moved each time."""
_guard = threading.Lock()
_written: dict[str, int] = {}
_moving: dict[str, threading.Thread] = {}


def wrote(path: str, rows: int) -> None:
    """Say that a transaction wrote so many rows to the database file of that path, and is committed."""
    with _guard:
        _written[path] = _written.get(path, 0) + rows
        if _written[path] < ROWS or path in _moving:
            return
        _written[path] = 0
        thread = _moving[path] = threading.Thread(target=_move, args=(path,), name="checkpoint", daemon=True)
    thread.start()


def owed(path: str) -> None:
    """Say that rows were written that ``wrote`` was not told of: the log is moved soon."""
    wrote(path, ROWS)


def settled(path: str) -> None:
    """Wait until nothing is being moved."""
    with _guard:
        thread = _moving.get(path)
    if thread is not None:
        thread.join()


def _move(path: str) -> None:
    try:
        # The file may be gone by now; it must not come back empty.
        connection = sqlite3.connect(f"file:{quote(path)}?mode=rw", uri=True, isolation_level=None)
        try:
            connection.execute("PRAGMA wal_checkpoint(PASSIVE)").close()
        finally:
            connection.close()
    except sqlite3.Error:
        return  # it is done by the next one, or by a commit
    finally:
        with _guard:
            _moving.pop(path, None)
