"""Pins as survivorship reads them, opened; and the watch over those whose sources say something new.

One of the few modules that open sealed values: what it gives stays in the memory of the process, for survivorship.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Connection

from core.clock import Clock
from core.crypto import Keyring
from merge.pin_store import OnChange, PinKind, PinRow, lift_pins, newest_first, pins_on, set_basis, write_pin
from merge.review_items import Kind, open_item
from merge.search_index import SearchIndex
from merge.survivorship.pins import Pin, Pins
from merge.survivorship.values import GoldenValues

VALUE_FIELD, NOTE_FIELD = "pin.value", "pin.note"
"""The field names that a pin's value and free text are sealed under, with the key of its anchor."""


FORWARDED = "system:forwarded"


@dataclass(frozen=True, slots=True)
class Held:
    """What holds for one golden record: the rows, and the same as survivorship reads it."""

    rows: Sequence[PinRow]
    pins: Pins


class PinLoader:
    """Opens pins. Those whose anchor's key is gone are gone too."""

    def __init__(self, keyring: Keyring, clock: Clock) -> None:
        self._keyring = keyring
        self._clock = clock
        self._search = SearchIndex(keyring)

    def held(self, connection: Connection, homes: Mapping[str, str], now: datetime) -> dict[str, Held]:
        """By golden id, for those of which somebody said something; ``homes`` tells the golden id of records."""
        return self.grouped(pins_on(connection, homes, now), homes)

    def grouped(self, rows: Iterable[PinRow], homes: Mapping[str, str]) -> dict[str, Held]:
        """Rows by the golden records that their anchors stand in."""
        found: dict[str, list[PinRow]] = {}
        for one in rows:
            found.setdefault(homes[one.anchor_id], []).append(one)
        opened = self.open([one for those in found.values() for one in those])
        return {
            golden_id: Held(those, pins_of(those, opened))
            for golden_id, those in found.items()
            if any(one.pin_id in opened for one in those)
        }

    def open(self, rows: Sequence[PinRow]) -> dict[str, str]:
        """The values in clear by pin id."""
        keys = self._keyring.record_keys([one.anchor_id for one in rows], create=False)
        return {
            one.pin_id: keys[one.anchor_id].open(VALUE_FIELD, one.sealed_value).decode()
            for one in rows
            if one.anchor_id in keys
        }

    def open_notes(self, rows: Sequence[PinRow]) -> dict[str, str]:
        """The free texts in clear by pin id, of those that have one."""
        noted = {one.pin_id: (one.anchor_id, one.note) for one in rows if one.note is not None}
        keys = self._keyring.record_keys([anchor for anchor, _ in noted.values()], create=False)
        return {
            pin_id: keys[anchor].open(NOTE_FIELD, note).decode()
            for pin_id, (anchor, note) in noted.items()
            if anchor in keys
        }

    def anchored(self, rows: Sequence[PinRow], targets: Mapping[str, str]) -> list[PinRow]:
        """The same pins, sealed anew for the records that they go with from now on; ``targets`` by old anchor."""
        opened, notes = self.open(rows), self.open_notes(rows)
        keys = self._keyring.record_keys(list(targets.values()), create=False)
        made = []
        for one in rows:
            key = keys.get(targets[one.anchor_id])
            if key is not None and one.pin_id in opened:
                sealed = key.seal(VALUE_FIELD, opened[one.pin_id].encode())
                note = key.seal(NOTE_FIELD, notes[one.pin_id].encode()) if one.pin_id in notes else None
                anchor, pin_id = targets[one.anchor_id], self._clock.new_id("p")
                made.append(replace(one, pin_id=pin_id, anchor_id=anchor, sealed_value=sealed, note=note))
        return made

    def write(self, connection: Connection, rows: Sequence[PinRow]) -> None:
        """Add pins; what is set is found by its value from then on."""
        opened = self.open([one for one in rows if one.kind is PinKind.PIN])
        for one in rows:
            value = opened.get(one.pin_id)
            tokens = set() if value is None else self._search.tokens_of_value(one.attribute, value)
            write_pin(connection, one, tokens)

    def follow(self, connection: Connection, targets: Mapping[str, str]) -> None:
        """Records left: what was set on them goes on to the golden records in ``targets``."""
        now = self._clock.now()
        rows = pins_on(connection, targets, now)
        lift_pins(connection, [one.pin_id for one in rows], FORWARDED, now)
        self.write(connection, [replace(one, at=now) for one in self.anchored(rows, targets)])

    def watch(
        self, connection: Connection, held: Held, bare: GoldenValues, members: Sequence[str], now: datetime
    ) -> None:
        """Ask a steward about pins whose sources say something else than when it was last looked.

        ``bare`` is what survives without pins. The first look after a pin was set only remembers.
        """
        for one in held.rows:
            pin = held.pins.pinned.get(one.attribute)
            if one.kind is not PinKind.PIN or pin is None or pin.pin_id != one.pin_id:
                continue
            said = bare.all(one.attribute)
            basis = self._keyring.blind("merge pin", "\x1f".join(said).encode())
            if basis == one.basis:
                continue
            set_basis(connection, one.pin_id, basis)
            if one.basis is not None and one.on_source_change is OnChange.REVIEW and said and said[0] != pin.value:
                detail = {"attribute": one.attribute, "pin": one.pin_id}
                about = f"{one.attribute[:80]}:{basis.hex()}"
                open_item(connection, Kind.STALE_PIN, members, detail, at=now, about=about, priority=30)


def pins_of(rows: Iterable[PinRow], opened: Mapping[str, str]) -> Pins:
    """What survivorship reads. Of two pins for one attribute (after a merge) the later one counts."""
    pinned: dict[str, Pin] = {}
    ignored: dict[str, set[str]] = {}
    for one in newest_first(rows):
        if one.pin_id not in opened:
            continue
        value = opened[one.pin_id]
        if one.kind is PinKind.IGNORE:
            ignored.setdefault(one.attribute, set()).add(value)
        else:
            pinned.setdefault(one.attribute, Pin(one.pin_id, one.anchor_id, one.attribute, value, one.at))
    return Pins(pinned, {name: frozenset(values) for name, values in ignored.items()})
