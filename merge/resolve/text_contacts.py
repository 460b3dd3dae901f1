"""Columns of remarks and messages that tell who wrote them: what they tell becomes columns of its own."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from functools import partial

from merge.match.value_shapes import share
from merge.resolve.file_formats import Table, text_cells
from merge.resolve.file_mapping import samples
from merge.standardise.contacts_in_text import FORMS, ORDER, is_order, told_in
from merge.standardise.text import clean, is_missing

_SOME = 0.03
_NEARLY_ALL = 0.8
_TEXTS = ("text.", "interaction.text", "feedback.text")
_CALLED = {
    "phone": "telephone",
    "email": "mailbox",
    "address.full": "address",
    "person.full_name": "name",
    ORDER: "order",
}


def orders_of(tables: Sequence[Table], mapping: Mapping[str, str]) -> dict[str, str]:
    """What columns of numbers of orders hold: those long enough that no two sellers give the same one tie their buyers.

    A place in a row (``order``: 1, 2, 3) or a short number of one shop is compared as text, as it stands in many rows.
    """
    columns = [column for column, name in mapping.items() if name == "transaction.number"]
    said = {column: [value for value in samples(tables, column) if not is_missing(value)] for column in columns}
    return {column: ORDER for column, values in said.items() if share(values, is_order) >= _NEARLY_ALL}


def with_contacts_of_texts(
    tables: Sequence[Table], mapping: dict[str, str], given: Mapping[str, str]
) -> tuple[list[Table], dict[str, str], list[str]]:
    """Tables with further columns for contacts that columns of text tell, what those hold, and notes.

    A signature under a message names its writer as a form does.
    """
    result, notes = list(tables), []
    also: dict[str, str] = {}
    orders = _orders(tables, mapping)
    for column in [one for one, name in mapping.items() if name.startswith(_TEXTS) and one not in given]:
        said = [value for value in samples(tables, column) if not is_missing(value)]
        told = [name for name in FORMS if share(said, partial(_tells, name)) >= _SOME]
        further = {f"{column} ({_CALLED[name]})": name for name in told}
        for heading, name in further.items():
            known = orders if name == ORDER else frozenset[str]()
            result = [_with_told(table, column, name, heading, known) for table in result]
        also |= further
        if further:
            notes.append(f"Column '{column}' tells contacts: {', '.join(further)} are taken out of it.")
    return result, also, notes


def _tells(name: str, text: str) -> bool:
    return bool(told_in(name, text))


def _orders(tables: Sequence[Table], mapping: Mapping[str, str]) -> frozenset[str]:
    """The numbers of orders that columns of such hold."""
    columns = [column for column, name in mapping.items() if name == ORDER]
    held = [(table, column) for table in tables for column in columns if column in table.columns]
    return frozenset(clean(value) for table, column in held for value in table.numbered(column)[1])


def _with_told(table: Table, column: str, name: str, further: str, known: Collection[str]) -> Table:
    import pyarrow as pa  # noqa: PLC0415  (loads only where files are read)

    if column not in table.columns:
        return table
    codes, values = table.numbered(column)
    told = text_cells("; ".join(told_in(name, value, known)) for value in values).combine_chunks().take(pa.array(codes))
    return replace(table, columns=[*table.columns, further], cells=[*table.cells, pa.chunked_array([told])])
