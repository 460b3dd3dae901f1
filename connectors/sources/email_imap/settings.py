"""The configuration of an IMAP mailbox: its JSON schema, and the settings read from it."""

import ipaddress
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from connectors.sources.values import DEFAULT_CHECKPOINT_INTERVAL, ConfigError

_MEGABYTE = 1024 * 1024
SKIPPED_BY_DEFAULT = ("all", "drafts", "flagged", "junk", "sent", "trash")
"""Special uses (RFC 6154) that are no incoming mail, or show again what another folder holds."""
_PORTS = {"tls": 993, "starttls": 143, "none": 143}
_PASSWORD = {
    "type": "object",
    "title": "Password",
    "required": ["auth_type", "password"],
    "properties": {
        "auth_type": {"type": "string", "const": "password"},
        "password": {
            "type": "string",
            "minLength": 1,
            "airbyte_secret": True,
            "title": "Password",
            "description": "Providers such as QQ, 163 and Gmail want an authorisation code or app password here.",
        },
    },
}
_OAUTH = {
    "type": "object",
    "title": "OAuth 2 access token",
    "required": ["auth_type", "access_token"],
    "properties": {
        "auth_type": {"type": "string", "const": "oauth2"},
        "access_token": {
            "type": "string",
            "minLength": 1,
            "airbyte_secret": True,
            "title": "Access token",
            "description": "Sent as XOAUTH2; Microsoft 365 and Google Workspace want it.",
        },
    },
}
SPECIFICATION: Mapping[str, Any] = {
    "$schema": "http://json-schema.org/draft-07/schema#",
    "title": "E-mail (IMAP)",
    "type": "object",
    "required": ["host", "user", "credentials"],
    "additionalProperties": True,
    "properties": {
        "host": {"type": "string", "minLength": 1, "title": "Server", "order": 0},
        "port": {
            "type": "integer",
            "minimum": 1,
            "maximum": 65535,
            "title": "Port",
            "description": "993 with TLS, else 143, when left out.",
            "order": 1,
        },
        "security": {
            "type": "string",
            "enum": ["tls", "starttls", "none"],
            "default": "tls",
            "title": "Security",
            "description": "'none' is allowed to this machine (loopback) only.",
            "order": 2,
        },
        "ca_certificate": {
            "type": "string",
            "title": "Own certificate authority",
            "description": "PEM text of the authority that signed the server's certificate, where it is not public.",
            "order": 3,
        },
        "user": {"type": "string", "minLength": 1, "title": "User", "order": 4},
        "credentials": {"type": "object", "title": "Sign-in", "oneOf": [_PASSWORD, _OAUTH], "order": 5},
        "folders": {
            "type": "array",
            "items": {"type": "string", "minLength": 1},
            "default": ["*"],
            "title": "Folders",
            "description": "Patterns as INBOX, 客户/* or *; levels are separated by '/'.",
            "order": 6,
        },
        "exclude_folders": {
            "type": "array",
            "items": {"type": "string", "minLength": 1},
            "default": [],
            "title": "Folders left out",
            "order": 7,
        },
        "skip_special_use": {
            "type": "array",
            "items": {"type": "string", "enum": ["all", "archive", "drafts", "flagged", "junk", "sent", "trash"]},
            "default": list(SKIPPED_BY_DEFAULT),
            "title": "Kinds of folders left out",
            "order": 8,
        },
        "start_date": {
            "type": "string",
            "format": "date",
            "pattern": r"^\d{4}-\d{2}-\d{2}$",
            "title": "Start date",
            "description": "Messages that arrived on or after this day (UTC); all when left out.",
            "order": 9,
        },
        "own_addresses": {
            "type": "array",
            "items": {"type": "string"},
            "default": [],
            "title": "Own addresses",
            "description": "Addresses or @domains of our own people, who are no contacts.",
            "order": 10,
        },
        "max_message_bytes": {
            "type": "integer",
            "minimum": 1024,
            "maximum": 512 * _MEGABYTE,
            "default": 25 * _MEGABYTE,
            "title": "Largest message (bytes)",
            "description": "A larger one is set aside with its beginning.",
            "order": 11,
        },
        "watch_seconds": {
            "type": "integer",
            "minimum": 0,
            "maximum": 86_400,
            "default": 0,
            "title": "Wait for new mail (seconds)",
            "description": "How long a sync stays connected after reading, and gives mail as it arrives (IDLE).",
            "order": 12,
        },
        "watch_folder": {
            "type": "string",
            "default": "INBOX",
            "title": "Folder waited in",
            "description": "New mail here shows within seconds, in other folders within a minute.",
            "order": 13,
        },
        "timeout_seconds": {"type": "integer", "minimum": 1, "maximum": 240, "default": 60, "order": 14},
        "batch_size": {"type": "integer", "minimum": 1, "maximum": 1000, "default": 50, "order": 15},
        "checkpoint_interval": {
            "type": "integer",
            "minimum": 1,
            "default": DEFAULT_CHECKPOINT_INTERVAL,
            "order": 16,
        },
    },
}


