"""What landing cannot do without: the same library calls on the same records, and nothing of ours around them.

Each record is parsed, written in canonical form, hashed, named, sealed under a key of its own; the keys stand in pages
that are sealed together; record, page and the key's place go into two SQLite databases (FULL), many rows a statement.
No protocol, no checks, no states, no counters, no audit, no look whether a record is known, no list of what waits; one
thread. Its processor time a record bounds what any host can do that makes these calls.
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
from itertools import chain
from pathlib import Path
from sqlite3 import Connection, sqlite_version

import orjson
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from benchmarks.sync_contenders.stopwatch import Stopwatch

_ROWS = 4_096
_SLOTS = 60
_KEY_BYTES, _NONCE = 32, 12
# Sealed records are appended beside an index of their ids: to keep such long rows in the order of random ids costs
# twice as much as all the rest.
_RECORD = "CREATE TABLE record (id TEXT PRIMARY KEY, hash BLOB, sealed BLOB)"
_KEYS = (
    "CREATE TABLE data_key (id TEXT PRIMARY KEY, place INTEGER) WITHOUT ROWID",
    "CREATE TABLE page (page INTEGER PRIMARY KEY, sealed BLOB)",
)
_Read = tuple[str, bytes, bytes]


def main() -> None:
    """Take the task as JSON in the first argument; print what it took as JSON."""
    task = json.loads(sys.argv[1])
    folder = Path(task["folder"])
    with (
        closing(_database(folder / "data.db", _RECORD)) as data,
        closing(_database(folder / "keys.db", *_KEYS)) as keys,
    ):
        with (
            Stopwatch() as taken,
            subprocess.Popen([task["source"], "read", "--config", task["config"]], stdout=subprocess.PIPE) as child,
        ):
            rows: list[_Read] = []
            hashing = hashlib.blake2b(key=os.urandom(_KEY_BYTES), digest_size=16)
            wrapping = AESGCM(os.urandom(_KEY_BYTES))
            for line in child.stdout or ():
                message = orjson.loads(line)
                if message["type"] == "RECORD":
                    rows.append(_read(message["record"]["data"], hashing))
                if len(rows) == _ROWS:
                    _store(data, keys, sorted(rows), wrapping)
                    rows = []
            _store(data, keys, sorted(rows), wrapping)
        count = data.execute("SELECT count(*) FROM record").fetchone()[0]
    versions = {name: version(name) for name in ("orjson", "cryptography")} | {"sqlite": sqlite_version}
    print(json.dumps({"records": count, **taken.figures, "versions": versions}))


def _database(path: Path, *tables: str) -> Connection:
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=FULL")
    connection.execute("PRAGMA cache_size=-32000")
    for table in tables:
        connection.execute(table)
    return connection


def _read(content: object, hashing: "hashlib.blake2b") -> _Read:
    canonical = orjson.dumps(content, option=orjson.OPT_SORT_KEYS)
    hashed = hashing.copy()
    hashed.update(canonical)
    digest = hashed.digest()
    return f"g_{digest.hex()}", digest, canonical


def _parts(data: bytes, size: int) -> list[bytes]:
    return [data[start : start + size] for start in range(0, len(data), size)]


def _store(data: Connection, keys: Connection, rows: Sequence[_Read], wrapping: AESGCM) -> None:
    if not rows:
        return
    material = os.urandom(_KEY_BYTES * len(rows))
    nonces = _parts(os.urandom(_NONCE * len(rows)), _NONCE)
    sealed = [
        (name, digest, nonce + AESGCM(key).encrypt(nonce, canonical, name.encode()))
        for (name, digest, canonical), key, nonce in zip(rows, _parts(material, _KEY_BYTES), nonces, strict=True)
    ]
    first = int.from_bytes(os.urandom(6), "big")
    pages = [
        (first + number, nonce + wrapping.encrypt(nonce, page, b"page"))
        for number, page in enumerate(_parts(material, _SLOTS * _KEY_BYTES))
        for nonce in (os.urandom(_NONCE),)
    ]
    places = [(row[0], (first + at // _SLOTS) * 64 + at % _SLOTS) for at, row in enumerate(rows)]
    _insert(keys, ("page", pages), ("data_key", places))
    _insert(data, ("record", sealed))


def _insert(connection: Connection, *given: tuple[str, Sequence[Sequence[object]]]) -> None:
    connection.execute("BEGIN IMMEDIATE")
    for table, rows in given:
        marks = ",".join([f"({','.join('?' * len(rows[0]))})"] * len(rows))
        statement = f"INSERT INTO {table} VALUES {marks}"  # noqa: S608 - our own names
        connection.execute(statement, tuple(chain.from_iterable(rows)))
    connection.execute("COMMIT")


if __name__ == "__main__":
    main()
