"""A search for a person as part of an address: sealed, so that no name or number stands in a URL or a log.

It opens for the same person of the house only, and for a day.
"""

import base64
import binascii
from datetime import datetime, timedelta

import orjson

from core.crypto import Keyring
from core.errors import Damaged, Invalid

MOST_CHARACTERS = 200
_LIFE = timedelta(days=1)


def seal(keyring: Keyring, who: str, text: str, now: datetime) -> str:
    """The search as it may stand in an address. Raises Invalid ``search.long``."""
    if len(text) > MOST_CHARACTERS:
        raise Invalid("search.long", f"A search has at most {MOST_CHARACTERS} characters; shorten it.")
    plain = orjson.dumps([text, int((now + _LIFE).timestamp())])
    return base64.urlsafe_b64encode(keyring.seal_secret(_name(who), plain)).rstrip(b"=").decode()


def unseal(keyring: Keyring, who: str, sealed: str, now: datetime) -> str:
    """The search. Raises Invalid ``search.unknown`` for one of somebody else, an old one, or none."""
    unknown = Invalid("search.unknown", "This search is over or was somebody else's; search again.")
    try:
        raw = base64.urlsafe_b64decode(sealed.encode("ascii") + b"=" * (-len(sealed) % 4))
        text, until = orjson.loads(keyring.open_secret(_name(who), raw))
    except (binascii.Error, ValueError, Damaged):
        raise unknown from None
    if now.timestamp() > until:
        raise unknown
    return str(text)


def _name(who: str) -> str:
    return f"console search:{who}"
