"""What golden records stand like, remembered for as long as neither the database nor the key store has changed."""

from collections.abc import Callable, Hashable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from sqlalchemy import Connection

from audit.stencil import Stencil
from core.bounded import Bounded
from core.unchanged import Look, look, own_rows_written
from governance.policy.values import GoldenResource
from merge.standing import Head, ItemHead
from sync.wish import Answer

# An entry is some 1.5 kB.
_REMEMBERED = 20_000
# Of answers; what one weighs besides its bytes, roughly.
_BYTES, _OVERHEAD = 64_000_000, 2_000


@dataclass(frozen=True, slots=True)
class Standing:
    """A golden record as it stands now, not opened: what the policy may know of it and what it would be made from."""

    head: Head
    holder: str | None
    resource: GoldenResource
    items: tuple[ItemHead, ...]


@dataclass(frozen=True, slots=True)
class Told:
    """What somebody was told, and the event of that."""

    answer: Answer
    stencil: Stencil


class StandingMemory:
    """Where ids lead, what stands there and who was told what, for the transaction of ``nothing_else_written`` alone.

    Whoever reads beside it, with another connection, may see an older moment: it is told nothing, and tells nothing.

    ``look_at_keys`` is a look at the key store, as ``core.unchanged.look`` gives it.
    """

    def __init__(self, look_at_keys: Callable[[], Look | None]) -> None:
        self._look_at_keys = look_at_keys
        self._seen: tuple[Look, Look] | None = None
        self._open: Connection | None = None
        self._forget()

    @contextmanager
    def nothing_else_written(self, connection: Connection) -> Iterator[None]:
        """For a transaction of SQLite, so the only one that writes, in which nothing that stands is changed.

        Whoever opens this says so of everything within: it may write of the log and of tokens, of nothing else.
        """
        here, keys = look(connection), self._look_at_keys()
        seen = None if here is None or keys is None else (here, keys)
        if seen is None or seen != self._seen:
            self._forget()
        self._seen = None
        self._open = None if seen is None else connection
        try:
            yield
        finally:
            self._open = None
        if seen is not None:
            # Of the key store what it was like before anything was read: what came meanwhile is seen the next time.
            self._seen = own_rows_written(connection, seen[0]), seen[1]

    def leads_to(self, connection: Connection, any_id: str) -> str | None:
        """The golden record that an id leads to, where that is known."""
        return self._led.get(any_id) if self._open is connection else None

    def standing(self, connection: Connection, golden_id: str, sections: Sequence[str]) -> Standing | None:
        """How it stands, with its events in those sections, where that is known."""
        return self._standing.get((golden_id, tuple(sections))) if self._open is connection else None

    def leads(self, connection: Connection, any_id: str, golden_id: str) -> None:
        """Remember where an id leads."""
        if self._open is connection:
            self._led.put(any_id, golden_id)

    def stands(self, connection: Connection, standing: Standing, sections: Sequence[str]) -> None:
        """Remember how a golden record stands."""
        if self._open is connection:
            self._standing.put((standing.head.golden_id, tuple(sections)), standing)

    def told(self, connection: Connection, wish: Hashable | None) -> Told | None:
        """What came of a wish with that key, where that is known."""
        return None if wish is None or self._open is not connection else self._told.get(wish)

    def tells(self, connection: Connection, wish: Hashable | None, told: Told) -> None:
        """Remember what came of a wish, which hangs on its key and on what stands alone."""
        if wish is not None and self._open is connection:
            self._told.put(wish, told, len(told.answer.content) + _OVERHEAD)

    def _forget(self) -> None:
        self._told: Bounded[Hashable, Told] = Bounded(_BYTES)
        self._led: Bounded[str, str] = Bounded(_REMEMBERED)
        self._standing: Bounded[tuple[str, tuple[str, ...]], Standing] = Bounded(_REMEMBERED)
