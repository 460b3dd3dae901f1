"""Names that people were born with, beside those that they bear: who married is found under either."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from merge.match.columns import IGNORE
from merge.match.header_words import header_words
from merge.resolve.file_formats import Table
from merge.resolve.file_mapping import samples
from merge.standardise.birth_surnames import BORN, without_born_word
from merge.standardise.names import standardise_person_name
from merge.standardise.text import clean, is_missing

if TYPE_CHECKING:
    from pyarrow import ChunkedArray

_HEADERS = frozenset(
    phrase.strip()
    for phrase in """
    birth name, birth surname, birth family name, surname at birth, name at birth, family name at birth, maiden name,
    maiden surname, nee, born as, geburtsname, geburtsnachname, geborene, geb name, madchenname, nom de naissance,
    nom de jeune fille, nom naissance, cognome da nubile, apellido de soltera, apellido de nacimiento, nome de solteira,
    meisjesnaam, geboortenaam, fodenavn, pikenavn, flicknamn, nazwisko panienskie, nazwisko rodowe, former surname,
    previous surname, former family name, former last name, previous last name, old surname
    """.replace("\n", " ").split(",")
)
_GIVEN, _FAMILY, _WHOLE = "person.given_name", "person.family_name", "person.full_name"


def with_birth_names(
    tables: Sequence[Table], mapping: dict[str, str], given: Mapping[str, str]
) -> tuple[list[Table], dict[str, str], list[str]]:
    """Tables with a further column for the given name and the name at birth, what it then holds, and notes.

    The name at birth stands in a column of its own, or behind the family name or the whole one: Schneider geb. Becker.
    """
    result, also, notes = list(tables), {}, []
    for column, name in mapping.items():
        own = name.startswith("text.") and header_words(column) in _HEADERS
        if column in given or not (own or (name in {_FAMILY, _WHOLE} and _told_behind(tables, column))):
            continue
        whole, joined = f"{column} (at birth)", False
        for number, table in enumerate(result):
            names = _at_birth(table, mapping, column, own=own) if column in table.columns else None
            if names is not None:
                result[number] = replace(table, columns=[*table.columns, whole], cells=[*table.cells, names])
                joined = True
        if joined:
            also[whole] = _WHOLE
            also |= {column: IGNORE} if own else {}
            notes.append(f"The name at birth of column '{column}' is taken for a second family name.")
    return result, also, notes


def _told_behind(tables: Sequence[Table], column: str) -> bool:
    return any(BORN.search(clean(value)) for value in samples(tables, column))


def _born(value: str, *, own: bool) -> str | None:
    """The name at birth that a cell tells; None for none."""
    if own:
        return None if is_missing(value) else without_born_word(clean(value))
    found = BORN.search(clean(value))
    return found["name"] if found else None


def _whole_at_birth(value: str) -> str:
    """The whole name at birth that a whole name tells; "" for none."""
    born = _born(value, own=False)
    given = standardise_person_name(_WHOLE, value).part("given") if born else ""
    return f"{born}, {given}" if given else ""


def _at_birth(table: Table, mapping: Mapping[str, str], column: str, *, own: bool) -> "ChunkedArray | None":
    """The whole names at birth of a table's rows; None where nothing tells the given names."""
    import pyarrow as pa  # noqa: PLC0415  (loads only where files are read)
    from pyarrow import compute  # noqa: PLC0415

    codes, values = table.numbered(column)
    if mapping[column] == _WHOLE:
        told = pa.array([_whole_at_birth(value) for value in values], pa.large_string())
        return pa.chunked_array([told.take(pa.array(codes))])
    first = next((one for one in table.columns if mapping.get(one) == _GIVEN), None)
    if first is None:
        return None
    born = pa.array([_born(value, own=own) for value in values], pa.large_string()).take(pa.array(codes))
    names = table.cells_of(first).cast(pa.large_string()).combine_chunks()
    said = compute.and_(compute.is_valid(born), compute.not_equal(compute.utf8_trim_whitespace(names), ""))
    joined = compute.binary_join_element_wise(born, names, pa.scalar(", ", pa.large_string()))
    return pa.chunked_array([compute.if_else(said, joined, "")])
