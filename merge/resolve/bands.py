"""The bands of pairs: from which weight on the machine merges or asks, by what the two are and what people said. Pure.

An organization is what names an organization and no person, or holds the valid number of one; all else counts as a
person. A pair is one of organizations where both are. What people put together asks for more: of two such customers
the machine never makes one (``confirmed_confirmed``), of one such and a new one from the line ``confirmed`` on.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from core.records import SourceRecord

PERSON, ORGANIZATION = "person", "organization"
ENTITIES = (PERSON, ORGANIZATION)
_NAME = "organization.name"
_NUMBER = "id.cn.uscc"


@dataclass(frozen=True, slots=True)
class Band:
    """From which weight on pairs of one type are merged (``auto``) or asked about (``review``), in 1/1000 bit."""

    auto: int
    review: int


@dataclass(frozen=True, slots=True)
class Bands:
    """The bands in force. ``confirmed``: what a merge with a customer that a person put together asks for."""

    person: Band
    organization: Band
    confirmed: int

    @property
    def least_auto(self) -> int:
        """The weight below which the machine merges nothing of any type."""
        return min(self.person.auto, self.organization.auto)

    @property
    def least_review(self) -> int:
        """The weight below which nothing of any type is asked about."""
        return min(self.person.review, self.organization.review)

    def of(self, left: str, right: str, entities: Mapping[str, str]) -> Band:
        """The band of a pair of records, whose types are told by their ids; unknown ones are persons."""
        both = entities.get(left) == entities.get(right) == ORGANIZATION
        return self.organization if both else self.person

    def held(self, pairs: Iterable[tuple[str, str, int]], entities: Mapping[str, str]) -> frozenset[tuple[str, str]]:
        """The pairs that reach the line of another type, and not that of their own."""
        if self.person.auto == self.organization.auto:
            return frozenset()
        least = self.least_auto
        return frozenset(
            (left, right) for left, right, weight in pairs if least <= weight < self.of(left, right, entities).auto
        )


def entity_of(record: SourceRecord, verified: Iterable[str]) -> str:
    """What a record is of; ``verified`` are the kinds of its valid identifiers."""
    names = {value.attribute for value in record.values}
    kinds = set(verified)
    alone = _NAME in names and not any(name.startswith("person.") for name in names)
    return ORGANIZATION if _NUMBER in kinds or alone else PERSON
