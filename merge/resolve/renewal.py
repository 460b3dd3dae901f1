"""What pins are found by, made anew: another version finds values by other forms."""

from sqlalchemy import Connection, delete, insert

from core.database import chunks
from merge.pin_store import PinKind, all_pins_on
from merge.record_store import live_customers
from merge.resolve.incremental import Resolver
from merge.said_tables import merge_pin_token

_CHUNK = 1_000


def renew_pins(connection: Connection, resolver: Resolver) -> int:
    """Write the tokens of every value that is set by hand on a live record; returns how many values."""
    rows = [one for one in all_pins_on(connection, live_customers(connection), lifted=False) if one.kind is PinKind.PIN]
    opened = resolver.publisher.pins.open(rows)
    for some in chunks([one for one in rows if one.pin_id in opened], _CHUNK):
        ids = [one.pin_id for one in some]
        connection.execute(delete(merge_pin_token).where(merge_pin_token.c.pin_id.in_(ids)))
        tokens = [
            {"token": token, "pin_id": one.pin_id}
            for one in some
            for token in sorted(resolver.search.tokens_of_value(one.attribute, opened[one.pin_id]))
        ]
        if tokens:
            connection.execute(insert(merge_pin_token), tokens)
    return len(opened)
