"""What comes of an attempt to prove who one is: a value either way, so that a failure is kept, not rolled back."""

from dataclasses import dataclass

from core.errors import Unauthenticated
from governance.principals import Principal


@dataclass(frozen=True, slots=True)
class Authenticated:
    """Somebody proved who they are. ``token_id`` is the token they showed, or None where they gave a password."""

    principal: Principal
    token_id: str | None = None


@dataclass(frozen=True, slots=True)
class NotAuthenticated:
    """Nobody was proved. The sentence does not tell which part was wrong; the audit event does."""

    code: str
    message: str

    def as_error(self) -> Unauthenticated:
        """The error that a door raises for it."""
        return Unauthenticated(self.code, self.message)


Authentication = Authenticated | NotAuthenticated

SIGN_IN_FAILED = NotAuthenticated("user.sign_in_failed", "Login or password is wrong, or the account is locked.")
TOKEN_REFUSED = NotAuthenticated("token.refused", "The token is not valid; sign in again or ask for a new key.")
CODE_REFUSED = NotAuthenticated("code.refused", "The code is not valid: mistyped, used or expired; ask for a new one.")
