"""Keeps a whole process to the rules, whatever library in it connects: for the processes of our own sources.

Two places are watched. Names: ``socket.getaddrinfo`` gives only addresses that may be reached, and says why when none
is left. Connections: an audit hook (PEP 578) sees the address that the system is asked to connect to, after every
resolution and redirect, so a name that changes its address in between (DNS rebinding) gains nothing. A hook cannot be
taken out again. Libraries that connect from C (libpq) pass neither; the SQL source judges and pins for them.
"""

import socket
import sys
from collections.abc import Callable
from typing import Any

from connectors.egress.addresses import address_of, plain_address
from connectors.egress.rules import Egress, host_of
from core.errors import Invalid

_WATCHED = frozenset({"socket.connect", "socket.sendto", "socket.sendmsg"})
Refuse = Callable[[str], Exception]


class Guard:
    """The rules at work. ``refuse`` makes the exception that ends what was tried, from a sentence."""

    def __init__(self, rules: Egress, refuse: Refuse) -> None:
        self._rules = rules
        self._refuse = refuse
        # Addresses that a host named by the administrator led to.
        self._admitted: set[str] = set()
        self._resolve = socket.getaddrinfo

    def install(self) -> None:
        """From now on, for the life of the process."""
        socket.getaddrinfo = self.getaddrinfo
        sys.addaudithook(self.on_event)

    def getaddrinfo(self, host: Any, *arguments: Any, **options: Any) -> list[Any]:
        """As ``socket.getaddrinfo``, without the addresses that may not be reached."""
        if not host:
            raise self._refuse("It leads to this machine itself, which may not be reached.")
        try:
            name = host_of(host.decode("ascii", "replace") if isinstance(host, bytes) else str(host))
        except Invalid as unfit:
            raise self._refuse(unfit.message) from None
        found, why = [], ""
        for one in self._resolve(name, *arguments, **options):
            refusal = self._judge(str(one[4][0]), name)
            if refusal is None:
                found.append(one)
            why = why or refusal or ""
        if not found and why:
            raise self._refuse(why)
        return found

    def on_event(self, event: str, arguments: tuple[Any, ...]) -> None:
        """The audit hook."""
        if event not in _WATCHED or len(arguments) < 2:
            return
        line, where = arguments[0], arguments[1]
        if where is None:
            return
        if isinstance(where, str | bytes):
            refusal = self._rules.socket_refusal(
                where.decode("utf-8", "replace") if isinstance(where, bytes) else where
            )
        elif line.family in {socket.AF_INET, socket.AF_INET6}:
            refusal = self._judge(str(where[0]))
        else:
            refusal = "It leads over another kind of network than IP, which may not be used."
        if refusal is not None:
            raise self._refuse(refusal)

    def _judge(self, text: str, host: str = "") -> str | None:
        address = address_of(text)
        if address is None:
            return "A name was given where only an address can be judged; the connection was not made."
        plain = str(plain_address(address))
        refusal = self._rules.refusal(address, host)
        if refusal is None and host in self._rules.hosts:
            self._admitted.add(plain)
        return None if plain in self._admitted else refusal
