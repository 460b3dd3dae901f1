"""Which hosts a configuration of a source names: what can be looked at before the source is asked. Pure."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

_HOST_NAMES = frozenset({"host", "hostname", "server", "server_host", "imap_host"})
# Ports that a scheme has where none is written, and whether TLS speaks first on it.
_SCHEMES = {
    "https": (443, True),
    "http": (80, False),
    "imaps": (993, True),
    "imap": (143, False),
    "postgresql": (5432, False),
    "postgres": (5432, False),
    "mysql": (3306, False),
    "mariadb": (3306, False),
    "mssql": (1433, False),
    "oracle": (1521, False),
    "redis": (6379, False),
    "mongodb": (27017, False),
}
_TLS_PORTS = frozenset({443, 465, 636, 993, 995, 8443})


@dataclass(frozen=True, slots=True, order=True)
class Endpoint:
    """A host and port that a source will connect to. ``tls``: whether it speaks TLS from the first byte."""

    host: str
    port: int
    tls: bool


def endpoints_of(config: Mapping[str, Any]) -> list[Endpoint]:
    """The endpoints that a configuration names, in a fixed order; those it only implies are not known."""
    return sorted(set(_found(config)))


def _found(value: Any) -> Iterator[Endpoint]:
    if isinstance(value, Mapping):
        yield from _beside(value)
        for part in value.values():
            yield from _found(part)
    elif isinstance(value, list):
        for part in value:
            yield from _found(part)
    elif isinstance(value, str) and "://" in value:
        yield from _of_url(value)


def _beside(config: Mapping[str, Any]) -> Iterator[Endpoint]:
    """A host with a port beside it."""
    port = config.get("port")
    number = int(port) if isinstance(port, str) and port.isdecimal() else port
    if not isinstance(number, int) or isinstance(number, bool) or not 0 < number < 65536:
        return
    for name, host in config.items():
        if str(name).lower() in _HOST_NAMES and isinstance(host, str) and host and "/" not in host:
            yield Endpoint(host, number, number in _TLS_PORTS)


def _of_url(text: str) -> Iterator[Endpoint]:
    try:
        parts = urlsplit(text.strip())
        host, port = parts.hostname, parts.port
    except ValueError:
        return
    # A dialect may name its driver: postgresql+psycopg.
    known = _SCHEMES.get(parts.scheme.partition("+")[0].lower())
    if host and known is not None:
        used = port or known[0]
        yield Endpoint(host, used, known[1] or used in _TLS_PORTS)
