"""What the columns of plain files hold: what was said, what is recognised, and the sentences that tell it."""

from collections.abc import Mapping, Sequence
from functools import partial

from core.attributes import attribute
from core.errors import Invalid
from merge.match.columns import (
    IDENTITY,
    IGNORE,
    SOURCE,
    Suggestion,
    date_attribute,
    looks_like_companies,
    looks_like_names,
    suggest,
    text_attribute,
)
from merge.match.header_words import header_words, is_key_name
from merge.match.side_by_side import side_by_side
from merge.match.value_shapes import share
from merge.resolve.file_formats import Table, some_of
from merge.standardise.text import is_missing

_SAMPLE = 300
_SORTED = 100_000
# Below these what a column is taken for should be looked at.
_SURE = 0.65
_KEYS = 10
_NEARLY_ALL = 0.95
# Customers have many names; towns, products and jobs of two words are few.
_VARIED = 0.2
_HALVES = frozenset({"person.given_name", "person.family_name"})
_ONLY_NAME = frozenset({"name", "names", "nom", "naam", "nome", "nombre", "nazwa", "nimi", "namn", "navn"})
# Of full names hardly one is a single word.
_SINGLE = 0.3
# Columns that name the source of a row where few values stand in them again and again.
_LISTS = frozenset({
    "register", "register name", "registry", "directory", "database", "db", "feed", "list", "list name", "listing",
    "catalog", "catalogue", "provenance", "platform", "dataset name", "file", "登记簿", "名录", "数据库", "平台",
})  # fmt: skip
_EACH_LIST = 15
_NAMES = frozenset({"person.full_name", "person.given_name", "person.family_name", "organization.name"})


