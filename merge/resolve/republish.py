"""Golden records made anew from the records that they have: after a pin, an ignore, a policy."""

from collections.abc import Collection

from sqlalchemy import Connection

from merge.golden_store import publications
from merge.record_store import members_of, rows_of
from merge.resolve.incremental import Resolver
from merge.resolve.regrouping import Regrouped
from merge.resolve.transitions import Transitions


def republish(connection: Connection, resolver: Resolver, golden_ids: Collection[str], *, actor: str) -> Transitions:
    """Survive again and tell of what came out different; who belongs together is not asked."""
    resolver.lock(connection)
    members = members_of(connection, golden_ids)
    records = [record for held in members.values() for record in held]
    found = Regrouped(members, members, publications(connection, records), (), rows_of(connection, records), ())
    happened = Transitions((), tuple(sorted(members)), (), (), ())
    return resolver.publisher.publish(connection, found, happened, {}, actor)
