"""How many requests a caller may make, and what they are told of it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.limits import DEFAULTS, RequestLimits
from api.rates import WINDOW, Rates
from core.errors import Invalid
from tests.api.http.house import House


class Watch:
    now = 0.0

    def __call__(self) -> float:
        return self.now


@given(st.integers(1, 200), st.lists(st.floats(0, 30), min_size=1, max_size=300))
def test_no_minute_sees_more_than_twice_the_limit_and_the_told_wait_is_right(limit: int, waits: list[float]) -> None:
    watch = Watch()
    rates = Rates(watch)
    allowed: list[float] = []
    for wait in waits:
        watch.now += wait
        rate = rates.take("one", limit)
        if rate.allowed:
            allowed.append(watch.now)
            assert 0 <= rate.remaining < limit
        else:
            # Whoever waits as told is let in.
            watch.now += rate.reset
            assert rates.take("one", limit).allowed
            allowed.append(watch.now)
        within = [at for at in allowed if watch.now - at < WINDOW]
        # A full bucket at once, and what flows back in the same minute.
        assert len(within) <= 2 * limit + 1
    assert rates.take("another", limit).allowed


def test_a_minutes_worth_may_be_used_at_once() -> None:
    watch = Watch()
    rates = Rates(watch)
    told = [rates.take("one", 5) for _ in range(7)]
    assert [one.allowed for one in told] == [True] * 5 + [False] * 2
    assert [one.remaining for one in told] == [4, 3, 2, 1, 0, 0, 0]
    assert [one.reset for one in told] == [12, 24, 36, 48, 60, 12, 12]
    watch.now = 12.0
    assert [rates.take("one", 5).allowed for _ in range(2)] == [True, False]


def test_callers_that_are_gone_are_forgotten() -> None:
    watch = Watch()
    rates = Rates(watch)
    for number in range(25_000):
        watch.now += 0.01
        rates.take(str(number), 60)
    assert len(rates._full_at) <= 10_001


@pytest.mark.parametrize("name", DEFAULTS)
def test_a_limit_is_one_or_more(name: str) -> None:
    with pytest.raises(Invalid):
        RequestLimits({name: 0})


def test_every_answer_tells_where_the_caller_stands(small: House) -> None:
    answer = small.get("/v1/syncs", "it")
    assert answer.headers["ratelimit-policy"] == '"requests";q=40;w=60'
    assert answer.headers["ratelimit"].startswith('"requests";r=39;t=')
    assert "ratelimit" not in small.client.get("/healthz").headers
    # Refusals count as well: trying out what one may not is no way around.
    statuses = [small.get("/v1/audit", "it").status_code for _ in range(45)]
    assert statuses[:38] == [403] * 38
    assert statuses[-1] == 429
    last = small.get("/v1/syncs", "it")
    assert (last.status_code, last.json()["code"]) == (429, "request.rate")
    assert last.headers["ratelimit"].startswith('"requests";r=0;t=')
    assert int(last.headers["retry-after"]) >= 1
    assert len(small.audited("request.limited")) == 1
    # Others are not slowed down by it.
    assert small.get("/v1/syncs", "operations").status_code == 200


def test_exports_have_a_limit_of_their_own(small: House) -> None:
    statuses = [small.post("/v1/exports", "downstream", {}).status_code for _ in range(4)]
    assert statuses == [200, 200, 429, 429]
