"""What landing cannot do without: the same library calls on the same records, and nothing of ours around them.

Each record is parsed, written in canonical form, hashed, named, sealed under a key of its own; the key is wrapped;
record and key go into two SQLite databases (FULL). No protocol, no checks, no states, no counters, no audit, no look
whether a record is known. Its processor time a record bounds what any host can do that calls them once a record.
"""

import hashlib
import json
import os
import sqlite3
import subprocess
import sys
from collections.abc import Sequence
from contextlib import closing
from importlib.metadata import version
from pathlib import Path
from sqlite3 import Connection, sqlite_version

import orjson
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.keywrap import aes_key_wrap

from benchmarks.sync_contenders.stopwatch import Stopwatch

_ROWS = 3_072
_NONCE = 12
_RECORD = "CREATE TABLE record (id TEXT PRIMARY KEY, hash BLOB, sealed BLOB) WITHOUT ROWID"
_KEY = "CREATE TABLE data_key (id TEXT PRIMARY KEY, wrapped BLOB) WITHOUT ROWID"


def main() -> None:
    """Take the task as JSON in the first argument; print what it took as JSON."""
    task = json.loads(sys.argv[1])
    folder = Path(task["folder"])
    with closing(_database(folder / "data.db", _RECORD)) as data, closing(_database(folder / "keys.db", _KEY)) as keys:
        with (
            Stopwatch() as taken,
            subprocess.Popen([task["source"], "read", "--config", task["config"]], stdout=subprocess.PIPE) as child,
        ):
            rows: list[tuple[str, bytes, bytes, bytes]] = []
            hashing = hashlib.blake2b(key=os.urandom(32), digest_size=16)
            wrapping = os.urandom(32)
            for line in child.stdout or ():
                message = orjson.loads(line)
                if message["type"] == "RECORD":
                    rows.append(_sealed(message["record"]["data"], hashing, wrapping))
                if len(rows) == _ROWS:
                    _store(data, keys, rows)
                    rows = []
            _store(data, keys, rows)
        count = data.execute("SELECT count(*) FROM record").fetchone()[0]
    versions = {name: version(name) for name in ("orjson", "cryptography")} | {"sqlite": sqlite_version}
    print(json.dumps({"records": count, **taken.figures, "versions": versions}))


def _database(path: Path, table: str) -> Connection:
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=FULL")
    connection.execute(table)
    return connection


def _sealed(content: object, hashing: "hashlib.blake2b", wrapping: bytes) -> tuple[str, bytes, bytes, bytes]:
    canonical = orjson.dumps(content, option=orjson.OPT_SORT_KEYS)
    hashed = hashing.copy()
    hashed.update(canonical)
    digest = hashed.digest()
    name = f"g_{digest.hex()}"
    key, nonce = os.urandom(32), os.urandom(_NONCE)
    sealed = nonce + AESGCM(key).encrypt(nonce, canonical, name.encode())
    return name, digest, sealed, aes_key_wrap(wrapping, key)


def _store(data: Connection, keys: Connection, rows: Sequence[tuple[str, bytes, bytes, bytes]]) -> None:
    ordered = sorted(rows)
    for connection, statement, values in (
        (keys, "INSERT INTO data_key VALUES (?, ?)", [(name, wrapped) for name, _, _, wrapped in ordered]),
        (data, "INSERT INTO record VALUES (?, ?, ?)", [row[:3] for row in ordered]),
    ):
        connection.execute("BEGIN IMMEDIATE")
        connection.executemany(statement, values)
        connection.execute("COMMIT")


if __name__ == "__main__":
    main()
