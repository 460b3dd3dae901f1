"""What may be reached: public addresses, and what ``egress.allow`` in ``ingot.yaml`` names besides. Pure.

ERPs and mail servers stand in private networks, so an administrator names them; nobody else can. What is not named is
refused with the sentence that says what to add.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from ipaddress import ip_network
from pathlib import PurePosixPath
from urllib.parse import urlsplit

from connectors.egress.addresses import Address, Network, address_of, plain_address, special
from core.errors import Denied, Invalid

SOCKET = "unix:"
_HOST = re.compile(r"(?!-)[a-z0-9_-]{1,63}(?<!-)(\.(?!-)[a-z0-9_-]{1,63}(?<!-))*")
# WHATWG URL, "ends in a number": what resolvers take for an address in disguise (0x7f.1, 2130706433, 0177.0.0.1).
_NUMBER = re.compile(r"(\d+|0x[0-9a-f]*)")
_UNFIT = re.compile(r"[\x00-\x20\x7f-\xa0\\\s]")


@dataclass(frozen=True, slots=True)
class Target:
    """Where a URL leads: scheme, host in its plain form, port, path with query."""

    scheme: str
    host: str
    port: int
    path: str


@dataclass(frozen=True, slots=True)
class Egress:
    """The rules. ``networks``, ``hosts`` and ``sockets`` (folders of Unix sockets) may be reached besides the public.

    Without any nothing but public addresses is reached.
    """

    networks: tuple[Network, ...] = ()
    hosts: frozenset[str] = frozenset()
    sockets: tuple[PurePosixPath, ...] = ()

    @staticmethod
    def parse(entries: Iterable[str]) -> "Egress":
        """The rules of a list of addresses, networks (CIDR), hosts and ``unix:/folder``.

        Raises Invalid ``egress.allow`` for an entry that is none of them.
        """
        networks: list[Network] = []
        hosts: set[str] = set()
        sockets: list[PurePosixPath] = []
        for entry in entries:
            if entry.startswith(f"{SOCKET}/"):
                sockets.append(PurePosixPath(entry.removeprefix(SOCKET)))
            elif "/" in entry or address_of(entry) is not None:
                networks.append(_network(entry))
            else:
                hosts.add(_allowed_host(entry))
        return Egress(tuple(networks), frozenset(hosts), tuple(sockets))

    def to_text(self) -> str:
        """The rules as one text that ``from_text`` reads, for the environment of a source."""
        return " ".join([*map(str, self.networks), *sorted(self.hosts), *(f"{SOCKET}{one}" for one in self.sockets)])

    @staticmethod
    def from_text(text: str) -> "Egress":
        """The rules of such a text."""
        return Egress.parse(text.split())

    def refusal(self, address: Address, host: str = "") -> str | None:
        """Why an address may not be reached, as a sentence that says what to add; None where it may.

        ``host`` is the name that led to it.
        """
        found = special(address)
        plain = plain_address(address)
        if found is None or any(plain.version == one.version and plain in one for one in self.networks):
            return None
        if host in self.hosts and not found.by_address_only:
            return None
        named = host if host and not found.by_address_only and address_of(host) is None else str(plain)
        leads = f"'{host}' leads to {plain}" if host and host != str(plain) else f"It leads to {plain}"
        return (
            f"{leads}, {found.what}, which may not be reached. If the gateway is meant to reach it, an administrator "
            f"adds '{named}' to egress.allow in ingot.yaml."
        )

    def socket_refusal(self, path: str) -> str | None:
        """The same for a Unix socket."""
        found = PurePosixPath(path)
        if any(found.is_relative_to(one) for one in self.sockets) and ".." not in found.parts:
            return None
        return (
            "It leads to a socket of this machine, which may not be reached. If the gateway is meant to reach it, an "
            "administrator adds 'unix:' and its folder to egress.allow in ingot.yaml."
        )


def host_of(text: str) -> str:
    """A host in the one form it is judged in: small letters, no final dot, IDNA; addresses in their proper form.

    Raises Invalid ``egress.host`` for what resolvers would read differently than people.
    """
    bare = text[1:-1] if text.startswith("[") and text.endswith("]") else text
    address = address_of(bare)
    if address is not None and "%" not in bare:
        return str(address)
    try:
        name = bare.encode("idna").decode("ascii").lower().removesuffix(".")
    except UnicodeError:
        name = ""
    found = address_of(name)
    if found is not None:
        return str(found)
    if not _HOST.fullmatch(name) or _NUMBER.fullmatch(name.rpartition(".")[2]) or len(name) > 253:
        raise Invalid("egress.host", "The address names no host in a plain form; write a host name or an IP address.")
    return name


def target_of(url: str, schemes: frozenset[str]) -> Target:
    """Where a URL leads. Raises Invalid ``egress.url``, ``egress.host``, Denied ``egress.scheme``."""
    unfit = Invalid("egress.url", "The address is no plain URL (scheme, host, path); mend it.")
    if _UNFIT.search(url):
        raise unfit
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise unfit from None
    if parts.scheme not in schemes:
        raise Denied("egress.scheme", f"Only {', '.join(sorted(schemes))} may be used; change the address.")
    # A user in front of the host is how one host is made to look like another.
    if not parts.hostname or "@" in parts.netloc or port == 0:
        raise unfit
    host = host_of(parts.hostname)
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    if not path.isascii():
        raise unfit
    return Target(parts.scheme, host, port or {"http": 80, "https": 443}[parts.scheme], path)


def _network(entry: str) -> Network:
    try:
        return ip_network(entry)
    except ValueError:
        raise Invalid(
            "egress.allow",
            "egress.allow in ingot.yaml has an entry that is no address and no network such as 10.1.0.0/16.",
        ) from None


def _allowed_host(entry: str) -> str:
    try:
        return host_of(entry)
    except Invalid:
        raise Invalid(
            "egress.allow", "egress.allow in ingot.yaml has an entry that is no host, address, network or unix:/folder."
        ) from None
