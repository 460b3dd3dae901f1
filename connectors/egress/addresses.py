"""What an IP address is, as far as leaving the house goes: public, or why not. Pure.

The lists are those of IANA's special-purpose registries (https://www.iana.org/assignments/iana-ipv4-special-registry,
https://www.iana.org/assignments/iana-ipv6-special-registry), written out because ``ipaddress`` answers differently in
different versions of Python. IPv6 is judged the other way round: only 2000::/3 is handed out to the public, so all
else is refused. An IPv4 address inside an IPv6 one is judged as what it is.
"""

from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network


@dataclass(frozen=True, slots=True)
class Special:
    """Why an address is not public. ``by_address_only``: no name of a host makes it reachable, only itself does."""

    what: str
    by_address_only: bool = False


_METADATA = Special("a metadata service of a cloud", by_address_only=True)
_NOWHERE = Special("no address of a host", by_address_only=True)
_LINK = Special("a link-local address", by_address_only=True)
_PRIVATE = Special("a private address")
_LOOPBACK = Special("an address of this machine itself")
_RESERVED = Special("a reserved address")
_TUNNEL = Special("an address of a tunnel or translator")

# The first network that holds the address counts.
_SPECIAL: tuple[tuple[str, Special], ...] = (
    ("169.254.169.254/32", _METADATA),
    ("100.100.100.200/32", _METADATA),  # Alibaba Cloud
    ("168.63.129.16/32", _METADATA),  # Azure; otherwise public
    ("192.0.0.192/32", _METADATA),  # Oracle Cloud
    ("fd00:ec2::/32", _METADATA),  # AWS
    ("0.0.0.0/8", _NOWHERE),
    ("10.0.0.0/8", _PRIVATE),
    ("100.64.0.0/10", Special("an address of a provider's own network (RFC 6598)")),
    ("127.0.0.0/8", _LOOPBACK),
    ("169.254.0.0/16", _LINK),
    ("172.16.0.0/12", _PRIVATE),
    ("192.0.0.0/24", _RESERVED),
    ("192.0.2.0/24", _RESERVED),
    ("192.31.196.0/24", _RESERVED),
    ("192.52.193.0/24", _RESERVED),
    ("192.88.99.0/24", _TUNNEL),
    ("192.168.0.0/16", _PRIVATE),
    ("192.175.48.0/24", _RESERVED),
    ("198.18.0.0/15", _RESERVED),
    ("198.51.100.0/24", _RESERVED),
    ("203.0.113.0/24", _RESERVED),
    ("224.0.0.0/4", Special("a multicast address", by_address_only=True)),
    ("240.0.0.0/4", _NOWHERE),
    ("::/128", _NOWHERE),
    ("::1/128", _LOOPBACK),
    ("64:ff9b:1::/48", _TUNNEL),
    ("2001::/23", _TUNNEL),  # Teredo, ORCHID, benchmarking and the rest of IETF's own
    ("2001:db8::/32", _RESERVED),
    ("2002::/16", _TUNNEL),  # 6to4
    ("3fff::/20", _RESERVED),
    ("fc00::/7", _PRIVATE),
    ("fe80::/10", _LINK),
    ("fec0::/10", _PRIVATE),
    ("ff00::/8", Special("a multicast address", by_address_only=True)),
)
_NETWORKS: tuple[tuple[Network, Special], ...] = tuple((ip_network(text), special) for text, special in _SPECIAL)
_GIVEN_OUT = IPv6Network("2000::/3")
# RFC 6052: what a network without IPv4 puts before the public addresses of IPv4.
_TRANSLATED = IPv6Network("64:ff9b::/96")
# RFC 5214, 6.1: the interface identifier of ISATAP, with IPv4 in the last half.
_ISATAP = {0x00005EFE, 0x02005EFE}


def special(address: Address) -> Special | None:
    """Why the address is not public, or None for a public one."""
    address = plain_address(address)
    for network, found in _NETWORKS:
        if address.version == network.version and address in network:
            return found
    if isinstance(address, IPv6Address):
        if address not in _GIVEN_OUT:
            return _RESERVED
        if (int(address) >> 32) & 0xFFFFFFFF in _ISATAP:
            return _TUNNEL
    return None


def plain_address(address: Address) -> Address:
    """The IPv4 address inside an IPv6 one where it is the one that is reached (mapped, translated by NAT64)."""
    if isinstance(address, IPv6Address):
        if address.ipv4_mapped is not None:
            return address.ipv4_mapped
        if address in _TRANSLATED:
            return IPv4Address(int(address) & 0xFFFFFFFF)
        if address.scope_id is not None:
            return IPv6Address(int(address))
    return address


def address_of(text: str) -> Address | None:
    """The address that a text is in its one proper form (RFC 6943, 3.1.1; RFC 4291, 2.2), or None."""
    try:
        return ip_address(text)
    except ValueError:
        return None
