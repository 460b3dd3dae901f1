"""Tokens as they are kept, each with whom it stands for: what every proof of a caller asks the database."""

from collections.abc import Iterable
from datetime import datetime
from functools import lru_cache
from typing import Any, NamedTuple

from sqlalchemy import Connection, TypeDecorator, bindparam, select
from sqlalchemy.engine.default import DefaultDialect
from sqlalchemy.types import TypeEngine

from core.lookups import Lookup
from governance.principals import Principal
from governance.tables import governance_token, governance_user

# Kinds of columns of ours are kept alike on all databases.
_NO_DIALECT = DefaultDialect()
_TOKEN, _USER = governance_token.c, governance_user.c
_COLUMNS = (
    _TOKEN.id,
    _TOKEN.kind,
    _TOKEN.digest,
    _TOKEN.created_at,
    _TOKEN.expires_at,
    _TOKEN.revoked_at,
    _TOKEN.last_used_at,
    _TOKEN.name,
    _TOKEN.roles,
    _TOKEN.teams,
    _TOKEN.scopes,
    _TOKEN.purpose,
    _TOKEN.user_id,
    _USER.display_name,
    _USER.roles.label("user_roles"),
    _USER.teams.label("user_teams"),
    _USER.active,
)
_WITH_USERS = Lookup(
    select(*_COLUMNS)
    .outerjoin(governance_user, _TOKEN.user_id == _USER.id)
    .where(_TOKEN.id.in_(bindparam("ids", expanding=True)))
)


class Held(NamedTuple):
    """A token as it is kept, and whom it stands for."""

    id: str
    kind: str
    digest: bytes
    created_at: datetime
    expires_at: datetime
    revoked_at: datetime | None
    last_used_at: datetime | None
    principal: Principal
    inactive: bool


def held_by_id(connection: Connection, ids: Iterable[str]) -> dict[str, Held]:
    """Those of the tokens that there are, in whatever state."""
    return {row[0]: _held(tuple(row)) for row in _WITH_USERS.rows(connection, set(ids))}


@lru_cache(maxsize=1_024)
def _held(row: tuple[Any, ...]) -> Held:
    """What a row as the driver gives it means; an equal one means the same, so it is taken apart once."""
    values = [_taken_in(column.type, value) for column, value in zip(_COLUMNS, row, strict=True)]
    name, roles, teams, scopes, purpose, user_id, user_name, user_roles, user_teams, active = values[7:]
    if user_id is not None:
        # A person's token stands for the person; a key stands for itself.
        principal = Principal(user_id, user_name, frozenset(user_roles), frozenset(user_teams))
    else:
        principal = Principal(
            row[0], name, frozenset(roles), frozenset(teams), purpose=purpose, scopes=frozenset(scopes), kind="key"
        )
    return Held._make((*values[:7], principal, user_id is not None and not active))


def _taken_in(kind: TypeEngine[Any], value: Any) -> Any:
    return kind.process_result_value(value, _NO_DIALECT) if isinstance(kind, TypeDecorator) else value
