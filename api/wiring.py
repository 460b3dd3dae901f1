"""The composition root: Settings to everything, in one place. Nothing else builds engines, keys or services."""

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from sqlalchemy import Engine

from audit.sequencer import Sequencer
from core.settings import Settings
from sync.foundation import Foundation

if TYPE_CHECKING:
    pass


@dataclass
class Services:
    """Everything of one workspace; the heavy parts are made when they are first asked for."""

    settings: Settings
    foundation: Foundation

    @property
    def engine(self) -> Engine:
        """The database."""
        return self.foundation.engine

    @cached_property
    def sequencer(self) -> Sequencer:
        """The one writer of the audit tree."""
        return Sequencer(
            self.engine,
            self.foundation.keyring,
            self.settings.checkpoints,
            self.foundation.clock,
            self.settings.origin,
        )
