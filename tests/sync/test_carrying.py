"""Absent is not null (acceptance AT17)."""

from typing import Any

import orjson
import pytest
from sqlalchemy import Connection

from core.clock import Clock
from core.database import unit_of_work
from core.errors import Invalid
from merge.golden_store import goldens
from merge.record_store import live_customers
from merge.resolve.incremental import Resolver
from sync.batch import Batch, ReadRecord, StreamPlan
from sync.foundation import Foundation
from sync.landing import Landing
from sync.loader import Loader
from sync.mapping import KEEP, StreamMapping, mapping_from_json
from sync.mapping_store import MappingStore
from sync.reconcile import Reconciler
from tests.merge.support import make_resolver

FIELDS = {"name": "person.full_name", "tel": "phone", "at": "ignore"}
WHOLE = {"id": "1", "name": "张三", "tel": "13800138000"}


class Shop:
    """A connection whose stream leaves out what is null."""

    def __init__(self, foundation: Foundation, clock: Clock, absent: str) -> None:
        self.foundation = foundation
        self.mappings = MappingStore(foundation.audit, clock)
        self.resolver: Resolver = make_resolver(foundation.keyring, clock)
        with unit_of_work(foundation.engine) as connection:
            mapping = StreamMapping(FIELDS, absent=absent)
            self.mappings.set(connection, "fxiaoke", "customers", mapping, actor="user:it")
        self.loader = Loader(foundation.keyring, self.mappings)
        self._plans = {"customers": StreamPlan("customers", (("id",),), False, 0)}

    def land(self, *contents: dict[str, Any]) -> None:
        landing = Landing(self.foundation, connection_name="fxiaoke", run_id="run_1", job=None, plans=self._plans)
        blind = self.foundation.keyring.blinder("content")
        for content in contents:
            plain = orjson.dumps(content, option=orjson.OPT_SORT_KEYS)
            batch = Batch()
            batch.add(ReadRecord("customers", content["id"], plain, blind(plain), 1))
            landing.commit(batch)
        Reconciler(self.foundation, self.loader, self.resolver).run()

    def phones(self) -> list[str]:
        with unit_of_work(self.foundation.engine) as connection:
            return self._values(connection, "phone")

    def names(self) -> list[str]:
        with unit_of_work(self.foundation.engine) as connection:
            return self._values(connection, "person.full_name")

    def _values(self, connection: Connection, name: str) -> list[str]:
        rows = goldens(connection, set(live_customers(connection).values()))
        (values,) = self.resolver.loader.open_goldens(list(rows.values())).values()
        return values.all(name)


def test_AT17_absent_is_not_null(foundation: Foundation, clock: Clock) -> None:
    shop = Shop(foundation, clock, KEEP)
    shop.land(WHOLE)
    assert shop.phones() == ["+8613800138000"]
    shop.land({"id": "1", "name": "张三丰"})
    assert (shop.names(), shop.phones()) == (["张三丰"], ["+8613800138000"])
    # The same once more, and what was read in between, change nothing.
    shop.land({"id": "1", "name": "张三丰"}, {"id": "1", "at": 2})
    assert (shop.names(), shop.phones()) == (["张三丰"], ["+8613800138000"])
    shop.land({"id": "1", "tel": None})
    assert (shop.names(), shop.phones()) == (["张三丰"], [])


def test_a_source_that_sends_whole_records_clears_by_leaving_out(foundation: Foundation, clock: Clock) -> None:
    shop = Shop(foundation, clock, "clear")
    shop.land(WHOLE, {"id": "1", "name": "张三"})
    assert shop.phones() == []


def test_a_mapping_says_which_of_the_two_and_nothing_else() -> None:
    kept = mapping_from_json({"fields": FIELDS, "absent": "keep"})
    assert mapping_from_json(kept.to_json()) == kept
    assert "absent" not in StreamMapping(FIELDS).to_json()
    with pytest.raises(Invalid):
        mapping_from_json({"fields": FIELDS, "absent": "guess"})
