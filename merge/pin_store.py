"""Rows of pins and ignores: what people said of single values. A row is written once, and lifted once."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import Connection, RowMapping, bindparam, delete, insert, select, update

from core.database import chunks, plain
from core.errors import Invalid
from core.lookups import Lookup
from merge.said_tables import merge_pin_token
from merge.tables import merge_pin

_CHUNK = 1_000


class PinKind(StrEnum):
    """What was said of a value: it holds whatever the sources say, or it may not win."""

    PIN = "pin"
    IGNORE = "ignore"


class OnChange(StrEnum):
    """What is to be done where the sources say something new about a pinned attribute: leave it, or ask a steward."""

    KEEP = "keep"
    REVIEW = "review"


@dataclass(frozen=True, slots=True)
class PinRow:
    """A pin or an ignore. ``anchor_id`` is the golden id it was set on; it goes wherever the record of that id goes."""

    pin_id: str
    anchor_id: str
    attribute: str
    kind: PinKind
    sealed_value: bytes
    basis: bytes | None
    on_source_change: OnChange
    actor: str
    reason_code: str
    note: bytes | None
    at: datetime
    expires_at: datetime | None
    lifted_at: datetime | None = None
    lifted_by: str | None = None

    def stands(self, now: datetime) -> bool:
        """Whether it holds."""
        return (self.lifted_at is None or self.lifted_at > now) and (self.expires_at is None or self.expires_at > now)


# Asked in every step, and next to nothing is pinned.
_PINNED = Lookup(
    select(merge_pin.c.anchor_id)
    .where(merge_pin.c.anchor_id.in_(bindparam("ids", expanding=True)), merge_pin.c.lifted_at.is_(None))
    .distinct()
)


def pins_on(connection: Connection, anchors: Iterable[str], now: datetime) -> list[PinRow]:
    """What holds now of what was set on those records, in the order of the ids."""
    pinned = {row[0] for row in _PINNED.rows(connection, set(anchors))}
    return [one for one in all_pins_on(connection, pinned, lifted=False) if one.stands(now)]


def pins_at(connection: Connection, anchors: Iterable[str], at: datetime) -> list[PinRow]:
    """What held at that time."""
    return [one for one in all_pins_on(connection, anchors) if one.at <= at and one.stands(at)]


def all_pins_on(connection: Connection, anchors: Iterable[str], *, lifted: bool = True) -> list[PinRow]:
    """Everything that was ever set on those records; without ``lifted`` only what nobody lifted."""
    found: list[PinRow] = []
    for some in chunks(sorted(set(anchors)), _CHUNK):
        query = select(merge_pin).where(merge_pin.c.anchor_id.in_(some))
        if not lifted:
            query = query.where(merge_pin.c.lifted_at.is_(None))
        found.extend(_row(row) for row in connection.execute(query).mappings())
    return sorted(found, key=lambda one: one.pin_id)


def pins_by_id(connection: Connection, pin_ids: Iterable[str]) -> list[PinRow]:
    """Pins by their own ids, in the order of these, whether they stand or not."""
    query = select(merge_pin).where(merge_pin.c.pin_id.in_(sorted(set(pin_ids))))
    return sorted((_row(row) for row in connection.execute(query).mappings()), key=lambda one: one.pin_id)


def write_pin(connection: Connection, one: PinRow, tokens: Iterable[int] = ()) -> None:
    """Add one, with the tokens that its value is found by."""
    connection.execute(
        insert(merge_pin), {**asdict(one), "kind": one.kind.value, "on_source_change": one.on_source_change.value}
    )
    rows = [{"token": token, "pin_id": one.pin_id} for token in sorted(set(tokens))]
    if rows:
        connection.execute(insert(merge_pin_token), rows)


def lift_pins(connection: Connection, pin_ids: Sequence[str], actor: str, at: datetime) -> None:
    """End them; their rows stay, and nothing finds them any more."""
    for some in chunks(pin_ids, _CHUNK):
        connection.execute(delete(merge_pin_token).where(merge_pin_token.c.pin_id.in_(some)))
        connection.execute(
            update(merge_pin)
            .where(merge_pin.c.pin_id.in_(some), merge_pin.c.lifted_at.is_(None))
            .values(lifted_at=at, lifted_by=actor)
        )


def set_basis(connection: Connection, pin_id: str, basis: bytes) -> None:
    """Remember what the sources say of a pinned attribute."""
    connection.execute(update(merge_pin).where(merge_pin.c.pin_id == pin_id).values(basis=basis))


def expired_pins(connection: Connection, now: datetime) -> list[PinRow]:
    """Those whose time is over and that nobody lifted."""
    query = select(merge_pin).where(
        merge_pin.c.expires_at.is_not(None), merge_pin.c.expires_at <= now, merge_pin.c.lifted_at.is_(None)
    )
    return sorted((_row(row) for row in connection.execute(query).mappings()), key=lambda one: one.pin_id)


def check_expiry(expires_at: datetime | None, now: datetime) -> None:
    """Raises Invalid ``merge.expiry`` for a time that has passed already."""
    if expires_at is not None and expires_at <= now:
        raise Invalid("merge.expiry", "A decision can only end in the future; give a later time, or none.")


def newest_first(rows: Iterable[PinRow]) -> list[PinRow]:
    """In the order in which they count: of two for one attribute the later one does."""
    return sorted(rows, key=lambda one: (one.at, one.pin_id), reverse=True)


def _row(row: RowMapping) -> PinRow:
    told = plain(row)
    return PinRow(**{**told, "kind": PinKind(told["kind"]), "on_source_change": OnChange(told["on_source_change"])})
