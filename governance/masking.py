"""What of a value may be shown: levels, and a typed mask for each kind of value.

Pure. Masks are partial by kind (a surname, the ends of a number, the year, the district); a kind without a partial
form is hidden. AT42 of the acceptance list is the worked example.
"""

from collections.abc import Callable
from enum import StrEnum

from core.attributes import ValueKind
from governance.masks.common import HIDDEN
from governance.masks.contact import mask_email, mask_phone, mask_url
from governance.masks.identifiers import mask_identifier
from governance.masks.names import mask_handle, mask_organization_name, mask_person_name
from governance.masks.places import mask_address, mask_postcode, mask_region
from governance.masks.plain import mask_code, mask_date, mask_time


class Level(StrEnum):
    """How much of a value is shown, in this order.

    ``none``: not that there is one. ``aggregate``: counted only. ``token``: a pseudonym that joins. ``partial``: the
    mask of its kind. ``clear``: the value.
    """

    NONE = "none"
    AGGREGATE = "aggregate"
    TOKEN = "token"  # noqa: S105 - a level, no secret
    PARTIAL = "partial"
    CLEAR = "clear"

    @property
    def rank(self) -> int:
        """Place in the order, 0 for ``none``."""
        return _ORDER.index(self.value)

    # Text would sort by letters; a Level compares by rank, and with a Level only.
    def __lt__(self, other: str) -> bool:
        return self.rank < Level(other).rank

    def __le__(self, other: str) -> bool:
        return self.rank <= Level(other).rank

    def __gt__(self, other: str) -> bool:
        return self.rank > Level(other).rank

    def __ge__(self, other: str) -> bool:
        return self.rank >= Level(other).rank


_ORDER = ("none", "aggregate", "token", "partial", "clear")

_MASKS: dict[ValueKind, Callable[[str], str]] = {
    ValueKind.ORGANIZATION_NAME: mask_organization_name,
    ValueKind.DATE: mask_date,
    ValueKind.TIME: mask_time,
    ValueKind.PHONE: mask_phone,
    ValueKind.EMAIL: mask_email,
    ValueKind.IDENTIFIER: mask_identifier,
    ValueKind.ADDRESS: mask_address,
    ValueKind.REGION: mask_region,
    ValueKind.POSTCODE: mask_postcode,
    ValueKind.HANDLE: mask_handle,
    ValueKind.URL: mask_url,
}


def mask(kind: ValueKind, value: str, attribute: str = "") -> str:
    """The partial form of a value. Idempotent, never raises; an empty value stays empty.

    ``attribute`` refines names (a given name beside its full name) and codes (which lists are impersonal). Kinds
    without a partial form (sex, money, numbers, free text, unknown codes) give ``****``.
    """
    if not value:
        return value
    if kind is ValueKind.PERSON_NAME:
        return mask_person_name(value, attribute)
    if kind is ValueKind.CODE:
        return mask_identifier(value) if attribute == "transaction.number" else mask_code(value, attribute)
    known = _MASKS.get(kind)
    return known(value) if known else HIDDEN


def present(
    level: Level,
    kind: ValueKind,
    value: str,
    attribute: str = "",
    *,
    token: Callable[[str], str] | None = None,
    free_text: Callable[[str], str] | None = None,
) -> str | None:
    """The value as that level shows it, or None where it is left out.

    Args:
        level: what the policy allows.
        kind: kind of the value.
        value: the value in clear.
        attribute: its canonical attribute.
        token: makes the pseudonym for level ``token``; without it such a value is left out.
        free_text: masks personal data inside free text for level ``partial``; without it free text is left out.
    """
    if level is Level.CLEAR:
        return value
    if level is Level.PARTIAL:
        if kind is ValueKind.TEXT:
            return free_text(value) if free_text else None
        return mask(kind, value, attribute)
    if level is Level.TOKEN:
        return token(value) if token else None
    return None
