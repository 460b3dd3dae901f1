"""Signed notes with Ed25519: https://c2sp.org/signed-note. Knows no database and no settings."""

import base64
import binascii
import hashlib
from dataclasses import dataclass
from typing import Protocol

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from core.errors import Damaged, Invalid

_ED25519 = b"\x01"
_KEY_ID_SIZE = 4
_DASH = "— "
_MAX_SIGNATURES = 100


class Signer(Protocol):
    """What can sign for the log: the keyring, or a key of a test."""

    def sign(self, data: bytes) -> bytes:
        """The 64 bytes of an Ed25519 signature."""
        ...

    @property
    def public_key(self) -> bytes:
        """The raw 32 bytes of the Ed25519 public key."""
        ...


@dataclass(frozen=True, slots=True)
class VerifierKey:
    """A named public key. ``str()`` gives the text form ``name+key id+base64``."""

    name: str
    public_key: bytes

    def __post_init__(self) -> None:
        """Raises Invalid ``audit.key_name`` or ``audit.key_type``."""
        if not _is_key_name(self.name):
            raise Invalid("audit.key_name", "The name of a verifier key has neither spaces nor '+' and is not empty.")
        if len(self.public_key) != 32:
            raise Invalid("audit.key_type", "A verifier key of the log is an Ed25519 key of 32 bytes.")

    @classmethod
    def parse(cls, text: str) -> "VerifierKey":
        """The key written in ``text``; Invalid ``audit.key_malformed`` where it is not whole."""
        name, _, rest = text.strip().partition("+")
        key_id, _, encoded = rest.partition("+")
        material = _decode(encoded)
        if material is not None and material[:1] == _ED25519 and len(material) == 33 and _is_key_name(name):
            key = cls(name, material[1:])
            if key.key_id.hex() == key_id:
                return key
        raise Invalid(
            "audit.key_malformed",
            "This is not an Ed25519 verifier key 'name+key id+base64'; 'ingot audit export' writes it to log.vkey.",
        )

    @property
    def key_id(self) -> bytes:
        """The four bytes that tell this key from others of the same name."""
        return hashlib.sha256(self.name.encode() + b"\n" + _ED25519 + self.public_key).digest()[:_KEY_ID_SIZE]

    def __str__(self) -> str:
        return f"{self.name}+{self.key_id.hex()}+{_encode(_ED25519 + self.public_key)}"


def sign_note(text: str, name: str, signer: Signer) -> str:
    """The note: the text (which ends in a newline), an empty line and one signature line."""
    key = VerifierKey(name, signer.public_key)
    return f"{text}\n{_DASH}{name} {_encode(key.key_id + signer.sign(text.encode()))}\n"


def open_note(note: str, key: VerifierKey) -> str:
    """The text of a note that ``key`` signed.

    Signatures of other keys are ignored, as the specification asks. Raises Damaged ``audit.note_malformed``,
    ``audit.note_unsigned`` (no signature of that key) or ``audit.note_forged`` (one that is wrong).
    """
    text, signatures = _parse(note)
    own = [signature for name, key_id, signature in signatures if (name, key_id) == (key.name, key.key_id)]
    if not own:
        raise Damaged("audit.note_unsigned", f"The note bears no signature of the key '{key.name}'.")
    public = Ed25519PublicKey.from_public_bytes(key.public_key)
    for signature in own:
        try:
            public.verify(signature, text.encode())
        except InvalidSignature:
            raise Damaged(
                "audit.note_forged", f"The signature of the key '{key.name}' is not one of this text."
            ) from None
    return text


def _parse(note: str) -> tuple[str, list[tuple[str, bytes, bytes]]]:
    text, separator, block = note.rpartition("\n\n")
    clean = all(character >= " " or character == "\n" for character in note)
    if not separator or not block.endswith("\n") or not clean:
        raise Damaged("audit.note_malformed", "The note has no signatures after an empty line.")
    signatures = []
    for line in block[:-1].split("\n"):
        name, _, encoded = line.removeprefix(_DASH).partition(" ")
        raw = _decode(encoded)
        if not line.startswith(_DASH) or not _is_key_name(name) or raw is None or len(raw) <= _KEY_ID_SIZE:
            raise Damaged("audit.note_malformed", "A signature line of the note is not one.")
        signatures.append((name, raw[:_KEY_ID_SIZE], raw[_KEY_ID_SIZE:]))
    if len(signatures) > _MAX_SIGNATURES:
        raise Damaged("audit.note_malformed", f"The note bears more than {_MAX_SIGNATURES} signatures.")
    return text + "\n", signatures


def _is_key_name(name: str) -> bool:
    return bool(name) and "+" not in name and not any(character.isspace() for character in name)


def _encode(raw: bytes) -> str:
    return base64.b64encode(raw).decode()


def _decode(text: str) -> bytes | None:
    """Bytes of standard base64 in its only spelling, else None."""
    try:
        raw = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return None
    return raw if _encode(raw) == text else None
