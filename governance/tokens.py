"""The store of tokens and API keys. They are shown once, when they are issued; only their hashes stay."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Engine, Row, insert, select, update

from audit.actions import Action
from audit.events import Event
from audit.log import AuditLog
from core.clock import Clock
from core.database import reading, unit_of_work
from core.errors import Invalid, NotFound
from governance.authentication import TOKEN_REFUSED, Authenticated, Authentication
from governance.held_tokens import Held, held_by_id
from governance.people import ANONYMOUS, checked_roles
from governance.principals import Principal
from governance.purposes import Purpose, known_purpose
from governance.roles import Role
from governance.scopes import parse_scopes
from governance.secrets_format import Presented, TokenKind, new_token, read_token, same
from governance.tables import governance_token, governance_user

PERSON_TOKEN_LIFE = timedelta(days=30)
KEY_LIFE = timedelta(days=365)
# ASVS 5.0, 7.3: a session ends after a time without use, and after a time in any case.
SESSION_LIFE = timedelta(hours=12)
SESSION_IDLE = timedelta(hours=2)
# What may be shown at the door of the API; a session is for the console alone, where other sites cannot use it.
DOOR_KINDS = frozenset({TokenKind.PERSON, TokenKind.KEY})
# When a token was last used is kept to the minute, so that reading does not mean writing.
_USE_GRAIN = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Token:
    """A token or key as it may be listed; not the secret."""

    id: str
    kind: TokenKind
    user_id: str | None
    name: str
    roles: tuple[str, ...]
    teams: tuple[str, ...]
    scopes: tuple[str, ...]
    purpose: str | None
    created_at: datetime
    expires_at: datetime
    revoked_at: datetime | None
    last_used_at: datetime | None


@dataclass(frozen=True, slots=True)
class IssuedToken:
    """A new token: ``text`` is the secret, to be shown once and kept nowhere."""

    token: Token
    text: str


class Tokens:
    """The only reader and writer of tokens. Takes connections and never commits, save for ``authenticate_token``."""

    def __init__(self, clock: Clock, audit: AuditLog) -> None:
        self._clock = clock
        self._audit = audit

    def issue_token(
        self, connection: Connection, user_id: str, *, name: str, actor: str, life: timedelta = PERSON_TOKEN_LIFE
    ) -> IssuedToken:
        """A token for a person; it can what the person can, as their roles change. Raises NotFound ``user.unknown``."""
        return self._for_person(connection, TokenKind.PERSON, user_id, name, actor, life)

    def issue_key(
        self,
        connection: Connection,
        *,
        name: str,
        purpose: str,
        roles: Iterable[str] = (Role.DOWNSTREAM,),
        teams: Iterable[str] = (),
        scopes: Iterable[str] = (),
        actor: str,
        life: timedelta = KEY_LIFE,
    ) -> IssuedToken:
        """A key for a program, with the purpose and the scopes it has for ever.

        Raises Invalid ``purpose.unknown``, ``role.unknown``, ``scope.unknown``, ``token.life``.
        """
        if not known_purpose(purpose):
            known = ", ".join(one.value for one in Purpose)
            raise Invalid("purpose.unknown", f"A key needs a purpose out of the register: {known}.")
        wanted = sorted(set(scopes))
        parse_scopes(wanted)
        values = {
            "name": name,
            "roles": checked_roles(roles),
            "teams": sorted(set(teams)),
            "scopes": wanted,
            "purpose": purpose,
        }
        return self._issue(connection, TokenKind.KEY, life, actor, values)

    def open_session(self, connection: Connection, user_id: str, *, actor: str) -> IssuedToken:
        """A session for a person who signed in with a browser. Raises NotFound ``user.unknown``."""
        return self._for_person(connection, TokenKind.SESSION, user_id, "browser", actor, SESSION_LIFE)

    def authenticate_token(
        self, engine: Engine, text: str, *, kinds: frozenset[TokenKind] = DOOR_KINDS, in_use: bool = True
    ) -> Authentication:
        """Who shows this token. Writes only what must be: a refusal, and once a minute that it was used.

        ``in_use`` is false for what a page asks by itself, which must not keep a session from going idle.
        """
        presented, now = read_token(text), self._clock.now()
        if presented is not None and presented.kind not in kinds:
            presented = None
        row = None
        if presented is not None:
            with reading(engine) as connection:
                row = held_by_id(connection, [presented.token_id]).get(presented.token_id)
        why = _refusal(presented, row, now)
        if why or row is None:
            with unit_of_work(engine) as connection:
                self._refuse(connection, row, why)
            return TOKEN_REFUSED
        if in_use and _to_be_noted(row, now):
            with unit_of_work(engine) as connection:
                _note_use(connection, row.id, now)
        return Authenticated(row.principal, row.id)

    def standing(self, connection: Connection, token_id: str) -> Principal | None:
        """Whom a token that was proved before stands for now; None where it has ended. It does not count as a use."""
        row = held_by_id(connection, [token_id]).get(token_id)
        return None if row is None or _ended(row, self._clock.now()) else row.principal

    def authenticate_all(self, connection: Connection, texts: Sequence[str]) -> list[Authentication]:
        """As ``authenticate_token``, for callers who are answered together, in the transaction of their answers."""
        now = self._clock.now()
        read = {text: read_token(text) for text in set(texts)}
        shown = [read[text] for text in texts]
        rows = held_by_id(connection, {one.token_id for one in shown if one is not None})
        proved: dict[str, Authenticated] = {}
        found: list[Authentication] = []
        for presented in shown:
            row = rows.get(presented.token_id) if presented is not None else None
            why = _refusal(presented, row, now)
            if why or row is None:
                self._refuse(connection, row, why)
                found.append(TOKEN_REFUSED)
                continue
            if row.id not in proved:
                proved[row.id] = Authenticated(row.principal, row.id)
                if _to_be_noted(row, now):
                    _note_use(connection, row.id, now)
            found.append(proved[row.id])
        return found

    def _refuse(self, connection: Connection, row: Held | None, why: str) -> None:
        token_id = "" if row is None else row.id
        self._record(connection, Action.USER_REFUSED, ANONYMOUS, token_id, decision="deny", why=why)

    def revoke_token(self, connection: Connection, token_id: str, *, actor: str) -> None:
        """End a token now; ending it twice changes nothing. Raises NotFound ``token.unknown``."""
        token = self.token(connection, token_id)
        if token.revoked_at is not None:
            return
        connection.execute(
            update(governance_token).where(governance_token.c.id == token_id).values(revoked_at=self._clock.now())
        )
        self._record(connection, Action.TOKEN_REVOKED, actor, token_id)

    def token(self, connection: Connection, token_id: str) -> Token:
        """The token of that id; NotFound ``token.unknown`` where there is none."""
        row = connection.execute(select(governance_token).where(governance_token.c.id == token_id)).one_or_none()
        if row is None:
            raise NotFound("token.unknown", "There is no such token; 'ingot token list' shows those there are.")
        return _token(row)

    def list_tokens(self, connection: Connection, user_id: str | None = None) -> list[Token]:
        """Tokens and keys, the oldest first; of one user where an id is given."""
        statement = select(governance_token).order_by(governance_token.c.created_at, governance_token.c.id)
        if user_id is not None:
            statement = statement.where(governance_token.c.user_id == user_id)
        return [_token(row) for row in connection.execute(statement)]

    def _for_person(
        self, connection: Connection, kind: TokenKind, user_id: str, name: str, actor: str, life: timedelta
    ) -> IssuedToken:
        known = connection.scalar(select(governance_user.c.id).where(governance_user.c.id == user_id))
        if known is None:
            raise NotFound("user.unknown", "There is no such user; 'ingot user list' shows those there are.")
        return self._issue(connection, kind, life, actor, {"user_id": user_id, "name": name})

    def _issue(
        self, connection: Connection, kind: TokenKind, life: timedelta, actor: str, values: dict[str, Any]
    ) -> IssuedToken:
        if life <= timedelta(0):
            raise Invalid("token.life", "A token must be valid for some time; give a life of more than nothing.")
        token_id, now = self._clock.new_id("t"), self._clock.now()
        text, digest = new_token(kind, token_id)
        empty: dict[str, Any] = {"roles": [], "teams": [], "scopes": []}
        connection.execute(
            insert(governance_token).values(
                **(empty | values), id=token_id, kind=kind.value, digest=digest, created_at=now, expires_at=now + life
            )
        )
        token = self.token(connection, token_id)
        self._record(
            connection,
            Action.TOKEN_CREATED,
            actor,
            token_id,
            kind=kind.value,
            user=token.user_id or "",
            roles=token.roles,
            scopes=token.scopes,
            purpose=token.purpose or "",
            days=life.days,
        )
        return IssuedToken(token, text)

    def _record(
        self,
        connection: Connection,
        action: Action,
        actor: str,
        token_id: str,
        *,
        decision: str = "allow",
        **details: object,
    ) -> None:
        event = Event(action, actor=actor, object_type="token", object_id=token_id, decision=decision, details=details)
        self._audit.append(connection, event)


def _to_be_noted(row: Held, now: datetime) -> bool:
    return row.last_used_at is None or now - row.last_used_at >= _USE_GRAIN


def _note_use(connection: Connection, token_id: str, now: datetime) -> None:
    connection.execute(update(governance_token).where(governance_token.c.id == token_id).values(last_used_at=now))


def _refusal(presented: Presented | None, row: Held | None, now: datetime) -> str:
    """Why a token is not accepted, for the audit log; empty where it is."""
    if presented is None:
        return "malformed"
    if row is None:
        return "unknown"
    if not same(row.digest, presented.digest) or row.kind != presented.kind:
        return "wrong_secret"
    return _ended(row, now)


def _ended(row: Held, now: datetime) -> str:
    """Why a token is over; empty where it is not."""
    if row.revoked_at is not None:
        return "revoked"
    if row.expires_at <= now or _idle(row, now):
        return "expired"
    return "inactive_user" if row.inactive else ""


def _idle(row: Held, now: datetime) -> bool:
    used: datetime = row.last_used_at or row.created_at
    return row.kind == TokenKind.SESSION.value and now - used > SESSION_IDLE


def _token(row: Row[Any]) -> Token:
    return Token(
        id=row.id,
        kind=TokenKind(row.kind),
        user_id=row.user_id,
        name=row.name,
        roles=tuple(row.roles),
        teams=tuple(row.teams),
        scopes=tuple(row.scopes),
        purpose=row.purpose,
        created_at=row.created_at,
        expires_at=row.expires_at,
        revoked_at=row.revoked_at,
        last_used_at=row.last_used_at,
    )
