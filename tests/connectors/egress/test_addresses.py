"""What may be reached: every disguise of an inner address is refused, the public is not."""

from ipaddress import IPv4Address, IPv6Address, ip_address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.egress.addresses import address_of, special
from connectors.egress.client import HTTPS, EgressClient
from connectors.egress.rules import Egress, host_of, target_of
from core.errors import Denied, IngotError, Invalid

PUBLIC = "93.184.215.14"
# Every one must be refused; what a resolver or a browser would make of it stands behind.
BAD = (
    "http://127.0.0.1/",
    "http://127.1/",  # 127.0.0.1
    "http://127.0.1/",  # 127.0.0.1
    "http://0/",  # 0.0.0.0
    "http://0.0.0.0:8460/",
    "http://2130706433/",  # 127.0.0.1
    "http://017700000001/",  # 127.0.0.1
    "http://0x7f000001/",  # 127.0.0.1
    "http://0x7f.0.0.1/",
    "http://0177.0.0.1/",
    "http://0x7f.1/",
    "http://127.0.0.1./",
    "http://127.0.0.1.:80/",
    "http://localhost/",
    "http://localhost./",
    "http://LOCALHOST/",
    "http://ｌｏｃａｌｈｏｓｔ/",  # full-width letters
    "http://①②⑦.⓪.⓪.①/",
    "http://127。0。0。1/",  # ideographic full stops
    "http://１２７.0.0.1/",
    "http://10.0.0.5/",
    "http://172.31.255.255/",
    "http://192.168.0.1/",
    "http://100.64.0.1/",
    "http://169.254.169.254/latest/meta-data/",
    "http://[fe80::1]/",
    "http://[fe80::1%25eth0]/",
    "http://[fe80::1%eth0]/",
    "http://100.100.100.200/",
    "http://168.63.129.16/",
    "http://198.18.0.1/",
    "http://224.0.0.1/",
    "http://255.255.255.255/",
    "http://[::]/",
    "http://[::1]/",
    "http://[0:0:0:0:0:0:0:1]/",
    "http://[::ffff:127.0.0.1]/",
    "http://[::ffff:7f00:1]/",
    "http://[::ffff:169.254.169.254]/",
    "http://[::127.0.0.1]/",  # IPv4-compatible
    "http://[64:ff9b::7f00:1]/",  # NAT64
    "http://[64:ff9b:1::7f00:1]/",  # NAT64 of a network's own
    "http://[2002:7f00:1::]/",  # 6to4
    "http://[2001:0:53aa:64c:0:0:80ff:fffe]/",  # Teredo
    "http://[fc00::1]/",
    "http://[fd00:ec2::254]/",
    "http://[fec0::1]/",
    "http://[ff02::1]/",
    "http://[2001:db8::1]/",
    "http://[2400:cb00::5efe:7f00:1]/",  # ISATAP
    "http://public.example@127.0.0.1/",
    "http://127.0.0.1@public.example/",
    "http://public.example:pw@[::1]/",
    "http://127.0.0.1\\@public.example/",
    "http://public.example\\@127.0.0.1/",
    "http://public.example#@127.0.0.1/",
    "http://127.0.0.1 .public.example/",
    "http://public.example\t@127.0.0.1/",
    "http://public.example%2f@127.0.0.1/",
    "http://%31%32%37.0.0.1/",
    "http://public.example:0/",
    "http://public.example:99999/",
    "http://public.example:80:80/",
    "http://[::1/",
    "http:///etc/passwd",
    "http:127.0.0.1",
    "//127.0.0.1/",
    "file:///etc/passwd",
    "gopher://127.0.0.1:6379/_INFO",
    "ftp://public.example/",
    "jar:http://public.example!/",
    "unix:///run/docker.sock",
    "http://inner.example/",  # a name that leads to 10.0.0.5
    "http://both.example/",  # a name that leads to a public address and to an inner one
    "http://mapped.example/",  # a name that leads to ::ffff:127.0.0.1
    "http://nothing.example/",
    "http://-a.example/",
    "http://a..example/",
    "http://",
    "",
)
NAMES = {
    "public.example": [PUBLIC],
    "localhost": ["127.0.0.1"],
    "inner.example": ["10.0.0.5"],
    "both.example": [PUBLIC, "10.0.0.5"],
    "mapped.example": ["::ffff:127.0.0.1"],
}


def resolver(host: str, port: int) -> list[str]:
    return NAMES.get(host, [])


