"""Who asks: a person or a program, as the policy sees it. Pure."""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Principal:
    """A person who proved who they are, or an API key.

    Attributes:
        id: permanent id of ours: ``u_...`` of a user, ``t_...`` of a key.
        name: what people call them; for screens only, never for the log.
        roles: names out of ``governance.roles``.
        teams: ids of the teams they belong to.
        purpose: the only purpose they may name, or None where they choose; fixed for keys when they are issued.
        scopes: what a key may do, see ``governance.scopes``; empty for people.
        kind: ``user`` or ``key``.
    """

    id: str
    name: str = ""
    roles: frozenset[str] = frozenset()
    teams: frozenset[str] = frozenset()
    purpose: str | None = None
    scopes: frozenset[str] = frozenset()
    kind: Literal["user", "key"] = "user"

    @property
    def actor(self) -> str:
        """How the audit log names them: ``user:<id>`` or ``token:<id>``."""
        return f"{'user' if self.kind == 'user' else 'token'}:{self.id}"
