"""Records beside each other as one caller may see them, with the characters in which they differ. Pure.

A class that the caller may not see leaves no trace. Whether two values say the same is told from their standard form,
the characters only of values that are shown clear.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from core.attributes import CANONICAL, Attribute, attribute
from governance.masking import Level, present
from governance.policy.values import View
from merge.resolve.records import LoadedRecord
from sync.presentation import Shown

_CLOSE = 0.6
_ALIKE_ENOUGH = 0.35
_ORDER = {known.name: at for at, known in enumerate(CANONICAL)}
Pieces = tuple[tuple[str, bool], ...]
"""Pieces of a text, and whether each is another than in the text it is compared with."""


@dataclass(frozen=True, slots=True)
class Cell:
    """A value of one record. ``level`` says how it is shown; ``pieces`` mark what differs from the first record's."""

    text: str
    level: str
    pieces: Pieces = ()


@dataclass(frozen=True, slots=True)
class Row:
    """One attribute over all records; ``relation`` is ``equal``, ``close``, ``different`` or ``alone``."""

    attribute: str
    relation: str
    cells: tuple[tuple[Cell, ...], ...]


def side_by_side(
    records: Sequence[LoadedRecord],
    view: View,
    token: Callable[[str], str],
    mask_text: Callable[[str, Sequence[str]], str],
) -> tuple[list[Row], Shown]:
    """One row an attribute that any record has and the caller may see, and what was shown, for the audit event.

    ``mask_text`` masks free text, and what the records themselves say of the person wherever it stands in it.
    """
    said = said_by(records)
    names = {value.attribute for one in records for value in one.record.values}
    known = [attribute(name) for name in names]
    shown = Shown()
    rows = []
    for one in sorted((found for found in known if not found.item), key=_place):
        level = view.level(one.data_class)
        row = _row(one, records, level, shown, token, lambda text: mask_text(text, said))
        if row is not None:
            rows.append(row)
    return rows, shown


def said_by(records: Iterable[LoadedRecord]) -> list[str]:
    """What records say of the person themselves, each once."""
    values = (value for one in records for value in one.record.values)
    return list(dict.fromkeys(value.value for value in values if not attribute(value.attribute).item))


def _place(known: Attribute) -> tuple[int, str]:
    return _ORDER.get(known.name, len(_ORDER)), known.name


def _row(
    known: Attribute,
    records: Sequence[LoadedRecord],
    level: Level,
    shown: Shown,
    token: Callable[[str], str],
    mask_text: Callable[[str], str],
) -> Row | None:
    cells: list[list[Cell]] = []
    normal: list[set[str]] = []
    base = ""
    for one in records:
        values = [value for value in one.record.values if value.attribute == known.name]
        normal.append({value.normal or value.raw for value in one.standard.all(known.name)})
        told: list[Cell] = []
        for value in values:
            text = present(level, known.kind, value.value, known.name, token=token, free_text=mask_text)
            shown.note(known.name, level, text)
            if text is not None:
                clear = level is Level.CLEAR
                told.append(Cell(text, level.value, differing(base, text) if clear and base else ()))
                base = base or (text if clear else "")
        cells.append(told)
    if not any(cells):
        return None
    return Row(known.name, relation_of(normal), tuple(map(tuple, cells)))


def relation_of(values: Sequence[set[str]]) -> str:
    """How the values of several records stand to one another."""
    given = [some for some in values if some]
    if len(given) < 2:
        return "alone"
    if set.intersection(*given):
        return "equal"
    first, rest = given[0], given[1:]
    near = all(
        any(SequenceMatcher(None, a, b, autojunk=False).ratio() >= _CLOSE for a in first for b in some) for some in rest
    )
    return "close" if near else "different"


def differing(base: str, text: str) -> Pieces:
    """The text in pieces, each marked where it is not in ``base`` at that place; by characters, not bytes.

    Empty where the two are the same, or so unlike that single characters say nothing.
    """
    matcher = SequenceMatcher(None, base, text, autojunk=False)
    if base == text or matcher.ratio() < _ALIKE_ENOUGH:
        return ()
    pieces = [(text[start:end], kind != "equal") for kind, _, _, start, end in matcher.get_opcodes() if end > start]
    return tuple(pieces)


def as_json(rows: Sequence[Row]) -> list[Mapping[str, object]]:
    """Rows for answers: cells in the order of the records."""
    return [
        {
            "attribute": row.attribute,
            "relation": row.relation,
            "cells": [
                [
                    {
                        "value": cell.text,
                        "level": cell.level,
                        "pieces": [{"text": text, "differs": differs} for text, differs in cell.pieces],
                    }
                    for cell in cells
                ]
                for cells in row.cells
            ],
        }
        for row in rows
    ]