def connects_to(url: str) -> str:
    """Where a request would be sent: an address, or the code of the refusal."""
    client = EgressClient(Egress(), schemes=frozenset({"http", "https"}), resolver=resolver)
    try:
        return client._pinned(target_of(url, client._schemes))
    except IngotError as refused:
        return refused.code


@pytest.mark.parametrize("url", BAD)
def test_a_bad_address_is_refused(url: str) -> None:
    code = connects_to(url)
    if url == "http://public.example#@127.0.0.1/":
        # The user is part of a fragment, which is not sent: this is the public host and nothing else.
        assert code == PUBLIC
        return
    assert code in {"egress.url", "egress.host", "egress.scheme", "egress.address", "egress.unresolved"}


@pytest.mark.parametrize(
    ("url", "address"),
    [
        ("http://public.example/", PUBLIC),
        ("https://PUBLIC.example.:8443/a?b=c", PUBLIC),
        (f"http://{PUBLIC}/", PUBLIC),
        ("http://[2606:4700::6810:84e5]/", "2606:4700::6810:84e5"),
        ("http://[64:ff9b::5db8:d70e]/", "64:ff9b::5db8:d70e"),
        (f"http://[::ffff:{PUBLIC}]/", f"::ffff:{PUBLIC}"),
    ],
)
def test_the_public_is_reached(url: str, address: str) -> None:
    assert ip_address(connects_to(url)) == ip_address(address)


@given(st.integers(0, 2**32 - 1))
def test_what_python_calls_private_is_never_public_here(number: int) -> None:
    address = IPv4Address(number)
    if not address.is_global or address.is_multicast:
        assert special(address) is not None
    # However it is wrapped, the verdict is the same.
    assert special(IPv6Address(f"::ffff:{address}")) == special(address)
    assert special(IPv6Address(int(IPv6Address("64:ff9b::")) + number)) == special(address)


@given(st.integers(0, 2**128 - 1))
def test_the_same_of_the_new_addresses(number: int) -> None:
    address = IPv6Address(number)
    if not address.is_global and address.ipv4_mapped is None:
        assert special(address) is not None


@given(st.text(max_size=40))
def test_a_host_is_plain_or_refused(text: str) -> None:
    try:
        host = host_of(text)
    except Invalid as refused:
        assert refused.code == "egress.host"  # noqa: PT017  both ways are right
        return
    assert host_of(host) == host
    assert host.isascii()


def test_what_is_allowed_is_reached_and_told_how() -> None:
    rules = Egress.parse(["erp.lan", "10.1.0.0/16", "::1", "unix:/run/pg"])
    assert Egress.from_text(rules.to_text()) == rules
    refused = rules.refusal(IPv4Address("10.2.0.1"), "crm.lan")
    assert refused is not None
    assert "adds 'crm.lan' to egress.allow" in refused
    assert rules.refusal(IPv4Address("10.2.0.1"), "erp.lan") is None
    assert rules.refusal(IPv4Address("10.1.2.3")) is None
    assert rules.refusal(IPv6Address("::ffff:10.1.2.3")) is None
    assert rules.refusal(IPv6Address("::1")) is None
    assert rules.refusal(IPv4Address("127.0.0.1")) is not None
    assert rules.socket_refusal("/run/pg/.s.PGSQL.5432") is None
    for path in ("/run/docker.sock", "/run/pg/../docker.sock", "\0abstract", "/run/pgx/s"):
        assert rules.socket_refusal(path) is not None


def test_no_name_leads_to_a_metadata_service() -> None:
    """An allowed name that is taken over must not open what no administrator meant."""
    rules = Egress.parse(["erp.lan"])
    for text in ("169.254.169.254", "fd00:ec2::254", "fe80::1", "0.0.0.0", "168.63.129.16"):  # noqa: S104  judged, not bound
        address = address_of(text)
        assert address is not None
        refused = rules.refusal(address, "erp.lan")
        assert refused is not None
        assert f"adds '{text}'" in refused
        assert Egress.parse([text]).refusal(address) is None


@pytest.mark.parametrize("entry", ["10.0.0.1/8", "a b", "*", "http://erp.lan", "unix:run", "0x7f.1", ""])
def test_an_entry_that_is_none_is_refused(entry: str) -> None:
    with pytest.raises(Invalid) as refused:
        Egress.parse([entry])
    assert refused.value.code == "egress.allow"


def test_only_https_unless_said_otherwise() -> None:
    with pytest.raises(Denied):
        target_of("http://public.example/", HTTPS)
