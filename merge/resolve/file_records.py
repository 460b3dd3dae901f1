"""From the cells of plain files to records in standard form: ids, sources, mapping of columns."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from core.attributes import attribute
from core.errors import Conflict, Invalid
from core.records import AttributeValue
from merge.match.columns import IDENTITY, IGNORE, SOURCE, suggest, text_attribute
from merge.match.features import Features, features
from merge.resolve.file_formats import Table, read_table
from merge.standardise.dates import day_comes_first, in_known_order
from merge.standardise.record import standardise
from merge.standardise.text import is_missing

_SAMPLE = 300
_SHOWN = 10
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
        records: features by row.
        order: row numbers in the order in which the engine numbers them; the same for any order of rows.
        mapping: column to attribute, ``ignore`` for those left out.
        notes: what a person should know, one sentence each.
    """

    ids: list[str]
    records: list[Features]
    order: list[int]
    mapping: dict[str, str]
    notes: tuple[str, ...]


def _ids(tables: Sequence[Table], column: str | None) -> list[str]:
    if column is None:
        return [str(number) for number in range(1, sum(len(table.rows) for table in tables) + 1)]
    ids: list[str] = []
    seen: dict[str, int] = {}
    doubled: list[int] = []
    empty: list[int] = []
    for table in tables:
        if column not in table.columns:
            raise Invalid(
                "resolve.id",
                f"{table.name} has no column '{column}' for --id; its columns are: {', '.join(table.columns)}.",
                column=column,
            )
        position = table.columns.index(column)
        for row in table.rows:
            name = row[position].strip()
            number = len(ids) + 1
            if not name:
                empty.append(number)
            elif name in seen:
                doubled += [seen[name], number]
            seen.setdefault(name, number)
            ids.append(name)
    if empty:
        raise Invalid("resolve.id", f"Column '{column}' is empty in rows {_rows(empty)}; every row needs an id.")
    if doubled:
        raise Conflict(
            "resolve.duplicate_id",
            f"Column '{column}' has the same id in rows {_rows(sorted(set(doubled)))}; ids must be unique over all "
            "inputs. Leave --id out to use row numbers.",
            rows=sorted(set(doubled))[:1000],
        )
    return ids


def _rows(numbers: Sequence[int]) -> str:
    shown = ", ".join(map(str, numbers[:_SHOWN]))
    return f"{shown} and {len(numbers) - _SHOWN} more" if len(numbers) > _SHOWN else shown


