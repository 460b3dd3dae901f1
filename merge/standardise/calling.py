"""Telephones with the calling code of their country, where a column leaves it out and its country is known.

Everything behind this reads a number without a calling code as Chinese. Where a column is known to be of another
country its numbers are written as they are called from abroad, and each is one with the same number after ``+``.
"""

import re
from functools import lru_cache

from merge.standardise.contacts import pieces
from merge.standardise.numbering import by_prefix
from merge.standardise.phones import (
    CHINESE_MOBILE,
    DEFAULT_REGION,
    HYPHENED_EXTENSION,
    MORE_LINES,
    extension_apart,
    is_masked,
    is_placeholder,
    standardise_phone,
)
from merge.standardise.several import LEAST_FIGURES
from merge.standardise.text import clean

SHORTEST, LONGEST = 7, 15
# One number, no extension, nothing hidden: what most cells hold.
_PLAIN = re.compile(r"(?!.*\.0+$)\(?(?!00)[0-9](?:[ .()-]{0,2}[0-9]){6,13}")
_ABROAD = re.compile(r"\s*\(?\s*(?:\+|00)")
_SEPARATORS = str.maketrans("", "", " -().\u2010\u2011\u2012\u2013/")
_KEPT = 1 << 16


def figures_of(text: str) -> str:
    """The figures of a number without its country's code; "" where it has one, is masked or is no number."""
    if _ABROAD.match(text) or is_masked(text):
        return ""
    body, _ = extension_apart(MORE_LINES.sub("", text))
    figures = re.sub(r"\.0+$", "", body).translate(_SEPARATORS)
    plain = figures.isascii() and figures.isdigit() and SHORTEST <= len(figures) <= LONGEST
    return figures if plain and not is_placeholder(figures) else ""


def in_region(figures: str, region: str) -> str:
    """A number's form after ``+`` where the plan of a country (ISO 3166-1) proves it, else ""."""
    found = None if re.match(calls_abroad(region), figures) else by_prefix("", figures, region)
    if found is None:
        value = standardise_phone("phone", figures, region)
        found = value.normal, value.part("kind")
    return found[0] if found[1] else ""


@lru_cache(maxsize=256)
def calls_abroad(region: str) -> str:
    """What is dialled in a country before a number of another one: a regular expression."""
    from phonenumbers import PhoneMetadata  # noqa: PLC0415  (plans load only where a number needs them)

    metadata = PhoneMetadata.metadata_for_region(region)
    return str(metadata.international_prefix if metadata and metadata.international_prefix else "00")


@lru_cache(maxsize=256)
def is_region(code: str) -> bool:
    """Whether there is a plan for a country: two capital letters of ISO 3166-1."""
    from phonenumbers import SUPPORTED_REGIONS  # noqa: PLC0415  (plans load only where a number needs them)

    return code in SUPPORTED_REGIONS


@lru_cache(maxsize=_KEPT)
def possible_in(figures: str, region: str) -> str:
    """The form after ``+`` of a number that is as long as those of a country, else ""."""
    import phonenumbers  # noqa: PLC0415  (numbering plans load only where a number needs them)

    try:
        number = phonenumbers.parse(figures, region)
    except phonenumbers.NumberParseException:
        return ""
    if phonenumbers.is_possible_number_with_reason(number) != phonenumbers.ValidationResult.IS_POSSIBLE:
        return ""
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def _called(figures: str, default: str, own: str) -> str:
    """The form after ``+`` of a number that lacks the code of its country; "" where it stays as it is."""
    chinese = CHINESE_MOBILE.fullmatch(figures) is not None
    # What every Chinese writes so is no other country's number because its row names one.
    if own and not (chinese and default == DEFAULT_REGION) and (found := in_region(figures, own)):
        return found if own != DEFAULT_REGION else ""
    if default != DEFAULT_REGION and (found := in_region(figures, default)):
        return found
    return "" if chinese or (own or default) == DEFAULT_REGION else possible_in(figures, own or default)


def _written(text: str, default: str, own: str) -> str:
    figures = figures_of(text)
    found = _called(figures, default, own) if figures else ""
    if not found:
        return text
    extension = extension_apart(MORE_LINES.sub("", text))[1]
    return f"{found} ext. {extension}" if extension else found


def with_country(cell: str, default: str, own: str = "") -> str:
    """A cell of telephones, each number without its country's code written with it.

    Args:
        cell: one telephone or several, or what else a column of contacts holds; anything but such numbers stays.
        default: the country of the column, in two capital letters (ISO 3166-1).
        own: the country that the row names, "" where it names none; its plan is asked first.

    A number that a plan proves gets the form of that country; one of the right length gets the calling code, so that
    it is the same with and without it; all others, and Chinese mobile numbers that no plan takes, stay as they are.
    """
    if default == DEFAULT_REGION and own in {"", DEFAULT_REGION}:
        return cell
    if _PLAIN.fullmatch(cell) and HYPHENED_EXTENSION.fullmatch(cell) is None:
        figures = cell.translate(_SEPARATORS)
        if SHORTEST <= len(figures) < LEAST_FIGURES:
            return (not is_placeholder(figures) and _called(figures, default, own)) or cell
    text, at, changed = clean(cell), 0, False
    for attribute, piece in pieces("phone", text):
        place = text.find(piece, at) if attribute == "phone" else -1
        if place >= 0:
            written = _written(piece, default, own)
            text, at = text[:place] + written + text[place + len(piece) :], place + len(written)
            changed |= written != piece
    return text if changed else cell


@lru_cache(maxsize=_KEPT)
def as_dialled_at_home(normal: str) -> frozenset[str]:
    """The figures that people of its country write for a number in standard form; none for Chinese ones.

    So a number is found by who types it without the code of its country.
    """
    if not normal.startswith("+") or normal.startswith("+86"):
        return frozenset()
    import phonenumbers  # noqa: PLC0415  (numbering plans load only where a number needs them)

    number = phonenumbers.parse(normal.partition(";")[0], None)
    written = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.NATIONAL)
    forms = "".join(filter(str.isdecimal, written)), phonenumbers.national_significant_number(number)
    return frozenset(forms)
