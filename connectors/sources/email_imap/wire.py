"""The connection under the standard library's IMAP client: bounded reads, and waiting that leaves it usable.

``imaplib`` reads through a buffered file, which cannot be used any more once a read has timed out; IDLE is a read that
times out as a matter of course. So the methods it offers for overriding (open, read, readline, send, shutdown) are
overridden to read from the socket into a buffer of our own.
"""

import imaplib
import select
import socket
import ssl

_CHUNK = 65_536
# A search in a folder of a million messages answers in one line of about eight megabytes.
_LONGEST_LINE = 64 * 1024 * 1024


class Wire(imaplib.IMAP4):
    """An IMAP connection.

    Attributes:
        largest_literal: most bytes the server may send as one value; more ends the connection.
    """

    def __init__(self, host: str, port: int, *, timeout: float, tls: ssl.SSLContext | None) -> None:
        self._implicit_tls = tls
        self._seconds = timeout
        self._buffer = bytearray()
        self.largest_literal = _LONGEST_LINE
        super().__init__(host, port, timeout)

    def open(self, host: str = "", port: int = 143, timeout: float | None = None) -> None:
        """Connect; with implicit TLS the handshake comes first (RFC 8314)."""
        self.host, self.port = host, port
        self.sock = socket.create_connection((host, port), timeout)
        if self._implicit_tls is not None:
            self.sock = self._implicit_tls.wrap_socket(self.sock, server_hostname=host)

    def read(self, size: int) -> bytes:
        """Exactly ``size`` bytes. Raises abort when the connection ends before, or when they are too many."""
        if size > self.largest_literal:
            raise self.abort("the server sends more than was asked for")
        while len(self._buffer) < size:
            self._fill()
        return self._take(size)

    def readline(self) -> bytes:
        """One line with its end. Raises abort when the connection ends before it."""
        searched = 0
        while (end := self._buffer.find(b"\n", searched)) < 0:
            searched = len(self._buffer)
            if searched > _LONGEST_LINE:
                raise self.abort("the server sends a line without end")
            self._fill()
        return self._take(end + 1)

    def send(self, data: bytes) -> None:  # type: ignore[override]  # typeshed has a bytes-like type of its own
        """Send it all."""
        self.sock.sendall(data)

    def shutdown(self) -> None:
        """Close the connection."""
        self.sock.close()

    def upgrade(self, tls: ssl.SSLContext) -> None:
        """STARTTLS. What came in clear behind the answer is an attack (CVE-2021-38371 and its like): refused."""
        answer, _ = self.xatom("STARTTLS")
        if answer != "OK":
            raise self.error("the server refuses STARTTLS")
        if self._buffer or select.select([self.sock], [], [], 0)[0]:
            raise self.abort("the server speaks in clear behind STARTTLS")
        self.sock = tls.wrap_socket(self.sock, server_hostname=self.host)

    def wait(self, seconds: float) -> bool:
        """Whether the server says something within ``seconds``. Raises abort when it closes the connection."""
        if self._buffer:
            return True
        self.sock.settimeout(max(seconds, 0.001))
        try:
            self._fill()
        except TimeoutError:
            return False
        finally:
            self.sock.settimeout(self._seconds)
        return True

    def _fill(self) -> None:
        chunk = self.sock.recv(_CHUNK)
        if not chunk:
            raise self.abort("the server closed the connection")
        self._buffer += chunk

    def _take(self, size: int) -> bytes:
        taken = bytes(self._buffer[:size])
        del self._buffer[:size]
        return taken
