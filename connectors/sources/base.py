"""What our own sources share on top of the CDK: streams that checkpoint as they go, and a quiet start.

The CDK leaves top-level fields that are null out of a record. A record is always whole, so a field that is not there
is null.
"""

import logging
import os
import sys
from abc import abstractmethod
from collections.abc import Iterable, Mapping, MutableMapping
from typing import Any

from airbyte_cdk.entrypoint import launch
from airbyte_cdk.models import (  # type: ignore[attr-defined]  # exported by a star
    AirbyteStream,
    ConnectorSpecification,
    FailureType,
    SyncMode,
)
from airbyte_cdk.sources import AbstractSource
from airbyte_cdk.sources.streams import Stream
from airbyte_cdk.sources.streams.core import CheckpointMixin
from airbyte_cdk.utils import AirbyteTracedException

from connectors.egress.guard import Guard
from connectors.egress.rules import Egress
from connectors.launch import EGRESS_ALLOW
from connectors.sources.values import ConfigError


class CheckpointedStream(CheckpointMixin, Stream):
    """A stream whose position is known after every record, so that it can be resumed after any of them.

    Subclasses set ``self.position`` before they yield a record, and start from it.
    """

    def __init__(
        self, name: str, *, key: list[str] | None, schema: Mapping[str, Any], checkpoint_interval: int
    ) -> None:
        self._name = name
        self._key = key
        self._schema = dict(schema)
        self._interval = checkpoint_interval
        self.position: dict[str, Any] = {}

    @property
    def name(self) -> str:
        """Name of the stream."""
        return self._name

    @property
    def primary_key(self) -> list[list[str]] | None:
        """Fields that tell one record from another, or None."""
        return [[field] for field in self._key] if self._key else None

    @property
    def cursor_field(self) -> str:
        """The CDK wants a name to call a stream incremental; the position is ours and stands in no record."""
        return "_ingot_position"

    @property
    def is_resumable(self) -> bool:
        """Whether a later sync can go on where an earlier one stopped."""
        return self.supports_incremental

    @property
    def state_checkpoint_interval(self) -> int:
        """Records between two STATE messages."""
        return self._interval

    @property
    def state(self) -> MutableMapping[str, Any]:
        """Where the stream stands."""
        return self.position

    @state.setter
    def state(self, value: MutableMapping[str, Any]) -> None:
        self.position = dict(value)

    def get_json_schema(self) -> Mapping[str, Any]:  # type: ignore[override]  # the CDK wraps its own in a cache
        """JSON schema of the records."""
        return self._schema

    def as_airbyte_stream(self) -> AirbyteStream:
        """What discover tells: incremental, with a cursor of the source's own."""
        stream = super().as_airbyte_stream()
        stream.default_cursor_field = None
        return stream

    def read_records(
        self,
        sync_mode: SyncMode,
        cursor_field: list[str] | None = None,
        stream_slice: Mapping[str, Any] | None = None,
        stream_state: Mapping[str, Any] | None = None,
    ) -> Iterable[Mapping[str, Any]]:
        """Records from the position on; the CDK's own bookkeeping is not needed."""
        del sync_mode, cursor_field, stream_slice, stream_state
        return self.records()

    @abstractmethod
    def records(self) -> Iterable[Mapping[str, Any]]:
        """Records from ``self.position`` on, each after the position that lies behind it was set."""

    def get_error_display_message(self, exception: BaseException) -> str | None:
        """Only sentences of ours are shown: what a library says may hold values."""
        return str(exception) if isinstance(exception, ConfigError) else None


class OurSource(AbstractSource):
    """A source of ours: ``specification`` is its JSON schema, ``open_streams`` may raise ConfigError."""

    specification: Mapping[str, Any]

    def spec(self, logger: logging.Logger) -> ConnectorSpecification:
        """The schema of the configuration."""
        del logger
        return ConnectorSpecification(connectionSpecification=dict(self.specification))

    def check_connection(self, logger: logging.Logger, config: Mapping[str, Any]) -> tuple[bool, str | None]:
        """Whether the streams can be opened; the sentence says why not."""
        del logger
        try:
            self.open_streams(config)
        except ConfigError as error:
            return False, str(error)
        return True, None

    def streams(self, config: Mapping[str, Any]) -> list[Stream]:
        """All streams of the configuration."""
        try:
            return list(self.open_streams(config))
        except ConfigError as error:
            raise AirbyteTracedException(
                message=str(error), internal_message=str(error), failure_type=FailureType.config_error
            ) from None

    @abstractmethod
    def open_streams(self, config: Mapping[str, Any]) -> list[CheckpointedStream]:
        """The streams; raises ConfigError when the configuration cannot be used."""


def allowed_egress() -> Egress:
    """What this process may reach: public addresses, and what the host was told to allow."""
    return Egress.from_text(os.environ.get(EGRESS_ALLOW, ""))


def run(source: OurSource) -> None:
    """Speak the protocol on standard output until the verb of the command line is done."""
    Guard(allowed_egress(), ConfigError).install()
    # The CDK tells every state and step; states hold keys of records.
    logging.disable(logging.INFO)
    launch(source, sys.argv[1:])
