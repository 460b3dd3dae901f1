"""Cursors of lists: opaque, ours, and good only for the caller, the roles, the purpose and the list they were made for.

Unsigned ones would let a caller walk from any id, and carry a place from one view into another.
"""

import base64
import binascii
import hmac

import orjson

from core.crypto import Keyring
from core.errors import Invalid
from sync.disclose import Asked

_MAC_BYTES = 16


def cursor_for(keyring: Keyring, asked: Asked, listing: str, after: str) -> str:
    """The cursor that continues a list after a row."""
    return base64.urlsafe_b64encode(_mac(keyring, asked, listing, after) + after.encode()).rstrip(b"=").decode()


def place_of(keyring: Keyring, asked: Asked, listing: str, cursor: str) -> str:
    """The row to continue after; empty for an empty cursor. Raises Invalid ``request.cursor``."""
    if not cursor:
        return ""
    try:
        raw = base64.b64decode(cursor.encode("ascii") + b"=" * (-len(cursor) % 4), altchars=b"-_", validate=True)
        mac, after = raw[:_MAC_BYTES], raw[_MAC_BYTES:].decode("ascii")
    except (binascii.Error, ValueError):
        raise _unfit() from None
    if not hmac.compare_digest(mac, _mac(keyring, asked, listing, after)):
        raise _unfit()
    return after


def _mac(keyring: Keyring, asked: Asked, listing: str, after: str) -> bytes:
    who = asked.principal
    bound = [listing, who.id, sorted(who.roles), sorted(who.teams), asked.purpose, after]
    return keyring.blind("cursor", orjson.dumps(bound))


def _unfit() -> Invalid:
    return Invalid("request.cursor", "The cursor was not made for this list and this caller; begin again without one.")
