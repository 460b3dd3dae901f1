"""Between the holders of ownership (``user:chen``, ``pool:east``) and the principals that policies speak of."""

from collections.abc import Iterable

from sqlalchemy import Connection

from governance.people import People
from governance.policy.values import GoldenResource, RowScope
from merge.listing import Holders
from merge.survivorship.values import GoldenValues

_CONSENTED = {"granted", "yes", "true", "1", "是", "同意"}
_USER = "user:"


def consented(values: GoldenValues) -> bool:
    """Whether the person consented to marketing; what is not known is a no."""
    return (values.first("consent.marketing") or "").strip().casefold() in _CONSENTED


class Directory:
    """The people of the house as one transaction needs them: of these holders, the ids."""

    def __init__(self, people: People, connection: Connection, holders: Iterable[str | None] = ()) -> None:
        logins = {one.removeprefix(_USER) for one in holders if one is not None and one.startswith(_USER)}
        self._people = people
        self._connection = connection
        self._id_of = people.ids_of_logins(connection, logins)

    def resource(self, golden_id: str, holder: str | None, *, consent: bool) -> GoldenResource:
        """What a policy may know of a golden record. A holder it does not know is nobody's, so nobody's to see."""
        kind, _, name = (holder or "").partition(":")
        return GoldenResource(
            golden_id=golden_id,
            owner=self._id_of.get(name, name) if kind == "user" else None,
            pool=name if kind == "pool" else None,
            teams=frozenset({name}) if kind in {"team", "dept"} else frozenset(),
            marketing_consent=consent,
        )

    def holders(self, scope: RowScope) -> Holders:
        """The holders that a row scope speaks of, for the SQL of lists."""
        named: list[str] = []
        if scope.owner is not None:
            login = self._people.logins_of_ids(self._connection, [scope.owner]).get(scope.owner, scope.owner)
            named.extend(sorted({f"user:{login}", f"user:{scope.owner}"}))
        for team in sorted(scope.teams):
            named.extend((f"team:{team}", f"dept:{team}"))
        return Holders(everything=scope.everything, named=tuple(named), pools=scope.pools)
