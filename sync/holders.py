"""Between the holders of ownership (``user:chen``, ``pool:east``) and the principals that policies speak of."""

from sqlalchemy import Connection

from governance.people import People
from governance.policy.values import GoldenResource, RowScope
from merge.listing import Holders
from merge.survivorship.values import GoldenValues

_CONSENTED = {"granted", "yes", "true", "1", "是", "同意"}


class Directory:
    """The people of the house, by login and by id, as one request needs them."""

    def __init__(self, people: People, connection: Connection) -> None:
        users = people.list_users(connection)
        self._id_of = {user.login: user.id for user in users}
        self._login_of = {user.id: user.login for user in users}

    def resource(self, golden_id: str, holder: str | None, values: GoldenValues | None) -> GoldenResource:
        """What a policy may know of a golden record. A holder it does not know is nobody's, so nobody's to see."""
        kind, _, name = (holder or "").partition(":")
        consent = (values.first("consent.marketing") if values is not None else None) or ""
        return GoldenResource(
            golden_id=golden_id,
            owner=self._id_of.get(name, name) if kind == "user" else None,
            pool=name if kind == "pool" else None,
            teams=frozenset({name}) if kind in {"team", "dept"} else frozenset(),
            marketing_consent=consent.strip().casefold() in _CONSENTED,
        )

    def holders(self, scope: RowScope) -> Holders:
        """The holders that a row scope speaks of, for the SQL of lists."""
        named: list[str] = []
        if scope.owner is not None:
            named.extend(sorted({f"user:{self._login_of.get(scope.owner, scope.owner)}", f"user:{scope.owner}"}))
        for team in sorted(scope.teams):
            named.extend((f"team:{team}", f"dept:{team}"))
        return Holders(everything=scope.everything, named=tuple(named), pools=scope.pools)
