"""The size of the transactions of resolving follows the machine and those who wait."""

from pathlib import Path
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.database import make_engine
from sync.company import Company
from sync.pace import AIM_SECONDS, AIM_SECONDS_ALONE, FIRST, LEAST, MOST, Pace, next_records

RECORDS = st.integers(LEAST, MOST)
SECONDS = st.floats(0, 1e6, allow_nan=False)


@given(RECORDS, st.integers(0, MOST), SECONDS, st.booleans())
def test_it_stays_in_its_bounds_and_moves_by_two_at_most(records: int, done: int, seconds: float, waited: bool) -> None:
    found = next_records(records, done, seconds, waited_for=waited)
    assert LEAST <= found <= MOST
    assert records // 2 <= found <= records * 2


@given(RECORDS, SECONDS, SECONDS, st.booleans())
def test_a_slower_transaction_never_makes_the_next_larger(records: int, one: float, other: float, waited: bool) -> None:
    quick, slow = sorted((one, other))
    later = next_records(records, records, slow, waited_for=waited)
    assert later <= next_records(records, records, quick, waited_for=waited)


@given(st.floats(AIM_SECONDS_ALONE / MOST, AIM_SECONDS / LEAST), st.booleans())
def test_it_settles_where_a_transaction_takes_what_is_aimed_at(seconds_a_record: float, waited: bool) -> None:
    records, aim = FIRST, AIM_SECONDS if waited else AIM_SECONDS_ALONE
    for _ in range(8):
        records = next_records(records, records, records * seconds_a_record, waited_for=waited)
    assert abs(records * seconds_a_record - aim) <= 2 * seconds_a_record


@given(RECORDS, SECONDS)
def test_who_is_waited_for_takes_no_more_than_who_is_not(records: int, seconds: float) -> None:
    waited = next_records(records, records, seconds, waited_for=True)
    assert waited <= next_records(records, records, seconds, waited_for=False)


def test_steps_get_shorter_once_somebody_waits_and_give_way(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    engine = make_engine(f"sqlite:///{tmp_path}/x.db")
    paused: list[float] = []
    waits = False
    moments = iter([0.0, 0.06] * 4)
    monkeypatch.setattr("sync.pace.others_wait", lambda _: waits)
    monkeypatch.setattr("sync.pace.time", SimpleNamespace(sleep=paused.append, perf_counter=lambda: next(moments)))
    pace = Pace(engine)

    def step() -> int:
        with pace.step(pace.records):
            pass
        pace.give_way()
        return pace.records

    assert step() == 2 * FIRST
    assert not paused
    waits = True
    assert step() == FIRST
    assert step() == FIRST // 2
    assert paused == [0.03, 0.03]
    engine.dispose()


def test_company_is_remembered_for_a_while(monkeypatch: pytest.MonkeyPatch) -> None:
    moments = iter([10.0, 10.5, 11.5])
    monkeypatch.setattr("sync.company.time.monotonic", lambda: next(moments))
    company = Company()
    assert [company.seen(waits=waits) for waits in (True, False, False)] == [True, True, False]
