"""Sample records as one caller may see them: by the policy, masked, and audited before they are shown.

Records of a source belong to no golden record yet, so what counts is what the caller may see of one that nobody owns.
Where a class may not be seen at all, the shape of the value is told: which signs it is made of, none of them.
"""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from audit.actions import Action
from audit.events import Event
from core.attributes import Attribute, attribute
from core.database import unit_of_work
from governance.detect.text import mask_text
from governance.masking import Level, present
from governance.policy.decision_point import DecisionPoint
from governance.policy.values import GoldenResource, View
from sync.foundation import Foundation
from sync.looking import FieldLook, StreamLook
from sync.mapping import IGNORE, PARTY_NAME, StreamMapping, apply_mapping, value_at
from sync.mapping_store import ROLE
from sync.presentation import Shown
from sync.wish import Asked

_LONGEST_SHAPE = 28
# What nothing is known of: free text, the most sensitive class.
_UNKNOWN = "text.unknown"


@dataclass(frozen=True, slots=True)
class Cell:
    """A value as it may be seen. ``level`` says how: ``clear``, ``partial``, ``token`` or ``none`` (its shape only)."""

    text: str
    level: str


@dataclass(frozen=True, slots=True)
class PreviewRow:
    """One record: each field as it came, and each attribute as it would become, as far as both may be seen."""

    fields: Mapping[str, Cell]
    attributes: Mapping[str, tuple[Cell, ...]]


@dataclass(slots=True)
class _Sight:
    """What one caller sees, and what of it is to be told to the log."""

    view: View
    token: Any
    shown: Shown = field(default_factory=Shown)

    def cell(self, known: Attribute, text: str, of_field: Attribute) -> Cell:
        """A value of ``known`` that stands in a field which is, or seems to be, ``of_field``.

        Whoever maps a field to another class must not see more of it by that: the lower level of both counts.
        """
        level = min(self.view.level(known.data_class), self.view.level(of_field.data_class))
        shows_as = known if level is Level.CLEAR else of_field
        seen = present(level, shows_as.kind, text, shows_as.name, token=self.token, free_text=mask_text)
        if seen is None:
            return Cell(shape(text), Level.NONE.value)
        self.shown.note(known.name, level, seen)
        return Cell(seen, level.value)


class Previewing:
    """Shows samples of streams."""

    def __init__(self, foundation: Foundation, decisions: DecisionPoint) -> None:
        self._foundation = foundation
        self._decisions = decisions

    def rows(self, asked: Asked, connection: str, look: StreamLook, mapping: StreamMapping) -> list[PreviewRow]:
        """The few records of a look as the caller may see them, and as ``mapping`` would make them."""
        view = self._decisions.view(asked.principal, GoldenResource(), asked.context)
        sight = _Sight(view, lambda text: self._foundation.keyring.blind("pseudonym", text.encode()).hex())
        found = [
            PreviewRow(self._fields(look, mapping, row, sight), self._attributes(mapping, connection, look, row, sight))
            for _, row in look.rows
        ]
        if sight.shown.as_fields():
            self._audit(asked, connection, look, sight)
        return found

    def _fields(
        self, look: StreamLook, mapping: StreamMapping, row: Mapping[str, Any], sight: _Sight
    ) -> dict[str, Cell]:
        found: dict[str, Cell] = {}
        for one in look.fields:
            value = value_at(row, one.name)
            if value is not None and value != "":
                known = _known(one, mapping)
                found[one.name] = sight.cell(known, str(value), known)
        return found

    def _attributes(
        self,
        mapping: StreamMapping,
        connection: str,
        look: StreamLook,
        row: Mapping[str, Any],
        sight: _Sight,
    ) -> dict[str, tuple[Cell, ...]]:
        now = self._foundation.clock.now()
        found: dict[str, tuple[Cell, ...]] = {}
        for path, name in mapping.fields.items():
            known = look.field(path)
            of_field = _known(known, mapping) if known is not None else attribute(_UNKNOWN)
            alone = StreamMapping(fields={path: name}, regions=mapping.regions)
            record = apply_mapping(alone, row, record_id="", source=connection, stream=look.stream, seen_at=now)
            for value in record.values:
                cell = sight.cell(attribute(value.attribute), value.value, of_field)
                found[value.attribute] = (*found.get(value.attribute, ()), cell)
        for name, text in mapping.constants.items():
            cell = sight.cell(attribute(name), text, attribute(name))
            found[name] = (*found.get(name, ()), cell)
        return found

    def _audit(self, asked: Asked, connection: str, look: StreamLook, sight: _Sight) -> None:
        policies = {name for names in sight.view.policies.values() for name in names}
        event = Event(
            action=Action.RECORD_DISCLOSED,
            actor=asked.principal.actor,
            role=",".join(sorted(asked.principal.roles)),
            object_type="stream",
            object_id=f"{connection}/{look.stream}",
            subjects=tuple(record_id for record_id, _ in look.rows if record_id),
            purpose=asked.purpose,
            policies=tuple(sorted(policies)),
            fields=sight.shown.as_fields(),
            count=len(look.rows),
            request_id=asked.context.request_id,
        )
        with unit_of_work(self._foundation.engine) as database:
            self._foundation.audit.append(database, event)


def _known(one: FieldLook, mapping: StreamMapping) -> Attribute:
    """The attribute that decides over a field as it came.

    Of what it is mapped to and what it seems to be, what it seems to be counts where the mapping says nothing: a field
    must not be seen by leaving it out. What nothing is known of is free text, the most sensitive class.
    """
    mapped = mapping.fields.get(one.name, IGNORE)
    for name in (one.seems, mapped):
        if name == PARTY_NAME:
            return attribute("person.full_name")
        if name != IGNORE and not name.startswith((ROLE, "text.")):
            return attribute(name)
    return attribute(_UNKNOWN)


def shape(text: str) -> str:
    """The kinds of signs a text is made of, none of them told: ``9`` a digit, ``A`` a letter, ``字`` of other scripts.

    Punctuation stays, because it tells an address from a number and belongs to nobody.
    """
    told = "".join(map(_sign, text[:_LONGEST_SHAPE]))
    return told if len(text) <= _LONGEST_SHAPE else f"{told}…"


def _sign(character: str) -> str:
    if character.isdecimal():
        return "9"
    if character.isalpha():
        return "A" if character.isascii() else "字"
    if character.isspace():
        return " "
    return character if unicodedata.category(character).startswith("P") else "·"
