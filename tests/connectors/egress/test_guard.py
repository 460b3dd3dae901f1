"""Our sources as processes: whatever connects in them keeps to the rules."""

import json
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from pathlib import Path

import pytest

from connectors.catalogue import our_sources
from connectors.egress.rules import Egress
from connectors.launch import launch_manifest
from connectors.runner import Runner
from connectors.sources.sql.outward import pinned
from connectors.sources.values import ConfigError
from core.errors import IngotError
from tests.connectors.zygote import ROOT, forked
from tests.simulators.people_api import MANIFEST, SPEC, PeopleApi

TOKEN = "bearer-sesame-4711"


@pytest.fixture
def api() -> Iterator[PeopleApi]:
    with PeopleApi(TOKEN, 3).served() as running:
        yield running


def check(folder: Path, url: str, *allowed: str) -> str:
    """What the check of a manifest says that reads this URL; empty where it succeeds."""
    manifest = folder / "manifest.yaml"
    manifest.write_text(MANIFEST + SPEC, encoding="utf-8")
    runner = Runner(folder / "private", egress=Egress.parse(allowed))
    launch = forked(launch_manifest(manifest))
    config = {"api_url": url, "api_token": TOKEN}
    found = runner.check(launch, config, spec=runner.spec(launch))
    return "" if found.ok else found.message


def test_a_manifest_reaches_what_is_allowed_and_nothing_else(api: PeopleApi, tmp_path: Path) -> None:
    assert check(tmp_path, api.url, "127.0.0.1") == ""
    asked = len(api.requests)
    said = check(tmp_path, api.url)
    assert "adds '127.0.0.1' to egress.allow in ingot.yaml" in said
    assert TOKEN not in said
    by_name = api.url.replace("127.0.0.1", "localhost")
    assert "adds 'localhost' to egress.allow" in check(tmp_path, by_name)
    assert check(tmp_path, by_name, "localhost") == ""
    assert len(api.requests) > asked


@pytest.mark.parametrize("url", ["http://169.254.169.254/", "http://[fd00:ec2::254]/", "http://2130706433/"])
def test_metadata_and_disguises_are_refused_at_once(url: str, tmp_path: Path) -> None:
    assert "egress.allow" in (said := check(tmp_path, url, "127.0.0.1")) or "plain form" in said


def run_guarded(code: str, *allowed: str) -> dict[str, str]:
    """What happens in a process that is guarded: a name for each try, with the refusal or what came of it."""
    program = """
    import json, socket, sys
    from connectors.egress.guard import Guard
    from connectors.egress.rules import Egress
    seen = {}
    def attempt(name, do):
        try:
            seen[name] = repr(do())
        except PermissionError as refused:
            seen[name] = "refused: " + str(refused)
        except OSError as error:
            seen[name] = type(error).__name__
    """
    body = textwrap.dedent(program) + textwrap.dedent(code) + "\nprint(json.dumps(seen))\n"
    done = subprocess.run(
        [sys.executable, "-c", body, *allowed], cwd=ROOT, capture_output=True, text=True, timeout=60, check=True
    )
    found: dict[str, str] = json.loads(done.stdout)
    return found


