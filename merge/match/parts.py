"""What features are made of: for each value of an attribute the few strings of its standard form that features use.

Both doors make features from these: the one-record door for the values of a record, the batch door once for each
distinct value of a column.
"""

from merge.standardise.quick import quick_address, quick_email, quick_name, quick_phone
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


def width(attribute: str) -> int:
    """How many strings a value of the attribute has."""
    if attribute in NAMES or attribute in ADDRESSES:
        return 6
    if attribute in {"person.birth_date", "organization.name"}:
        return 3
    validated = attribute.partition(".")[0] in VALIDATED
    return 2 if validated or attribute in {"phone", "email"} else 1


def _of_name(value: StandardValue) -> Parts:
    own = ("family", "given", "script", "family_pinyin", "given_pinyin")
    return (value.normal, *(value.part(name) for name in own))


def _of_address(value: StandardValue) -> Parts:
    street, numbers = value.part("street"), value.part("numbers")
    if not street and not numbers:
        street = value.normal
    return (value.normal, street, numbers, value.part("place"), value.part("adcode"), value.part("city_code"))


def parts_of(value: StandardValue) -> Parts:
    """The strings of a value in standard form; the value must have something to compare."""
    name = value.attribute
    valid = value.validity is Validity.VALID
    if name in NAMES:
        return _of_name(value)
    if name in ADDRESSES:
        return _of_address(value)
    if name == "phone":
        return value.normal, value.part("kind") if valid else ""
    if name == "email":
        return value.normal, value.part("local")
    if name == "person.birth_date":
        return value.part("year"), value.part("month"), value.part("day")
    if name == "organization.name":
        return value.part("core"), value.part("city"), value.part("branch")
    if name.partition(".")[0] in VALIDATED:
        return value.normal, "valid" if valid else ""
    return (value.normal,)


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
        return None if address is None else (address[0], address[1], address[2], "", "", "")
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
