"""The stores as the wiring makes them, with a hash that costs next to nothing, and the audit events they left."""

from collections.abc import Callable
from typing import Any

import orjson
import pytest
from argon2 import PasswordHasher
from sqlalchemy import Engine, select

from audit.log import AuditLog
from audit.tables import audit_pending
from core.clock import Clock
from core.database import reading
from governance.passwords import Passwords
from governance.people import People
from governance.tokens import Tokens


@pytest.fixture(scope="session")
def passwords() -> Passwords:
    return Passwords(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))


@pytest.fixture
def people(clock: Clock, passwords: Passwords) -> People:
    return People(clock, AuditLog(clock), passwords)


@pytest.fixture
def tokens(clock: Clock) -> Tokens:
    return Tokens(clock, AuditLog(clock))


@pytest.fixture
def events(engine: Engine) -> Callable[[], list[dict[str, Any]]]:
    """The bodies of all audit events so far."""

    def read() -> list[dict[str, Any]]:
        with reading(engine) as connection:
            return [orjson.loads(body) for body in connection.scalars(select(audit_pending.c.body))]

    return read
