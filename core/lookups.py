"""Statements compiled once: for the few that every answer to a reader, or every batch of the audit log, asks."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from itertools import chain
from operator import itemgetter
from typing import Any

from sqlalchemy import CompoundSelect, Connection, Select
from sqlalchemy.sql.dml import ReturningDelete

from core.driver import fetch

# More than this goes in several questions.
_LONGEST = 512


@dataclass(frozen=True, slots=True)
class _Compiled:
    """The text for lists of certain lengths, what is always the same, and where their values go.

    ``names`` are those of the values of all lists in their order; ``order`` tells for a text with question marks which
    of the fixed values and of those each is.
    """

    text: str
    fixed: dict[str, Any]
    names: Sequence[str]
    order: Callable[[Sequence[Any]], Any] | None

    def parameters(self, lists: dict[str, list[Any]]) -> Any:
        values = list(chain.from_iterable(lists.values()))
        if self.order is None:
            return {**self.fixed, **dict(zip(self.names, values, strict=True))}
        return self.order([*self.fixed.values(), *values])


class Lookup:
    """Rows by lists, past the work that the query layer does on every call.

    Args:
        statement: with a ``bindparam(name, expanding=True)`` for each list. Parameters and columns must be of kinds
            that the drivers themselves take and give alike: texts, whole numbers, bytes. Rows must be the same when a
            value stands in a list twice.
    """

    def __init__(self, statement: Select[Any] | CompoundSelect[Any] | ReturningDelete[Any]) -> None:
        self._statement = statement
        self._whole: dict[str, Any] = {}
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
            dialect = connection.dialect.name
            if dialect not in self._whole:
                # Once: other lengths of the lists only change how it is written out.
                self._whole[dialect] = self._statement.compile(dialect=connection.dialect)
            state = self._whole[dialect].construct_expanded_state(lists)
            names = [one for name in lists for one in state.parameter_expansion[name]]
            fixed = {name: value for name, value in state.parameters.items() if name not in names}
            order = None if state.positiontup is None else _picking([*fixed, *names], state.positiontup)
            self._compiled[key] = _Compiled(state.statement, fixed, names, order)
        return self._compiled[key]


class Prepared:
    """A statement without lists, past the work that the query layer does on every call.

    Parameters and columns must be of kinds that the drivers take and give alike: texts, whole numbers, bytes.
    """

    def __init__(self, statement: Select[Any] | ReturningDelete[Any]) -> None:
        self._statement = statement
        self._compiled: dict[str, _Compiled] = {}

    def rows(self, connection: Connection, **values: Any) -> list[Sequence[Any]]:
        """All rows that the statement gives with these values of its parameters."""
        dialect = connection.dialect.name
        if dialect not in self._compiled:
            state = self._statement.compile(dialect=connection.dialect).construct_expanded_state(dict(values))
            fixed = {name: value for name, value in state.parameters.items() if name not in values}
            names = list(values)
            order = None if state.positiontup is None else _picking([*fixed, *names], state.positiontup)
            self._compiled[dialect] = _Compiled(state.statement, fixed, names, order)
        compiled = self._compiled[dialect]
        return fetch(connection, compiled.text, compiled.parameters({name: [one] for name, one in values.items()}))


def _picking(names: Sequence[str], wanted: Sequence[str]) -> Callable[[Sequence[Any]], Any]:
    """Takes the wanted out of values that stand in the order of the names."""
    place = {name: number for number, name in enumerate(names)}
    places = [place[name] for name in wanted]
    if not places:
        return lambda _: ()
    return itemgetter(*places) if len(places) > 1 else lambda values: (values[places[0]],)


def _padded(values: list[Any]) -> list[Any]:
    """As long as the next power of two, so that few texts are enough."""
    length = 1 << (len(values) - 1).bit_length()
    return values + values[-1:] * (length - len(values))
