"""The store of users: who there is, with which roles, and how they sign in. Every change appends its audit event.

Logins that were tried and did not exist are not written down: people type passwords into the wrong field.
"""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Engine, Row, bindparam, insert, select, update

from audit.actions import Action
from audit.events import Event
from audit.log import AuditLog
from core.clock import Clock
from core.database import reading, unit_of_work
from core.errors import Conflict, Invalid, NotFound
from core.lookups import Lookup
from governance.authentication import CODE_REFUSED, SIGN_IN_FAILED, Authenticated, Authentication
from governance.passwords import Passwords
from governance.principals import Principal
from governance.roles import Role, known_role
from governance.secrets_format import code_digest, new_code
from governance.tables import governance_code, governance_token, governance_user

FREE_ATTEMPTS = 5
_FIRST_LOCK = timedelta(minutes=1)
_LONGEST_LOCK = timedelta(hours=1)
_LOGIN = re.compile(r"[^\s:]{1,128}")
ANONYMOUS = "anonymous"


@dataclass(frozen=True, slots=True)
class User:
    """A person of the house who may sign in."""

    id: str
    login: str
    display_name: str
    roles: tuple[str, ...]
    teams: tuple[str, ...]
    active: bool
    created_at: datetime
    locked_until: datetime | None

    def principal(self) -> Principal:
        """The user as the policy sees them."""
        return Principal(self.id, self.display_name, frozenset(self.roles), frozenset(self.teams))


_BY_LOGINS = Lookup(
    select(governance_user.c.id, governance_user.c.login).where(
        governance_user.c.login.in_(bindparam("ids", expanding=True))
    )
)


