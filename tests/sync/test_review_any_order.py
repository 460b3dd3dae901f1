"""The queue hangs on what is there in the end: any order, any batches, edits and removals give the same items."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.clock import Clock
from core.crypto import Keyring
from core.database import make_engine
from core.records import SourceRecord
from tests.merge.support import record, record_id
from tests.sync.review_house import ReviewHouse, make_house

NAMES = ("李友琴", "李友勤", "张三", "Li Youqin")
PHONES = ("13800138000", "13911112222")
RICS = ("", "310101199001011234", "330106198505123417")
KEYS = "abcde"
WRITES = st.tuples(st.sampled_from(KEYS), st.sampled_from(NAMES), st.sampled_from(PHONES), st.sampled_from(RICS))
STEPS = st.lists(st.one_of(WRITES, st.sampled_from(KEYS)), min_size=3, max_size=9)


def made(key: str, name: str, phone: str, ric: str) -> SourceRecord:
    values = [("person.full_name", name), ("phone", phone), *([("id.cn.ric", ric)] if ric else [])]
    return record(key, *values)


@contextmanager
def fresh(template: Path, keyring: Keyring, clock: Clock) -> Iterator[ReviewHouse]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "ingot.db"
        shutil.copy(template, path)
        engine = make_engine(f"sqlite:///{path}")
        yield make_house(engine, keyring, clock)
        engine.dispose()


def asked(house: ReviewHouse) -> list[tuple[object, ...]]:
    return [
        (one.item_id, one.kind, one.subjects, one.weight, one.verdict, one.between, one.priority, dict(one.detail))
        for one in house.queue()
    ]


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(STEPS)
def test_the_queue_of_any_history_is_that_of_its_end(
    sqlite_template: Path, keyring: Keyring, clock: Clock, steps: list[tuple[str, str, str, str] | str]
) -> None:
    last: dict[str, SourceRecord] = {}
    with fresh(sqlite_template, keyring, clock) as house, fresh(sqlite_template, keyring, clock) as other:
        for step in steps:
            if isinstance(step, str):
                last.pop(step, None)
                house.take([], [record_id(step)])
            else:
                last[step[0]] = made(*step)
                house.take([last[step[0]]])
        other.take(list(last.values()))
        assert asked(house) == asked(other)
        # And again: what is there already changes nothing.
        house.take(list(last.values()))
        assert asked(house) == asked(other)