def _samples(tables: Sequence[Table], column: str) -> list[str]:
    """Values spread over all that the column holds, the same for any order of rows."""
    found = {row[table.columns.index(column)] for table in tables if column in table.columns for row in table.rows}
    ordered = sorted(value for value in found if value.strip())
    step = max(1, len(ordered) // _SAMPLE)
    return ordered[::step][:_SAMPLE]


def _mapping(
    tables: Sequence[Table], given: Mapping[str, str], id_column: str | None, source_column: str | None
) -> tuple[dict[str, str], list[str]]:
    columns = list(dict.fromkeys(name for table in tables for name in table.columns))
    unknown = sorted(set(given) - set(columns))
    if unknown:
        raise Invalid("resolve.map", f"--map names columns that no input has: {', '.join(unknown)}.")
    if source_column is not None and source_column not in columns:
        raise Invalid("resolve.source", f"No input has a column '{source_column}' for --source.")
    mapping: dict[str, str] = {}
    notes: list[str] = []
    for column in columns:
        if column == id_column and column not in given:
            continue
        if column == source_column and column not in given:
            mapping[column] = SOURCE
        elif column in given:
            if given[column] != IGNORE:
                attribute(given[column])
            mapping[column] = given[column]
        else:
            mapping[column] = suggest(column, _samples(tables, column)).attribute
            if mapping[column] == IGNORE:
                notes.append(f"Column '{column}' looks like the output of a matcher and is not compared.")
            elif mapping[column] == SOURCE:
                notes.append(f"Column '{column}' is taken as the source of the row and is not compared.")
    return mapping, notes


def _of_organizations(tables: Sequence[Table], mapping: Mapping[str, str], given: Mapping[str, str]) -> list[str]:
    """The columns of contact persons, where rows are organisations: nearly all name one, and fewer name a person."""
    named: Counter[str] = Counter()
    rows = 0
    for table in tables:
        roles = [
            ("person" if name in _PERSON_NAMES else name, position)
            for position, column in enumerate(table.columns)
            if (name := mapping.get(column, "")) in {*_PERSON_NAMES, "organization.name"}
        ]
        for row in table.rows:
            named.update({role for role, position in roles if not is_missing(row[position])})
        rows += len(table.rows)
    if not named["person"] or named["organization.name"] < _NEARLY_ALL * rows or named["person"] > _NOT_ALL * rows:
        return []
    return [column for column, name in mapping.items() if name in _PERSON_NAMES and column not in given]


def _compared(column: str, name: str) -> str | None:
    if name in {IGNORE, SOURCE, IDENTITY}:
        return None
    return text_attribute(column) if name.startswith(_NOT_COMPARED) else name


def load(
    inputs: Sequence[Path], *, id_column: str | None, source_column: str | None, mapping: Mapping[str, str]
) -> tuple[Sequence[Table], dict[str, str], list[str], list[str]]:
    """Read the inputs: tables, mapping of columns, ids, notes. Raises Invalid, Conflict, NotFound, Unavailable."""
    tables = [read_table(path) for path in inputs]
    for table in tables:
        if not table.columns:
            raise Invalid("resolve.empty", f"{table.name} is empty: it has no header and no rows.")
    chosen, notes = _mapping(tables, mapping, id_column, source_column)
    for column in _of_organizations(tables, chosen, mapping):
        chosen[column] = text_attribute(column)
        notes.append(
            f"The rows are organisations: column '{column}' is taken as a contact person, not as the customer."
        )
    notes += [note for table in tables for note in table.notes]
    if not any(table.rows for table in tables):
        notes.append("The input has a header and no rows.")
    return tables, chosen, _ids(tables, id_column), notes


def _dates_in_order(table: Table, mapping: Mapping[str, str]) -> Table:
    """The table with its dates of birth written so that day and month are read as each source means them."""
    dates = [at for at, column in enumerate(table.columns) if mapping.get(column) == "person.birth_date"]
    sources = [at for at, column in enumerate(table.columns) if mapping.get(column) == SOURCE]
    if not dates:
        return table
    by_source: dict[tuple[str, ...], list[int]] = {}
    for number, row in enumerate(table.rows):
        by_source.setdefault(tuple(row[at] for at in sources), []).append(number)
    rows = list(table.rows)
    for at in dates:
        for numbers in by_source.values():
            day_first = day_comes_first(table.rows[number][at] for number in numbers)
            if day_first is None:
                continue
            for number in numbers:
                written = in_known_order(rows[number][at], day_first=day_first)
                if written != rows[number][at]:
                    rows[number] = [*rows[number][:at], written, *rows[number][at + 1 :]]
    return replace(table, rows=rows)


def standardise_rows(
    tables: Sequence[Table], mapping: Mapping[str, str], ids: list[str], *, by_id: bool, notes: Sequence[str]
) -> Batch:
    """Every row in standard form, as features; ``by_id`` numbers them by id, else by what they say."""
    records: list[Features] = []
    contents: list[bytes] = []
    for table in (_dates_in_order(table, mapping) for table in tables):
        used = [
            (position, name)
            for position, column in enumerate(table.columns)
            if column in mapping and (name := _compared(column, mapping[column])) is not None
        ]
        for row in table.rows:
            standard = standardise([AttributeValue(name, row[position]) for position, name in used if row[position]])
            records.append(features(standard))
            contents.append(b"" if by_id else standard.to_bytes())
    order = sorted(range(len(ids)), key=lambda row: (contents[row], ids[row]))
    return Batch(ids, records, order, dict(mapping), tuple(notes))
