"""Data keys in pages: one for each record, some dozens sealed together.

A page holds the keys of records that became durable together, 32 bytes a slot, sealed by one call of AES-256-GCM with
a random 96-bit nonce (NIST SP 800-38D) under a key derived from the key-encryption key, and bound to its number. To
destroy a key its slot is filled with zeros and the page sealed anew; a slot is never used again. Pure.
"""

import os
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from core.errors import Damaged

KEY_BYTES = 32
SLOTS = 60
"""Keys a page: two kilobytes, so a key that is looked up alone costs the reading of one page of the database."""
_NONCE = 12
_GONE = bytes(KEY_BYTES)
_NUMBER = 8
_SLOT = [bytes([slot]) for slot in range(SLOTS)]


@dataclass(frozen=True, slots=True)
class Place:
    """Where a key stands: the number of its page, and its slot."""

    page: int
    slot: int

    @staticmethod
    def from_bytes(stored: bytes) -> "Place":
        """As it is kept in place of a wrapped key."""
        return Place(int.from_bytes(stored[:_NUMBER], "big"), stored[_NUMBER])


def new_pages(cipher: AESGCM, keys: bytes) -> tuple[dict[int, bytes], list[bytes]]:
    """Sealed pages by number for keys that stand one behind the other, and the places of the keys as they are kept.

    Numbers follow each other from a random one, so pages made together lie together.
    """
    number = int.from_bytes(os.urandom(_NUMBER), "big") >> 2
    pages: dict[int, bytes] = {}
    places: list[bytes] = []
    for start in range(0, len(keys), SLOTS * KEY_BYTES):
        page = keys[start : start + SLOTS * KEY_BYTES]
        pages[number] = _seal(cipher, number, page)
        name = number.to_bytes(_NUMBER, "big")
        places += [name + slot for slot in _SLOT[: len(page) // KEY_BYTES]]
        number += 1
    return pages, places


def open_page(cipher: AESGCM, number: int, sealed: bytes) -> bytes:
    """The keys of a page. Raises Damaged ``keys.page`` when it was changed, moved or is of another key."""
    try:
        return cipher.decrypt(sealed[:_NONCE], sealed[_NONCE:], _bound(number))
    except InvalidTag:
        raise Damaged(
            "keys.page", "A page of data keys does not open: the key store and the keys folder do not belong together."
        ) from None


def key_in(page: bytes, slot: int) -> bytes | None:
    """The key in that slot, or None where it was destroyed."""
    key = page[slot * KEY_BYTES : (slot + 1) * KEY_BYTES]
    return None if key == _GONE else key


def without(cipher: AESGCM, number: int, page: bytes, slots: Collection[int]) -> bytes | None:
    """The page without the keys in these slots, sealed anew; None when no key is left."""
    left = bytearray(page)
    for slot in slots:
        left[slot * KEY_BYTES : (slot + 1) * KEY_BYTES] = _GONE
    return _seal(cipher, number, bytes(left)) if any(left) else None


def by_page(places: Sequence[Place]) -> dict[int, list[int]]:
    """Slots by page, in the order of the pages."""
    found: dict[int, list[int]] = {}
    for place in sorted(places, key=lambda one: (one.page, one.slot)):
        found.setdefault(place.page, []).append(place.slot)
    return found


def _seal(cipher: AESGCM, number: int, page: bytes) -> bytes:
    nonce = os.urandom(_NONCE)
    return nonce + cipher.encrypt(nonce, page, _bound(number))


def _bound(number: int) -> bytes:
    return f"key page|{number}|1".encode()
