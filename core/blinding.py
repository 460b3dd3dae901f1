"""Blind indexes: keyed BLAKE2b (RFC 7693) of 16 bytes, one domain a use; and the ids of records, made of them."""

import hashlib
from collections.abc import Callable

from core.records import RecordRef

_BLIND_BYTES = 16


class Blinding:
    """Makes blind indexes under one key of 32 bytes. Without the key they tell nothing."""

    def __init__(self, key: bytes) -> None:
        self._key = key

    def blinder(self, domain: str, prefix: bytes = b"") -> Callable[[bytes], bytes]:
        """The index of data behind ``prefix`` in one domain, for many: what comes before is hashed once."""
        begun = self._begun(domain, prefix)

        def blind(data: bytes) -> bytes:
            hashing = begun.copy()
            hashing.update(data)
            return hashing.digest()

        return blind

    def record_namer(self, stream: RecordRef) -> Callable[[str], str]:
        """Ids for many records of one stream: takes their keys. The key in ``stream`` does not count."""
        begun = self._begun("record id", stream.canonical_stream())

        def name(key: str) -> str:
            # As ``canonical_part``, whose call would be a fifth of the work.
            raw = key.encode()
            hashing = begun.copy()
            hashing.update(len(raw).to_bytes(4, "big") + raw)
            return "g_" + hashing.hexdigest()

        return name

    def _begun(self, domain: str, prefix: bytes) -> "hashlib.blake2b":
        label = domain.encode()
        before = len(label).to_bytes(2, "big") + label + prefix
        return hashlib.blake2b(before, digest_size=_BLIND_BYTES, key=self._key)
