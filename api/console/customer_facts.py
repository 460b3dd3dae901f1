"""A disclosed golden record, arranged for a page. Pure: it shows what it was given and knows nothing more."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from core.attributes import Section

_NAMES = (("profile", "person.full_name"), ("organization", "organization.name"))
_CONTACTS = ("phone", "email")
_PLACES = ("address.province", "address.city", "address.district")


@dataclass(frozen=True, slots=True)
class ShownSection:
    """A section with its attributes, each with its values by rank, or with its events."""

    name: str
    attributes: tuple[tuple[str, tuple[Mapping[str, Any], ...]], ...] = ()
    items: tuple[Mapping[str, Any], ...] = field(default=())

    def flat(self) -> Iterator[dict[str, Any]]:
        """One row a value, for files."""
        for attribute, values in self.attributes:
            for value in values:
                lineage = value.get("lineage", {})
                yield {
                    "section": self.name,
                    "attribute": attribute,
                    **{name: value[name] for name in ("value", "level", "source")},
                    "asserted_at": lineage.get("asserted_at"),
                    "rule": lineage.get("rule"),
                }
        for item in self.items:
            for attribute, value in item["values"].items():
                yield {
                    "section": self.name,
                    "attribute": attribute,
                    "value": value,
                    "source": item["source"],
                    "asserted_at": item["at"],
                }


def sections_of(body: Mapping[str, Any]) -> list[ShownSection]:
    """The sections that say something, in the order of the canonical record; times of events as times."""
    found: list[ShownSection] = []
    for section in Section:
        attributes = body["sections"].get(section.value, {})
        items = tuple(
            {**item, "moment": _clear_moment(item["at"])} for item in body.get("items", {}).get(section.value, [])
        )
        if attributes or items:
            shown = tuple((name, tuple(map(_timed, values))) for name, values in attributes.items())
            found.append(ShownSection(section.value, shown, items))
    return found


def list_row(body: Mapping[str, Any]) -> dict[str, Any]:
    """A golden record as one row of a list."""
    sections = body["sections"]
    names = [_first(sections, section, name) for section, name in _NAMES]
    contacts = [_first(sections, "contact_points", name) for name in _CONTACTS]
    places = [_first(sections, "addresses", name) for name in _PLACES]
    # Where province and city have one name, it is said once.
    place = " ".join(dict.fromkeys(one for one in places if one))
    return {
        "id": body["id"],
        "name": names[0],
        "organization": names[1],
        "contact": next((one for one in contacts if one), ""),
        "place": place,
        "owner": body["owner"] or "",
        "members": body["members"],
        "changed_at": moment_of(body["changed_at"]),
    }


def moment_of(text: str) -> datetime:
    """A time as the API writes it."""
    return datetime.fromisoformat(text)


def _clear_moment(text: str | None) -> datetime | None:
    """The time of an event, or None where it is masked or left out."""
    try:
        return None if text is None else moment_of(text)
    except ValueError:
        return None


def _timed(value: Mapping[str, Any]) -> Mapping[str, Any]:
    if "lineage" not in value:
        return value
    return {**value, "moment": moment_of(value["lineage"]["asserted_at"])}


def _first(sections: Mapping[str, Any], section: str, name: str) -> str:
    values = sections.get(section, {}).get(name, [])
    return str(values[0]["value"]) if values else ""
