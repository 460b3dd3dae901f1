import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine

from audit.log import AuditLog
from connectors.catalogue import configured_catalog
from connectors.launch import Launch
from connectors.runner import Limits, Runner
from core.clock import Clock
from core.crypto import Keyring
from sync.foundation import Foundation
from sync.ingest import Ingest, SourceToRead
from sync.queue import Queue
from tests.sync import counting_source

SCRIPT = Path(__file__).with_name("counting_source.py")
MakeSource = Callable[..., SourceToRead]


@pytest.fixture
def foundation(engine: Engine, keyring: Keyring, clock: Clock) -> Foundation:
    return Foundation(engine, keyring, AuditLog(clock), clock, Queue(clock))


@pytest.fixture
def ingest(foundation: Foundation, tmp_path: Path) -> Ingest:
    return Ingest(foundation, Runner(tmp_path, Limits(command=20, silence=2)))


@pytest.fixture
def make_source() -> MakeSource:
    """A connection named ``counting`` that reads from the counting source with these settings."""

    def make(**config: Any) -> SourceToRead:
        kept: list[Mapping[str, Any]] = []
        return SourceToRead(
            name="counting",
            launch=Launch((sys.executable, str(SCRIPT))),
            config=config,
            catalog=configured_catalog(counting_source.catalog(config)),
            spec=None,
            keep_config=lambda _, renewed: kept.append(renewed),
        )

    return make
