"""What features are made of: for each value of an attribute the few strings of its standard form that features use.

Both doors make features from these: the one-record door for the values of a record, the batch door once for each
distinct value of a column.
"""

from collections.abc import Callable

from merge.standardise.quick import quick_address, quick_email, quick_name, quick_phone, quick_postcode
from merge.standardise.record import standardise_value
from merge.standardise.values import StandardValue, Validity

Parts = tuple[str, ...]

NAMES = {
    "person.full_name": "full_name",
    "person.given_name": "given_name",
    "person.family_name": "family_name",
    "person.middle_name": "middle_name",
}
ADDRESSES = frozenset({"address.full", "address.street"})
VALIDATED = frozenset({"id", "handle", "text"})
"""First parts of attributes whose features tell whether the value is valid."""


def _of_name(value: StandardValue) -> Parts:
    """Normal form, family and given name, script, and beside each of the two its pinyin, or in Latin the generation."""
    said = dict(value.parts).get
    family, given, script = said("family", ""), said("given", ""), said("script", "")
    beside = ("family_pinyin", "given_pinyin") if script == "han" else ("generation", "generation")
    return (value.normal, family, given, script, said(beside[0], ""), said(beside[1], ""))


def _of_address(value: StandardValue) -> Parts:
    said = dict(value.parts).get
    street, numbers = said("street", ""), said("numbers", "")
    if not street and not numbers:
        street = value.normal
    others = [said(name, "") for name in ("place", "adcode", "city_code", "place_numbers")]
    return (value.normal, street, numbers, *others)


def _validated(value: StandardValue) -> Parts:
    return value.normal, "valid" if value.validity is Validity.VALID else ""


def _of_phone(value: StandardValue) -> Parts:
    return value.normal, value.part("kind") if value.validity is Validity.VALID else ""


def _named(*names: str) -> Callable[[StandardValue], Parts]:
    return lambda value: tuple(value.part(name) for name in names)


_DATE = _named("year", "month", "day")
_OF: dict[str, Callable[[StandardValue], Parts]] = {
    **dict.fromkeys(NAMES, _of_name),
    **dict.fromkeys(ADDRESSES, _of_address),
    "phone": _of_phone,
    "email": lambda value: (value.normal, value.part("local")),
    "person.birth_date": _DATE,
    "organization.name": _named("core", "city", "branch", "latin", "latin_branch"),
}


DATES = "date"
"""First part of attributes that hold when something befell a customer other than birth (``date.died``)."""


def parts_of(value: StandardValue) -> Parts:
    """The strings of a value in standard form; the value must have something to compare."""
    own = _OF.get(value.attribute) or (_DATE if value.attribute.partition(".")[0] == DATES else None)
    if own is not None:
        return own(value)
    return _validated(value) if value.attribute.partition(".")[0] in VALIDATED else (value.normal,)


def _quick(attribute: str, raw: str) -> Parts | None:
    if attribute == "email":
        return quick_email(raw)
    if attribute == "phone":
        return quick_phone(raw)
    if attribute in NAMES:
        name = quick_name(NAMES[attribute], raw)
        return None if name is None else (*name, "latin", "", "")
    if attribute in ADDRESSES:
        address = quick_address(raw)
        return None if address is None else (*address, "", "", "", "")
    if attribute == "address.postcode":
        postcode = quick_postcode(raw)
        return None if postcode is None else (postcode,)
    return None


def standard_parts(attribute: str, raws: list[str]) -> list[Parts | None]:
    """The strings of raw values; None for one that says nothing."""
    found: list[Parts | None] = []
    for raw in raws:
        parts = _quick(attribute, raw)
        if parts is None:
            value = standardise_value(attribute, raw)
            said = parts_of(value) if value.normal else ("",)
            # A date without its year and a name of which nothing is left say nothing; an organisation always does.
            found.append(said if said[0] or (value.normal and attribute == "organization.name") else None)
        else:
            found.append(parts if parts[0] else None)
    return found
