"""The social network of the demonstration: a small real HTTP server on loopback that serves profiles in pages."""

import hmac
import json
import secrets
import threading
from collections.abc import Iterable
from datetime import UTC, datetime
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Self
from urllib.parse import parse_qs, urlsplit

from api.demo.social import SocialProfile

_PATH = "/v1/profiles"
_LARGEST_PAGE = 500
_TIME = "%Y-%m-%dT%H:%M:%SZ"


class SocialServer:
    """Serves profiles at ``/v1/profiles`` on 127.0.0.1 at a free port, to who shows the bearer token.

    Parameters of a request: ``page`` (from 1), ``page_size`` (at most 500), ``updated_since`` and ``updated_until``
    (UTC seconds, both inclusive). Profiles come in the order of ``updated_at``. The first ``refusals`` requests are
    answered 429 with ``Retry-After: 1``, as networks do. Nothing is logged.
    """

    def __init__(self, profiles: Iterable[SocialProfile], *, token: str = "", refusals: int = 1) -> None:
        self.token = token or secrets.token_urlsafe(24)
        self.requests = 0
        self._refusals = refusals
        self._lock = threading.Lock()
        self._profiles = {profile.handle: profile for profile in profiles}
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, where: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    @property
    def base_url(self) -> str:
        """Where it answers, without the path."""
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def config(self, start_date: datetime) -> dict[str, str]:
        """The configuration with which ``connectors/sources/social/manifest.yaml`` reads it."""
        start = start_date.astimezone(UTC).strftime(_TIME)
        return {"base_url": self.base_url, "api_token": self.token, "start_date": start}

    def put(self, profiles: Iterable[SocialProfile]) -> None:
        """Add profiles, or replace those of the same handle."""
        with self._lock:
            self._profiles.update({profile.handle: profile for profile in profiles})

    def refused(self) -> bool:
        """Count a request; true where it is one of those that are told to come back later."""
        with self._lock:
            self.requests += 1
            self._refusals -= 1
            return self._refusals >= 0

    def page(self, query: dict[str, str]) -> dict[str, object]:
        """The answer to a request with those parameters. Raises ValueError for one that cannot be."""
        number, size = int(query.get("page", "1")), int(query.get("page_size", "100"))
        if number < 1 or not 1 <= size <= _LARGEST_PAGE:
            message = f"page starts at 1, page_size lies between 1 and {_LARGEST_PAGE}"
            raise ValueError(message)
        since = _moment(query.get("updated_since")) or datetime.min.replace(tzinfo=UTC)
        until = _moment(query.get("updated_until")) or datetime.max.replace(tzinfo=UTC)
        with self._lock:
            found = [profile for profile in self._profiles.values() if since <= profile.updated_at <= until]
        found.sort(key=lambda profile: (profile.updated_at, profile.handle))
        part = found[(number - 1) * size : number * size]
        more = number * size < len(found)
        return {"data": [profile.as_json() for profile in part], "page": number, "total": len(found), "has_more": more}


def _moment(text: str | None) -> datetime | None:
    return datetime.strptime(text, _TIME).replace(tzinfo=UTC) if text else None


def _handler(social: SocialServer) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            url = urlsplit(self.path)
            if not hmac.compare_digest(
                self.headers.get("Authorization", "").encode(), f"Bearer {social.token}".encode()
            ):
                self._answer(HTTPStatus.UNAUTHORIZED, {"error": "a bearer token is needed"})
            elif url.path != _PATH:
                self._answer(HTTPStatus.NOT_FOUND, {"error": "there is only " + _PATH})
            elif social.refused():
                self._answer(HTTPStatus.TOO_MANY_REQUESTS, {"error": "too many requests"}, {"Retry-After": "1"})
            else:
                self._serve({name: values[-1] for name, values in parse_qs(url.query).items()})

        def _serve(self, query: dict[str, str]) -> None:
            try:
                self._answer(HTTPStatus.OK, social.page(query))
            except ValueError:
                self._answer(HTTPStatus.BAD_REQUEST, {"error": "a parameter has no such value"})

        def _answer(self, status: HTTPStatus, body: dict[str, object], headers: dict[str, str] | None = None) -> None:
            data = json.dumps(body, ensure_ascii=False).encode()
            self.send_response(status)
            for name, value in {"Content-Type": "application/json; charset=utf-8", **(headers or {})}.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002  the base class names it so
            """Nothing: a log of requests would hold what clients look for."""

    return Handler
