"""A key, events and a log that tests of the audit package share."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import Engine

from audit.actions import Action
from audit.check import verify_database
from audit.events import Event
from audit.log import AuditLog
from audit.notes import VerifierKey
from audit.report import Report
from audit.sequencer import Sequencer
from core.clock import Clock
from core.database import reading, unit_of_work

ORIGIN = "ingot/test"


class SigningKey:
    """An Ed25519 key of a test, the same for the same seed."""

    def __init__(self, seed: int = 1) -> None:
        self._key = Ed25519PrivateKey.from_private_bytes(bytes([seed]) * 32)

    def sign(self, data: bytes) -> bytes:
        return self._key.sign(data)

    @property
    def public_key(self) -> bytes:
        return self._key.public_key().public_bytes_raw()


KEY = VerifierKey(ORIGIN, SigningKey().public_key)


def shown(number: int, actor: str = "user:ann") -> Event:
    """A disclosure of one golden record."""
    return Event(
        Action.GOLDEN_DISCLOSED,
        actor,
        role="sales",
        object_type="golden",
        object_id=f"g_{number:032x}",
        subjects=(f"g_{number:032x}",),
        purpose="support",
        fields={"clear": ["person.full_name"], "masked": ["phone"]},
        request_id=f"r_{number}",
    )


@dataclass
class FilledLog:
    """A log on a database, and the folder of its promises."""

    engine: Engine
    clock: Clock
    folder: Path
    signer: SigningKey

    @property
    def log(self) -> AuditLog:
        return AuditLog(self.clock)

    @property
    def sequencer(self) -> Sequencer:
        return Sequencer(self.engine, self.signer, self.folder, self.clock, ORIGIN)

    def append(self, events: Sequence[Event]) -> None:
        with unit_of_work(self.engine) as connection:
            self.log.append_many(connection, events)

    def fill(self, *batches: int) -> None:
        """Sequence batches of disclosures, a checkpoint each."""
        number = 0
        for size in batches:
            self.append([shown(number + more) for more in range(size)])
            number += size
            assert self.sequencer.run_once(size) == size

    def check(self) -> Report:
        with reading(self.engine) as connection:
            return verify_database(connection, self.folder, str(KEY))


def codes(report: Report) -> set[str]:
    return {finding.code for finding in report.findings}
