"""One entry with its proof as a file that anyone can check alone: C2SP tlog-proof (c2sp.org/tlog-proof@v1).

The lines are the name of the format, ``extra`` with the entry itself in base64, ``index``, the hashes of the path in
base64, and after an empty line the signed checkpoint. Pure.
"""

import base64
import binascii
from dataclasses import dataclass

from audit.checkpoint import open_checkpoint
from audit.notes import VerifierKey
from audit.tlog import leaf_hash, verify_inclusion
from core.errors import Damaged

FORMAT = "c2sp.org/tlog-proof@v1"
SUFFIX = ".tlog-proof"
_LONGEST_PATH = 63
_LARGEST = 4 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Proved:
    """An entry that was proved: its place, the size and root of the log it stands in, its bytes."""

    index: int
    size: int
    root: str
    body: bytes


def write_proof(index: int, body: bytes, hashes: tuple[bytes, ...], note: str) -> str:
    """The text of a proof of the entry whose hashed bytes are ``body``."""
    lines = [FORMAT, f"extra {_encode(body)}", f"index {index}", *map(_encode, hashes)]
    return "\n".join(lines) + "\n\n" + note


def check_proof(text: str, key: VerifierKey) -> Proved:
    """What a proof proves. Raises Damaged ``audit.proof_malformed``, ``audit.proof_wrong``, ``audit.note_*``."""
    if len(text) > _LARGEST:
        raise _malformed("it is too large")
    head, blank, note = text.partition("\n\n")
    lines = head.split("\n")
    if not blank or lines[0] != FORMAT or len(lines) < 3 or len(lines) > 3 + _LONGEST_PATH:
        raise _malformed("it is not a tlog-proof of version 1")
    if not lines[1].startswith("extra "):
        raise _malformed("the entry itself is missing")
    index = lines[2].removeprefix("index ")
    if not lines[2].startswith("index ") or not index.isascii() or not index.isdecimal() or len(index) > 18:
        raise _malformed("the index is missing")
    body = _decode(lines[1].removeprefix("extra "))
    hashes = [_decode(line) for line in lines[3:]]
    checkpoint = open_checkpoint(note, key)
    if not verify_inclusion(leaf_hash(body), int(index), checkpoint.size, hashes, checkpoint.root):
        raise Damaged(
            "audit.proof_wrong", "The proof does not lead from this entry to the signed root: one of them was changed."
        )
    return Proved(int(index), checkpoint.size, checkpoint.root.hex(), body)


def _encode(raw: bytes) -> str:
    return base64.b64encode(raw).decode()


def _decode(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise _malformed("a line is not base64") from None


def _malformed(why: str) -> Damaged:
    return Damaged("audit.proof_malformed", f"The file is no proof that can be checked: {why}. Fetch it again.")