def test_every_way_of_connecting_is_seen() -> None:
    seen = run_guarded(
        """
        import asyncio, http.client, smtplib, imaplib, urllib.request
        real = socket.getaddrinfo
        Guard(Egress.parse(sys.argv[1:]), PermissionError).install()
        tcp = lambda: socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        udp = lambda: socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        attempt("literal", lambda: tcp().connect(("127.0.0.1", 1)))
        attempt("quiet", lambda: tcp().connect_ex(("127.0.0.1", 1)))
        attempt("name in C", lambda: tcp().connect(("localhost", 1)))
        attempt("mapped", lambda: socket.socket(socket.AF_INET6).connect(("::ffff:127.0.0.1", 1)))
        attempt("datagram", lambda: udp().sendto(b"x", ("169.254.169.254", 53)))
        attempt("message", lambda: udp().sendmsg([b"x"], [], 0, ("10.0.0.1", 53)))
        attempt("socket file", lambda: socket.socket(socket.AF_UNIX).connect("/run/docker.sock"))
        attempt("create", lambda: socket.create_connection(("127.0.0.1", 1)))
        attempt("http", lambda: http.client.HTTPConnection("127.0.0.1", 1).request("GET", "/"))
        attempt("urllib", lambda: urllib.request.urlopen("http://127.0.0.1:1/"))
        attempt("smtp", lambda: smtplib.SMTP("localhost", 1))
        attempt("imap", lambda: imaplib.IMAP4("localhost", 1))
        attempt("asyncio", lambda: asyncio.run(asyncio.open_connection("127.0.0.1", 1)))
        attempt("anywhere", lambda: socket.getaddrinfo(None, 1))
        # Put back what was replaced: the hook stands.
        socket.getaddrinfo = real
        attempt("unpatched", lambda: socket.create_connection(("localhost", 1)))
        """
    )
    assert len(seen) == 15
    # urllib wraps it into its own error of the same family.
    assert {name for name, said in seen.items() if not said.startswith("refused:")} <= {"urllib"}
    assert seen.get("urllib", "") in {"URLError", seen["literal"]}


def test_what_is_allowed_passes_and_only_that() -> None:
    seen = run_guarded(
        """
        rebound = ["127.0.0.1"]
        plain = socket.getaddrinfo
        def stub(host, *rest, **more):
            return plain(rebound[0], *rest, **more)
        socket.getaddrinfo = stub
        Guard(Egress.parse(sys.argv[1:]), PermissionError).install()
        attempt("allowed", lambda: socket.create_connection(("erp.example", 1)))
        rebound[0] = "169.254.169.254"
        attempt("rebound to metadata", lambda: socket.create_connection(("erp.example", 1)))
        rebound[0] = "127.0.0.2"
        attempt("never allowed", lambda: socket.create_connection(("other.example", 1)))
        rebound[0] = "127.0.0.1"
        attempt("other name", lambda: socket.create_connection(("other.example", 1)))
        """,
        "erp.example",
    )
    assert seen["allowed"] == "ConnectionRefusedError"
    assert "metadata" in seen["rebound to metadata"]
    assert seen["never allowed"].startswith("refused:")
    # What an allowed name led to is allowed by whatever name: addresses are what is kept apart.
    assert seen["other name"] == "ConnectionRefusedError"


def test_the_sql_source_judges_and_pins_for_libpq() -> None:
    rules = Egress.parse(["unix:/run/pg"])
    assert pinned(rules, {"host": "127.0.0.1,/run/pg"}) == {"hostaddr": "127.0.0.1,"}
    assert pinned(rules, {"host": "/run/pg"}) == {}
    for parameters in (
        {"host": "/run/postgresql"},
        {},
        {"host": "@abstract"},
        {"host": "127.0.0.1", "service": "x"},
        {"host": "127.0.0.1", "hostaddr": "/run/other"},
    ):
        with pytest.raises(ConfigError):
            pinned(rules, parameters)


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("postgresql://u:hidden-4711@127.0.0.1:1/x", "egress.allow"),
        ("postgresql://u:hidden-4711@localhost:1/x", "adds 'localhost'"),
        ("postgresql://u:hidden-4711@/x?host=169.254.169.254", "metadata"),
        ("postgresql://u:hidden-4711@/x?host=/run/other", "'unix:'"),
        ("postgresql://u:hidden-4711@8.8.8.8/x?hostaddr=127.0.0.1", "egress.allow"),
        ("postgresql://u:hidden-4711@8.8.8.8/x?service=inner", "cannot be judged"),
    ],
)
def test_a_database_inside_is_refused_with_what_to_add(url: str, said: str, tmp_path: Path) -> None:
    runner, launch = Runner(tmp_path / "private"), forked(our_sources().get("sql").launch())
    found = runner.check(launch, {"url": url}, spec={"properties": {"url": {"airbyte_secret": True}}})
    assert not found.ok
    assert said in found.message
    assert "hidden-4711" not in found.message


def test_a_guard_that_cannot_read_its_rules_does_not_start() -> None:
    with pytest.raises(IngotError):
        Egress.from_text("10.0.0.1/8")
