"""Landing in parts, one batch ahead: what happens between them loses, doubles and spoils nothing."""

from typing import Any

import orjson
import pytest
from sqlalchemy import delete, event, select

from core.database import reading, unit_of_work
from core.errors import Conflict, Unavailable
from sync import tables
from sync.batch import UNCOUNTED, Batch, ReadRecord, Rejected, StreamPlan
from sync.foundation import Foundation
from sync.ingest import Ingest
from sync.landing import Landing
from sync.pipeline import Pipeline
from sync.record_keys import RAW
from sync.waiting import waiting
from tests.sync.conftest import MakeSource

PLANS = {"people": StreamPlan("people", (("id",),), incremental=True, from_state=0)}


def landing(foundation: Foundation) -> Landing:
    return Landing(foundation, connection_name="c", run_id="run_1", job=None, plans=PLANS)


def batch(foundation: Foundation, **people: str) -> Batch:
    made = Batch()
    for key, name in people.items():
        content = orjson.dumps({"id": key, "name": name})
        made.add(ReadRecord("people", key, content, foundation.keyring.blind("content", content), 1))
    return made


def opened(foundation: Foundation) -> dict[str, Any]:
    """What is landed, opened with the keys in the store."""
    with reading(foundation.engine) as connection:
        rows = connection.execute(select(tables.record.c.record_id, tables.record.c.sealed)).all()
    keys = foundation.keyring.record_keys([row.record_id for row in rows], create=False)
    found = [orjson.loads(keys[row.record_id].open(RAW, row.sealed)) for row in rows]
    return {one["key"]: one["data"]["name"] for one in found}


def test_a_record_in_two_neighbouring_batches_ends_as_the_later_one(foundation: Foundation) -> None:
    target = landing(foundation)
    first = target.seal(batch(foundation, a="Anna", b="Bo", c="Cy"))
    second = target.seal(batch(foundation, a="Anne", c="Cy", d="Di"))
    for sealed in (first, second):
        target.keep(sealed)
        target.write(sealed)
    assert opened(foundation) == {"a": "Anne", "b": "Bo", "c": "Cy", "d": "Di"}
    target.commit(batch(foundation, b="Bob"))
    assert opened(foundation)["b"] == "Bob"


def test_keys_that_become_durable_in_another_order_are_the_ones_sealed_with(foundation: Foundation) -> None:
    target = landing(foundation)
    first = target.seal(batch(foundation, a="Anna", b="Bo"))
    second = target.seal(batch(foundation, a="Anne"))
    for sealed in (second, first):
        target.keep(sealed)
    for sealed in (first, second):
        target.write(sealed)
    assert opened(foundation) == {"a": "Anne", "b": "Bo"}


def test_a_record_that_comes_again_much_later_in_the_first_run_is_known_by_its_key(foundation: Foundation) -> None:
    target = landing(foundation)
    for people in ({"a": "Anna", "b": "Bo"}, {"c": "Cy"}, {"d": "Di"}):
        target.commit(batch(foundation, **people))
    again = target.seal(batch(foundation, a="Anna", b="Bob", e="Eve"))
    target.keep(again)
    assert len(again.changed) == 2
    target.write(again)
    assert opened(foundation) == {"a": "Anna", "b": "Bob", "c": "Cy", "d": "Di", "e": "Eve"}


def test_a_key_without_a_row_is_used_when_its_record_comes_again(foundation: Foundation) -> None:
    before = landing(foundation).seal(batch(foundation, a="Anna"))
    assert foundation.keyring.keep(before.new) == set()
    # Killed here: the key is durable, the row is not.
    landing(foundation).commit(batch(foundation, a="Anna", b="Bo"))
    assert opened(foundation) == {"a": "Anna", "b": "Bo"}


def test_however_many_equal_rows_are_broken_each_has_its_place_and_keeps_it(
    foundation: Foundation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sync.sealing._LONG_ORDINAL", 3)
    broken = Rejected("people", "record.broken", "It is broken.", b"x", b"h", UNCOUNTED)

    def quarantined() -> set[str]:
        made = Batch()
        for _ in range(7):
            made.reject(broken)
        landing(foundation).commit(made)
        with reading(foundation.engine) as connection:
            return set(connection.execute(select(tables.rejected.c.id)).scalars())

    first = quarantined()
    assert len(first) == 7
    # The longest id that fits: 32 figures, a mark and a number of five.
    assert max(len(one) for one in first) <= 40
    assert quarantined() == first


def test_a_row_that_goes_between_the_parts_is_landed_again(foundation: Foundation) -> None:
    landing(foundation).commit(batch(foundation, a="Anna", b="Bo"))
    target = landing(foundation)
    sealed = target.seal(batch(foundation, a="Anna", b="Bo"))
    assert sealed.changed == {}
    with unit_of_work(foundation.engine) as connection:
        connection.execute(delete(tables.record))
        connection.execute(delete(tables.pending_batch))
    target.keep(sealed)
    target.write(sealed)
    assert opened(foundation) == {"a": "Anna", "b": "Bo"}
    with reading(foundation.engine) as connection:
        assert waiting(connection) == 2


class Refusing:
    """Makes the database refuse to take records in, once ``after`` batches are in."""

    def __init__(self, foundation: Foundation, after: int) -> None:
        self.left = after
        event.listen(foundation.engine, "before_cursor_execute", self.see)

    def see(self, _connection: object, _cursor: object, statement: str, *_: object) -> None:
        if statement.startswith("INSERT INTO sync_record "):
            self.left -= 1
            if self.left < 0:
                raise Unavailable("database.unavailable", "It refuses.")


def test_after_a_batch_that_fails_no_other_is_written(foundation: Foundation) -> None:
    Refusing(foundation, after=1)
    written: list[Batch] = []

    def read_on() -> None:
        with Pipeline(landing(foundation), written.append) as pipeline:
            for number in range(5):
                pipeline.put(batch(foundation, **{f"p{number}": "somebody"}))

    with pytest.raises(Unavailable):
        read_on()
    assert len(written) == 1
    assert list(opened(foundation)) == ["p0"]


def test_the_failure_of_an_earlier_batch_comes_before_that_of_the_source(foundation: Foundation) -> None:
    Refusing(foundation, after=0)

    def read_on() -> None:
        with Pipeline(landing(foundation), lambda _: None) as pipeline:
            pipeline.put(batch(foundation, a="Anna"))
            raise Conflict("source.anything", "The source failed too.")

    with pytest.raises(Unavailable):
        read_on()


def test_a_run_whose_landing_fails_goes_on_from_what_is_committed(
    foundation: Foundation, ingest: Ingest, make_source: MakeSource
) -> None:
    refusing = Refusing(foundation, after=2)
    source = make_source(rows=12_000, every=1_000)
    result = ingest.run(source)
    assert (result.state, result.code, result.retryable) == ("failed", "database.unavailable", True)
    refusing.left = 1 << 30
    assert ingest.run(source).state == "succeeded"
    with reading(foundation.engine) as connection:
        ids = connection.execute(select(tables.record.c.record_id)).scalars().all()
    assert len(ids) == len(set(ids)) == 12_000
