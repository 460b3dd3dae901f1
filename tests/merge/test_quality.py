"""Duplicates in figures: what is counted, in which week, on both databases."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import Engine

from core.clock import Clock
from core.crypto import Keyring
from core.database import reading, unit_of_work
from merge.quality import BY_MACHINE, BY_PEOPLE, FOUND, TAKEN_APART, monday, quality
from merge.resolve.unmerge import Unmerge
from tests.conftest import SteppableClock
from tests.merge.support import make_resolver, person, record_id


def test_weeks_begin_on_monday_in_utc() -> None:
    assert monday(datetime(2026, 5, 3, 23, 59, tzinfo=UTC)) == datetime(2026, 4, 27, tzinfo=UTC)
    assert monday(datetime(2026, 5, 4, tzinfo=UTC)) == datetime(2026, 5, 4, tzinfo=UTC)


def test_what_was_found_merged_and_taken_apart(
    engine: Engine, keyring: Keyring, clock: Clock, stepping: SteppableClock
) -> None:
    resolver = make_resolver(keyring, clock)
    with unit_of_work(engine) as connection:
        # Two customers that the machine merges when a third record says so, and a pair to be asked about.
        resolver.apply(connection, [person("a", "张三"), person("b", "张三", phone="13700137000")])
        resolver.apply(connection, [person("b", "张三", days=1)])
        resolver.apply(connection, [person("c", "李友琴", phone="13600136000")])
        resolver.apply(connection, [person("d", "李友勤", phone="13600136000")])
    stepping.step(days=7)
    with unit_of_work(engine) as connection:
        steward = Unmerge(resolver)
        steward.merge(connection, [record_id("c"), record_id("d")], actor="user:s", reason_code="same_person")
        steward.detach(connection, [record_id("b")], actor="user:s", reason_code="two_people")
    with reading(engine) as connection:
        found = quality(connection, clock.now(), weeks=4)
    assert (found.records, found.goldens, found.shared, found.duplicates) == (4, 3, 1, 1)
    before, now = found.weeks[-2:]
    assert (before.counts[BY_MACHINE], before.counts[FOUND], before.counts[BY_PEOPLE]) == (1, 1, 0)
    assert (now.counts[BY_PEOPLE], now.counts[TAKEN_APART], now.counts[BY_MACHINE]) == (1, 1, 0)
    assert now.begins == monday(clock.now())


def test_an_empty_house_has_no_duplicates(engine: Engine, clock: Clock) -> None:
    with reading(engine) as connection:
        found = quality(connection, clock.now())
    assert (found.records, found.duplicates, len(found.weeks)) == (0, 0, 12)
    assert pytest.approx(0) == sum(sum(week.counts.values()) for week in found.weeks)
