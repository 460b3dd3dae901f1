"""Columns of numbers that a customer keeps: of a member, a card, a contract, a device that was registered.

They have as many names as there are systems, so they are told by their values: long codes that few rows share, and the
rows that share one tell names that agree. Numbers that two systems gave to two customers fail that.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from merge.match.value_shapes import share
from merge.resolve.file_formats import Table
from merge.resolve.file_mapping import samples
from merge.standardise.contacts_in_text import MEMBER, is_order
from merge.standardise.text import fold, has_han, is_missing, words

_NEARLY_ALL = 0.8
_NAMES = ("person.full_name", "person.family_name")
_MOST_HOLDERS = 8
# So many numbers must stand in several rows with names, and in so many of them the names must agree.
_LEAST_SHARED, _AGREEING = 10, 0.7


def members_of(tables: Sequence[Table], mapping: Mapping[str, str]) -> dict[str, str]:
    """What columns of such numbers hold."""
    return {
        column: MEMBER
        for column, name in mapping.items()
        if name.startswith("text.") and _long_codes(tables, column) and _vouched_for(tables, mapping, column)
    }


def _long_codes(tables: Sequence[Table], column: str) -> bool:
    said = [value for value in samples(tables, column) if not is_missing(value)]
    return share(said, lambda value: is_order(value) and " " not in value.strip()) >= _NEARLY_ALL


def _vouched_for(tables: Sequence[Table], mapping: Mapping[str, str], column: str) -> bool:
    """Whether rows that share a number tell names that agree."""
    held: defaultdict[str, list[str]] = defaultdict(list)
    for number, name in _named(tables, mapping, column):
        held[number].append(name)
    shared = [names for names in held.values() if len(names) > 1]
    if len(shared) < _LEAST_SHARED or any(len(names) > _MOST_HOLDERS for names in shared):
        return False
    agreeing = sum(all(_may_be_one(names[0], other) for other in names[1:]) for names in shared)
    return agreeing >= _AGREEING * len(shared)


def _named(tables: Sequence[Table], mapping: Mapping[str, str], column: str) -> Iterator[tuple[str, str]]:
    """The number and the first name of each row that tells both."""
    for table in tables:
        if column not in table.columns:
            continue
        numbers = table.column(column)
        names = [table.column(one) for one in table.columns if mapping.get(one) in _NAMES]
        for row, number in enumerate(numbers):
            name = next((cells[row] for cells in names if not is_missing(cells[row])), "")
            if name and not is_missing(number):
                yield fold(number), name


def _may_be_one(one: str, other: str) -> bool:
    """Whether two names have a word in common, or Chinese ones a character: 王女士 and 王丹丹."""
    if has_han(one) and has_han(other):
        return not set(fold(one)).isdisjoint(fold(other))
    return not set(words(one)).isdisjoint(words(other))
