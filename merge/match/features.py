"""What two records are compared by: one feature for each group of attributes that tell of the same thing.

Attributes are grouped by what they say, not by column: a given name beside a full name, or a street beside a full
address, is one piece of evidence and must not be counted twice.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from merge.standardise.record import Standardised
from merge.standardise.values import StandardValue, Validity

Alternative = tuple[str, ...]
Feature = tuple[Alternative, ...]
"""Alternatives that the record holds at once (two telephones, a name in two scripts), sorted."""


@dataclass(frozen=True, slots=True)
class Features:
    """The features of one record by group; a group that the record says nothing about is absent."""

    groups: Mapping[str, Feature]

    def get(self, group: str) -> Feature:
        """The feature of a group, empty where the record says nothing."""
        return self.groups.get(group, ())


def _feature(alternatives: Iterable[Alternative]) -> Feature:
    return tuple(sorted(set(alternatives)))


def _name_of(value: StandardValue) -> Alternative:
    return (
        value.part("family"),
        value.part("given"),
        value.part("script"),
        value.part("family_pinyin"),
        value.part("given_pinyin"),
    )


def _joined_name(record: Standardised) -> Alternative | None:
    """One name out of separate family, given and middle names."""
    family, given = record.first("person.family_name"), record.first("person.given_name")
    middle = record.first("person.middle_name")
    if family is None and given is None and middle is None:
        return None
    present = [value for value in (family, given, middle) if value is not None]
    glue = "" if present[0].part("script") == "han" else " "
    given_text = glue.join(value.normal for value in (given, middle) if value is not None)
    family_pinyin = family.part("family_pinyin") if family else ""
    given_pinyin = "".join(value.part("given_pinyin") for value in (given, middle) if value is not None)
    return (family.normal if family else "", given_text, present[0].part("script"), family_pinyin, given_pinyin)


def _names(record: Standardised) -> Feature:
    full = {_name_of(value) for value in record.all("person.full_name")}
    joined = _joined_name(record)
    if joined is None:
        return _feature(full)
    family, given, script = joined[:3]
    if script == "han" or not family:
        covered = {name for name in full if family + given == name[0] + name[1]} if given or family else set()
        if not family and full - covered:
            covered_tokens = set(given.split())
            # A given name alone adds nothing to a full name that holds it.
            if any(covered_tokens <= set(f"{name[0]} {name[1]}".split()) for name in full):
                return _feature(full)
        return _feature((full - covered) | {joined})
    kept: set[Alternative] = set()
    tokens = set(family.split()) | set(given.split())
    richest = joined
    for name in full:
        theirs = f"{name[1]} {name[0]}".split()
        if not tokens <= set(theirs):
            if not set(theirs) <= tokens:
                kept.add(name)
            continue
        # The full name holds more (a middle name); where the family name begins is told by its own column.
        rest = [token for token in theirs if token not in set(family.split())]
        if len(rest) > len(richest[1].split()):
            richest = (family, " ".join(rest), script, "", "")
    return _feature(kept | {richest})


def _streets(record: Standardised) -> Feature:
    number = record.first("address.number")
    found: list[Alternative] = []
    for value in record.all("address.street") + record.all("address.full"):
        street, numbers = value.part("street"), value.part("numbers")
        if not street and not numbers:
            street = value.normal
        if number is not None and value.attribute == "address.street" and number.normal not in numbers.split():
            numbers = f"{number.normal} {numbers}".strip()
        found.append((street, numbers, value.part("place")))
    if not found and number is not None:
        found.append(("", number.normal, ""))
    return _feature(found)


def _localities(record: Standardised) -> Feature:
    found = [(value.normal,) for name in ("address.city", "address.district") for value in record.all(name)]
    found += [("#" + value.part("adcode"),) for value in record.all("address.full") if value.part("adcode")]
    return _feature(found)


def _organizations(record: Standardised) -> Feature:
    own_city = record.first("address.city")
    full = record.first("address.full")
    city = own_city.normal if own_city else (full.part("city_code") if full else "")
    return _feature(
        (value.part("core"), value.part("city") or city, value.part("branch"))
        for value in record.all("organization.name")
    )


def features(record: Standardised) -> Features:
    """The features of a record in standard form."""
    found: dict[str, Feature] = {
        "name": _names(record),
        "birth": _feature(
            (value.part("year"), value.part("month"), value.part("day"))
            for value in record.all("person.birth_date")
            if value.part("year")
        ),
        "phone": _feature(
            (value.normal, value.part("kind") if value.validity is Validity.VALID else "")
            for value in record.all("phone")
        ),
        "email": _feature((value.normal, value.part("local")) for value in record.all("email")),
        "street": _streets(record),
        "locality": _localities(record),
    }
    # The organisation of a person is where they work, not who they are: colleagues share it.
    found["employer" if found["name"] else "org"] = _organizations(record)
    for group, name in (("unit", "address.unit"), ("postcode", "address.postcode"), ("province", "address.province")):
        found[group] = _feature((value.normal,) for value in record.all(name))
    found["country"] = _feature((value.normal,) for value in record.all("address.country"))
    found["sex"] = _feature((value.normal,) for value in record.all("person.sex"))
    for name in ("occupation", "website"):
        found[name] = _feature((value.normal,) for value in record.all(name))
    for value in record.values:
        family = value.attribute.partition(".")[0]
        if family in {"id", "handle", "text"} and value.normal and value.attribute not in found:
            found[value.attribute] = _feature(
                (other.normal, "valid" if other.validity is Validity.VALID else "")
                for other in record.all(value.attribute)
            )
    return Features(MappingProxyType({group: feature for group, feature in sorted(found.items()) if feature}))
