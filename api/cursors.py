"""Cursors of lists: opaque, ours, and good only for the caller, the roles, the purpose and the list they were made for.

Unsigned ones would let a caller walk from any id, and carry a place from one view into another.
"""

import base64
import binascii
import hmac
from datetime import UTC, datetime, timedelta

import orjson

from core.crypto import Keyring
from core.errors import Invalid
from sync.wish import Asked

_MAC_BYTES = 16
_TIME_BYTES = 5
# Long enough for whoever walks a list, too short to be kept.
LIFE = timedelta(days=1)


def cursor_for(keyring: Keyring, asked: Asked, listing: str, after: str, now: datetime) -> str:
    """The cursor that continues a list after a row."""
    told = int(now.timestamp()).to_bytes(_TIME_BYTES, "big") + after.encode()
    return base64.urlsafe_b64encode(_mac(keyring, asked, listing, told) + told).rstrip(b"=").decode()


def place_of(keyring: Keyring, asked: Asked, listing: str, cursor: str, now: datetime) -> str:
    """The row to continue after; empty for an empty cursor. Raises Invalid ``request.cursor``."""
    if not cursor:
        return ""
    try:
        raw = base64.b64decode(cursor.encode("ascii") + b"=" * (-len(cursor) % 4), altchars=b"-_", validate=True)
        mac, told = raw[:_MAC_BYTES], raw[_MAC_BYTES:]
        after = told[_TIME_BYTES:].decode("ascii")
    except (binascii.Error, ValueError):
        raise _unfit() from None
    if not hmac.compare_digest(mac, _mac(keyring, asked, listing, told)):
        raise _unfit()
    if now - datetime.fromtimestamp(int.from_bytes(told[:_TIME_BYTES], "big"), tz=UTC) > LIFE:
        raise _unfit()
    return after


def _mac(keyring: Keyring, asked: Asked, listing: str, told: bytes) -> bytes:
    who = asked.principal
    bound = [listing, who.id, sorted(who.roles), sorted(who.teams), asked.purpose]
    return keyring.blind("cursor", orjson.dumps(bound) + told)


def _unfit() -> Invalid:
    return Invalid(
        "request.cursor",
        "The cursor was not made for this list and this caller, or a day has passed; begin again without one.",
    )
