"""The maintenance step: the frozen list of hubs is brought up to date, and what an older version left out is made.

Between two such steps the list does not change, so that what records come to does not hang on their order. A step is
audited, and told with what it costs: pairs that need no comparison any more against links that are lost with them.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection

from core.database import chunks
from merge.graph_store import count_links
from merge.index_store import Crowd, all_hubs, count_pairs, keys_held_by_more
from merge.packing import unpack_keys
from merge.record_store import numbered, without_keys
from merge.resolve.incremental import Resolver
from merge.resolve.keying import broad_of

SLICE = 100
"""Keys that one transaction puts on the list or takes off it."""


@dataclass(frozen=True, slots=True)
class Plan:
    """Keys to put on the list and keys to take off it, each sorted."""

    new: tuple[int, ...] = ()
    gone: tuple[int, ...] = ()

    def __len__(self) -> int:
        return len(self.new) + len(self.gone)

    def slices(self, most: Callable[[], int] = lambda: SLICE) -> Iterator["Plan"]:
        """Parts that are short transactions; what goes first, so that no pair is compared for a key that comes.

        ``most`` tells, before each of them, how many keys it may hold.
        """
        rest = self
        while rest.new:
            yield Plan(new=rest.new[: (count := most())])
            rest = Plan(rest.new[count:], rest.gone)
        while rest.gone:
            yield Plan(gone=rest.gone[: (count := most())])
            rest = Plan(gone=rest.gone[count:])


@dataclass(frozen=True, slots=True)
class Standing:
    """How much is compared and found.

    Attributes:
        hubs: keys on the list.
        pairs: pairs that share a usable key, once for each such key.
        links: pairs that are AUTO or REVIEW.
    """

    hubs: int
    pairs: int
    links: int


class Maintainer:
    """Plans and does maintenance. Takes connections, never commits."""

    def __init__(self, resolver: Resolver) -> None:
        self._resolver = resolver

    def standing(self, connection: Connection) -> Standing:
        """Where it stands; reads the whole index of keys."""
        return Standing(len(all_hubs(connection)), count_pairs(connection), count_links(connection))

    def plan(self, connection: Connection) -> Plan:
        """What the list lacks and what it should lose; a key goes only when half as many records as the cap hold it."""
        settings, hubs = self._resolver.settings, all_hubs(connection)
        held = keys_held_by_more(connection, settings.cap(broad=True) // 2)
        broad = _broad_among(connection, {key: one for key, one in held.items() if one.size <= settings.key_cap})
        caps = {key: settings.cap(broad=key in broad) for key in held}
        new = {key for key, one in held.items() if one.size > caps[key]} - hubs
        gone = hubs - {key for key, one in held.items() if one.size > caps[key] // 2}
        return Plan(tuple(sorted(new)), tuple(sorted(gone)))

    def apply(self, connection: Connection, part: Plan, *, actor: str) -> None:
        """Change the list, and what hangs on it."""
        self._resolver.change_hubs(connection, part.new, part.gone, actor=actor)

    def refill(self, connection: Connection, after: str, most: int, *, actor: str) -> tuple[int, str | None]:
        """Take ``most`` records in anew that nothing finds, because an older version made their keys.

        Returns how many, and the id to go on after, None at the end.
        """
        names: Sequence[str] = without_keys(connection, after, most)
        loaded = self._resolver.loader.load(connection, names)
        self._resolver.apply(connection, [one.record for one in loaded.values()], anew=True, actor=actor)
        return len(loaded), names[-1] if names else None


def _broad_among(connection: Connection, held: Mapping[int, Crowd]) -> set[int]:
    """Those of the keys that are broad, as one of their holders tells it."""
    found: set[int] = set()
    for some in chunks(sorted({one.member for one in held.values()})):
        for one in numbered(connection, some).values():
            found |= broad_of(unpack_keys(one.keys)) & held.keys()
    return found
