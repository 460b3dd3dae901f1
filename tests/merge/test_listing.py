"""Pages of golden records by id, narrowed to holders, without opening anything."""

from sqlalchemy import Engine

from core.clock import Clock
from core.crypto import Keyring
from core.database import unit_of_work
from merge.listing import Holders, Narrow, golden_by_record, golden_page, holders_counted
from tests.merge.support import make_resolver, person, record, record_id

A, B, C = (record_id(name) for name in "abc")
ALL = Holders(everything=True)


def test_pages_follow_each_other_and_hold_what_is_asked_for(engine: Engine, keyring: Keyring, clock: Clock) -> None:
    resolver = make_resolver(keyring, clock)
    with unit_of_work(engine) as connection:
        resolver.apply(
            connection, [person("a", "张三"), record("b", ("email", "b@example.com")), person("c", "李四五")]
        )
        resolver.owners.assign_by_hand(connection, A, "user:chen", actor="user:u", reason_code="key_account")
        ids = sorted([A, B, C])
        assert golden_page(connection, ALL, after="", limit=2) == ids[:2]
        assert golden_page(connection, ALL, after=ids[1], limit=2) == ids[2:]
        assert golden_page(connection, Holders(named=("user:chen",)), after="", limit=9) == [A]
        assert golden_page(connection, Holders(pools=True), after="", limit=9) == sorted([B, C])
        assert golden_page(connection, Holders(named=("user:chen",), pools=True), after="", limit=9) == ids
        assert golden_page(connection, Holders(), after="", limit=9) == []
        assert golden_page(connection, ALL, Narrow(holder="user:chen"), after="", limit=9) == [A]
        assert holders_counted(connection) == {"pool:unassigned": 2, "user:chen": 1}
        assert golden_by_record(connection, [A, B, "g_unknown"]) == {A: A, B: B}
