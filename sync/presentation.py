"""A golden record as one caller may see it: each value at the level its class has for them. Pure.

A class at level ``none`` leaves no trace in the answer, not even that there is a value; the audit event still names
the attributes that were left out.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from core.attributes import EVENT_TIMES, Attribute, Section, attribute
from core.records import SourceRecord
from governance.masking import Level, present
from governance.policy.values import View
from merge.survivorship.values import GoldenValue, GoldenValues

_SECTIONS = frozenset(section.value for section in Section)
Mask = Callable[[str], str]


@dataclass(slots=True)
class Shown:
    """Which attributes were shown clear, masked, or left out; what the audit event says."""

    clear: set[str] = field(default_factory=set)
    masked: set[str] = field(default_factory=set)
    omitted: set[str] = field(default_factory=set)

    def as_fields(self) -> dict[str, list[str]]:
        """For the audit event."""
        named = {"clear": self.clear, "masked": self.masked, "omitted": self.omitted}
        return {name: sorted(attributes) for name, attributes in named.items() if attributes}

    def note(self, name: str, level: Level, shown: str | None) -> None:
        """Count one value in."""
        if shown is None:
            self.omitted.add(name)
        elif level is Level.CLEAR:
            self.clear.add(name)
        else:
            self.masked.add(name)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What of a golden record was asked for, by names of sections or attributes; None asks for all.

    What was not asked for is neither shown nor named in the log as shown.
    """

    names: frozenset[str] | None = None

    def section(self, section: Section) -> bool:
        """Whether anything of a section was asked for."""
        if self.names is None or section.value in self.names:
            return True
        return any(attribute(name).section is section for name in self.names if name not in _SECTIONS)

    def value(self, known: Attribute) -> bool:
        """Whether values of an attribute were asked for."""
        return self.names is None or known.name in self.names or known.section.value in self.names


def wanted_of(names: Iterable[str] | None) -> Wanted:
    """Check names of sections and attributes. Raises Invalid ``attribute.unknown`` for one that is neither."""
    if names is None:
        return Wanted()
    asked = frozenset(names)
    for name in sorted(asked - _SECTIONS):
        attribute(name)
    return Wanted(asked)


@dataclass(frozen=True, slots=True)
class Presenter:
    """Shows values by a view. ``free_text`` masks text for level partial, ``token`` makes pseudonyms."""

    view: View
    free_text: Mask
    token: Mask
    wanted: Wanted = field(default_factory=Wanted)
    shown: Shown = field(default_factory=Shown)

    def sections(self, values: GoldenValues, *, lineage: bool) -> dict[str, dict[str, list[dict[str, Any]]]]:
        """Section, attribute, values by rank; with ``lineage`` each says where it is from and why it won."""
        found: dict[str, dict[str, list[dict[str, Any]]]] = {}
        for name in sorted(values.attributes):
            known = attribute(name)
            if not self.wanted.value(known):
                continue
            made_by = values.policy if lineage else None
            shown = [one for value in values.attributes[name] if (one := self._value(known, value, made_by))]
            if shown:
                found.setdefault(known.section.value, {})[name] = shown
        return found

    def items(self, records: Sequence[SourceRecord]) -> dict[str, list[dict[str, Any]]]:
        """Events of the customer by section, newest first: each with its source, time and what may be seen of it.

        Their time is personal too: it is shown as the section's own times are, None where those are left out.
        """
        found: dict[str, list[dict[str, Any]]] = {}
        for record in sorted(records, key=lambda one: (one.asserted_at, one.record_id), reverse=True):
            for section, values in self._item_values(record).items():
                found.setdefault(section, []).append(
                    {
                        "record_id": record.record_id,
                        "source": record.source,
                        "at": self._heard(section, record.asserted_at),
                        "values": values,
                    }
                )
        return dict(sorted(found.items()))

    def _heard(self, section: str, at: datetime) -> str | None:
        when = attribute(EVENT_TIMES[section])
        return present(self.view.level(when.data_class), when.kind, isoformat(at), when.name, token=self.token)

    def _item_values(self, record: SourceRecord) -> dict[str, dict[str, str]]:
        found: dict[str, dict[str, str]] = {}
        for value in record.values:
            known = attribute(value.attribute)
            if known.item and self.wanted.value(known):
                shown = self._present(known, value.value)
                if shown is not None:
                    found.setdefault(known.section.value, {})[known.name] = shown
        return found

    def _value(self, known: Attribute, value: GoldenValue, made_by: str | None) -> dict[str, Any] | None:
        level = self.view.level(known.data_class)
        shown = self._present(known, value.value)
        if shown is None:
            return None
        answer: dict[str, Any] = {"value": shown, "level": level.value, "source": value.lineage.source}
        if level is not Level.CLEAR:
            answer["policies"] = list(self.view.policies.get(known.data_class, ()))
        if made_by is not None:
            answer["lineage"] = {
                "policy": made_by,
                "record_id": value.lineage.record_id,
                "asserted_at": isoformat(value.lineage.asserted_at),
                "strategy": value.lineage.strategy,
                "rule": value.lineage.rule,
                "trust": value.lineage.trust,
                "losers": list(value.lineage.losers),
                "validity": value.validity,
            }
        return answer

    def _present(self, known: Attribute, value: str) -> str | None:
        level = self.view.level(known.data_class)
        shown = present(level, known.kind, value, known.name, token=self.token, free_text=self.free_text)
        self.shown.note(known.name, level, shown)
        return shown


def united(those: Iterable[Mapping[str, Sequence[str]]]) -> dict[str, list[str]]:
    """What several answers showed, as one event says it."""
    found: dict[str, set[str]] = {}
    for fields in those:
        for how, names in fields.items():
            found.setdefault(how, set()).update(names)
    return {how: sorted(names) for how, names in found.items()}


def isoformat(moment: datetime) -> str:
    """A time as the API writes it: UTC, milliseconds, Z."""
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")
