"""Free text at level partial: the text with the personal data inside it masked."""

from collections.abc import Sequence

from core.attributes import ValueKind
from governance.detect.spans import Span, joined
from governance.masking import mask
from governance.masks.common import HIDDEN

# What has a partial form; every other type is hidden.
_KINDS = {
    "PHONE": ValueKind.PHONE,
    "EMAIL": ValueKind.EMAIL,
    "NATIONAL_ID": ValueKind.IDENTIFIER,
    "COMPANY_ID": ValueKind.IDENTIFIER,
    "BANK_CARD": ValueKind.IDENTIFIER,
    "IBAN": ValueKind.IDENTIFIER,
    "VEHICLE_PLATE": ValueKind.IDENTIFIER,
    "URL": ValueKind.URL,
}


def find_spans(text: str, known_values: Sequence[str] = ()) -> list[Span]:
    """Personal data in the text, without overlaps, in its order.

    ``known_values`` are values of the person the text is about; they are found again wherever they stand.
    """
    if not text.strip():
        return []
    # Late: Presidio takes seconds to import, and most processes never search a text.
    from governance.detect.presidio import analyze  # noqa: PLC0415 - see above

    return joined(analyze(text, tuple(known_values)))


def mask_text(text: str, known_values: Sequence[str] = ()) -> str:
    """The text with every piece of personal data that is found replaced by its mask."""
    out: list[str] = []
    last = 0
    for span in find_spans(text, known_values):
        out += text[last : span.start], _masked(text[span.start : span.end], span.type)
        last = span.end
    return "".join([*out, text[last:]])


def _masked(piece: str, span_type: str) -> str:
    kind = _KINDS.get(span_type)
    return HIDDEN if kind is None else mask(kind, piece)
