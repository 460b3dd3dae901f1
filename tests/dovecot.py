"""A real Dovecot on loopback for the full tier: its own configuration in a folder of its own, users made as needed."""

import atexit
import grp
import imaplib
import os
import pwd
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from itertools import count
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

# What Debian's package calls its unprivileged users; somebody else can only be themselves.
_CONFIG = """
base_dir = {folder}/run
state_dir = {folder}/state
log_path = {folder}/dovecot.log
instance_name = {name}
protocols = imap
listen = 127.0.0.1
ssl = yes
ssl_cert = <{folder}/cert.pem
ssl_key = <{folder}/key.pem
disable_plaintext_auth = no
auth_mechanisms = plain login xoauth2
auth_failure_delay = 0
default_internal_user = {internal}
default_internal_group = {internal_group}
default_login_user = {login}
first_valid_uid = 1
mail_uid = {mail}
mail_gid = {mail_group}
mail_location = maildir:{folder}/mail/%u
mail_max_userip_connections = 100
mailbox_list_index = no
namespace inbox {{
  inbox = yes
  separator = {separator}
}}
passdb {{
  driver = passwd-file
  args = scheme=PLAIN username_format=%u {folder}/users/%u
}}
userdb {{
  driver = static
  args = uid={mail} gid={mail_group} home={folder}/home/%u
}}
service anvil {{
  chroot =
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {port}
  }}
  inet_listener imaps {{
    port = {tls_port}
    ssl = yes
  }}
}}
service stats {{
  chroot =
}}
"""


@dataclass(frozen=True)
class Mailbox:
    """A user of the server, and what tests do to the mailbox behind the source's back."""

    server: "Dovecot"
    user: str
    password: str

    @property
    def config(self) -> dict[str, Any]:
        """A configuration that reads it without TLS, which loopback may."""
        return {
            "host": "127.0.0.1",
            "port": self.server.port,
            "security": "none",
            "user": self.user,
            "credentials": {"auth_type": "password", "password": self.password},
        }

    @contextmanager
    def client(self) -> Iterator[imaplib.IMAP4]:
        """Another client of the same user."""
        with imaplib.IMAP4("127.0.0.1", self.server.port, timeout=30) as client:
            client.authenticate("PLAIN", lambda _: f"\0{self.user}\0{self.password}".encode())
            yield client

    def append(self, messages: Sequence[bytes], folder: str = "INBOX") -> None:
        """Put messages into a folder, which is made when it is not there. ``folder`` is the wire name."""
        with self.client() as client:
            client.create(f'"{folder}"')
            for message in messages:
                answer, _ = client.append(f'"{folder}"', "", "", message)
                assert answer == "OK"

    def deliver(self, message: bytes) -> None:
        """Deliver to the inbox as a delivery agent does: written aside, then moved into ``new``."""
        inbox = self.server.folder / "mail" / self.user
        name = f"{time.time_ns()}.{uuid4().hex}.test"
        (inbox / "tmp" / name).write_bytes(message)
        self.server.give(inbox / "tmp" / name)
        (inbox / "tmp" / name).rename(inbox / "new" / name)


