"""What needs privacy officers and administrators, on the home page."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from audit import access
from core.database import unit_of_work
from tests.api.http.house import opened
from tests.console.desk import Desk
from tests.sync.test_rejections import keep

NEVER = "was never verified"


@pytest.fixture
def desk(tmp_path: Path, sqlite_template: Path) -> Iterator[Desk]:
    with opened(tmp_path / "w", template=sqlite_template) as house:
        yield Desk(house)


def home(desk: Desk, who: str) -> str:
    desk.house.services.sequencer.sequence_all()
    return desk.get("/", who).text


def test_a_log_that_nobody_verified_waits_for_the_privacy_officer(desk: Desk) -> None:
    services = desk.house.services
    assert NEVER in home(desk, "privacy_officer")
    assert NEVER not in home(desk, "sales")
    caller = access.Caller("user:u_test")
    access.check(
        services.engine, services.foundation.audit, caller, services.settings.checkpoints, services.sequencer.key
    )
    page = home(desk, "privacy_officer")
    assert NEVER not in page
    assert "last verif" not in page


def test_refused_reads_are_told_to_who_may_read_the_log(desk: Desk) -> None:
    assert "Refused reads" not in home(desk, "privacy_officer")
    assert desk.house.get("/v1/golden/g_" + "0" * 32, "sales", purpose="marketing").status_code in {403, 404}
    assert "Refused reads of customer data since yesterday: 1" in home(desk, "privacy_officer")
    assert "Refused reads" not in home(desk, "sales")


def test_a_key_that_ends_soon_is_told_to_the_administrator(desk: Desk) -> None:
    services = desk.house.services
    with unit_of_work(services.engine) as connection:
        for name, days in (("warehouse", 13), ("newsletter", 15)):
            services.tokens.issue_key(
                connection, name=name, purpose="integration", actor="system:test", life=timedelta(days=days)
            )
    page = home(desk, "admin")
    assert "warehouse" in page
    assert "newsletter" not in page


def test_a_failed_sync_is_told_as_long_as_its_connection_is_there(desk: Desk) -> None:
    services = desk.house.services
    for name in ("till", "ledger"):
        with unit_of_work(services.engine) as connection:
            services.connections.add(connection, name=name, kind="exec", launch={}, config={}, actor="system:test")
            run = services.runs.begin(connection, name, {}, actor="system:test")
            services.runs.finish(connection, run, code="source.failed", message="It ended.")
    # Other runs must not push the failed one out of sight.
    with unit_of_work(services.engine) as connection:
        for _ in range(201):
            services.runs.finish(
                connection, services.runs.begin(connection, "ledger", {}, actor="system:test"), code=None, message=None
            )
    assert "The last sync of till failed" in home(desk, "operations")
    services.connecting.remove("till", actor="system:test")
    assert "The last sync of till failed" not in home(desk, "operations")


def test_what_cannot_be_replayed_is_not_offered(desk: Desk) -> None:
    """Records of forms, and of connections that are no more, have no source to be judged by."""
    services = desk.house.services
    keep(services.foundation, "form:contact", "record.unresolvable", 2)
    page = desk.get("/rejected").text
    assert "record.unresolvable" in page
    assert "/rejected/replay" not in page
    with unit_of_work(services.engine) as connection:
        services.connections.add(connection, name="till", kind="exec", launch={}, config={}, actor="system:test")
    keep(services.foundation, "till", "record.type", 1)
    assert desk.get("/rejected").text.count("/rejected/replay") == 1


def test_closed_doors_are_told_to_who_can_open_them(desk: Desk) -> None:
    services = desk.house.services
    hashed = services.passwords.hash("correct horse battery staple")
    with unit_of_work(services.engine) as connection:
        nobody = services.people.create_user(connection, login="new", display_name="Nora New", roles=[], actor="system")
        services.people.set_password(connection, nobody.id, hashed, actor="system")
    page = home(desk, "admin")
    assert "Nora New has no role" in page
    assert "locked out" not in page
    for _ in range(4):
        services.people.authenticate_password(services.engine, "new", "wrong")
    assert "Refused sign-ins" not in home(desk, "privacy_officer")
    services.people.authenticate_password(services.engine, "new", "wrong")
    assert "Nora New is locked out" in home(desk, "admin")
    assert "Refused sign-ins and tokens since yesterday: 5" in home(desk, "privacy_officer")
    with unit_of_work(services.engine) as connection:
        services.people.disable_user(connection, nobody.id, actor="system")
    assert "Nora New" not in home(desk, "admin")
