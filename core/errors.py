"""The only errors that leave a package.

Every error has a stable ``code`` (``area.what``), one sentence that says what, where and what to do, and carries no
personal data: not in the sentence, not in ``details``. The doors map the *class* to an exit code or an HTTP status;
nothing here knows either.
"""

from collections.abc import Mapping


class IngotError(Exception):
    """Base of all our errors.

    Args:
        code: stable, dotted, lower case; what programs compare.
        message: one sentence for people: what, where, what to do. Never a value of a person.
        details: names, counts and ids of ours that help a program; never a value of a person.
    """

    def __init__(self, code: str, message: str, **details: object) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.details: Mapping[str, object] = details

    def __str__(self) -> str:
        return f"{self.message} [{self.code}]"


class Invalid(IngotError):
    """What was given cannot be used; giving it again unchanged will fail again."""


class NotFound(IngotError):
    """What was named does not exist, or may not be known to exist by the caller."""


class Conflict(IngotError):
    """The state of things forbids it now: taken, changed meanwhile, done already with other content."""


class Unauthenticated(IngotError):
    """Nobody, or somebody unproved, asks."""


class Denied(IngotError):
    """The policy refuses; the code names the reason, not the value."""


class TooMuch(IngotError):
    """A limit of size, rate or time was reached; ``retry_after`` in the details where waiting helps."""


class Unavailable(IngotError):
    """Something outside (database, disk, source) does not answer; trying again later may succeed."""


class Damaged(IngotError):
    """Stored bytes do not prove what they must: a seal, a hash or a signature is wrong."""
