"""A whole record in standard form, and its canonical bytes."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import orjson

from core.attributes import ValueKind, attribute
from core.errors import Damaged
from core.records import AttributeValue
from merge.standardise.addresses import standardise_address, standardise_postcode, standardise_region
from merge.standardise.companies import standardise_organization
from merge.standardise.dates import standardise_date
from merge.standardise.emails import standardise_email
from merge.standardise.handles import standardise_handle, standardise_sex, standardise_text, standardise_website
from merge.standardise.identifiers import standardise_identifier
from merge.standardise.names import standardise_person_name
from merge.standardise.phones import standardise_phone
from merge.standardise.quick import quick_phone
from merge.standardise.text import is_missing
from merge.standardise.values import StandardValue, Validity

_FORMAT = 1
_VALIDITIES = {one.value: one for one in Validity}


def _standardise_phone(attribute: str, raw: str) -> StandardValue:
    """A number that its plan proves by its first figures goes the quick way, all others the whole way."""
    normal, kind = quick_phone(raw) or ("", "")
    if kind:
        return StandardValue(attribute, raw, normal, Validity.VALID, None, (("kind", kind),))
    return standardise_phone(attribute, raw)


_BY_KIND: dict[ValueKind, Callable[[str, str], StandardValue]] = {
    ValueKind.PERSON_NAME: standardise_person_name,
    ValueKind.ORGANIZATION_NAME: standardise_organization,
    ValueKind.DATE: standardise_date,
    ValueKind.SEX: standardise_sex,
    ValueKind.PHONE: _standardise_phone,
    ValueKind.EMAIL: standardise_email,
    ValueKind.IDENTIFIER: standardise_identifier,
    ValueKind.ADDRESS: standardise_address,
    ValueKind.REGION: standardise_region,
    ValueKind.POSTCODE: standardise_postcode,
    ValueKind.HANDLE: standardise_handle,
    ValueKind.URL: standardise_website,
}


@dataclass(frozen=True, slots=True)
class Standardised:
    """A record's values in standard form, in a fixed order: equal sets of values are equal records."""

    values: tuple[StandardValue, ...]

    def all(self, name: str) -> list[StandardValue]:
        """The comparable values of one attribute."""
        return [value for value in self.values if value.attribute == name and value.normal]

    def first(self, name: str) -> StandardValue | None:
        """The first comparable value of one attribute, or None."""
        return next(iter(self.all(name)), None)

    def to_bytes(self) -> bytes:
        """Canonical JSON: the same values always give the same bytes, on any machine."""
        body = {
            "format": _FORMAT,
            "values": [
                [value.attribute, value.raw, value.normal, value.validity.value, value.rule, dict(value.parts)]
                for value in self.values
            ],
        }
        return orjson.dumps(body, option=orjson.OPT_SORT_KEYS)

    @classmethod
    def from_bytes(cls, data: bytes) -> "Standardised":
        """What ``to_bytes`` wrote. Raises Damaged ``standardised.format`` for anything else."""
        try:
            body = orjson.loads(data)
            if body["format"] != _FORMAT:
                raise Damaged(
                    "standardised.format",
                    "Standardised values were written in another format; 'ingot rebuild --apply' makes them again.",
                )
            return cls(
                tuple(
                    StandardValue(name, raw, normal, _VALIDITIES[validity], rule, tuple(sorted(parts.items())))
                    for name, raw, normal, validity, rule, parts in body["values"]
                )
            )
        except (ValueError, KeyError, TypeError, AttributeError):
            raise Damaged(
                "standardised.format", "Standardised values cannot be read; 'ingot rebuild --apply' makes them again."
            ) from None


def standardise_value(name: str, raw: str) -> StandardValue:
    """One value in standard form. Raises Invalid ``attribute.unknown`` for an attribute that does not exist."""
    kind = attribute(name).kind
    if is_missing(raw):
        return StandardValue(name, raw, "")
    return _BY_KIND.get(kind, standardise_text)(name, raw)


def standardise(values: Sequence[AttributeValue]) -> Standardised:
    """All values of a record in standard form, ordered by attribute and value; doubles are kept once.

    Raises Invalid ``attribute.unknown`` for an attribute that does not exist.
    """
    found = {(value.attribute, value.value): value for value in values}
    ordered = [standardise_value(name, raw) for name, raw in sorted(found)]
    return Standardised(tuple(sorted(ordered, key=lambda value: (value.attribute, value.normal, value.raw))))
