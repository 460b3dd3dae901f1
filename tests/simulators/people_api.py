"""A small HTTP API on loopback, as vendors make them: pages, a bearer token, a rate limit, a cursor of change times."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

MANIFEST = """
version: "7.0.0"
type: DeclarativeSource
check: {type: CheckStream, stream_names: [people]}
streams:
  - type: DeclarativeStream
    name: people
    primary_key: [id]
    retriever:
      type: SimpleRetriever
      requester:
        type: HttpRequester
        url_base: "{{ config['api_url'] }}"
        path: /people
        http_method: GET
        use_cache: true
        authenticator: {type: BearerAuthenticator, api_token: "{{ config['api_token'] }}"}
        error_handler:
          type: DefaultErrorHandler
          backoff_strategies: [{type: WaitTimeFromHeader, header: Retry-After}]
      record_selector: {type: RecordSelector, extractor: {type: DpathExtractor, field_path: [data]}}
      paginator:
        type: DefaultPaginator
        page_token_option: {type: RequestOption, inject_into: request_parameter, field_name: page}
        page_size_option: {type: RequestOption, inject_into: request_parameter, field_name: size}
        pagination_strategy: {type: PageIncrement, page_size: 20, start_from_page: 1, inject_on_first_request: true}
    incremental_sync:
      type: DatetimeBasedCursor
      cursor_field: updated_at
      datetime_format: "%Y-%m-%dT%H:%M:%SZ"
      cursor_granularity: PT1S
      step: PT30M
      start_datetime: {type: MinMaxDatetime, datetime: "2026-01-01T00:00:00Z"}
      end_datetime: {type: MinMaxDatetime, datetime: "2026-01-01T02:00:00Z"}
      start_time_option: {type: RequestOption, inject_into: request_parameter, field_name: since}
      end_time_option: {type: RequestOption, inject_into: request_parameter, field_name: until}
    schema_loader:
      type: InlineSchemaLoader
      schema:
        type: object
        properties: {id: {type: integer}, name: {type: string}, updated_at: {type: string}}
"""
SPEC = """
spec:
  type: Spec
  connection_specification:
    type: object
    required: [api_url, api_token]
    properties: {api_url: {type: string}, api_token: {type: string, airbyte_secret: true}}
"""


class PeopleApi:
    """What the server knows and does; tests change the attributes.

    Attributes:
        people: the records, in the order of their change times.
        refuse_next: how many coming requests are answered 429.
        requests: paths and queries answered with data so far.
    """

    def __init__(self, token: str, count: int) -> None:
        self.token = token
        self.people = [
            {
                "id": number,
                "name": f"名字{number}",
                "updated_at": f"2026-01-01T{number // 60:02d}:{number % 60:02d}:00Z",
            }
            for number in range(count)
        ]
        self.refuse_next = 0
        self.requests: list[str] = []
        self.url = ""

    @contextmanager
    def served(self) -> Iterator["PeopleApi"]:
        """Serve on a free port of loopback until the block is left."""
        server = ThreadingHTTPServer(("127.0.0.1", 0), type("Handler", (_Handler,), {"api": self}))
        self.url = f"http://127.0.0.1:{server.server_port}"
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield self
        finally:
            server.shutdown()
            server.server_close()
            thread.join()


class _Handler(BaseHTTPRequestHandler):
    api: PeopleApi

    def do_GET(self) -> None:
        query = {name: values[0] for name, values in parse_qs(urlsplit(self.path).query).items()}
        if self.headers["Authorization"] != f"Bearer {self.api.token}":
            self._answer(401, {"error": "unauthorized"})
        elif self.api.refuse_next > 0:
            self.api.refuse_next -= 1
            self._answer(429, {"error": "slow down"}, {"Retry-After": "0"})
        else:
            self.api.requests.append(self.path)
            self._answer(200, {"data": self._page(query)})

    def _page(self, query: dict[str, str]) -> list[dict[str, Any]]:
        since, until = query.get("since", ""), query.get("until", "9999")
        size = int(query.get("size", "20"))
        start = (int(query.get("page", "1")) - 1) * size
        found = [person for person in self.api.people if since <= str(person["updated_at"]) <= until]
        return found[start : start + size]

    def _answer(self, status: int, body: object, headers: dict[str, str] | None = None) -> None:
        content = json.dumps(body).encode()
        self.send_response(status)
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the standard library's own name
        """Say nothing on stderr."""
