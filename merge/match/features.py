"""What two records are compared by: one feature for each group of attributes that tell of the same thing.

Attributes are grouped by what they say, not by column: a given name beside a full name, or a street beside a full
address, is one piece of evidence and must not be counted twice.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from merge.match.parts import DATES, VALIDATED, Parts, parts_of
from merge.standardise.record import Standardised
from merge.standardise.values import StandardValue

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


_OWN_GROUPS = {
    "phone": "phone", "email": "email", "person.birth_date": "birth", "address.unit": "unit",
    "address.postcode": "postcode", "address.province": "province", "address.country": "country",
    "person.sex": "sex", "occupation": "occupation", "website": "website",
}  # fmt: skip


READ = "~"
"""In the place of its city: a Chinese company's name as it reads in Latin letters, to be compared with such alone."""


def group_of(attribute: str) -> str | None:
    """The group of features that the values of an attribute are by themselves, if they are."""
    return _OWN_GROUPS.get(attribute) or (attribute if attribute.partition(".")[0] in {*VALIDATED, DATES} else None)


def _feature(alternatives: Iterable[Alternative]) -> Feature:
    return tuple(sorted(set(alternatives)))


def joined_name(family: Parts | None, given: Parts | None, middle: Parts | None) -> Alternative | None:
    """One name out of the parts of separate family, given and middle names."""
    present = [parts for parts in (family, given, middle) if parts is not None]
    if not present:
        return None
    script = present[0][3]
    glue = "" if script == "han" else " "
    givens = [parts for parts in (given, middle) if parts is not None]
    return (
        family[0] if family else "",
        glue.join(parts[0] for parts in givens),
        script,
        family[4] if family else "",
        "".join(parts[5] for parts in givens),
    )


def names_together(full: set[Alternative], joined: Alternative | None) -> Feature:
    """The names of a record: whole ones, and the one joined from its parts, without saying the same twice."""
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
    # In their order: where two hold as much more, the smaller one is kept.
    for name in sorted(full):
        theirs = f"{name[1]} {name[0]}".split()
        if not tokens <= set(theirs):
            if not set(theirs) <= tokens:
                kept.add(name)
            continue
        # The full name holds more (a middle name); where the family name begins is told by its own column.
        rest = [token for token in theirs if token not in set(family.split())]
        if len(rest) > len(richest[1].split()):
            richest = (family, " ".join(rest), script, joined[3] or name[3], joined[4] or name[4])
    return _feature(kept | {richest})


def street_of(address: Parts, number: str) -> Alternative:
    """Street, numbers and place of an address; ``number`` is what a column of its own says of the number."""
    street, numbers, place = address[1:4]
    if number and number not in numbers.split():
        numbers = f"{number} {numbers}".strip()
    return (street, numbers, place)


def place_of(address: Parts) -> Alternative | None:
    """The estate inside a Chinese address with the numbers inside it, as those write it who leave the street away."""
    return (address[3], address[6], "") if address[6] else None


Held = Mapping[str, Sequence[StandardValue]]
"""The comparable values of a record by attribute."""


def _parts(held: Held, name: str) -> list[Parts]:
    return [parts_of(value) for value in held.get(name, ())]


def _first(held: Held, name: str) -> Parts | None:
    values = held.get(name)
    return parts_of(values[0]) if values else None


def _names(held: Held) -> Feature:
    full = {parts[1:] for parts in _parts(held, "person.full_name")}
    separate = ("person.family_name", "person.given_name", "person.middle_name")
    return names_together(full, joined_name(*(_first(held, name) for name in separate)))


def _streets(held: Held) -> Feature:
    numbers = held.get("address.number")
    normal = numbers[0].normal if numbers else ""
    found = [street_of(parts, normal) for parts in _parts(held, "address.street")]
    found += [street_of(parts, "") for parts in _parts(held, "address.full")]
    addresses = [*_parts(held, "address.street"), *_parts(held, "address.full")]
    found += [place for parts in addresses if (place := place_of(parts)) is not None]
    if not found and normal:
        found.append(("", normal, ""))
    return _feature(found)


def _localities(held: Held) -> Feature:
    found = [(value.normal,) for name in ("address.city", "address.district") for value in held.get(name, ())]
    found += [("#" + parts[4],) for parts in _parts(held, "address.full") if parts[4]]
    return _feature(found)


def _organizations(held: Held) -> Feature:
    cities = held.get("address.city")
    full = _first(held, "address.full")
    city = cities[0].normal if cities else (full[5] if full else "")
    found = _parts(held, "organization.name")
    named = {(core, own or city, branch) for core, own, branch, *_ in found}
    return _feature(named | {(latin, READ, branch) for *_, latin, branch in found if latin})


def features(record: Standardised) -> Features:
    """The features of a record in standard form."""
    held: dict[str, list[StandardValue]] = {}
    for value in record.values:
        if value.normal:
            held.setdefault(value.attribute, []).append(value)
    found: dict[str, Feature] = {"name": _names(held), "street": _streets(held), "locality": _localities(held)}
    # The organisation of a person is where they work, not who they are: colleagues share it.
    found["employer" if found["name"] else "org"] = _organizations(held)
    for name in held:
        group = group_of(name)
        if group is not None:
            found[group] = _feature(one for one in _parts(held, name) if one[0])
    return Features(MappingProxyType({group: feature for group, feature in sorted(found.items()) if feature}))
