"""What people decide about single values: pin one over what the sources say, or let one never win.

A decision belongs to the golden id that it was made on and goes wherever the record of that id goes: through merges,
and back again when they are undone.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Connection

from audit.actions import Action
from audit.events import Event
from core.attributes import attribute
from core.errors import Conflict, Invalid, NotFound
from merge.pin_store import (
    OnChange,
    PinKind,
    PinRow,
    check_expiry,
    expired_pins,
    lift_pins,
    pins_by_id,
    pins_on,
)
from merge.reason_codes import check_reason_code
from merge.record_store import members_of
from merge.resolve.identifiers import golden_ids, golden_of
from merge.resolve.incremental import Resolver
from merge.resolve.pinned import NOTE_FIELD, VALUE_FIELD
from merge.resolve.republish import republish
from merge.review_items import Kind, close_items, live_about
from merge.standardise.record import standardise_value
from merge.survivorship.candidates import form_of, shown

EXPIRY = "system:expiry"
_LONGEST, _LONGEST_NAME = 2_000, 120


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody wants to hold for an attribute, and why. ``note`` is free text and is kept sealed."""

    attribute: str
    value: str
    reason_code: str
    kind: PinKind = PinKind.PIN
    note: str = ""
    expires_at: datetime | None = None
    on_source_change: OnChange = OnChange.REVIEW


