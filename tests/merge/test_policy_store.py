from datetime import timedelta

from sqlalchemy import Engine

from core.clock import Clock
from core.database import unit_of_work
from merge.policy_store import Policies, set_applied, versions
from tests.conftest import SteppableClock


def test_a_version_is_told_by_its_number_although_another_came_at_the_same_time(engine: Engine, clock: Clock) -> None:
    policies = Policies({}, {})
    with unit_of_work(engine) as connection:
        wanted = {"attributes": {"email": ["max"]}}
        policies.add(connection, wanted, actor="user:u_1", reason_code="agreed", at=clock.now())
        assert [one.at for one in versions(connection)] == [clock.now()] * 2
        assert "email" not in policies.numbered(connection, 1).strategies
        assert policies.numbered(connection, 2).strategies["email"] == ("max",)


def test_when_a_version_came_into_force_stays_as_it_was(engine: Engine, clock: Clock, stepping: SteppableClock) -> None:
    policies, first = Policies({}, {}), clock.now()
    with unit_of_work(engine) as connection:
        policies.ensure(connection, first)
        stepping.step(days=1)
        policies.add(connection, {"priority": ["erp"]}, actor="user:u_1", reason_code="agreed", at=clock.now())
        set_applied(connection, 2, clock.now())
        assert [one.applied_at for one in versions(connection)] == [first, first + timedelta(days=1)]
