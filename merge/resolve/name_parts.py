"""Parts of names that stand in columns of their own: the particle of a family name, and initials.

Dutch, Belgian and German systems keep ``van den`` apart from ``Berg``; where another system writes both in one field,
only the whole name is the same. Initials are all that many systems know of given names.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

from merge.match.columns import IGNORE
from merge.match.header_words import header_words
from merge.resolve.file_formats import Table
from merge.standardise.text import clean, fold, is_missing

Join = Callable[[str, str], str]
"""Two fields to what they say together."""

if TYPE_CHECKING:
    from pyarrow import ChunkedArray

_PARTICLES = frozenset(
    phrase.strip()
    for phrase in """
    tussenvoegsel, tussenvoegsels, voorvoegsel, voorvoegsels, voorvoegsel achternaam, surname prefix,
    family name prefix, last name prefix, name infix, infix, namensvorsatz, vorsatzwort, particule, particule du nom
    """.replace("\n", " ").split(",")
)
_INITIALS = frozenset(
    phrase.strip()
    for phrase in """
    voorletters, voorletter, initialen, initials, initial, first initial, first initials, given initials, initiales,
    initiale, iniciales, iniciais, iniziali, initialer, forbokstaver, inicjaly
    """.replace("\n", " ").split(",")
)
_FAMILY, _GIVEN = "person.family_name", "person.given_name"
_WORD = re.compile(r"[^\W\d_]+")
# More letters without a full stop are a name.
_MOST_TOGETHER = 4


def spelt(initials: str) -> str:
    """Initials one by one (``J.C.``, ``JC`` and ``j c`` are ``J C``); a name among them stays whole."""
    if is_missing(initials):
        return ""
    words = _WORD.findall(clean(initials))
    if len(words) == 1 and len(words[0]) <= _MOST_TOGETHER and (words[0].isupper() or words[0].islower()):
        words = list(words[0])
    return " ".join(words).upper() if all(len(word) <= 2 for word in words) else " ".join(words)


def given_of(given: str, initials: str) -> str:
    """The given names of a field for them and one for initials, which often tell of further ones."""
    if is_missing(given):
        return spelt(initials)
    first, _, others = spelt(initials).partition(" ")
    goes_on = bool(others) and " " not in given.strip() and fold(given)[:1] == fold(first)[:1]
    return f"{given} {others}" if goes_on else given


def family_of(family: str, particle: str) -> str:
    """The whole family name of a field for it and one for its particle."""
    said, before = clean(family), clean(particle)
    if is_missing(family) or is_missing(particle) or fold(said).startswith(fold(before) + " "):
        return family
    return f"{before} {said}"


def with_name_parts(
    tables: Sequence[Table], mapping: dict[str, str], given: Mapping[str, str]
) -> tuple[list[Table], dict[str, str], list[str]]:
    """Tables with particles before family names and initials for given ones, what columns then hold, and notes."""
    result, notes = list(tables), []
    also: dict[str, str] = {}
    for headers, attribute, join in ((_PARTICLES, _FAMILY, family_of), (_INITIALS, _GIVEN, given_of)):
        part = next((one for one in mapping if _is_part(one, mapping, given, headers)), None)
        whole = next((one for one, name in mapping.items() if name == attribute and one not in given), None)
        if part is None:
            continue
        if whole is None:
            also |= {part: attribute} if attribute == _GIVEN else {}
            continue
        for number, table in enumerate(result):
            if part in table.columns and whole in table.columns:
                result[number] = table.with_cells(whole, _joined(table, whole, part, join))
        also[part] = IGNORE
        notes.append(f"Column '{part}' is read together with column '{whole}'.")
    return result, also, notes


def _is_part(column: str, mapping: Mapping[str, str], given: Mapping[str, str], headers: frozenset[str]) -> bool:
    # One that holds initials alone looks like a column of given names.
    free = mapping[column].startswith("text.") or mapping[column] == "person.middle_name"
    return column not in given and free and header_words(column) in headers


def _joined(table: Table, whole: str, part: str, join: Join) -> "ChunkedArray":
    import pyarrow as pa  # noqa: PLC0415  (loads only where files are read)

    wholes, parts = ((codes.tolist(), values) for codes, values in (table.numbered(whole), table.numbered(part)))
    known: dict[tuple[int, int], str] = {}
    cells = [
        known[pair] if pair in known else known.setdefault(pair, join(wholes[1][pair[0]], parts[1][pair[1]]))
        for pair in zip(wholes[0], parts[0], strict=True)
    ]
    return pa.chunked_array([pa.array(cells, pa.large_string())])
