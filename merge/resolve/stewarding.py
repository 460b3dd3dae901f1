"""What stewards do to records beside merging and detaching: keep golden records apart, and take a decision back."""

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import Connection

from core.errors import Invalid
from merge.graph_store import (
    constraints_at,
    lift_constraints,
    standing_constraints,
    watched_constraints,
    write_constraints,
)
from merge.reason_codes import check_reason_code
from merge.record_store import members_of, rows_of
from merge.resolve.consents import keep_refusals, refusals
from merge.resolve.graph import Constraint, ConstraintKind, ordered
from merge.resolve.identifiers import golden_of
from merge.resolve.incremental import ResolveOutcome, Resolver

T = TypeVar("T")


def keep_apart(
    connection: Connection, resolver: Resolver, golden_ids: Collection[str], *, actor: str, reason_code: str
) -> ResolveOutcome:
    """Say that two golden records are two customers; no evidence merges them until it is taken back.

    Raises Invalid ``review.apart`` unless they are two.
    """
    check_reason_code(reason_code)
    resolver.lock(connection)
    homes = sorted({golden_of(connection, one).golden_id for one in golden_ids})
    if len(homes) != 2:
        raise Invalid("review.apart", "Name two different golden records to keep apart; these are one already.")
    held = members_of(connection, homes)
    pairs = {ordered(one, other) for one in held[homes[0]] for other in held[homes[1]]}
    known = constraints_at(connection, held[homes[0]])
    pairs -= {one.pair for one in known if one.kind is ConstraintKind.CANNOT_LINK}
    write_constraints(connection, _made(resolver, pairs, ConstraintKind.CANNOT_LINK, actor, reason_code))
    touched = [record for some in held.values() for record in some]
    return resolver.settle(connection, touched, {}, actor=actor, decided=True)


def noting(connection: Connection, do: Callable[[], T]) -> tuple[T, dict[str, Any]]:
    """Do something, and tell which constraints it made and lifted, so that it can be taken back.

    What stood before is nobody's making: taking one decision back must not lift another's.
    """
    with watched_constraints() as written:
        done = do()
    made = [one.constraint_id for one in standing_constraints(connection, written.made)]
    passing = set(written.made)
    lifted = sorted(
        (one for one in written.lifted if one.constraint_id not in passing), key=lambda one: one.constraint_id
    )
    return done, {
        "made": made,
        "lifted": [[one.kind.value, one.left, one.right, _text(one.expires_at)] for one in lifted],
    }


def take_back(
    connection: Connection, resolver: Resolver, made: Mapping[str, Any], records: Collection[str], *, actor: str
) -> ResolveOutcome:
    """Lift what a decision made and say again what it lifted, group anew; no part grants what the whole refused."""
    resolver.lock(connection)
    homes = members_of(connection, homes_of(connection, records))
    refused = {golden_id: refusals(connection, resolver, golden_id) for golden_id in sorted(homes)}
    ended = standing_constraints(connection, made["made"])
    lift_constraints(connection, made["made"], actor, resolver.clock.now())
    again: dict[tuple[ConstraintKind, str], set[tuple[str, str]]] = {}
    for kind, left, right, *ends in made["lifted"]:
        again.setdefault((ConstraintKind(kind), next(iter(ends), "")), set()).add((left, right))
    for (kind, ends_at), pairs in sorted(again.items()):
        ends = datetime.fromisoformat(ends_at) if ends_at else None
        write_constraints(connection, _made(resolver, pairs, kind, actor, "taken_back", ends))
    touched = _whole(connection, records) | {record for pairs in again.values() for pair in pairs for record in pair}
    touched |= {record for one in ended for record in one.pair}
    outcome = resolver.settle(connection, touched, {}, actor=actor, decided=True)
    for golden_id, held in sorted(homes.items()):
        keep_refusals(connection, resolver, refused[golden_id], held, actor)
    return outcome


def homes_of(connection: Connection, records: Collection[str]) -> list[str]:
    """The golden ids that hold records now, sorted; records that are gone have none."""
    return sorted({row.golden_id for row in rows_of(connection, records).values() if row.golden_id is not None})


def _whole(connection: Connection, records: Collection[str]) -> set[str]:
    held = members_of(connection, homes_of(connection, records))
    return {*records, *(record for some in held.values() for record in some)}


def _text(at: datetime | None) -> str:
    return "" if at is None else at.isoformat()


def _made(
    resolver: Resolver,
    pairs: Collection[tuple[str, str]],
    kind: ConstraintKind,
    actor: str,
    reason_code: str,
    expires_at: datetime | None = None,
) -> Sequence[Constraint]:
    clock = resolver.clock
    return [
        Constraint(clock.new_id("k"), left, right, kind, actor, reason_code, clock.now(), expires_at=expires_at)
        for left, right in sorted(pairs)
    ]
