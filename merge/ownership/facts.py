"""What ownership rules read of a golden record: its values by attribute, and places by all their names."""

from collections.abc import Collection, Iterable, Mapping
from functools import lru_cache

from core.records import SourceRecord
from core.rules import Fact
from merge.standardise.record import standardise_value
from merge.standardise.regions import divisions
from merge.survivorship.values import GoldenValues

_PLACES = {"address.province": 2, "address.city": 4}


def facts_of(values: GoldenValues, records: Iterable[SourceRecord], reads: Collection[str]) -> dict[str, Fact]:
    """Attribute values (lists, by rank), ``source`` (connections) and ``extra.<name>`` of the source records.

    Only those that the rules read, whose names are ``reads``. A rule may write 江苏, 江苏省 or leave the province to
    the full address: all names of the place are given.
    """
    facts: dict[str, Fact] = {name: values.all(name) for name in sorted(values.attributes) if name in reads}
    for name, digits in _PLACES.items():
        if name not in reads:
            continue
        held = values.all(name)
        codes = {_code(name, value)[:digits] for value in held} or {
            _code("address.full", value)[:digits] for value in values.all("address.full")
        }
        names = [place for code in sorted(codes) for place in _names(digits).get(code, ())]
        if held or names:
            facts[name] = list(dict.fromkeys([*held, *names]))
    ordered = sorted(records, key=lambda record: record.record_id)
    if "source" in reads:
        facts["source"] = sorted({record.source for record in ordered})
    for record in ordered:
        for name, value in record.extra.items():
            if f"extra.{name}" in reads:
                _add(facts, f"extra.{name}", value)
    return facts


def _add(facts: dict[str, Fact], name: str, value: str) -> None:
    held = facts.get(name)
    facts[name] = sorted({*(held if isinstance(held, list) else ()), value})


def _code(name: str, value: str) -> str:
    return standardise_value(name, value).part("adcode")


@lru_cache(maxsize=4)
def _names(digits: int) -> Mapping[str, tuple[str, ...]]:
    """All names by division code of that length."""
    table = divisions()
    pairs: list[tuple[str, str]] = (
        [(code, name) for name, code in table.provinces.items()]
        if digits == 2
        else [(code, name) for name, codes in table.cities.items() for code in codes]
    )
    found: dict[str, list[str]] = {}
    for code, name in sorted(pairs):
        found.setdefault(code[:digits], []).append(name)
    return {code: tuple(names) for code, names in found.items()}
