"""What arrives at a form, taken apart: a browser's form post, or a webhook signed as Standard Webhooks. Pure.

https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote_to_bytes

from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header
from standardwebhooks.webhooks import Webhook, WebhookVerificationError

from api.request_body import parse_json
from core.errors import Invalid, Unauthenticated
from sync.forms import DELIVERY_FIELD, MAX_FIELDS, proper_name

LIMIT = 256 * 1024
URLENCODED, MULTIPART, JSON = "application/x-www-form-urlencoded", "multipart/form-data", "application/json"
_SIGNED_HEADERS = ("webhook-id", "webhook-timestamp", "webhook-signature")
_UTF8 = {"", "utf-8", "utf8", "us-ascii"}

Content = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Post:
    """The fields of a post, and its delivery id where it has one."""

    content: Content
    delivery: str | None


def browser_post(content_type: str, body: bytes) -> Post:
    """A form post of a page. The hidden field ``_delivery`` is its delivery id and no field.

    Raises Invalid ``request.content_type``, ``request.form``, ``form.encoding``, ``form.charset``, ``form.file``,
    ``form.fields``.
    """
    kind, options = parse_options_header(content_type)
    if options.get(b"charset", b"").decode("latin-1").strip().lower() not in _UTF8:
        raise Invalid("form.charset", "The form must be sent as UTF-8; set accept-charset=utf-8 on the page.")
    if kind == URLENCODED.encode():
        pairs = _urlencoded(body)
    elif kind == MULTIPART.encode():
        pairs = _multipart(options.get(b"boundary", b""), body)
    else:
        raise Invalid("request.content_type", f"Send this form as {URLENCODED} or {MULTIPART}.")
    content = _fields(pairs)
    delivery = content.pop(DELIVERY_FIELD, None)
    if delivery is not None and not isinstance(delivery, str):
        raise Invalid("form.delivery", f"The field {DELIVERY_FIELD} was sent more than once; send it once.")
    return Post(content, delivery or None)


def signed_post(secret: bytes, headers: Mapping[str, str], body: bytes) -> Post:
    """A signed webhook; its delivery id is ``webhook-id``.

    Raises Unauthenticated ``form.signature``; Invalid ``form.encoding``, ``request.json``, ``request.depth``,
    ``form.not_object``.
    """
    try:
        body.decode()
    except UnicodeDecodeError:
        # A signature is made over UTF-8, so this is nobody's; what helps the sender is which field it is.
        raise _wrong_encoding(_misencoded(body)) from None
    try:
        signed = {name: headers.get(name, "") for name in _SIGNED_HEADERS}
        Webhook(secret).verify(body, signed, json_parse=False)
    except (WebhookVerificationError, ValueError):
        raise Unauthenticated(
            "form.signature",
            "The signature does not fit: check the secret, the headers webhook-id, webhook-timestamp and "
            "webhook-signature, and that the clock of the sender is within five minutes.",
        ) from None
    content = parse_json(body)
    if not isinstance(content, dict):
        raise Invalid("form.not_object", "The body must be one JSON object with the fields of the form.")
    return Post(content, signed["webhook-id"])


def _fields(pairs: list[tuple[bytes, bytes]]) -> Content:
    """Fields by name, in order; one that comes several times is a list."""
    if len(pairs) > MAX_FIELDS:
        raise Invalid("form.fields", f"The post has more than {MAX_FIELDS} fields; send fewer.")
    found: Content = {}
    for number, (raw_name, raw_value) in enumerate(pairs, 1):
        try:
            name = raw_name.decode()
        except UnicodeDecodeError:
            raise _wrong_encoding(f"number {number}") from None
        try:
            value = raw_value.decode()
        except UnicodeDecodeError:
            raise _wrong_encoding(f"'{name}'" if proper_name(name) else f"number {number}") from None
        if name in found:
            standing = found[name]
            found[name] = [*standing, value] if isinstance(standing, list) else [standing, value]
        else:
            found[name] = value
    return found


def _urlencoded(body: bytes) -> list[tuple[bytes, bytes]]:
    """WHATWG URL, "application/x-www-form-urlencoded parsing", kept as bytes so that encodings can be judged."""
    pairs = []
    for part in body.split(b"&"):
        if part:
            name, _, value = part.replace(b"+", b" ").partition(b"=")
            pairs.append((unquote_to_bytes(name), unquote_to_bytes(value)))
    return pairs


class _Parts:
    """Collects the parts of a multipart body (RFC 7578)."""

    def __init__(self) -> None:
        self.pairs: list[tuple[bytes, bytes]] = []
        self.ended = False
        self._header = [b"", b""]
        self._name: bytes | None = None
        self._value: list[bytes] = []

    def begin(self) -> None:
        self._name, self._value = None, []

    def header_field(self, data: bytes, start: int, end: int) -> None:
        self._header[0] += data[start:end]

    def header_value(self, data: bytes, start: int, end: int) -> None:
        self._header[1] += data[start:end]

    def header_end(self) -> None:
        name, value = self._header
        self._header = [b"", b""]
        if name.lower() == b"content-disposition":
            _, options = parse_options_header(value)
            if b"filename" in options or b"filename*" in options:
                raise Invalid("form.file", "Files cannot be sent with this form; leave them out.")
            self._name = options.get(b"name")

    def data(self, data: bytes, start: int, end: int) -> None:
        self._value.append(data[start:end])

    def end(self) -> None:
        if self._name is None:
            raise Invalid("request.form", "A part of the form has no name; send it as a browser does.")
        self.pairs.append((self._name, b"".join(self._value)))

    def all_ended(self) -> None:
        self.ended = True


def _multipart(boundary: bytes, body: bytes) -> list[tuple[bytes, bytes]]:
    parts = _Parts()
    broken = Invalid("request.form", "The form stops half-way or is not multipart/form-data; send it again.")
    if not boundary:
        raise broken
    try:
        parser = MultipartParser(
            boundary,
            {
                "on_part_begin": parts.begin,
                "on_header_field": parts.header_field,
                "on_header_value": parts.header_value,
                "on_header_end": parts.header_end,
                "on_part_data": parts.data,
                "on_part_end": parts.end,
                "on_end": parts.all_ended,
            },
        )
        parser.write(body)
        parser.finalize()
    except FormParserError:
        raise broken from None
    if not parts.ended:
        raise broken
    return parts.pairs


def _misencoded(body: bytes) -> str:
    """The first field of a JSON object whose text is not UTF-8, told from the bytes alone."""
    try:
        content = json.loads(body.decode("latin-1"))
    except (ValueError, RecursionError):
        return "that cannot be told"
    pairs = content.items() if isinstance(content, dict) else ()
    for number, (name, value) in enumerate(pairs, 1):
        try:
            name.encode("latin-1").decode()
            json.dumps(value, ensure_ascii=False).encode("latin-1").decode()
        except UnicodeEncodeError:
            continue
        except UnicodeDecodeError:
            return f"'{name}'" if name.isascii() and proper_name(name) else f"number {number}"
    return "that cannot be told"


def _wrong_encoding(field: str) -> Invalid:
    return Invalid("form.encoding", f"The field {field} is not UTF-8; send the form as UTF-8.")