@dataclass(frozen=True, slots=True)
class Settings:
    """Where a mailbox is, how to sign in, and what of it is read. Times in seconds, sizes in bytes."""

    host: str
    port: int
    security: str
    user: str
    password: str | None
    access_token: str | None
    ca_certificate: str | None
    folders: tuple[str, ...]
    exclude_folders: tuple[str, ...]
    skip_special_use: frozenset[str]
    since: date | None
    own: frozenset[str]
    max_message: int
    watch: float
    watch_folder: str
    timeout: float
    batch: int
    checkpoint_interval: int

    def tls(self) -> ssl.SSLContext:
        """Certificates and names are always checked. Raises ConfigError when ``ca_certificate`` is no certificate."""
        try:
            context = ssl.create_default_context(cadata=self.ca_certificate)
        except (ssl.SSLError, ValueError):
            raise ConfigError("'ca_certificate' holds no certificate; give its PEM text with BEGIN and END.") from None
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        return context


def settings_of(config: Mapping[str, Any]) -> Settings:
    """The settings of a configuration. Raises ConfigError for what the schema alone cannot tell."""
    host, security = str(config["host"]).strip(), str(config.get("security") or "tls")
    if security == "none" and not _is_loopback(host):
        raise ConfigError(
            "'security' is none, which would send password and mail in clear; use tls or starttls. Only a server on "
            "this machine (localhost) may be read without."
        )
    credentials = config["credentials"]
    for name, text in (("host", host), ("user", config["user"]), *credentials.items()):
        # In a command of the protocol they would begin another one.
        if any(ord(character) < 32 or ord(character) == 127 for character in str(text)):
            raise ConfigError(f"'{name}' holds a line break or another control character; copy it again without.")
    skipped = config.get("skip_special_use")
    return Settings(
        host=host,
        port=int(config.get("port") or _PORTS[security]),
        security=security,
        user=str(config["user"]),
        password=credentials.get("password"),
        access_token=credentials.get("access_token"),
        ca_certificate=config.get("ca_certificate"),
        folders=tuple(config.get("folders") or ["*"]),
        exclude_folders=tuple(config.get("exclude_folders") or ()),
        skip_special_use=frozenset(SKIPPED_BY_DEFAULT if skipped is None else skipped),
        since=_day(config.get("start_date")),
        own=frozenset(str(address).lower() for address in config.get("own_addresses") or ()),
        max_message=int(config.get("max_message_bytes") or 25 * _MEGABYTE),
        watch=float(config.get("watch_seconds") or 0),
        watch_folder=str(config.get("watch_folder") or "INBOX"),
        timeout=float(config.get("timeout_seconds") or 60),
        batch=int(config.get("batch_size") or 50),
        checkpoint_interval=int(config.get("checkpoint_interval") or DEFAULT_CHECKPOINT_INTERVAL),
    )


def _is_loopback(host: str) -> bool:
    try:
        return host.lower() == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _day(text: str | None) -> date | None:
    try:
        return datetime.strptime(text, "%Y-%m-%d").replace(tzinfo=UTC).date() if text else None
    except ValueError:
        raise ConfigError("'start_date' is no day; write it as 2026-01-31.") from None
