"""Any order, any batching, with edits, deletes, everything that people decide and maintenance: what stands at the end
is what a batch over it makes, by the same list of hubs, the same decisions about pairs and the same pins."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test
from sqlalchemy import Connection, Engine

from core.crypto import Keyring
from tests.conftest import SteppableClock
from tests.merge.resolve.histories import Histories


@contextmanager
def rolled_back(engine: Engine) -> Iterator[Connection]:
    """A transaction that leaves nothing behind, so that each example finds an empty database."""
    with engine.connect() as connection:
        connection.begin()
        yield connection


def run(engine: Engine, keyring: Keyring, stepping: SteppableClock, examples: int) -> None:
    class Rolled(Histories):
        def __init__(self) -> None:
            self.transaction = rolled_back(engine)
            super().__init__(self.transaction.__enter__(), keyring, stepping)

        def teardown(self) -> None:
            try:
                super().teardown()
            finally:
                self.transaction.__exit__(None, None, None)

    run_state_machine_as_test(
        Rolled,
        settings=settings(
            max_examples=examples, stateful_step_count=12, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )


def test_any_history_equals_a_batch_over_what_is_left(
    engine: Engine, keyring: Keyring, stepping: SteppableClock
) -> None:
    """Fifty in all; what the databases do for it is the same, so most are of the one that costs less."""
    run(engine, keyring, stepping, 30 if engine.dialect.name == "sqlite" else 20)


@pytest.mark.full
@pytest.mark.timeout(900)
def test_any_history_equals_a_batch_a_thousand_times(
    engine: Engine, keyring: Keyring, stepping: SteppableClock
) -> None:
    """A thousand in all, shared in the same way."""
    run(engine, keyring, stepping, 800 if engine.dialect.name == "sqlite" else 200)
