"""The keyring: seals values with a data key a record, makes blind indexes, signs checkpoints.

AES-256-GCM with a random 96-bit nonce (NIST SP 800-38D); the associated data binds record, field and key version, so
that a sealed value moved to another record or field does not open. Data keys are wrapped with AES key wrap
(RFC 3394), or stand in sealed pages (``core/key_pages.py``). Blind indexes are keyed BLAKE2b (RFC 7693) of 16 bytes,
one domain a use.
"""

import os
import threading
from collections.abc import Callable, Collection, Mapping, Sequence
from concurrent.futures import Executor, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from datetime import datetime
from typing import Self

from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.keywrap import InvalidUnwrap, aes_key_unwrap, aes_key_wrap

from core.blinding import Blinding
from core.errors import Damaged, Invalid, Unavailable
from core.key_pages import KEY_BYTES, Place, key_in, new_pages, open_page, without
from core.key_store import IN_PAGE, KeyStore
from core.record_key import FORMAT, NONCE_BYTES, RecordKey, seal_each
from core.records import RecordRef
from core.unchanged import Look

_STOCK = 200


@dataclass(frozen=True, slots=True)
class NewlySealed:
    """Sealed bytes by record id, and the keys that open them, which are not durable yet: pages, and places in them."""

    sealed: dict[str, bytes]
    places: Mapping[str, bytes]
    pages: Mapping[int, bytes]
    version: int


class KeyStock:
    """Durable data keys in advance, for caches of ours: a transaction that needs one need not wait for the disk twice.

    What is left when the process ends stays in the store and never opens anything.
    """

    def __init__(self, make: Callable[[Sequence[str]], dict[str, RecordKey]]) -> None:
        self._make = make
        self._ready: list[RecordKey] = []
        self._guard = threading.Lock()
        self._used = False

    def take(self, count: int, new_id: Callable[[], str]) -> list[RecordKey]:
        """New keys under new ids, each given once."""
        with self._guard:
            if len(self._ready) < count:
                # Who asks once asks for what it needs; who asks again has many records to come.
                more = max(count - len(self._ready), _STOCK if self._used else 0)
                self._ready += self._make([new_id() for _ in range(more)]).values()
                self._used = True
            taken, self._ready = self._ready[:count], self._ready[count:]
            return taken


class KeyBatch:
    """New data keys of one transaction: used at once, made durable together, before the transaction is committed.

    To be entered, so that nothing is left on its way when the transaction fails.
    """

    def __init__(self, store: KeyStore, wrapping: bytes, version: int, beside: Executor) -> None:
        self._store = store
        self._wrapping = wrapping
        self._version = version
        self._wrapped: dict[str, bytes] = {}
        self._beside = beside
        self._begun: list[Future[set[str]]] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        wait(self._begun)

    def fresh(self, ids: Sequence[str]) -> dict[str, RecordKey]:
        """New keys for records that have none."""
        made: dict[str, RecordKey] = {}
        random = os.urandom(KEY_BYTES * len(ids))
        for place, one in enumerate(ids):
            key = random[place * KEY_BYTES : (place + 1) * KEY_BYTES]
            self._wrapped[one] = aes_key_wrap(self._wrapping, key)
            made[one] = RecordKey(one, self._version, AESGCM(key))
        return made

    def begin(self) -> None:
        """Start making them durable while the caller goes on: the disk is waited for once, not twice."""
        wrapped, self._wrapped = self._wrapped, {}
        if wrapped:
            # Written here and committed there: two threads that both work in Python hold each other up.
            finish = self._store.begun(wrapped, self._version)
            try:
                self._begun.append(self._beside.submit(finish))
            except RuntimeError:  # the process ends and nobody is beside: the transaction must not stay open
                self._begun.append(Future())
                self._begun[-1].set_result(finish())

    def keep(self) -> None:
        """Make them durable; must return before what they sealed is committed.

        Raises Unavailable ``keys.raced`` where another process made a key for one of the records meanwhile: what was
        sealed with ours would not open.
        """
        self.begin()
        begun, self._begun = self._begun, []
        if set().union(*(one.result() for one in begun)):
            raise Unavailable(
                "keys.raced", "Another process stored one of these records at the same moment; run the same again."
            )


@dataclass(frozen=True, slots=True)
class RootKeys:
    """The secrets of a workspace: key-encryption keys by version, the newest used, and the signing key (32 bytes)."""

    wrapping: Mapping[int, bytes]
    signing: bytes

    @staticmethod
    def generate() -> "RootKeys":
        """New random keys for a new workspace."""
        return RootKeys(wrapping={1: os.urandom(KEY_BYTES)}, signing=os.urandom(KEY_BYTES))


