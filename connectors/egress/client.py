"""HTTP to the outside for the gateway's own process (webhooks, OIDC discovery): one request to one pinned address.

The name is resolved once, every address it has is judged, and the connection is made to the judged address itself
while TLS still proves the name. Redirects are refused, not followed: a fixed address that moved is a change somebody
must see. No proxy of the environment is used, nothing is decompressed, and size and time end.
"""

import socket
import ssl
import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException

from connectors.egress.addresses import address_of
from connectors.egress.rules import Egress, Target, target_of
from core.errors import Denied, TooMuch, Unavailable

HTTPS = frozenset({"https"})
Resolve = Callable[[str, int], list[str]]


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back; header names are in small letters."""

    status: int
    headers: Mapping[str, str]
    body: bytes


def resolve(host: str, port: int) -> list[str]:
    """The addresses of a host, in the order of preference. Raises Unavailable ``egress.unresolved``."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise Unavailable("egress.unresolved", f"The name '{host}' leads to no address; check it.") from None
    return [str(one[4][0]) for one in found]


class EgressClient:
    """Makes requests within the rules. ``seconds`` for the whole of a request, ``largest`` bytes of an answer."""

    def __init__(
        self,
        rules: Egress,
        *,
        schemes: frozenset[str] = HTTPS,
        seconds: float = 10.0,
        largest: int = 1024 * 1024,
        resolver: Resolve = resolve,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        self._rules = rules
        self._schemes = schemes
        self._seconds = seconds
        self._largest = largest
        self._resolver = resolver
        self._tls = tls or ssl.create_default_context()

    def request(self, method: str, url: str, *, headers: Mapping[str, str] | None = None, body: bytes = b"") -> Answer:
        """One request.

        Raises Invalid ``egress.url``, ``egress.host``; Denied ``egress.scheme``, ``egress.address``,
        ``egress.redirect``; Unavailable ``egress.unresolved``, ``egress.unreachable``; TooMuch ``egress.too_large``.
        """
        target = target_of(url, self._schemes)
        address = self._pinned(target)
        line = _Pinned(target, address, self._seconds, self._tls)
        # A limit for each read would let a peer that sends a byte at a time hold us for ever.
        end = threading.Timer(self._seconds, line.cut)
        end.daemon = True
        end.start()
        try:
            return self._exchange(line, method, target, dict(headers or {}), body)
        except (OSError, HTTPException, ValueError):
            raise Unavailable(
                "egress.unreachable", f"'{target.host}' does not answer as it should in time; try again later."
            ) from None
        finally:
            end.cancel()
            line.close()

    def _exchange(
        self, line: "_Pinned", method: str, target: Target, headers: Mapping[str, str], body: bytes
    ) -> Answer:
        line.request(method, target.path, body or None, {"Accept-Encoding": "identity", **headers})
        answer = line.getresponse()
        if 300 <= answer.status < 400 and answer.status != 304:
            raise Denied("egress.redirect", f"'{target.host}' answers with a redirect, which is not followed.")
        content = answer.read(self._largest + 1)
        if len(content) > self._largest:
            raise TooMuch("egress.too_large", f"'{target.host}' answers with more than {self._largest} bytes.")
        if answer.length:
            raise ConnectionError
        return Answer(answer.status, {name.lower(): value for name, value in answer.getheaders()}, content)

    def _pinned(self, target: Target) -> str:
        """The address to connect to. One that may not be reached refuses the host, whatever others it has."""
        literal = address_of(target.host)
        found = [target.host] if literal is not None else self._resolver(target.host, target.port)
        for text in found:
            address = address_of(text)
            if address is None:
                raise Unavailable("egress.unresolved", f"The name '{target.host}' leads to no address; check it.")
            refusal = self._rules.refusal(address, target.host)
            if refusal is not None:
                raise Denied("egress.address", refusal)
        if not found:
            raise Unavailable("egress.unresolved", f"The name '{target.host}' leads to no address; check it.")
        return found[0]


class _Pinned(HTTPConnection):
    """A connection to one address under the name of its host."""

    def __init__(self, target: Target, address: str, seconds: float, tls: ssl.SSLContext) -> None:
        self._target = target
        self._address = address
        self._tls = tls if target.scheme == "https" else None
        self._cut = False
        # So that the Host header leaves the port out where it is the usual one (RFC 9110, 7.2).
        self.default_port = 443 if self._tls is not None else 80
        super().__init__(target.host, target.port, timeout=seconds)

    def connect(self) -> None:
        """To the address that was judged, and no other."""
        line = socket.create_connection((self._address, self._target.port), self.timeout)
        self.sock = line
        if self._tls is not None:
            self.sock = self._tls.wrap_socket(line, server_hostname=self._target.host)
        if self._cut:
            raise TimeoutError

    def cut(self) -> None:
        """End it from another thread."""
        self._cut = True
        line = self.sock
        if line is not None:
            with suppress(OSError):
                line.shutdown(socket.SHUT_RDWR)
