"""Names out of nicknames and notes: who keeps contacts in a network's app writes down who somebody is.

``李浩强 15915605405`` and ``祝颖 爬行垫`` begin with a name; what stands so is one where it is a name elsewhere too.
"""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace

from merge.match.header_words import header_words
from merge.match.name_headers import NICKNAMES
from merge.match.value_shapes import share
from merge.resolve.file_formats import Table, text_cells
from merge.resolve.file_mapping import samples
from merge.standardise.familiar_chinese import begins_with_surname
from merge.standardise.text import clean, is_missing, simplify

_WHOLE = "person.full_name"
_HAN = re.compile("[\u4e00-\u9fff]{2,4}")
_SOME = 0.01


def name_of_nick(known: Collection[str], nick: str) -> str:
    """The name that the nickname or note begins with, where it is known for one; "" for others."""
    found = _HAN.match(simplify(clean(nick)))
    if found is None or not begins_with_surname(found[0]):
        return ""
    return found[0] if found[0] in known else ""


def with_noted_names(
    tables: Sequence[Table], mapping: dict[str, str], given: Mapping[str, str]
) -> tuple[list[Table], dict[str, str], list[str]]:
    """Tables with further columns for names that nicknames and notes tell, what those hold, and notes."""
    del given
    result, notes = list(tables), []
    also: dict[str, str] = {}
    asked = [one for one, name in mapping.items() if name.startswith("text.") and header_words(one) in NICKNAMES]
    known = frozenset(_names(tables, mapping)) if asked else frozenset[str]()
    for column in asked:
        said = [value for value in samples(tables, column) if not is_missing(value)]
        if share([name_of_nick(known, value) for value in said], bool) < _SOME:
            continue
        further = f"{column} (name)"
        result = [_with(table, column, further, known) for table in result]
        also[further] = _WHOLE
        notes.append(f"Column '{column}' tells names that are known from others: they are taken out of it.")
    return result, also, notes


def _names(tables: Sequence[Table], mapping: Mapping[str, str]) -> Iterator[str]:
    """The whole Chinese names that columns of names hold."""
    for table in tables:
        for column in table.columns:
            if mapping.get(column) == _WHOLE:
                for value in table.numbered(column)[1]:
                    name = simplify(clean(value)).replace(" ", "")
                    if _HAN.fullmatch(name) and begins_with_surname(name):
                        yield name


def _with(table: Table, column: str, further: str, known: Collection[str]) -> Table:
    import pyarrow as pa  # noqa: PLC0415  (loads only where files are read)

    if column not in table.columns:
        return table
    codes, values = table.numbered(column)
    cells = text_cells(name_of_nick(known, value) for value in values).combine_chunks().take(pa.array(codes))
    return replace(table, columns=[*table.columns, further], cells=[*table.cells, pa.chunked_array([cells])])