class Keyring:
    """Everything that needs a key. Made once, in the wiring, and passed in.

    ``blinding_key`` is the key of blind indexes and ids, for a process of ours that makes them beside us; it opens
    nothing. It goes there through a pipe: never on a command line, in an environment or a file.
    """

    def __init__(self, root: RootKeys, store: KeyStore, now: Callable[[], datetime]) -> None:
        if not root.wrapping or any(len(key) != KEY_BYTES for key in [*root.wrapping.values(), root.signing]):
            raise Invalid("keys.length", "Each key of the workspace must have 32 bytes; restore the keys folder.")
        self._root = root
        self._store = store
        self._now = now
        self._newest = max(root.wrapping)
        self._beside = ThreadPoolExecutor(1, "keys")
        # Blind indexes and ids must not change when the wrapping key is rotated: they hang on the first one.
        first = root.wrapping[min(root.wrapping)]
        self.blinding_key = _derive(first, b"ingot blind index 1")
        self._blinding = Blinding(self.blinding_key)
        self._secret_cipher = AESGCM(_derive(first, b"ingot secrets 1"))
        self._page_ciphers = {
            version: AESGCM(_derive(key, b"ingot key pages 1")) for version, key in root.wrapping.items()
        }
        self._signer = Ed25519PrivateKey.from_private_bytes(root.signing)

    def blind(self, domain: str, data: bytes) -> bytes:
        """A 16-byte keyed index of ``data``; equal in one domain for equal data, useless without the key."""
        return self.blinder(domain)(data)

    def blinder(self, domain: str, prefix: bytes = b"") -> Callable[[bytes], bytes]:
        """``blind`` for many: the answer for ``data`` is that of ``blind(domain, prefix + data)``, got quicker."""
        return self._blinding.blinder(domain, prefix)

    def record_id(self, ref: RecordRef) -> str:
        """The permanent id of a source record: ``g_`` and 32 hexadecimal digits."""
        return self.record_namer(ref)(ref.key)

    def record_namer(self, stream: RecordRef) -> Callable[[str], str]:
        """``record_id`` for many records of one stream: takes their keys. The key in ``stream`` does not count."""
        return self._blinding.record_namer(stream)

    def record_keys(self, ids: Sequence[str], *, create: bool) -> dict[str, RecordKey]:
        """Data keys of records; with ``create`` missing ones are made and durable before this returns.

        Without ``create`` a record whose key was destroyed, or that never had one, is absent from the answer.
        """
        wanted = sorted(set(ids))
        wrapped = self._store.wrapped(wanted)
        missing = [one for one in wanted if one not in wrapped] if create else []
        if missing:
            wrapping = self._root.wrapping[self._newest]
            made = {one: aes_key_wrap(wrapping, os.urandom(KEY_BYTES)) for one in missing}
            # Another process may have been first: what the store holds is what counts.
            before = self._store.add(made, self._newest)
            wrapped.update((one, (key, self._newest)) for one, key in made.items())
            wrapped.update(self._store.wrapped(sorted(before)))
        return self._unwrapped(wrapped)

    def seal_new(
        self, field: str, contents: Mapping[str, bytes], before: Mapping[str, tuple[bytes, bytes]] | None = None
    ) -> "NewlySealed":
        """Seal a field of records that have no key yet, each under a new one. Nothing is durable before ``keep``.

        ``before`` are records whose ``seal_each`` was done already.
        """
        made: Mapping[str, tuple[bytes, bytes]] = before or {}
        if contents:
            made = {**made, **seal_each(field, contents)}
        pages, places = new_pages(self._page_ciphers[self._newest], b"".join([key for _, key in made.values()]))
        sealed = {one: sealed for one, (sealed, _) in made.items()}
        return NewlySealed(sealed, dict(zip(made, places, strict=True)), pages, self._newest)

    def stock(self) -> KeyStock:
        """Where caches get their keys from."""
        return KeyStock(lambda ids: self.record_keys(ids, create=True))

    def batch(self) -> KeyBatch:
        """Where a transaction gets new keys from that are made durable together."""
        return KeyBatch(self._store, self._root.wrapping[self._newest], self._newest, self._beside)

    def tidy(self) -> None:
        """What ``core.database.tidy`` does, for who keeps keys ``tidied``."""
        self._store.tidy()

    def tidy_soon(self) -> None:
        """``tidy``, beside whatever comes next."""
        self._store.tidy_soon()

    def keep(self, new: "NewlySealed", *, tidied: bool = False) -> set[str]:
        """Make the keys of what was newly sealed durable; must return before the sealed bytes are committed.

        ``tidied`` says that the caller calls ``tidy`` from time to time.
        Returns the records that turned out to have a key: theirs stays, and what was sealed of them must be sealed
        again with it.
        """
        return self._store.add(new.places, IN_PAGE, new.pages, new.version, tidied=tidied)

    def alive(self, ids: Sequence[str]) -> set[str]:
        """Those of the ids whose key exists now, as every process sees it: what was opened with another must go."""
        return self._store.present(ids)

    def look_at_keys(self) -> Look | None:
        """Equal at two times only where no key came or went between them; None where the key store does not tell."""
        return self._store.look()

    def destroy(self, ids: Sequence[str], reason: str, *, remember: bool = True) -> int:
        """Destroy data keys for ever. ``remember`` leaves tombstones; caches of ours need none."""
        return self._store.destroy(ids, reason=reason, at=self._now(), remember=remember, without=self._without)

    def destroyed(self, ids: Sequence[str]) -> set[str]:
        """Those of the ids whose key was destroyed."""
        return self._store.destroyed(ids)

    def seal_secret(self, name: str, plain: bytes) -> bytes:
        """Seal a secret of the gateway itself (connector configuration and state), bound to its name."""
        nonce = os.urandom(NONCE_BYTES)
        return FORMAT + nonce + self._secret_cipher.encrypt(nonce, plain, name.encode())

    def open_secret(self, name: str, sealed: bytes) -> bytes:
        """The secret that was sealed under that name. Raises Damaged ``seal.broken``."""
        try:
            return self._secret_cipher.decrypt(sealed[1 : 1 + NONCE_BYTES], sealed[1 + NONCE_BYTES :], name.encode())
        except InvalidTag:
            raise Damaged(
                "seal.broken", "A sealed setting does not open: it was changed, or the keys folder is another one's."
            ) from None

    def sign(self, data: bytes) -> bytes:
        """Ed25519 signature (RFC 8032), 64 bytes."""
        return self._signer.sign(data)

    @property
    def public_key(self) -> bytes:
        """The 32 raw bytes that verify ``sign``."""
        return self._signer.public_key().public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw)

    def verifies(self, signature: bytes, data: bytes) -> bool:
        """Whether the signature is ours."""
        try:
            self._signer.public_key().verify(signature, data)
        except InvalidSignature:
            return False
        return True

    def _unwrapped(self, stored: Mapping[str, tuple[bytes, int]]) -> dict[str, RecordKey]:
        found: dict[str, RecordKey] = {}
        places: dict[str, Place] = {}
        for one, (wrapped, version) in stored.items():
            if version == IN_PAGE:
                places[one] = Place.from_bytes(wrapped)
            else:
                found[one] = RecordKey(one, version, AESGCM(self._unwrap(wrapped, version)))
        if places:
            found.update(self._in_pages(places))
        return found

    def _in_pages(self, places: Mapping[str, Place]) -> dict[str, RecordKey]:
        pages = {
            number: (open_page(self._page_cipher(version), number, sealed), version)
            for number, (sealed, version) in self._store.pages(place.page for place in places.values()).items()
        }
        found: dict[str, RecordKey] = {}
        for one, place in places.items():
            page, version = pages.get(place.page, (b"", 0))
            key = key_in(page, place.slot) if page else None
            if key is not None:
                found[one] = RecordKey(one, version, AESGCM(key))
        # What was destroyed between the two looks is gone from both.
        if len(found) < len(places) and self._store.present(sorted(places.keys() - found.keys())):
            raise Damaged("keys.page", "A page of data keys is missing; restore the key store from its backup.")
        return found

    def _without(self, number: int, sealed: bytes, version: int, slots: Collection[int]) -> tuple[bytes, int] | None:
        page = open_page(self._page_cipher(version), number, sealed)
        left = without(self._page_ciphers[self._newest], number, page, slots)
        return None if left is None else (left, self._newest)

    def _page_cipher(self, version: int) -> AESGCM:
        if version not in self._page_ciphers:
            raise _no_version(version)
        return self._page_ciphers[version]

    def _unwrap(self, wrapped: bytes, version: int) -> bytes:
        wrapping = self._root.wrapping.get(version)
        if wrapping is None:
            raise _no_version(version)
        try:
            return aes_key_unwrap(wrapping, wrapped)
        except InvalidUnwrap:
            raise Damaged(
                "keys.unwrap", "A data key does not unwrap: the key store and the keys folder do not belong together."
            ) from None


def _no_version(version: int) -> Damaged:
    return Damaged("keys.version", f"Key-encryption key version {version} is missing from the keys folder.")


def _derive(key: bytes, label: bytes) -> bytes:
    return HKDF(algorithm=SHA256(), length=KEY_BYTES, salt=None, info=label).derive(key)
