"""Where the database of a URL may stand: judged before every connection, and pinned where the driver is no Python.

libpq makes its connections from C, where the guard of the process does not see them. It is told the address that was
judged (``hostaddr``), so that a name cannot lead elsewhere a moment later; TLS still proves the name.
"""

import socket
from collections.abc import Callable
from typing import Any

from sqlalchemy import Engine, event

from connectors.egress.rules import Egress
from connectors.sources.values import ConfigError

_LIBPQ = {"psycopg", "psycopg2"}
# Their sockets are Python's, where the guard of the process judges every connection.
_GUARDED = {"pymysql", "pg8000", "pytds"}
_DEFAULT_SOCKET = "/var/run/postgresql"


def keep_to(rules: Egress, engine: Engine) -> None:
    """Let the engine connect within the rules only. Raises ConfigError for a driver that cannot be kept to them."""
    driver = engine.dialect.driver
    if driver in _LIBPQ:
        event.listen(engine, "do_connect", _listener(rules))
    elif driver not in _GUARDED:
        raise ConfigError(
            f"The driver '{driver}' connects in a way that cannot be kept to egress.allow; use one of "
            f"{', '.join(sorted(_LIBPQ | _GUARDED))}."
        )


def _listener(rules: Egress) -> Callable[[Any, Any, Any, dict[str, Any]], None]:
    def judge(dialect: Any, record: Any, arguments: Any, parameters: dict[str, Any]) -> None:
        del dialect, record, arguments
        parameters.update(pinned(rules, parameters))

    return judge


def pinned(rules: Egress, parameters: dict[str, Any]) -> dict[str, str]:
    """What to add to the parameters of libpq: the judged address of every host, in their order.

    https://www.postgresql.org/docs/current/libpq-connect.html#LIBPQ-MULTIPLE-HOSTS. Raises ConfigError.
    """
    if unwanted := sorted({"service", "servicefile", "dsn", "conninfo"} & set(parameters)):
        raise ConfigError(f"'{unwanted[0]}' in 'url' names hosts that cannot be judged; name the host itself.")
    hosts = str(parameters.get("host") or "").split(",")
    told = str(parameters.get("hostaddr") or "")
    # An address that is told is what is reached, whatever the host is called.
    addresses = [_judged(rules, host) for host in (told.split(",") if told else hosts)]
    return {"hostaddr": ",".join(addresses)} if any(addresses) else {}


def _judged(rules: Egress, host: str) -> str:
    if not host or host.startswith("/"):
        refusal = rules.socket_refusal(host or _DEFAULT_SOCKET)
        if refusal is not None:
            raise ConfigError(refusal)
        return ""
    try:
        # The guard of the process leaves only addresses that may be reached.
        found = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
    except OSError:
        raise ConfigError("The host in 'url' leads to no address; check its name.") from None
    return str(found[0][4][0])
