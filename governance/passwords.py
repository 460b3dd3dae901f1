"""Passwords: argon2id (RFC 9106), a few at a time, because each takes tens of megabytes and milliseconds."""

import threading
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from core.errors import Invalid, TooMuch

# OWASP ASVS 5.0, 6.2.1 and 6.2.9: long ones are allowed, short ones are not, and nothing else is demanded.
SHORTEST = 12
LONGEST = 256
_AT_ONCE = 2
_WAIT_SECONDS = 10.0


class Passwords:
    """Makes and checks hashes. Call it outside of a transaction: it is slow on purpose.

    Args:
        hasher: argon2id with its cost; by default what RFC 9106 recommends where memory is scarce (64 MiB).
        at_once: how many hashes may be computed at one time in this process.
        wait_seconds: how long a sign-in waits for its turn.
    """

    def __init__(
        self, hasher: PasswordHasher | None = None, at_once: int = _AT_ONCE, wait_seconds: float = _WAIT_SECONDS
    ) -> None:
        self._hasher = hasher or PasswordHasher()
        self._wait_seconds = wait_seconds
        self._places = threading.BoundedSemaphore(at_once)
        # Checked where there is no user, so that the time of the answer does not tell that there is none.
        self._nobody = self._hasher.hash("nobody has this password")

    def hash(self, password: str) -> str:
        """The hash to keep. Raises Invalid ``password.length``, TooMuch ``password.busy``."""
        plain = _normal(password)
        if not SHORTEST <= len(plain) <= LONGEST:
            raise Invalid(
                "password.length", f"A password has {SHORTEST} to {LONGEST} characters; choose another one, a sentence."
            )
        with self._place():
            return self._hasher.hash(plain)

    def matches(self, kept: str | None, password: str) -> bool:
        """Whether the password is the one whose hash is kept; None (no such user, no password) never is.

        Takes the same time either way. Raises TooMuch ``password.busy``.
        """
        with self._place():
            try:
                self._hasher.verify(kept or self._nobody, _normal(password)[:LONGEST])
            except (VerificationError, InvalidHashError):
                return False
        return kept is not None

    def outdated(self, kept: str) -> bool:
        """Whether the hash was made at another cost and should be made again."""
        return self._hasher.check_needs_rehash(kept)

    @contextmanager
    def _place(self) -> Iterator[None]:
        if not self._places.acquire(timeout=self._wait_seconds):
            raise TooMuch("password.busy", "Too many sign-ins at once; try again in a moment.", retry_after=5)
        try:
            yield
        finally:
            self._places.release()


def _normal(password: str) -> str:
    """One form for what keyboards write differently (NIST SP 800-63B, 5.1.1.2: NFKC)."""
    return unicodedata.normalize("NFKC", password)
