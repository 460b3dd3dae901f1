"""Golden values with their lineage, and the bytes they are kept and compared as."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

import orjson

from core.attributes import attribute
from core.errors import Damaged


class Lineage(NamedTuple):
    """Why a value stands where it stands.

    Attributes:
        record_id, source, asserted_at: the source record the value is from.
        strategy: the comparators of its attribute, in order (``validated_first>trust``).
        rule: what decided against the next best: a comparator, a step of the final tie-break, or ``only``.
        trust: trust of the value at the policy's reference time, in thousandths of a point.
        losers: ids of the records whose different value lost, best first.
    """

    record_id: str
    source: str
    asserted_at: datetime
    strategy: str
    rule: str
    trust: int
    losers: tuple[str, ...] = ()


class GoldenValue(NamedTuple):
    """One surviving value. ``rank`` is 1 for the primary one; ``validity`` is valid, unknown or invalid."""

    attribute: str
    value: str
    rank: int
    validity: str
    lineage: Lineage


@dataclass(frozen=True, slots=True)
class GoldenValues:
    """All values of one golden record. ``as_of`` is the time that trust was computed for."""

    as_of: datetime
    policy: str
    attributes: Mapping[str, tuple[GoldenValue, ...]]

    def first(self, name: str) -> str | None:
        """The primary value of an attribute, or None."""
        held = self.attributes.get(name, ())
        return held[0].value if held else None

    def all(self, name: str) -> list[str]:
        """All values of an attribute, by rank."""
        return [value.value for value in self.attributes.get(name, ())]

    def __iter__(self) -> Iterator[GoldenValue]:
        for name in sorted(self.attributes):
            yield from self.attributes[name]


def golden_bytes(values: GoldenValues) -> bytes:
    """Canonical JSON: section, attribute, values by rank, each with its lineage; keys sorted by code point."""
    sections: dict[str, dict[str, list[dict[str, Any]]]] = {}
    for name, held in values.attributes.items():
        sections.setdefault(attribute(name).section.value, {})[name] = [_plain(value) for value in held]
    return orjson.dumps(
        {"as_of": values.as_of.isoformat(), "policy": values.policy, "sections": sections},
        option=orjson.OPT_SORT_KEYS,
    )


def golden_from_bytes(data: bytes) -> GoldenValues:
    """The values of ``golden_bytes``. Raises Damaged ``golden.format`` for anything else."""
    try:
        plain = orjson.loads(data)
        held = {
            name: tuple(_value(name, one) for one in values)
            for section in plain["sections"].values()
            for name, values in section.items()
        }
        return GoldenValues(datetime.fromisoformat(plain["as_of"]), plain["policy"], held)
    except (KeyError, TypeError, ValueError, AttributeError):
        raise _damaged() from None


Texts = Mapping[str, Sequence[str]]
"""Values by attribute, by rank, without where they are from."""


def texts_from_bytes(data: bytes) -> Texts:
    """The values alone of ``golden_bytes``. Raises Damaged ``golden.format`` for anything else."""
    try:
        return {
            name: [one["value"] for one in values]
            for section in orjson.loads(data)["sections"].values()
            for name, values in section.items()
        }
    except (KeyError, TypeError, ValueError, AttributeError):
        raise _damaged() from None


def texts_of(values: GoldenValues) -> Texts:
    """The values alone."""
    return {name: [one.value for one in held] for name, held in values.attributes.items()}


def changed_attributes(before: GoldenValues | None, after: GoldenValues) -> Sequence[str]:
    """Names of the attributes whose values (not lineage alone) differ, sorted."""
    return changed_texts({} if before is None else texts_of(before), texts_of(after))


def changed_texts(old: Texts, new: Texts) -> Sequence[str]:
    """``changed_attributes`` of the values alone."""
    return sorted(name for name in old.keys() | new.keys() if old.get(name) != new.get(name))


def _damaged() -> Damaged:
    return Damaged(
        "golden.format", "A cached golden record has a form this version does not know; run 'ingot rebuild --apply'."
    )


def _plain(value: GoldenValue) -> dict[str, Any]:
    lineage = value.lineage
    return {
        "value": value.value,
        "rank": value.rank,
        "validity": value.validity,
        "lineage": {
            "record_id": lineage.record_id,
            "source": lineage.source,
            "asserted_at": lineage.asserted_at.isoformat(),
            "strategy": lineage.strategy,
            "rule": lineage.rule,
            "trust": lineage.trust,
            "losers": list(lineage.losers),
        },
    }


def _value(name: str, plain: Mapping[str, Any]) -> GoldenValue:
    lineage = plain["lineage"]
    return GoldenValue(
        name,
        plain["value"],
        plain["rank"],
        plain["validity"],
        Lineage(
            lineage["record_id"],
            lineage["source"],
            datetime.fromisoformat(lineage["asserted_at"]),
            lineage["strategy"],
            lineage["rule"],
            lineage["trust"],
            tuple(lineage["losers"]),
        ),
    )
