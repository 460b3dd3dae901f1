"""One record's data key, and what is sealed with it: AES-256-GCM, a random 96-bit nonce (NIST SP 800-38D).

The associated data binds record, field and key version, so that a sealed value moved to another record or field does
not open. Knows no key store and no key of the workspace.
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from core.errors import Damaged
from core.key_pages import KEY_BYTES

NONCE_BYTES = 12
FORMAT = b"\x01"


@dataclass(slots=True)  # a frozen one takes three times as long to make, and a step makes them by the thousand
class RecordKey:
    """The data key of one record. ``version`` is the wrapping version it was stored under."""

    record_id: str
    version: int
    _cipher: AESGCM

    @staticmethod
    def of(record_id: str, key: bytes) -> "RecordKey":
        """Of a key that is not stored yet."""
        return RecordKey(record_id, 0, AESGCM(key))

    def seal(self, field: str, plain: bytes) -> bytes:
        """Encrypted bytes that open only for this record, this field and this key."""
        nonce = os.urandom(NONCE_BYTES)
        return FORMAT + nonce + self._cipher.encrypt(nonce, plain, _bound(self.record_id, field))

    def open(self, field: str, sealed: bytes) -> bytes:
        """The bytes that were sealed. Raises Damaged ``seal.broken`` when anything does not fit."""
        if sealed[:1] != FORMAT:
            raise Damaged("seal.format", "A sealed value has a format that this version does not know.", field=field)
        nonce, rest = sealed[1 : 1 + NONCE_BYTES], sealed[1 + NONCE_BYTES :]
        try:
            return self._cipher.decrypt(nonce, rest, _bound(self.record_id, field))
        except InvalidTag:
            raise Damaged(
                "seal.broken", f"A sealed value of field '{field}' does not open: it was changed or moved.", field=field
            ) from None


def seal_each(field: str, contents: Mapping[str, bytes]) -> dict[str, tuple[bytes, bytes]]:
    """Each record's content sealed under a new key of its own: sealed bytes and the key, by record id.

    Nothing of it is durable: the keys are to be kept before the sealed bytes are.
    """
    # One call for the randomness of all: it is a system call each. A key that is used once would need no nonce of its
    # own, but a changed record is sealed with the same key again.
    end = _bound("", field)
    made: dict[str, tuple[bytes, bytes]] = {}
    keys, nonces = _random(KEY_BYTES, len(contents)), _random(NONCE_BYTES, len(contents))
    for (record_id, content), key, nonce in zip(contents.items(), keys, nonces, strict=True):
        made[record_id] = b"".join((FORMAT, nonce, AESGCM(key).encrypt(nonce, content, record_id.encode() + end))), key
    return made


def _random(size: int, count: int) -> list[bytes]:
    """So many random values of so many bytes, each drawn once."""
    drawn = os.urandom(size * count)
    return [drawn[at : at + size] for at in range(0, size * count, size)]


def _bound(record_id: str, field: str) -> bytes:
    return f"{record_id}|{field}|1".encode()