class Pinning:
    """Sets and lifts pins and ignores. Takes connections, never commits."""

    def __init__(self, resolver: Resolver) -> None:
        self._resolver = resolver

    def put(self, connection: Connection, any_id: str, wish: Wish, *, actor: str) -> PinRow:
        """Make a wish hold for the golden record that the id leads to; an earlier one for the attribute ends.

        Raises NotFound ``golden.*``, Invalid ``pin.*``, ``attribute.unknown``, ``merge.reason``, ``merge.expiry``,
        Conflict ``pin.key`` where the record of the id was erased.
        """
        resolver, now = self._resolver, self._resolver.clock.now()
        check_reason_code(wish.reason_code)
        check_expiry(wish.expires_at, now)
        form = _form(wish)
        resolver.lock(connection)
        golden_id = golden_of(connection, any_id).golden_id
        before = [
            one for one in self.held(connection, golden_id) if one.attribute == wish.attribute and one.kind is wish.kind
        ]
        if wish.kind is PinKind.IGNORE:
            opened = resolver.publisher.pins.open(before)
            before = [
                one for one in before if form_of(standardise_value(one.attribute, opened.get(one.pin_id, ""))) == form
            ]
        self._lift(connection, before, actor, now)
        made = self._made(golden_id, wish, actor, now)
        resolver.publisher.pins.write(connection, [made])
        self._tell(connection, Action.PIN_SET, golden_id, made, actor)
        republish(connection, resolver, [golden_id], actor=actor)
        return made

    def remove(
        self, connection: Connection, any_id: str, name: str, *, actor: str, kind: PinKind = PinKind.PIN
    ) -> list[PinRow]:
        """End what holds for an attribute: its pin, or all ignores. Raises NotFound ``golden.*``, ``pin.unknown``."""
        self._resolver.lock(connection)
        golden_id = golden_of(connection, any_id).golden_id
        found = [one for one in self.held(connection, golden_id) if one.attribute == name and one.kind is kind]
        if not found:
            raise NotFound("pin.unknown", f"Nobody has set '{name}' on this golden record.", attribute=name)
        self._lift(connection, found, actor, self._resolver.clock.now())
        for one in found:
            self._tell(connection, Action.PIN_LIFTED, golden_id, one, actor)
        republish(connection, self._resolver, [golden_id], actor=actor)
        return found

    def restore(self, connection: Connection, any_id: str, pin_ids: Sequence[str], *, actor: str) -> None:
        """Let pins that were lifted stand again, each under a new id.

        Raises NotFound ``golden.*``, Conflict ``pin.changed`` where somebody set the attribute since.
        """
        resolver = self._resolver
        resolver.lock(connection)
        now, golden_id = resolver.clock.now(), golden_of(connection, any_id).golden_id
        rows = pins_by_id(connection, pin_ids)
        taken = {(one.attribute, one.kind) for one in self.held(connection, golden_id)}
        if any((one.attribute, one.kind) in taken for one in rows):
            raise Conflict("pin.changed", "Somebody set this attribute after the decision; their word counts.")
        homes = golden_ids(connection, {one.anchor_id for one in rows})
        for one in rows:
            again = replace(one, pin_id=resolver.clock.new_id("p"), at=now, lifted_at=None, lifted_by=None)
            resolver.publisher.pins.write(connection, [again])
            self._tell(connection, Action.PIN_SET, homes.get(one.anchor_id) or golden_id, again, actor)
        republish(connection, self._resolver, sorted({home for home in homes.values() if home}), actor=actor)

    def move(self, connection: Connection, any_id: str, names: Sequence[str], to: str, *, actor: str) -> list[PinRow]:
        """Give pins of one golden record to another, as they are: what an unmerge offers.

        Raises NotFound ``golden.*`` and ``pin.unknown``, Invalid ``pin.same`` where both ids lead to one.
        """
        resolver, now = self._resolver, self._resolver.clock.now()
        resolver.lock(connection)
        source, target = golden_of(connection, any_id).golden_id, golden_of(connection, to).golden_id
        if source == target:
            raise Invalid("pin.same", "Pins can only be moved to another golden record.")
        held = [one for one in self.held(connection, source) if one.attribute in set(names)]
        missing = sorted(set(names) - {one.attribute for one in held})
        if missing:
            raise NotFound("pin.unknown", f"Nobody has set '{missing[0]}' on this golden record.", attribute=missing[0])
        moved = resolver.publisher.pins.anchored(held, dict.fromkeys((one.anchor_id for one in held), target))
        self._lift(connection, held, actor, now)
        # They hold there from now on: as of an earlier time the other golden record had none.
        moved = [replace(one, at=now) for one in moved]
        resolver.publisher.pins.write(connection, moved)
        for one in moved:
            self._tell(connection, Action.PIN_SET, target, one, actor)
        republish(connection, resolver, [source, target], actor=actor)
        return moved

    def held(self, connection: Connection, golden_id: str) -> list[PinRow]:
        """What holds for a golden record, by attribute."""
        members = members_of(connection, [golden_id]).get(golden_id, [])
        found = pins_on(connection, members, self._resolver.clock.now())
        return sorted(found, key=lambda one: (one.attribute, one.kind, one.at, one.pin_id))

    def expire(self, connection: Connection) -> list[str]:
        """End what has run out; returns the golden ids that were made anew."""
        now = self._resolver.clock.now()
        if not expired_pins(connection, now):
            return []
        self._resolver.lock(connection)
        over = expired_pins(connection, now)
        homes = golden_ids(connection, {one.anchor_id for one in over})
        self._lift(connection, over, EXPIRY, now)
        for one in over:
            self._tell(connection, Action.PIN_LIFTED, homes.get(one.anchor_id) or one.anchor_id, one, EXPIRY)
        touched = sorted({home for home in homes.values() if home is not None})
        republish(connection, self._resolver, touched, actor=EXPIRY)
        return touched

    def _made(self, golden_id: str, wish: Wish, actor: str, now: datetime) -> PinRow:
        key = self._resolver.keyring.record_keys([golden_id], create=False).get(golden_id)
        if key is None:
            raise Conflict(
                "pin.key", "The record that this golden record is named after was erased; nothing is pinned."
            )
        return PinRow(
            self._resolver.clock.new_id("p"),
            golden_id,
            wish.attribute,
            wish.kind,
            key.seal(VALUE_FIELD, wish.value.encode()),
            None,
            wish.on_source_change,
            actor,
            wish.reason_code,
            key.seal(NOTE_FIELD, wish.note.encode()) if wish.note else None,
            now,
            wish.expires_at,
        )

    def _lift(self, connection: Connection, rows: Sequence[PinRow], actor: str, now: datetime) -> None:
        lift_pins(connection, [one.pin_id for one in rows], actor, now)
        ended = {one.attribute for one in rows if one.kind is PinKind.PIN}
        if not ended:
            return
        homes = golden_ids(connection, {one.anchor_id for one in rows})
        members = members_of(connection, {home for home in homes.values() if home is not None})
        about = [record for held in members.values() for record in held]
        # Pins change their ids where their record goes: what was asked is told by the attribute.
        ended -= {one.attribute for one in pins_on(connection, about, now) if one.kind is PinKind.PIN}
        asked = live_about(connection, about, [Kind.STALE_PIN])
        over = [name for name, one in asked.items() if one.detail["attribute"] in ended]
        close_items(connection, over, "lifted", now)

    def _tell(self, connection: Connection, action: Action, golden_id: str, one: PinRow, actor: str) -> None:
        details = {
            "attribute": one.attribute,
            "kind": one.kind.value,
            "pin": one.pin_id,
            "reason_code": one.reason_code,
        }
        self._resolver.audit.append(
            connection,
            Event(
                action=action,
                actor=actor,
                object_type="golden",
                object_id=golden_id,
                subjects=(golden_id,),
                details=details,
            ),
        )


def _form(wish: Wish) -> str:
    """What equality is told by. Raises Invalid for an attribute or a value that nobody can set."""
    known = attribute(wish.attribute)
    if known.item:
        raise Invalid(
            "pin.attribute", f"'{wish.attribute}' tells of an event, which belongs to its record; it cannot be set."
        )
    if len(wish.attribute) > _LONGEST_NAME or not wish.attribute.isprintable():
        raise Invalid("pin.attribute", f"The name of an attribute has at most {_LONGEST_NAME} printable characters.")
    value = standardise_value(wish.attribute, wish.value)
    if not shown(value) or len(wish.value) > _LONGEST:
        raise Invalid("pin.value", f"A value of 1 to {_LONGEST} characters that says something is needed.")
    return form_of(value)
