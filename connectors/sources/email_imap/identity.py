"""What makes a message the same message wherever it lies. Pure.

A UID names a message only within a folder and its UIDVALIDITY. The key is made from the message itself, so that it is
the same record after a move, a copy, or a new UIDVALIDITY: nothing is doubled. Message-ID alone would not do, since
some programs give all their messages the same one, and one of two would be lost; so what was written counts too.
"""

import hashlib
import re

_END = re.compile(rb"\r?\n\r?\n")
_FIELD = re.compile(rb"^([!-9;-~]+)[ \t]*:(.*(?:\n[ \t].*)*)", re.MULTILINE)
_COUNTED = (b"message-id", b"from", b"to", b"date", b"subject")


def content_key(raw: bytes) -> str:
    """The key of a message: 32 hexadecimal digits (128 bits of SHA-256) of what its writer wrote.

    With a Message-ID count that, From, To, Date, Subject and the body: what servers and lists add on the way is left
    out. Without one all headers count, for two messages may then be told apart by nothing else.
    """
    text = raw.replace(b"\r\n", b"\n")
    end = _END.search(text)
    head, body = (text[: end.start()], text[end.end() :]) if end else (text, b"")
    fields: dict[bytes, bytes] = {}
    for found in _FIELD.finditer(head):
        fields.setdefault(found[1].lower(), b" ".join(found[2].split()))
    counted = [name + b":" + fields.get(name, b"") for name in _COUNTED] if fields.get(b"message-id") else [head]
    digest = hashlib.sha256()
    for part in (*counted, body.rstrip()):
        digest.update(b"%d:" % len(part) + part)
    return digest.hexdigest()[:32]