def samples(tables: Sequence[Table], column: str) -> list[str]:
    """Values spread over all that the column holds, the same for any order of rows."""
    rows = sum(table.count for table in tables)
    found: set[str] = set()
    for table in tables:
        if column in table.columns:
            cells = table.cells_of(column)
            found.update((some_of(cells, _SORTED / rows) if rows > _SORTED else cells).to_pylist())
    ordered = sorted(value for value in found if value.strip())
    count = min(_SAMPLE, len(ordered))
    return [ordered[place * len(ordered) // count] for place in range(count)]


def _is_key(tables: Sequence[Table], column: str) -> bool:
    """Whether a column has a code in nearly every row and none twice: it tells rows apart and nothing else."""
    if not is_key_name(column) or any(column not in table.columns for table in tables):
        return False
    rows = sum(table.count for table in tables)
    if rows < _KEYS or not all(" " not in value and _has_figure(value) for value in samples(tables, column)):
        return False
    held = [value for table in tables for value in table.column(column) if not is_missing(value)]
    return len(held) >= _NEARLY_ALL * rows and len(set(held)) == len(held)


def _has_figure(value: str) -> bool:
    return any(character.isdigit() for character in value)


def _check(columns: Sequence[str], given: Mapping[str, str], source_column: str | None) -> None:
    unknown = sorted(set(given) - set(columns))
    if unknown:
        raise Invalid("resolve.map", f"--map names columns that no input has: {', '.join(unknown)}.")
    if source_column is not None and source_column not in columns:
        raise Invalid("resolve.source", f"No input has a column '{source_column}' for --source.")
    for name in given.values():
        if name != IGNORE:
            attribute(name)


def mapping_of(
    tables: Sequence[Table], given: Mapping[str, str], id_column: str | None, source_column: str | None
) -> tuple[dict[str, str], list[str]]:
    """Column to attribute, and what a person should know of it. Raises Invalid ``resolve.map``, ``resolve.source``."""
    columns = list(dict.fromkeys(name for table in tables for name in table.columns))
    _check(columns, given, source_column)
    found: dict[str, Suggestion] = {}
    asked = [column for column in columns if column not in {*given, source_column, id_column}]
    sampled = dict(zip(asked, side_by_side(partial(samples, tables), asked), strict=True))
    for column in columns:
        if column in given:
            found[column] = Suggestion(given[column], 1.0)
        elif column == source_column:
            found[column] = Suggestion(SOURCE, 1.0)
        elif column != id_column:
            suggested = suggest(column, sampled[column])
            is_text = suggested.attribute.startswith("text.")
            found[column] = Suggestion(IDENTITY, 1.0) if is_text and _is_key(tables, column) else suggested
    _one_name(found)
    _list_of_row(tables, found)
    _other_half_of_name(tables, found)
    _birth_told_by_name(found)
    _whole_under_half(tables, found)
    for table in tables:
        _name_by_values(table, found)
    mapping = {column: one.attribute for column, one in found.items()}
    return mapping, _not_compared(mapping, given, source_column) + _doubts(tables, found)


def _one_name(found: dict[str, Suggestion]) -> None:
    """Of several columns that only their values make names nobody knows which is the customer's."""
    by_values = [
        column for column, one in found.items() if one.attribute == "person.full_name" and one.confidence < _SURE
    ]
    if len(by_values) > 1:
        found.update({column: Suggestion(text_attribute(column), 0.3) for column in by_values})


def _list_of_row(tables: Sequence[Table], found: dict[str, Suggestion]) -> None:
    """``Register`` or ``directory``: the list that a row was taken from, where no column says what its source is."""
    if any(one.attribute == SOURCE for one in found.values()):
        return
    rows = sum(table.count for table in tables)
    for column, one in found.items():
        if header_words(column) in _LISTS and one.attribute == text_attribute(column):
            values = samples(tables, column)
            if values and len(values) * _EACH_LIST <= rows and not any(map(_has_figure, values)):
                found[column] = Suggestion(SOURCE, 0.7)
                return


def _other_half_of_name(tables: Sequence[Table], found: dict[str, Suggestion]) -> None:
    """``Vorname`` beside ``Name``, ``Surname`` beside ``Name``: what is only called a name is the other half."""
    halves = [name for name in _HALVES if any(one.attribute == name for one in found.values())]
    plain = [column for column in found if header_words(column) in _ONLY_NAME]
    if len(halves) != 1 or len(plain) != 1 or found[plain[0]].attribute not in _NAMES - _HALVES:
        return
    values = [value for value in samples(tables, plain[0]) if not is_missing(value)]
    if looks_like_companies(values) or share(values, lambda value: len(value.split()) == 1) < _SINGLE:
        return
    (other,) = _HALVES - set(halves)
    found[plain[0]] = Suggestion(other, 0.8)


def _birth_told_by_name(found: dict[str, Suggestion]) -> None:
    """Dates that only their years make births are another event's where a column says that it holds births."""
    births = {column: one.confidence for column, one in found.items() if one.attribute == "person.birth_date"}
    if max(births.values(), default=0.0) >= _SURE:
        unsure = [column for column, confidence in births.items() if confidence < _SURE]
        found.update({column: Suggestion(date_attribute(column), 0.7) for column in unsure})


def _whole_under_half(tables: Sequence[Table], found: dict[str, Suggestion]) -> None:
    """Under ``Nom`` alone whole names stand, where nearly all are of two words or more."""
    if any(one.attribute == "person.given_name" for one in found.values()):
        return
    for column, one in found.items():
        if one.attribute == "person.family_name" and one.confidence < 1:
            values = [value for value in samples(tables, column) if not is_missing(value)]
            if share(values, lambda value: len(value.split()) > 1) >= _NEARLY_ALL:
                found[column] = Suggestion("person.full_name", 0.7)


def _name_by_values(table: Table, found: dict[str, Suggestion]) -> None:
    """Where no header of a file speaks of a name, its one column of which the many values look like names is one."""
    told = {column: found[column] for column in table.columns if column in found}
    if not _NAMES.isdisjoint(one.attribute for one in told.values()):
        return
    named = {}
    for column in [column for column, one in told.items() if one.attribute == text_attribute(column)]:
        values = samples([table], column)
        if len(values) >= max(_KEYS, min(_SAMPLE, _VARIED * table.count)) and (attribute := looks_like_names(values)):
            named[column] = attribute
    if len(named) == 1:
        found.update({column: Suggestion(attribute, 0.5) for column, attribute in named.items()})


def _not_compared(mapping: Mapping[str, str], given: Mapping[str, str], source_column: str | None) -> list[str]:
    reasons = {
        IGNORE: "looks like the output of a matcher and is not compared",
        SOURCE: "is taken as the source of the row and is not compared",
        IDENTITY: "has another value in every row: it is taken as the number of the row and is not compared",
    }
    return [
        f"Column '{column}' {reasons[name]}."
        for column, name in mapping.items()
        if name in reasons and column not in given and column != source_column
    ]


def _doubts(tables: Sequence[Table], found: Mapping[str, Suggestion]) -> list[str]:
    unsure = [
        f"'{column}' ({one.attribute})"
        for column, one in found.items()
        if one.confidence < _SURE and not one.attribute.startswith("text.")
    ]
    notes = [f"Not sure, please check: {', '.join(unsure)}."] if unsure else []
    if _NAMES.isdisjoint(one.attribute for one in found.values()) and any(table.count for table in tables):
        notes.append(
            "No column is taken for a name. Where one holds it, say so: --map COLUMN=person.full_name or "
            "--map COLUMN=organization.name."
        )
    return notes


def outline(mapping: Mapping[str, str]) -> str:
    """One sentence that tells what every column was taken for."""
    left_out = {IGNORE, SOURCE, IDENTITY}
    taken = [f"{column} = {name}" for column, name in mapping.items() if name not in left_out and name[:5] != "text."]
    texts = [column for column, name in mapping.items() if name[:5] == "text."]
    dropped = [column for column, name in mapping.items() if name in left_out]
    parts = (("Columns", taken), ("compared as text", texts), ("not compared", dropped))
    return "; ".join(f"{title}: {', '.join(columns)}" for title, columns in parts if columns) + "."
