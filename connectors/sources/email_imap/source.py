"""The IMAP source: messages, contacts in them, and messages that are gone, all from one pass over the mailbox."""

import logging
from collections.abc import Iterator, Mapping
from copy import deepcopy
from typing import Any

from airbyte_cdk.models import (  # type: ignore[attr-defined]  # exported by a star
    AirbyteLogMessage,
    AirbyteMessage,
    AirbyteStateMessage,
    AirbyteStreamStatus,
    ConfiguredAirbyteCatalog,
    FailureType,
    Level,
    SyncMode,
    Type,
)
from airbyte_cdk.sources.connector_state_manager import ConnectorStateManager
from airbyte_cdk.sources.utils.record_helper import stream_data_to_airbyte_message
from airbyte_cdk.utils import AirbyteTracedException
from airbyte_cdk.utils.stream_status_utils import as_airbyte_message

from connectors.sources.base import CheckpointedStream, OurSource
from connectors.sources.email.records import KEYS, SCHEMAS
from connectors.sources.email_imap.folders import chosen
from connectors.sources.email_imap.lanes import Lane, MessageLane, RemovalLane
from connectors.sources.email_imap.reading import Event, Given, MailReading, Mark
from connectors.sources.email_imap.session import ConnectionLost, Refused, Session
from connectors.sources.email_imap.settings import SPECIFICATION, settings_of
from connectors.sources.values import TEXT, ConfigError, TransientError, schema_of

REMOVED = "removed_messages"
_LOCATION: Mapping[str, Any] = {
    "folder": TEXT,
    "folder_uidvalidity": {"type": ["null", "integer"]},
    "folder_uid": {"type": ["null", "integer"]},
}
_REMOVED_KEY = [*_LOCATION]


class MailboxStream(CheckpointedStream):
    """A stream of the mailbox, as discover tells of it."""

    def __init__(self, name: str, config: Mapping[str, Any]) -> None:
        settings = settings_of(config)
        self._settings = settings
        if name == REMOVED:
            schema = schema_of(_LOCATION)
        else:
            schema = deepcopy(SCHEMAS[name])
            schema["properties"] |= _LOCATION if name == "messages" else {}
        key = _REMOVED_KEY if name == REMOVED else KEYS[name]
        super().__init__(name, key=key, schema=schema, checkpoint_interval=settings.checkpoint_interval)

    def lane(self, position: Mapping[str, Any]) -> Lane:
        """The stream on its way through the mailbox, from a position on."""
        return RemovalLane(self.name, position) if self.name == REMOVED else MessageLane(self.name, position)

    def records(self) -> Iterator[Mapping[str, Any]]:
        """The records of this stream alone, for a caller who wants no other; ``ImapSource.read`` reads all at once."""
        lane = self.lane(self.position)
        self.position = lane.position
        for event in MailReading(self._settings, [lane]).events():
            if isinstance(event, Given):
                yield event.data


class ImapSource(OurSource):
    """Reads a mailbox."""

    specification = SPECIFICATION

    def open_streams(self, config: Mapping[str, Any]) -> list[CheckpointedStream]:
        """``messages``, ``contacts`` and ``removed_messages``, without asking the server."""
        settings_of(config).tls()
        return [MailboxStream(name, config) for name in (*KEYS, REMOVED)]

    def check_connection(self, logger: logging.Logger, config: Mapping[str, Any]) -> tuple[bool, str | None]:
        """Whether the user can sign in and the folders are there."""
        accepted, problem = super().check_connection(logger, config)
        return (accepted, problem) if not accepted else _tried(config)

    def read(
        self,
        logger: logging.Logger,
        config: Mapping[str, Any],
        catalog: ConfiguredAirbyteCatalog,
        state: list[AirbyteStateMessage] | None = None,
    ) -> Iterator[AirbyteMessage]:
        """All streams of the catalogue from one pass: a message is fetched once, and a watch serves every stream."""
        del logger
        manager = ConnectorStateManager(state=state or [])
        streams = {stream.name: stream for stream in self.streams(config) if isinstance(stream, MailboxStream)}
        asked = {one.stream.name: one for one in catalog.streams if one.stream.name in streams}
        lanes = []
        for name, one in asked.items():
            resumed = one.sync_mode == SyncMode.incremental
            lanes.append(streams[name].lane(manager.get_stream_state(name, None) if resumed else {}))
            yield as_airbyte_message(one.stream, AirbyteStreamStatus.STARTED)
        for one in catalog.streams:
            if one.stream.name not in streams:
                yield as_airbyte_message(one.stream, AirbyteStreamStatus.INCOMPLETE)
        running: set[str] = set()
        try:
            for event in MailReading(settings_of(config), lanes).events():
                if isinstance(event, Given) and event.lane.name not in running:
                    running.add(event.lane.name)
                    yield as_airbyte_message(asked[event.lane.name].stream, AirbyteStreamStatus.RUNNING)
                yield _told(event, streams, manager)
        except Exception as error:  # noqa: BLE001 - whatever it was, each stream is told to be incomplete
            for one in asked.values():
                yield as_airbyte_message(one.stream, AirbyteStreamStatus.INCOMPLETE)
            raise _traced(error) from None
        for one in asked.values():
            yield as_airbyte_message(one.stream, AirbyteStreamStatus.COMPLETE)


def _told(event: Event, streams: Mapping[str, MailboxStream], manager: ConnectorStateManager) -> AirbyteMessage:
    if isinstance(event, Given):
        stream = streams[event.lane.name]
        return stream_data_to_airbyte_message(stream.name, event.data, stream.transformer, stream.get_json_schema())
    if isinstance(event, Mark):
        manager.update_state_for_stream(event.lane.name, None, deepcopy(event.lane.position))
        return manager.create_state_message(event.lane.name, None)
    # The host ends a source that says nothing for minutes, and commits what came when the next message comes.
    return AirbyteMessage(type=Type.LOG, log=AirbyteLogMessage(level=Level.DEBUG, message="Waiting for new mail."))


def _traced(error: Exception) -> AirbyteTracedException:
    """Only sentences of ours are told; what a library says may hold values."""
    kind, text = (
        FailureType.system_error,
        f"Reading the mailbox broke ({type(error).__name__}); report this as a fault.",
    )
    if isinstance(error, ConfigError):
        kind, text = FailureType.config_error, str(error)
    elif isinstance(error, TransientError):
        kind, text = FailureType.transient_error, str(error)
    return AirbyteTracedException(message=text, internal_message=text, failure_type=kind)


def _tried(config: Mapping[str, Any]) -> tuple[bool, str | None]:
    settings = settings_of(config)
    where = f"{settings.host}:{settings.port}"
    try:
        session = Session(settings)
        try:
            folders = chosen(session.folders(), settings)
            if folders:
                session.open(folders[0])
        finally:
            session.close()
    except (ConfigError, TransientError) as error:
        return False, str(error)
    except (ConnectionLost, Refused) as error:
        return False, f"The server {where} does not answer as a mail server should ({error}); check 'host' and 'port'."
    except Exception as error:  # noqa: BLE001 - check answers with a sentence, whatever a server sends
        return False, f"The server {where} sends what cannot be understood ({type(error).__name__})."
    if not folders:
        return False, "No folder of the mailbox fits 'folders', 'exclude_folders' and 'skip_special_use'; change them."
    return True, None
