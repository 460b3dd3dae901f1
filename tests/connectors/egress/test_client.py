"""The client against real servers on loopback: pinned, bounded, no redirects."""

import ssl
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from connectors.egress.client import EgressClient, resolve
from connectors.egress.rules import Egress
from core.errors import IngotError

HTTP = frozenset({"http"})
NAME = "erp.example"


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        answers = {"/": 200, "/moved": 302, "/big": 200, "/slow": 200, "/short": 200}
        self.send_response(answers[self.path])
        body = b"x" * 5000 if self.path == "/big" else self.headers["Host"].encode()
        if self.path == "/moved":
            self.send_header("Location", "http://127.0.0.2:1/")
        self.send_header("Content-Length", str(len(body) + (self.path == "/short")))
        if self.path == "/slow":
            # A byte at a time, for ever: no single read is slow.
            while True:
                try:
                    self.wfile.write(b"X")
                except OSError:
                    return
                time.sleep(0.05)
        self.end_headers()
        self.wfile.write(body)
        self.close_connection = self.path == "/short"

    def log_message(self, *_: object) -> None:
        """Quiet."""


class QuietServer(ThreadingHTTPServer):
    daemon_threads = True
    hits = 0

    def process_request(self, request: object, client_address: object) -> None:
        self.hits += 1
        super().process_request(request, client_address)  # type: ignore[arg-type]

    def handle_error(self, *_: object) -> None:
        """A client that hangs up is what some tests are about."""


@pytest.fixture
def server() -> Iterator[QuietServer]:
    with QuietServer(("127.0.0.1", 0), Handler) as found:
        thread = threading.Thread(target=found.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        yield found
        found.shutdown()
        thread.join()


def here(host: str, port: int) -> list[str]:
    return ["127.0.0.1"]


def code(client: EgressClient, url: str) -> str:
    with pytest.raises(IngotError) as refused:
        client.request("GET", url)
    return refused.value.code


def test_an_allowed_host_answers_under_its_name(server: QuietServer, monkeypatch: pytest.MonkeyPatch) -> None:
    # A proxy of the environment would see every request.
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:1")
    client = EgressClient(Egress.parse([NAME]), schemes=HTTP, resolver=here)
    answer = client.request("GET", f"http://{NAME}:{server.server_port}/")
    assert (answer.status, answer.body.decode()) == (200, f"{NAME}:{server.server_port}")


def test_a_name_that_turns_inward_gains_nothing(server: QuietServer) -> None:
    """DNS rebinding: the first answer is allowed, every later one leads inside; only the first is ever used."""
    told: list[str] = []

    def rebinding(host: str, port: int) -> list[str]:
        told.append(host)
        return ["127.0.0.1"] if len(told) == 1 else ["127.0.0.2"]

    client = EgressClient(Egress.parse(["127.0.0.1"]), schemes=HTTP, resolver=rebinding)
    assert client.request("GET", f"http://{NAME}:{server.server_port}/").status == 200
    assert told == [NAME]
    assert code(client, f"http://{NAME}:{server.server_port}/") == "egress.address"
    assert server.hits == 1


def test_redirects_are_refused_and_not_followed(server: QuietServer) -> None:
    client = EgressClient(Egress.parse(["127.0.0.1"]), schemes=HTTP)
    assert code(client, f"http://127.0.0.1:{server.server_port}/moved") == "egress.redirect"
    assert server.hits == 1


def test_size_and_time_end(server: QuietServer) -> None:
    client = EgressClient(Egress.parse(["127.0.0.1"]), schemes=HTTP, seconds=0.5, largest=4999)
    assert code(client, f"http://127.0.0.1:{server.server_port}/big") == "egress.too_large"
    assert code(client, f"http://127.0.0.1:{server.server_port}/slow") == "egress.unreachable"
    assert code(client, f"http://127.0.0.1:{server.server_port}/short") == "egress.unreachable"


def test_a_refusal_reaches_nobody(server: QuietServer) -> None:
    client = EgressClient(Egress(), schemes=HTTP)
    for host in ("127.0.0.1", "localhost"):
        assert code(client, f"http://{host}:{server.server_port}/") == "egress.address"
    assert server.hits == 0
    assert code(EgressClient(Egress.parse(["127.0.0.1"]), schemes=HTTP), "http://127.0.0.1:1/") == "egress.unreachable"
    with pytest.raises(IngotError) as unknown:
        resolve("does-not-exist.invalid", 80)
    assert unknown.value.code == "egress.unresolved"


@pytest.fixture
def secure(server: QuietServer, tmp_path: Path) -> ssl.SSLContext:
    """The server with a certificate for its name; the context that trusts it."""
    key, name = ec.generate_private_key(ec.SECP256R1()), x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, NAME)])
    now = datetime.now(tz=UTC)
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(hours=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(NAME)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    both = tmp_path / "both.pem"
    form = (serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    both.write_bytes(made.public_bytes(serialization.Encoding.PEM) + key.private_bytes(*form))
    serving = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    serving.load_cert_chain(both)
    server.socket = serving.wrap_socket(server.socket, server_side=True)
    return ssl.create_default_context(cadata=made.public_bytes(serialization.Encoding.PEM).decode())


def test_tls_proves_the_name_over_the_pinned_address(server: QuietServer, secure: ssl.SSLContext) -> None:
    rules = Egress.parse([NAME, "other.example"])
    client = EgressClient(rules, resolver=here, tls=secure)
    assert client.request("GET", f"https://{NAME}:{server.server_port}/").status == 200
    assert code(client, f"https://other.example:{server.server_port}/") == "egress.unreachable"
    assert code(client, f"http://{NAME}:{server.server_port}/") == "egress.scheme"