class People:
    """The only reader and writer of users and codes. Takes connections and never commits, save for the sign-in."""

    def __init__(self, clock: Clock, audit: AuditLog, passwords: Passwords) -> None:
        self._clock = clock
        self._audit = audit
        self._passwords = passwords

    def create_user(
        self,
        connection: Connection,
        *,
        login: str,
        display_name: str,
        roles: Iterable[str],
        teams: Iterable[str] = (),
        actor: str,
    ) -> User:
        """A new user without a password. Raises Invalid ``user.login``, ``role.unknown``; Conflict ``user.taken``."""
        plain = plain_login(login)
        if not _LOGIN.fullmatch(plain):
            raise Invalid("user.login", "A login has 1 to 128 characters, no spaces and no colon; choose another one.")
        wanted = checked_roles(roles)
        if connection.execute(select(governance_user.c.id).where(governance_user.c.login == plain)).first():
            raise Conflict("user.taken", "There is a user with that login already; choose another one.")
        user_id = self._clock.new_id("u")
        connection.execute(
            insert(governance_user).values(
                id=user_id,
                login=plain,
                display_name=display_name.strip() or plain,
                roles=wanted,
                teams=sorted(set(teams)),
                active=True,
                created_at=self._clock.now(),
                failed_attempts=0,
            )
        )
        self._record(connection, Action.USER_CREATED, actor, user_id, roles=wanted, teams=len(set(teams)))
        return self.user(connection, user_id)

    def assign_roles(self, connection: Connection, user_id: str, roles: Iterable[str], *, actor: str) -> User:
        """Replace the roles of a user. Raises NotFound, Invalid ``role.unknown``, Conflict ``user.last_admin``."""
        before = self.user(connection, user_id)
        wanted = checked_roles(roles)
        if Role.ADMIN not in wanted:
            self._keep_an_admin(connection, before)
        self._change(connection, user_id, roles=wanted)
        for role in sorted(set(wanted) - set(before.roles)):
            self._record(connection, Action.ROLE_ASSIGNED, actor, user_id, role=role)
        for role in sorted(set(before.roles) - set(wanted)):
            self._record(connection, Action.ROLE_WITHDRAWN, actor, user_id, role=role)
        return self.user(connection, user_id)

    def assign_teams(self, connection: Connection, user_id: str, teams: Iterable[str], *, actor: str) -> User:
        """Replace the teams of a user. Raises NotFound."""
        self.user(connection, user_id)
        wanted = sorted(set(teams))
        self._change(connection, user_id, teams=wanted)
        self._record(connection, Action.USER_CHANGED, actor, user_id, changed="teams", teams=wanted)
        return self.user(connection, user_id)

    def disable_user(self, connection: Connection, user_id: str, *, actor: str) -> None:
        """Nobody signs in as this user any more; their tokens and codes end for ever.

        Raises NotFound, Conflict ``user.last_admin``.
        """
        user = self.user(connection, user_id)
        self._keep_an_admin(connection, user)
        self._change(connection, user_id, active=False)
        self._revoke_tokens(connection, user_id)
        self._end_codes(connection, user_id)
        self._record(connection, Action.USER_DISABLED, actor, user_id)

    def enable_user(self, connection: Connection, user_id: str, *, actor: str) -> None:
        """Let a disabled user sign in again, by the password they had or a new code. Raises NotFound.

        Roles and teams are as they were; what ended with the disabling stays ended. One who is not disabled stays as
        they are.
        """
        if self.user(connection, user_id).active:
            return
        self._change(connection, user_id, active=True)
        self._record(connection, Action.USER_ENABLED, actor, user_id)

    def set_password(self, connection: Connection, user_id: str, hashed: str, *, actor: str) -> None:
        """Keep a new password, given as ``Passwords.hash`` made it before the transaction; ends tokens and lock-out."""
        self.user(connection, user_id)
        self._change(connection, user_id, password_hash=hashed, failed_attempts=0, locked_until=None)
        revoked = self._revoke_tokens(connection, user_id)
        self._record(connection, Action.USER_CHANGED, actor, user_id, changed="password", revoked=revoked)

    def authenticate_password(self, engine: Engine, login: str, password: str) -> Authentication:
        """Sign in with a password. Counts failures, locks after five in a row (a minute, doubling up to an hour).

        Has transactions of its own: the hash is checked between them, because that is slow, and a failure must be
        kept. Raises TooMuch ``password.busy``.
        """
        with reading(engine) as connection:
            found = self._by_login(connection, login)
        matches = self._passwords.matches(found.password_hash if found else None, password)
        renewed = None
        if matches and found and self._passwords.outdated(found.password_hash):
            renewed = self._passwords.hash(password)
        with unit_of_work(engine) as connection:
            # As it is now: another attempt may have locked the account meanwhile.
            row = self._by_login(connection, login, lock=True)
            if row is None:
                return self._refuse(connection, None, "unknown_login")
            if not row.active:
                return self._refuse(connection, row.id, "inactive")
            if row.locked_until is not None and row.locked_until > self._clock.now():
                return self._refuse(connection, row.id, "locked")
            if not matches or found is None or row.password_hash != found.password_hash:
                self._count_failure(connection, row)
                return self._refuse(connection, row.id, "password")
            values = {"password_hash": renewed} if renewed else {}
            self._change(connection, row.id, failed_attempts=0, locked_until=None, **values)
            user = _user(row)
            self._record(connection, Action.USER_AUTHENTICATED, user.principal().actor, user.id, by="password")
            return Authenticated(user.principal())

    def issue_code(self, connection: Connection, user_id: str, *, valid_for: timedelta, actor: str) -> str:
        """A one-time code for the user to sign in with, to be shown once; earlier unused codes of theirs end."""
        self.user(connection, user_id)
        self._end_codes(connection, user_id)
        now = self._clock.now()
        code, digest = new_code()
        connection.execute(
            insert(governance_code).values(digest=digest, user_id=user_id, created_at=now, expires_at=now + valid_for)
        )
        self._record(connection, Action.TOKEN_CREATED, actor, user_id, kind="one_time_code")
        return code

    def redeem_code(self, connection: Connection, code: str) -> Authentication:
        """Sign in with a one-time code, which ends with it. Commit the transaction also when it is refused."""
        digest, now = code_digest(code), self._clock.now()
        if digest is None:
            return self._refuse_code(connection, None, "malformed")
        used = connection.execute(
            update(governance_code)
            .where(
                governance_code.c.digest == digest,
                governance_code.c.used_at.is_(None),
                governance_code.c.expires_at > now,
            )
            .values(used_at=now)
            .returning(governance_code.c.user_id)
        ).scalar_one_or_none()
        if used is None:
            return self._refuse_code(connection, None, "unknown_used_or_expired")
        user = self.user(connection, used)
        if not user.active:
            return self._refuse_code(connection, user.id, "inactive")
        self._record(connection, Action.USER_AUTHENTICATED, user.principal().actor, user.id, by="one_time_code")
        return Authenticated(user.principal())

    def user(self, connection: Connection, user_id: str) -> User:
        """The user of that id; NotFound ``user.unknown`` where there is none."""
        row = connection.execute(select(governance_user).where(governance_user.c.id == user_id)).one_or_none()
        if row is None:
            raise NotFound("user.unknown", "There is no such user; 'ingot user list' shows those there are.")
        return _user(row)

    def user_by_login(self, connection: Connection, login: str) -> User:
        """The user of that login; NotFound ``user.unknown`` where there is none."""
        row = self._by_login(connection, login)
        if row is None:
            raise NotFound("user.unknown", "There is no such user; 'ingot user list' shows those there are.")
        return _user(row)

    def list_users(self, connection: Connection) -> list[User]:
        """All users, by login."""
        return [_user(row) for row in connection.execute(select(governance_user).order_by(governance_user.c.login))]

    def ids_of_logins(self, connection: Connection, logins: Iterable[str]) -> dict[str, str]:
        """The ids of those of the logins, written as they are kept, that somebody has."""
        return {login: user_id for user_id, login in _BY_LOGINS.rows(connection, set(logins))}

    def logins_of_ids(self, connection: Connection, ids: Iterable[str]) -> dict[str, str]:
        """The logins of those of the ids that are users'."""
        user = governance_user.c
        rows = connection.execute(select(user.id, user.login).where(user.id.in_(sorted(set(ids)))))
        return {row.id: row.login for row in rows}

    def _by_login(self, connection: Connection, login: str, *, lock: bool = False) -> Row[Any] | None:
        statement = select(governance_user).where(governance_user.c.login == plain_login(login))
        return connection.execute(statement.with_for_update() if lock else statement).one_or_none()

    def _change(self, connection: Connection, user_id: str, **values: object) -> None:
        connection.execute(update(governance_user).where(governance_user.c.id == user_id).values(**values))

    def _count_failure(self, connection: Connection, row: Row[Any]) -> None:
        failed = row.failed_attempts + 1
        locked_until = None
        if failed >= FREE_ATTEMPTS:
            # Doublings beyond the longest lock change nothing, so their number is bounded.
            doubled = _FIRST_LOCK * 2 ** min(failed - FREE_ATTEMPTS, 10)
            locked_until = self._clock.now() + min(doubled, _LONGEST_LOCK)
        self._change(connection, row.id, failed_attempts=failed, locked_until=locked_until)

    def _keep_an_admin(self, connection: Connection, user: User) -> None:
        """Refuse to lose the last one who can give roles to others."""
        others = [one for one in self.list_users(connection) if one.active and one.id != user.id]
        if user.active and Role.ADMIN in user.roles and not any(Role.ADMIN in one.roles for one in others):
            raise Conflict("user.last_admin", "This is the last administrator; make somebody else one first.")

    def _revoke_tokens(self, connection: Connection, user_id: str) -> int:
        revoked = connection.execute(
            update(governance_token)
            .where(governance_token.c.user_id == user_id, governance_token.c.revoked_at.is_(None))
            .values(revoked_at=self._clock.now())
        )
        return int(revoked.rowcount)

    def _end_codes(self, connection: Connection, user_id: str) -> None:
        connection.execute(
            update(governance_code)
            .where(governance_code.c.user_id == user_id, governance_code.c.used_at.is_(None))
            .values(used_at=self._clock.now())
        )

    def _refuse(self, connection: Connection, user_id: str | None, why: str) -> Authentication:
        self._refused_event(connection, user_id, why)
        return SIGN_IN_FAILED

    def _refuse_code(self, connection: Connection, user_id: str | None, why: str) -> Authentication:
        self._refused_event(connection, user_id, f"code_{why}")
        return CODE_REFUSED

    def _refused_event(self, connection: Connection, user_id: str | None, why: str) -> None:
        event = Event(
            Action.USER_REFUSED,
            actor=ANONYMOUS,
            object_type="user",
            object_id=user_id or "",
            decision="deny",
            details={"why": why},
        )
        self._audit.append(connection, event)

    def _record(self, connection: Connection, action: Action, actor: str, user_id: str, **details: object) -> None:
        self._audit.append(
            connection, Event(action, actor=actor, object_type="user", object_id=user_id, details=details)
        )


def plain_login(login: str) -> str:
    """One form of a login for people who write it differently."""
    return unicodedata.normalize("NFKC", login).strip().casefold()


def checked_roles(roles: Iterable[str]) -> list[str]:
    """The roles, sorted, each once. Raises Invalid ``role.unknown``."""
    wanted = sorted({str(role) for role in roles})
    unknown = [role for role in wanted if not known_role(role)]
    if unknown:
        known = ", ".join(sorted(role.value for role in Role))
        raise Invalid("role.unknown", f"There is no role '{unknown[0]}'. The roles are {known}.")
    return wanted


def _user(row: Row[Any]) -> User:
    return User(
        id=row.id,
        login=row.login,
        display_name=row.display_name,
        roles=tuple(row.roles),
        teams=tuple(row.teams),
        active=row.active,
        created_at=row.created_at,
        locked_until=row.locked_until,
    )
