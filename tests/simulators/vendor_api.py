"""What loopback twins of vendors' HTTP interfaces share: a server, a log of requests, faults on demand."""

import base64
import json
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self
from urllib.parse import parse_qs, urlsplit

Query = Mapping[str, str]


class VendorApi:
    """Subclass it and give ``respond``; tests change the data by attribute while it serves.

    Attributes:
        faults: path and status (429 or 500): the next request of that path is answered so, once.
        requests: path and query of every request that was answered with data.
        refused: status of every request that was not.
    """

    def __init__(self, user: str, password: str) -> None:
        self.authorization = "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()
        self.faults: list[tuple[str, int]] = []
        self.requests: list[tuple[str, dict[str, str]]] = []
        self.refused: list[int] = []
        self.url = ""
        self._lock = threading.Lock()

    def respond(self, path: str, query: Query) -> Any:
        """The JSON that a path answers with; None is 404."""
        raise NotImplementedError

    def authorized(self, header: str) -> bool:
        """Whether the header Authorization proves who asks."""
        return header == self.authorization

    def answer(self, target: str, authorization: str) -> tuple[int, Any]:
        """Status and body of one request."""
        parts = urlsplit(target)
        query = {name: values[0] for name, values in parse_qs(parts.query).items()}
        with self._lock:
            if not self.authorized(authorization):
                self.refused.append(401)
                return 401, {"code": "unauthorized", "message": "Sorry, you cannot list resources."}
            fault = next((one for one in self.faults if one[0] == parts.path), None)
            if fault is not None:
                self.faults.remove(fault)
                self.refused.append(fault[1])
                return fault[1], {"code": "trouble", "message": "not now"}
            body = self.respond(parts.path, query)
            if body is None:
                self.refused.append(404)
                return 404, {"code": "not_found", "message": parts.path}
            self.requests.append((parts.path, query))
            return 200, body

    @contextmanager
    def served(self) -> Iterator[Self]:
        """Serve on a free port of loopback until the block is left."""
        server = ThreadingHTTPServer(("127.0.0.1", 0), type("Handler", (_Handler,), {"api": self}))
        server.daemon_threads = True
        self.url = f"http://127.0.0.1:{server.server_port}"
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        thread.start()
        try:
            yield self
        finally:
            server.shutdown()
            server.server_close()
            thread.join()


class _Handler(BaseHTTPRequestHandler):
    api: VendorApi
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        status, body = self.api.answer(self.path, self.headers["Authorization"] or "")
        content = json.dumps(body).encode()
        self.send_response(status)
        if status == 429:
            self.send_header("Retry-After", "1")
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the standard library's own name
        """Say nothing on stderr."""
