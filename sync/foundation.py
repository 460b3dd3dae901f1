"""What every flow stands on, built once in the wiring and passed as one value."""

from dataclasses import dataclass

from sqlalchemy import Engine

from audit.log import AuditLog
from core.clock import Clock
from core.crypto import Keyring
from sync.queue import Queue


@dataclass(frozen=True, slots=True)
class Foundation:
    """Database, keys, audit log, clock and queue of a workspace."""

    engine: Engine
    keyring: Keyring
    audit: AuditLog
    clock: Clock
    queue: Queue
