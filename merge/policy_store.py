"""Versions of the survivorship policy: every one that was ever in force is kept, and the newest is in force.

``ingot.yaml`` makes a version where its ``survivorship`` part is another than it was; a person makes one with
``ingot survivorship set``. Which version made a golden value stands in its lineage as ``name@version``.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import Connection, insert, select, update

from core.driver import fetch
from core.errors import Invalid, NotFound
from merge.survivorship.policy import SurvivorshipPolicy, policy_from_settings
from merge.tables import merge_policy

FILE, SET = "file", "set"
_SYSTEM = "system:settings"
_NEWEST = "SELECT version, at FROM merge_policy ORDER BY version DESC LIMIT 1"


@dataclass(frozen=True, slots=True)
class PolicyVersion:
    """One version: what was set, by whom, when and why. ``origin`` is ``file`` or ``set``.

    ``applied_at`` is None while golden records are kept that an earlier one made; reading makes them anew.
    """

    version: int
    name: str
    content: Mapping[str, Any]
    origin: str
    actor: str
    reason_code: str
    at: datetime
    applied_at: datetime | None = None


class Policies:
    """The survivorship policy of a workspace by versions. Takes connections, never commits.

    Args:
        settings: the ``survivorship`` part of ``ingot.yaml``.
        kinds: kind of source by connection.

    Raises Invalid ``survivorship.*`` for settings that cannot be used.
    """

    def __init__(self, settings: Mapping[str, Any], kinds: Mapping[str, str]) -> None:
        self._settings = _plain(settings)
        self._kinds = dict(kinds)
        self._file = policy_from_settings(self._settings, self._kinds)
        self._known: dict[int, SurvivorshipPolicy] = {}
        self._contents: dict[int, Mapping[str, Any]] = {}
        # What is in force while a version is the newest, by its number and time: a version whose transaction failed
        # leaves its number to another.
        self._in_force: dict[tuple[int, int], SurvivorshipPolicy | None] = {}

    def current(self, connection: Connection) -> SurvivorshipPolicy:
        """The policy in force; one that the file has and the store not yet counts already."""
        found = self._newest(connection)
        return found if found is not None else replace(self._file, version=self._next(connection))

    def ensure(self, connection: Connection, at: datetime) -> SurvivorshipPolicy:
        """As ``current``, and the version of the file is kept where it is new."""
        found = self._newest(connection)
        if found is None:
            number = self._next(connection)
            made = PolicyVersion(number, self._file.name, self._settings, FILE, _SYSTEM, "settings", at)
            # What golden records there are before any version was kept were made by the file's.
            _write(connection, made if versions(connection) else replace(made, applied_at=at))
            return self._policy(number, self._settings)
        return found

    def add(
        self, connection: Connection, content: Mapping[str, Any], *, actor: str, reason_code: str, at: datetime
    ) -> SurvivorshipPolicy:
        """Put a policy into force. Raises Invalid ``survivorship.*`` for one that cannot be used."""
        self.ensure(connection, at)
        plain = _plain(content)
        made = policy_from_settings(plain, self._kinds)
        number = self._next(connection)
        _write(connection, PolicyVersion(number, made.name, plain, SET, actor, reason_code, at))
        return self._policy(number, plain)

    def waiting(self, connection: Connection) -> bool:
        """Whether golden records are kept that were made by an earlier policy."""
        held = versions(connection)
        return bool(held) and (self._newest(connection) is None or held[-1].applied_at is None)

    def trial(self, content: Mapping[str, Any]) -> SurvivorshipPolicy:
        """A policy that is in force nowhere, version 0."""
        return replace(policy_from_settings(_plain(content), self._kinds), version=0)

    def at(self, connection: Connection, moment: datetime) -> SurvivorshipPolicy:
        """The policy that was in force; before the first that was kept, the first."""
        held = versions(connection)
        found = [one for one in held if one.at <= moment] or held[:1]
        return self._policy(found[-1].version, found[-1].content) if found else self.current(connection)

    def numbered(self, connection: Connection, number: int) -> SurvivorshipPolicy:
        """One version, whether in force or not. Raises NotFound ``survivorship.version``."""
        return self._policy(number, self._stored(connection, number))

    def _newest(self, connection: Connection) -> SurvivorshipPolicy | None:
        """The newest version, or None where the file says what no version says."""
        # Every answer to a reader asks this, so it goes past the query layer.
        found = fetch(connection, _NEWEST, ())
        if not found:
            return None
        newest = (found[0][0], found[0][1])
        if newest not in self._in_force:
            self._known.pop(newest[0], None)
            self._contents.pop(newest[0], None)
            self._in_force[newest] = self._at_newest(connection, newest[0])
        return self._in_force[newest]

    def _at_newest(self, connection: Connection, newest: int) -> SurvivorshipPolicy | None:
        table = merge_policy.c
        told = select(table.version).where(table.origin == FILE).order_by(table.version.desc()).limit(1)
        from_file = connection.execute(told).scalar()
        if from_file is not None and self._stored(connection, from_file) != self._settings:
            return None
        return self._policy(newest, self._stored(connection, newest))

    def _stored(self, connection: Connection, number: int) -> Mapping[str, Any]:
        if number not in self._contents:
            self._contents[number] = version(connection, number).content
        return self._contents[number]

    def _policy(self, number: int, content: Mapping[str, Any]) -> SurvivorshipPolicy:
        if number not in self._known:
            self._known[number] = replace(policy_from_settings(content, self._kinds), version=number)
        return self._known[number]

    def _next(self, connection: Connection) -> int:
        newest = connection.execute(select(merge_policy.c.version).order_by(merge_policy.c.version.desc()).limit(1))
        # A version that the file names itself is kept where it is larger.
        return max((newest.scalar() or 0) + 1, self._file.version)


def versions(connection: Connection) -> Sequence[PolicyVersion]:
    """All versions, oldest first."""
    return [PolicyVersion(*row) for row in connection.execute(select(merge_policy).order_by(merge_policy.c.version))]


def version(connection: Connection, number: int) -> PolicyVersion:
    """One version. Raises NotFound ``survivorship.version``."""
    row = connection.execute(select(merge_policy).where(merge_policy.c.version == number)).one_or_none()
    if row is None:
        raise NotFound("survivorship.version", f"There is no version {number} of the survivorship policy.")
    return PolicyVersion(*row)


def _write(connection: Connection, one: PolicyVersion) -> None:
    connection.execute(
        insert(merge_policy),
        {
            "version": one.version,
            "name": one.name,
            "content": one.content,
            "origin": one.origin,
            "actor": one.actor,
            "reason_code": one.reason_code,
            "at": one.at,
            "applied_at": one.applied_at,
        },
    )


def set_applied(connection: Connection, number: int, at: datetime) -> None:
    """All golden records that are kept were made by this version or a later one; since when an earlier was, stays."""
    waiting = merge_policy.c.applied_at.is_(None)
    connection.execute(update(merge_policy).where(merge_policy.c.version <= number, waiting).values(applied_at=at))


def _plain(content: Mapping[str, Any]) -> dict[str, Any]:
    """As it comes back from the database, so that it can be compared."""
    try:
        found: dict[str, Any] = orjson.loads(orjson.dumps(dict(content), default=str, option=orjson.OPT_NON_STR_KEYS))
    except TypeError:
        raise Invalid(
            "survivorship.setting",
            "The survivorship settings hold a number of more than 64 bits, or something else that no setting is; "
            "mend them.",
        ) from None
    return found
