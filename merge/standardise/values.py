"""What a standardiser gives back: one form to compare, whether it is sound, and why not."""

from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import NamedTuple


class Validity(StrEnum):
    """How far a value can be trusted. ``UNKNOWN`` means that nothing could be checked, not that it is wrong."""

    VALID = "valid"
    UNKNOWN = "unknown"
    INVALID = "invalid"


class StandardValue(NamedTuple):
    """One attribute value in standard form.

    Attributes:
        attribute: canonical attribute name.
        raw: what the source gave; never changed.
        normal: the form to compare; "" where nothing can be compared.
        validity: the outcome of the checks of this kind.
        rule: id of the rule that decided the validity (``phone.length``), or None.
        parts: named pieces (``family``, ``pinyin``, ``year``), sorted by name so that equal values are equal bytes.
    """

    attribute: str
    raw: str
    normal: str
    validity: Validity = Validity.UNKNOWN
    rule: str | None = None
    parts: tuple[tuple[str, str], ...] = ()

    def part(self, name: str) -> str:
        """The piece of that name, or ""."""
        return next((value for key, value in self.parts if key == name), "")


def sorted_parts(pieces: Mapping[str, str] | Iterable[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
    """Pieces that say something, in the order of their names."""
    items = pieces.items() if isinstance(pieces, Mapping) else pieces
    return tuple(sorted((name, value) for name, value in items if value))
