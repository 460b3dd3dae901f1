"""Contacts that more people give than one customer can be: a switchboard, the landline of a family, an agent's mailbox.

Which they are hangs on all records and not on their order: the names that a contact stands under are counted in the
database, in both directions. When one becomes generic or ceases to be, all its bearers are compared anew.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field

from sqlalchemy import Connection

from audit.actions import Action
from audit.events import Event
from audit.log import AuditLog
from core.clock import Clock
from merge.index_store import bearers_of, borne_by_many, change_generic, change_shared, generic_among
from merge.resolve.graph import Edge
from merge.resolve.keying import Found

# What an audit event lists; there are as many pairs as bearers squared.
_PAIRS_TOLD = 200


@dataclass(frozen=True, slots=True)
class Flips:
    """Contacts that became generic and such that are so no more, with the numbers of the records that bear them."""

    generic: frozenset[int] = frozenset()
    own: frozenset[int] = frozenset()
    bearers: Mapping[int, list[int]] = field(default_factory=dict)

    @property
    def numbers(self) -> set[int]:
        """All bearers."""
        return {number for held in self.bearers.values() for number in held}


class Sharing:
    """Keeps count of who bears which contact. Takes connections, never commits."""

    def __init__(self, clock: Clock, audit: AuditLog, names: int) -> None:
        self._clock = clock
        self._audit = audit
        self._names = names

    def update(
        self, connection: Connection, old: Mapping[int, Found], new: Mapping[int, Found], *, anew: bool = False
    ) -> Flips:
        """Replace the contacts of records, by number, and tell which became generic or ceased to be.

        ``anew``: write and look at those too that should be there already.
        """
        before = {(value, name, number) for number, one in old.items() for value, name in one.shared}
        after = {(value, name, number) for number, one in new.items() for value, name in one.shared}
        change_shared(connection, before - after, after if anew else after - before)
        watched = {value for value, _, _ in (before | after if anew else before ^ after)}
        if not watched:
            return Flips()
        now = borne_by_many(connection, watched, self._names)
        if not now and not before and not anew:
            return Flips()  # more bearers make no contact anybody's own again
        was = generic_among(connection, watched)
        if was == now:
            return Flips()
        change_generic(connection, was - now, now - was, self._clock.now())
        return Flips(frozenset(now - was), frozenset(was - now), bearers_of(connection, was ^ now))

    def tell(
        self, connection: Connection, flips: Flips, subjects: Collection[str], reopened: Iterable[Edge], actor: str
    ) -> None:
        """Audit what became generic or ceased to be, with the pairs that are open again."""
        pairs = [[edge.left, edge.right] for edge in sorted(reopened)]
        details = {
            "generic": len(flips.generic),
            "own": len(flips.own),
            "names": self._names,
            "reopened": len(pairs),
            "pairs": pairs[:_PAIRS_TOLD],
        }
        self._audit.append(
            connection,
            Event(
                Action.CONTACT_FLAGGED,
                actor,
                object_type="match",
                object_id="shared contacts",
                subjects=tuple(sorted(subjects)),
                count=len(subjects),
                details=details,
            ),
        )
