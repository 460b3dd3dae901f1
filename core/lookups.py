"""Look-ups by lists, compiled once: for the few queries that every answer to a reader asks."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import CompoundSelect, Connection, Select

from core.driver import fetch

# More than this goes in several questions.
_LONGEST = 512


@dataclass(frozen=True, slots=True)
class _Compiled:
    """The text for lists of certain lengths, and where their values go."""

    text: str
    fixed: dict[str, Any]
    places: dict[str, list[str]]
    order: Sequence[str] | None

    def parameters(self, lists: dict[str, list[Any]]) -> Any:
        values = dict(self.fixed)
        for name, given in lists.items():
            values.update(zip(self.places[name], given, strict=True))
        return values if self.order is None else tuple(values[name] for name in self.order)


class Lookup:
    """Rows by lists, past the work that the query layer does on every call.

    Args:
        statement: with a ``bindparam(name, expanding=True)`` for each list. Parameters and columns must be of kinds
            that the drivers themselves take and give alike: texts, whole numbers, bytes. Rows must be the same when a
            value stands in a list twice.
    """

    def __init__(self, statement: Select[Any] | CompoundSelect[Any]) -> None:
        self._statement = statement
        self._compiled: dict[tuple[Any, ...], _Compiled] = {}

    def rows(self, connection: Connection, ids: Collection[Any], **lists: Sequence[Any]) -> list[Sequence[Any]]:
        """The rows for ``ids``, in any number, and the other lists, which are short. No ids give no rows."""
        wanted = sorted(set(ids))
        found: list[Sequence[Any]] = []
        for start in range(0, len(wanted), _LONGEST):
            given = {"ids": _padded(wanted[start : start + _LONGEST])}
            given.update((name, list(values)) for name, values in lists.items())
            compiled = self._for(connection, given)
            found.extend(fetch(connection, compiled.text, compiled.parameters(given)))
        return found

    def _for(self, connection: Connection, lists: dict[str, list[Any]]) -> _Compiled:
        key = (connection.dialect.name, *(len(values) for values in lists.values()))
        if key not in self._compiled:
            compiled = self._statement.compile(dialect=connection.dialect)
            state = compiled.construct_expanded_state(lists)
            places = {name: list(state.parameter_expansion[name]) for name in lists}
            self._compiled[key] = _Compiled(state.statement, dict(state.parameters), places, state.positiontup)
        return self._compiled[key]


def _padded(values: list[Any]) -> list[Any]:
    """As long as the next power of two, so that few texts are enough."""
    length = 1 << (len(values) - 1).bit_length()
    return values + values[-1:] * (length - len(values))
