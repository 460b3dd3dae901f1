"""From the cells of plain files to records in standard form: ids, sources, mapping of columns."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from operator import itemgetter
from pathlib import Path

import numpy as np

from core.errors import Invalid
from merge.match.alternatives import combined
from merge.match.assembly import Column, Standard, at_hand, in_order, table_of_columns
from merge.match.birth_columns import birth_part_columns, may_be_birth_part, written_date
from merge.match.cells import Cells, Strings, encoded, large_strings
from merge.match.column_terms import term_hashes
from merge.match.columns import IDENTITY, IGNORE, SOURCE, text_attribute
from merge.match.side_by_side import side_by_side
from merge.match.table import FeatureTable
from merge.match.texts import Codes, Flags, Ints
from merge.resolve.ages_in_dates import with_births_of_told_ages
from merge.resolve.birth_names import with_birth_names
from merge.resolve.cells_apart import apart
from merge.resolve.columns_together import with_births_of_ages, with_shown_ends, with_suffixes
from merge.resolve.file_formats import Table, read_table, text_cells
from merge.resolve.file_mapping import mapping_of, outline, samples
from merge.resolve.mailbox_names import with_names_of_mailboxes
from merge.resolve.member_numbers import members_of
from merge.resolve.name_order import with_names_in_order
from merge.resolve.name_parts import with_name_parts
from merge.resolve.noted_names import with_noted_names
from merge.resolve.one_source import Sources
from merge.resolve.record_ids import RecordIds, record_ids
from merge.resolve.telephones import with_countries
from merge.resolve.text_columns import FEW, left_out
from merge.resolve.text_contacts import orders_of, with_contacts_of_texts
from merge.standardise.contacts import MAY_HOLD_OTHERS
from merge.standardise.dates import day_comes_first, in_known_order, with_whole_year, years_of_two_figures
from merge.standardise.phones import DEFAULT_REGION
from merge.standardise.text import is_missing

# Stands where the empty cell was among the distinct values: a value that says nothing, and no record holds it.
_EMPTY = "-"
_MOST_SOURCES = 1000
_NEARLY_ALL = 0.9
_NOT_ALL = 0.8
_PERSON_NAMES = frozenset({"person.full_name", "person.given_name", "person.family_name", "person.middle_name"})
# What describes an order or a call, or is of no kind that features know: compared as text, never dropped.
_NOT_COMPARED = ("transaction.", "interaction.", "feedback.", "consent.", "organization.industry", "organization.size",
                 "person.title", "person.income", "preferences", "tags", "value_tier", "need")  # fmt: skip


@dataclass(frozen=True, slots=True)
class Batch:
    """All rows of the inputs.

    Attributes:
        ids: record ids in the order of the rows.
        records: features in the order in which the engine numbers records.
        order: row numbers in that order, which is the same for any order of rows.
        mapping: column to attribute, ``ignore`` for those left out.
        notes: what a person should know, one sentence each.
        sources: which source each record is of, in the engine's order; None where the rows do not tell.
    """

    ids: RecordIds
    records: FeatureTable
    order: Ints
    mapping: dict[str, str]
    notes: tuple[str, ...]
    sources: Sources | None = None


_TOGETHER = (
    with_name_parts, with_names_in_order, with_names_of_mailboxes, with_birth_names, with_suffixes,
    with_births_of_ages, with_births_of_told_ages, with_shown_ends, with_contacts_of_texts,
    with_noted_names, with_countries,
)  # fmt: skip
"""What reads columns together, or makes further ones out of those that are there."""


def _said(table: Table, columns: Sequence[str]) -> Flags:
    """In which rows any of the columns says something."""
    found = np.zeros(table.count, dtype=np.bool_)
    for column in columns:
        codes, values = table.numbered(column)
        found |= np.fromiter((not is_missing(value) for value in values), np.bool_, len(values))[codes]
    return found


def _of_organizations(tables: Sequence[Table], mapping: Mapping[str, str], given: Mapping[str, str]) -> list[str]:
    """The columns of contact persons, where rows are organisations: nearly all name one, and fewer name a person."""
    named: Counter[str] = Counter()
    for role, attributes in (("organization", {"organization.name"}), ("person", _PERSON_NAMES)):
        for table in tables:
            named[role] += int(_said(table, [one for one in table.columns if mapping.get(one) in attributes]).sum())
        rows = sum(table.count for table in tables)
        if role == "organization" and (not named[role] or named[role] < _NEARLY_ALL * rows):
            return []
    if not named["person"] or named["person"] > _NOT_ALL * rows:
        return []
    return [column for column, name in mapping.items() if name in _PERSON_NAMES and column not in given]


def _compared(column: str, name: str) -> str | None:
    if name in {IGNORE, SOURCE, IDENTITY}:
        return None
    return text_attribute(column) if name.startswith(_NOT_COMPARED) else name


def _births_joined(
    tables: Sequence[Table], given: Mapping[str, str], id_column: str | None
) -> tuple[list[Table], dict[str, str]]:
    """Tables with year, month and day of birth written into one column, and what the three columns then hold."""
    columns = list(dict.fromkeys(name for table in tables for name in table.columns))
    free = [column for column in columns if column not in given and column != id_column]
    parts = birth_part_columns({column: samples(tables, column) for column in free if may_be_birth_part(column)})
    if parts is None or any(part not in table.columns for table in tables for part in parts):
        return list(tables), {}
    result = []
    for table in tables:
        dates = [written_date(*row) for row in zip(*(table.column(part) for part in parts), strict=True)]
        result.append(table.with_cells(parts[0], text_cells(dates)))
    return result, {parts[0]: "person.birth_date", parts[1]: IGNORE, parts[2]: IGNORE}


def _texts(tables: Sequence[Table], mapping: Mapping[str, str]) -> dict[str, Codes]:
    """The columns that are compared as text, over all tables; nothing where they are few."""
    names = [column for column, name in mapping.items() if (_compared(column, name) or "").startswith("text.")]
    if len(names) <= FEW:
        return {}
    found = {}
    for column in names:
        numbers: dict[str, int] = {}
        parts = []
        for table in tables:
            codes, values = table.numbered(column) if column in table.columns else (np.full(table.count, -1), [])
            own = [-1 if is_missing(value) else numbers.setdefault(value, len(numbers)) for value in values]
            parts.append(np.array([*own, -1], dtype=np.int32)[codes])
        found[column] = np.concatenate(parts)
    return found


def load(
    inputs: Sequence[Path], *, id_column: str | None, source_column: str | None, mapping: Mapping[str, str]
) -> tuple[Sequence[Table], dict[str, str], RecordIds, list[str]]:
    """Read the inputs: tables, mapping of columns, ids, notes. Raises Invalid, Conflict, NotFound, Unavailable."""
    return understand([read_table(path) for path in inputs], id_column, source_column, mapping)


def _begin_to_encode(tables: Sequence[Table], mapping: Mapping[str, str]) -> None:
    """Begin with the columns that are standardised first: what else is told of columns needs one core."""
    for table in tables:
        for column in table.columns:
            if mapping.get(column) in MAY_HOLD_OTHERS:
                table.encode_ahead(column)


def understand(
    tables: Sequence[Table], id_column: str | None, source_column: str | None, mapping: Mapping[str, str]
) -> tuple[Sequence[Table], dict[str, str], RecordIds, list[str]]:
    """Tables as they are, the mapping of their columns, ids, notes. Raises Invalid and Conflict."""
    for table in tables:
        if not table.columns:
            raise Invalid("resolve.empty", f"{table.name} is empty: it has no header and no rows.")
    tables, joined = _births_joined(tables, mapping, id_column)
    chosen, notes = mapping_of(tables, {**joined, **mapping}, id_column, source_column)
    if joined:
        notes.append(f"Columns {', '.join(joined)} are taken together as the date of birth.")
    _begin_to_encode(tables, chosen)
    chosen |= orders_of(tables, chosen) | members_of(tables, chosen)
    for together in _TOGETHER:
        tables, also, told = together(tables, chosen, mapping)
        chosen |= also
        notes += told
    for column in _of_organizations(tables, chosen, mapping):
        chosen[column] = text_attribute(column)
        notes.append(
            f"The rows are organisations: column '{column}' is taken as a contact person, not as the customer."
        )
    repeated = left_out(_texts(tables, chosen), mapping)
    if repeated:
        chosen |= dict.fromkeys(repeated, IGNORE)
        notes.append(f"Of many columns of few values these say what others say, and are not compared: "
                     f"{', '.join(repeated)}.")  # fmt: skip
    notes += [note for table in tables for note in table.notes]
    if chosen:
        notes.insert(0, outline(chosen))
    if not any(table.count for table in tables):
        notes.append("The input has a header and no rows.")
    return tables, chosen, record_ids(tables, id_column), notes


def _dates_in_order(table: Table, column: str, mapping: Mapping[str, str]) -> tuple[Codes, list[str]]:
    """The cells of a column of dates, numbered, written so that day and month are read as each source means them."""
    codes, values = table.numbered(column)
    sources = [table.numbered(name)[0] for name in table.columns if mapping.get(name) == SOURCE]
    groups = combined(sources)[0] if sources else codes * 0
    numbers = {value: number for number, value in enumerate(values)}
    found = codes.copy()
    everywhere = np.bincount(codes[codes >= 0], minlength=len(values))
    years = years_of_two_figures(dict(zip(values, everywhere.tolist(), strict=True)))
    for group in np.unique(groups).tolist():
        rows = np.flatnonzero(groups == group)
        counts = np.bincount(codes[rows], minlength=len(values))
        held = np.flatnonzero(counts)
        texts = [values[code] for code in held.tolist()]
        day_first = day_comes_first(dict(zip(texts, counts[held].tolist(), strict=True)))
        if day_first is not None or years:
            written = np.arange(len(values), dtype=np.int32)
            whole = (with_whole_year(text, years) for text in texts)
            in_order = (text if day_first is None else in_known_order(text, day_first=day_first) for text in whole)
            written[held] = [numbers.setdefault(text, len(numbers)) for text in in_order]
            found[rows] = written[codes[rows]]
    return found, list(numbers)


def _slots(tables: Sequence[Table], mapping: Mapping[str, str]) -> dict[tuple[str, int], dict[int, str]]:
    """The columns of each table by what they hold: (attribute, how many-eth of it) to table to column."""
    found: dict[tuple[str, int], dict[int, str]] = {}
    for number, table in enumerate(tables):
        seen: Counter[str] = Counter()
        for column in table.columns:
            name = _compared(column, mapping[column]) if column in mapping else None
            if name is not None:
                found.setdefault((name, seen[name]), {})[number] = column
                seen[name] += 1
    return found


def _columns(tables: Sequence[Table], mapping: Mapping[str, str]) -> list[Column]:
    """Every column of values, over all tables; those of one attribute follow one another."""
    slots = _slots(tables, mapping)
    first: list[Cells] = []
    found: list[tuple[tuple[bool, str, str], int, int, Column]] = []
    asked = [one for one in slots if one[0] in MAY_HOLD_OTHERS]
    read = side_by_side(partial(_with_others, tables, mapping, slots), asked)
    for (name, nth), (others, cells) in zip(asked, read, strict=True):
        if others:
            first += cells
        else:
            found.append((in_order(name), 1, nth, (name, partial(iter, cells))))
    found += [(in_order(one.attribute), 0, number, at_hand(one)) for number, one in enumerate(first)]
    for (name, nth), columns in slots.items():
        if (name, nth) not in asked:
            found.append((in_order(name), 1, nth, (name, partial(_one_column, tables, mapping, name, columns))))
    return [column for *_, column in sorted(found, key=itemgetter(0, 1, 2))]


def _with_others(
    tables: Sequence[Table],
    mapping: Mapping[str, str],
    slots: Mapping[tuple[str, int], Mapping[int, str]],
    slot: tuple[str, int],
) -> tuple[bool, list[Cells]]:
    """Whether cells of a column hold something else; the column and those of what its cells hold."""
    # These columns take longest, and nothing else can begin before it is known what they hold.
    cells = list(_one_column(tables, mapping, slot[0], slots[slot]))
    return any(one.attribute != slot[0] for one in cells), cells


def _one_column(
    tables: Sequence[Table], mapping: Mapping[str, str], name: str, columns: Mapping[int, str]
) -> Iterator[Cells]:
    """One column over all tables, and further ones where its cells hold more; what held it is let go."""
    regions = [table.regions.get(columns.get(number, ""), DEFAULT_REGION) for number, table in enumerate(tables)]
    for region in dict.fromkeys(regions):
        own = {number: column for number, column in columns.items() if regions[number] == region}
        if own:
            yield from apart(replace(_held(tables, mapping, name, own), region=region))


def _held(tables: Sequence[Table], mapping: Mapping[str, str], name: str, columns: Mapping[int, str]) -> Cells:
    """One column over all tables."""
    import pyarrow as pa  # noqa: PLC0415  (loads only where files are read)
    from pyarrow import compute  # noqa: PLC0415

    parts = [_of_table(table, columns.get(number), name, mapping) for number, table in enumerate(tables)]
    codes, values = parts[0]
    if len(parts) > 1:
        numbers, values = encoded(pa.concat_arrays([held for _, held in parts]))
        sizes = [0, *np.cumsum([len(held) for _, held in parts]).tolist()]
        codes = np.concatenate([numbers[size:][own] for size, (own, _) in zip(sizes, parts, strict=False)])
    nothing = compute.index(values, pa.scalar("", values.type)).as_py()
    if nothing >= 0:
        values = compute.if_else(compute.equal(values, ""), _EMPTY, values)
        codes = np.where(codes == nothing, np.int32(-1), codes)
    return Cells(name, codes, values)


def _of_table(table: Table, column: str | None, name: str, mapping: Mapping[str, str]) -> Strings:
    """The cells of one table, numbered; empty ones where it has no such column."""
    if column is None:
        return np.zeros(table.count, dtype=np.int32), large_strings([""])
    if name == "person.birth_date" or name.startswith("date."):
        codes, held = _dates_in_order(table, column, mapping)
        values = large_strings(held)
    else:
        codes, values = table.encoded(column)
    table.drop(column)
    return codes, values


def _order(cells: Sequence[Cells], ids: RecordIds) -> Ints:
    """Rows in the order of a hash of what they say, then of their ids."""
    contents = np.zeros(len(ids), dtype=np.uint64)
    for one in cells:
        held = one.codes >= 0
        contents[held] += term_hashes(one.attribute, one.values.to_pylist())[one.codes[held]]
    return ids.by_name[np.argsort(contents[ids.by_name], kind="stable")]


def _ordered(read: Callable[[], Iterable[Cells]], order: Ints) -> Iterator[Cells]:
    return (replace(cells, codes=cells.codes[order]) for cells in read())


def standardise_rows(
    tables: Sequence[Table],
    mapping: Mapping[str, str],
    ids: RecordIds,
    *,
    by_id: bool,
    notes: Sequence[str],
    standard: Standard,
) -> Batch:
    """Every row in standard form, as features; ``by_id`` numbers them by id, else by what they say."""
    sources = _sources(tables, mapping)
    if by_id:
        order, columns = ids.by_name, _columns(tables, mapping)
    else:
        listed = [cells for _, read in _columns(tables, mapping) for cells in read()]
        order, columns = _order(listed, ids), list(map(at_hand, listed))
    ordered = ((attribute, partial(_ordered, read, order)) for attribute, read in columns)
    table = table_of_columns(len(ids), ordered, standard)
    return Batch(ids, table, order, dict(mapping), tuple(notes), _in_order(sources, order))


def _in_order(sources: Sources | None, order: Ints) -> Sources | None:
    return None if sources is None else replace(sources, codes=sources.codes[order])


def _sources(tables: Sequence[Table], mapping: Mapping[str, str]) -> Sources | None:
    """The sources of all rows: what their column of sources says, and which file they stand in."""
    numbers: dict[str, int] = {}
    parts = []
    for table in tables:
        named = [column for column in table.columns if mapping.get(column) == SOURCE]
        codes, values = table.numbered(named[0]) if named else (np.zeros(table.count, dtype=np.int32), [table.name])
        own = [-1 if is_missing(value) else numbers.setdefault(value.strip(), len(numbers)) for value in values]
        parts.append(np.array([*own, -1], dtype=np.int32)[codes])
    return Sources(np.concatenate(parts), len(numbers)) if 1 < len(numbers) <= _MOST_SOURCES else None