class Dovecot:
    """The server."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port, self.tls_port = _free_ports(2)
        self.certificate = _certificate(folder)
        self._numbers = count(1)
        for name in ("mail", "home", "users"):
            (folder / name).mkdir()
        names = _names()
        (folder / "dovecot.conf").write_text(
            _CONFIG.format(
                folder=folder, name=folder.name, port=self.port, tls_port=self.tls_port, separator="/", **names
            ),
            encoding="utf-8",
        )
        self._owner = pwd.getpwnam(names["mail"])
        folder.chmod(0o755)
        for path in (folder / "mail", folder / "home"):
            self.give(path)

    def give(self, path: Path) -> None:
        """To the user that the server reads mail as."""
        if os.geteuid() == 0:
            os.chown(path, self._owner.pw_uid, self._owner.pw_gid)

    def start(self) -> None:
        """Start it, and wait until it answers."""
        binary = shutil.which("dovecot", path=f"{os.environ['PATH']}:/usr/sbin") or "dovecot"
        # It goes on in the background, and would keep a pipe open.
        with (self.folder / "start.log").open("wb") as log:
            subprocess.run(
                [binary, "-c", str(self.folder / "dovecot.conf")],
                stdin=subprocess.DEVNULL, stdout=log, stderr=log, check=True, timeout=60,
            )  # fmt: skip
        for _ in range(600):
            try:
                imaplib.IMAP4("127.0.0.1", self.port, timeout=10).logout()
            except OSError:
                time.sleep(0.05)
            else:
                return
        pytest.fail("Dovecot does not answer:\n" + (self.folder / "dovecot.log").read_text(encoding="utf-8"))

    def stop(self) -> None:
        """End it and all its processes, and wait for that."""
        pid_file = self.folder / "run" / "master.pid"
        if pid_file.exists():
            os.kill(int(pid_file.read_text(encoding="ascii")), signal.SIGTERM)
        for _ in range(600):
            if not pid_file.exists():
                return
            time.sleep(0.05)

    def mailbox(self, password: str = "") -> Mailbox:
        """A new user with a generated password, when none is given, and an empty inbox."""
        user, password = (
            f"user{next(self._numbers)}-{uuid4().hex[:8]}@example.com",
            password or secrets.token_urlsafe(18),
        )
        # A file for each, since one for all is read anew only once a second.
        (self.folder / "users" / user).write_text(f"{user}:{{PLAIN}}{password}::::::\n", encoding="utf-8")
        found = Mailbox(self, user, password)
        with found.client() as client:
            client.select("INBOX")
        return found


def _names() -> Mapping[str, str]:
    if os.geteuid() == 0:
        return {
            "internal": "dovecot", "internal_group": "dovecot", "login": "dovenull",
            "mail": "mail", "mail_group": "mail",
        }  # fmt: skip
    user = pwd.getpwuid(os.geteuid()).pw_name
    group = grp.getgrgid(os.getegid()).gr_name
    return {"internal": user, "internal_group": group, "login": user, "mail": user, "mail_group": group}


def _free_ports(number: int) -> list[int]:
    with_sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(number)]
    ports = [one.getsockname()[1] for one in with_sockets]
    for one in with_sockets:
        one.close()
    return ports


def _certificate(folder: Path) -> str:
    """A certificate for localhost that signs itself; returns its PEM text."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=2))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    text = certificate.public_bytes(serialization.Encoding.PEM)
    (folder / "cert.pem").write_bytes(text)
    (folder / "key.pem").write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    return text.decode()


def _installed() -> bool:
    return shutil.which("dovecot", path=f"{os.environ['PATH']}:/usr/sbin") is not None


def _install() -> None:
    if _installed():
        return
    if not sys.platform.startswith("linux") or os.geteuid() != 0 or shutil.which("apt-get") is None:
        pytest.skip("Dovecot is not here and can be installed by root on Debian only: apt-get install dovecot-imapd")
    lock = str(Path(tempfile.gettempdir()) / "apt.lock")
    for arguments in (["update"], ["install", "-y", "--no-install-recommends", "dovecot-imapd"]):
        subprocess.run(
            ["flock", lock, "apt-get", *arguments],
            env={**os.environ, "DEBIAN_FRONTEND": "noninteractive"},
            stdout=subprocess.DEVNULL,
            check=False,
            timeout=280,
        )
    if not _installed():
        pytest.skip("Dovecot could not be installed with apt-get install dovecot-imapd")


@cache
def running_dovecot() -> Dovecot:
    """The server of this test process; installed where it can be, else the test is skipped with the reason."""
    _install()
    # Its sockets need a short path, so not below pytest's own folder.
    server = Dovecot(Path(tempfile.mkdtemp(prefix="ingot-dovecot-")))

    def end() -> None:
        server.stop()
        shutil.rmtree(server.folder, ignore_errors=True)

    atexit.register(end)
    server.start()
    return server
