"""How fast the audit log is: events sequenced and entries verified a second, beside pymerkle in the same run.

    python benchmarks/audit.py [--events N] [--url URL]

Without ``--url`` it runs on a fresh SQLite database in a temporary folder, else on the *empty* database named. The
figures are lower bounds on a busy machine; the run takes well under a minute with the default of 60,000 events.
"""

import argparse
import json
import tempfile
import time
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from pymerkle import InmemoryTree, SqliteTree, verify_inclusion
from sqlalchemy import Connection, Engine, select

from audit.actions import Action
from audit.check import verify_database
from audit.events import Event
from audit.export import export
from audit.log import AuditLog
from audit.sequencer import Sequencer
from audit.tables import GUARDED, audit_entry
from audit.tlog import verify_inclusion as verify_own
from audit.verify import verify_directory
from core.clock import Clock
from core.database import make_engine, metadata, reading, unit_of_work

BATCH = 5_000
PROOFS = 1_000


class _Signer:
    def __init__(self) -> None:
        self._key = Ed25519PrivateKey.generate()

    def sign(self, data: bytes) -> bytes:
        return self._key.sign(data)

    @property
    def public_key(self) -> bytes:
        return self._key.public_key().public_bytes_raw()


def main() -> None:
    """Run it and print one JSON object."""
    parser = argparse.ArgumentParser(description="Speed of the audit log beside pymerkle.")
    parser.add_argument("--events", type=int, default=60_000)
    parser.add_argument("--url", help="an empty database; default: a fresh SQLite file")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        engine = make_engine(arguments.url or f"sqlite:///{folder}/audit.db")
        metadata.create_all(engine, tables=list(GUARDED))
        figures = _own(engine, Path(folder), arguments.events)
        with reading(engine) as connection:
            figures |= _pymerkle(connection, Path(folder))
        engine.dispose()
    print(json.dumps(figures, indent=2))


def _own(engine: Engine, folder: Path, events: int) -> dict[str, object]:
    log = AuditLog(Clock())
    sequencer = Sequencer(engine, _Signer(), folder / "checkpoints", Clock(), "ingot/benchmark")
    append = _seconds(lambda: _append(engine, log, events))
    burnt = time.process_time()
    sequence = _seconds(sequencer.sequence_all)
    burnt = time.process_time() - burnt
    with reading(engine) as connection:
        write = _seconds(lambda: export(connection, folder / "export", sequencer.key))
        check = _seconds(lambda: _must(verify_database(connection, folder / "checkpoints", str(sequencer.key)).ok))
        verify = _seconds(lambda: _must(verify_directory(folder / "export", str(sequencer.key)).ok))
        prove = _seconds(lambda: _prove(connection, log, events))
        bodies = [len(body) for body in connection.scalars(select(audit_entry.c.body).limit(1_000)) if body]
    single = _seconds(lambda: _one_by_one(engine, log, 200))
    return {
        "database": engine.dialect.name,
        "events": events,
        "bytes_a_body": sum(bodies) // len(bodies),
        "appended_per_s": round(events / append),
        "appended_alone_per_s": round(200 / single),
        "sequenced_per_s": round(events / sequence),
        "sequenced_cpu_us_an_event": round(burnt / events * 1e6, 1),
        "exported_per_s": round(events / write),
        "verified_export_per_s": round(events / verify),
        "verified_database_per_s": round(events / check),
        "proof_made_and_verified_ms": round(prove / PROOFS * 1000, 3),
    }


def _pymerkle(connection: Connection, folder: Path) -> dict[str, object]:
    """The same entries through pymerkle: it hashes and proves, and neither signs, searches nor keeps columns."""
    bodies = [bytes(body) for body in connection.scalars(select(audit_entry.c.body)) if body is not None]
    stored = SqliteTree(str(folder / "pymerkle.db"), algorithm="sha256")
    store = _seconds(lambda: [stored.append_entries(bodies[at : at + BATCH]) for at in range(0, len(bodies), BATCH)])
    memory = InmemoryTree(algorithm="sha256")
    rebuild = _seconds(lambda: [memory.append_entry(body) for body in bodies] and memory.get_root())
    root = memory.get_root()
    step = max(len(bodies) // PROOFS, 1)

    def prove() -> None:
        for index in range(1, len(bodies), step):
            verify_inclusion(memory.get_leaf(index), root, memory.prove_inclusion(index))

    seconds = _seconds(prove)
    return {
        "pymerkle": version("pymerkle"),
        "pymerkle_stored_per_s": round(len(bodies) / store),
        "pymerkle_rebuilt_per_s": round(len(bodies) / rebuild),
        "pymerkle_proof_made_and_verified_ms": round(seconds / len(range(1, len(bodies), step)) * 1000, 3),
    }


def _append(engine: Engine, log: AuditLog, events: int) -> None:
    for start in range(0, events, BATCH):
        with unit_of_work(engine) as connection:
            log.append_many(connection, [_event(number) for number in range(start, min(start + BATCH, events))])


def _one_by_one(engine: Engine, log: AuditLog, events: int) -> None:
    for number in range(events):
        with unit_of_work(engine) as connection:
            log.append(connection, _event(number))


def _prove(connection: Connection, log: AuditLog, events: int) -> None:
    root = log.checkpoint(connection)[0].root
    for index in range(0, events, max(events // PROOFS, 1)):
        proof = log.prove(connection, index)
        _must(verify_own(proof.leaf, index, proof.size, proof.hashes, root))


def _event(number: int) -> Event:
    return Event(
        Action.GOLDEN_DISCLOSED,
        f"user:{number % 50:032x}",
        role="service",
        object_type="golden",
        object_id=f"g_{number:032x}",
        subjects=(f"g_{number:032x}",),
        purpose="support",
        policies=("service-contact",),
        fields={"clear": ["person.full_name"], "masked": ["phone", "email"], "omitted": ["transaction.amount"]},
        request_id=f"r_{number:032x}",
    )


def _must(held: bool) -> None:
    if not held:
        raise SystemExit("a verification failed, so the figures mean nothing")


def _seconds(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


if __name__ == "__main__":
    main()
