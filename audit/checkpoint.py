"""Checkpoints: the signed size and root of the log (https://c2sp.org/tlog-checkpoint). Knows no database."""

import base64
import binascii
import re
from dataclasses import dataclass

from audit.notes import Signer, VerifierKey, open_note, sign_note
from audit.tlog import EMPTY_ROOT, HASH_SIZE
from core.errors import Damaged

_SIZE = re.compile(r"0|[1-9][0-9]{0,18}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """What the log promised: of this ``origin``, the first ``size`` entries have this ``root``."""

    origin: str
    size: int
    root: bytes

    def __str__(self) -> str:
        return f"{self.origin}\n{self.size}\n{base64.b64encode(self.root).decode()}\n"


def sign_checkpoint(checkpoint: Checkpoint, signer: Signer) -> str:
    """The checkpoint as a signed note; the key bears the name of the origin."""
    return sign_note(str(checkpoint), checkpoint.origin, signer)


def open_checkpoint(note: str, key: VerifierKey) -> Checkpoint:
    """The checkpoint in a note that ``key`` signed; the origin must be the key's name, as our logs write it.

    Raises Damaged: the codes of ``open_note``, ``audit.checkpoint_malformed`` and ``audit.checkpoint_origin``.
    """
    checkpoint = parse_checkpoint(open_note(note, key))
    if checkpoint.origin != key.name:
        raise Damaged(
            "audit.checkpoint_origin", "The checkpoint is of another log than the key; compare their first parts."
        )
    return checkpoint


def parse_checkpoint(text: str) -> Checkpoint:
    """The checkpoint in a note's text. Extension lines are allowed and ignored.

    Raises Damaged ``audit.checkpoint_malformed``.
    """
    lines = text.split("\n")
    if len(lines) >= 4 and lines[-1] == "" and all(lines[:-1]) and _SIZE.fullmatch(lines[1]):
        root = _decode_root(lines[2])
        size = int(lines[1])
        if root is not None and (size or root == EMPTY_ROOT):
            return Checkpoint(lines[0], size, root)
    raise Damaged("audit.checkpoint_malformed", "The note is no checkpoint: origin, size and root, a line each.")


def _decode_root(text: str) -> bytes | None:
    try:
        root = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return None
    return root if len(root) == HASH_SIZE and base64.b64encode(root).decode() == text else None
