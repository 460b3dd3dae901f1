"""Planted values are nowhere in clear: not at rest, not in logs or temporary files, not after a SIGKILL in a sync."""

import os
import signal
import time
from pathlib import Path

import pytest
from sqlalchemy import func, select

from api.demo import run as demonstration
from api.demo.canaries import Canary, CanaryKind, plant, search
from api.demo.planting import with_canaries
from api.demo.social_server import SocialServer
from api.demo.world import make_world
from api.server import running_server
from api.wiring import Services, open_services
from core.database import reading, unit_of_work
from governance.authentication import Authenticated
from governance.policy.values import RequestContext
from sync import tables
from sync.wish import Asked
from tests.flows.conftest import Shop, token_for

CANARIES = 200


def set_up(folder: Path, canaries: list[Canary]) -> tuple[demonstration.Places, SocialServer, str]:
    """The demonstration's workspace with canaries in every channel, forms posted, sources added, nothing synced."""
    world = with_canaries(make_world(3, 20), canaries)
    places, code = demonstration.prepare(folder, world)
    social = SocialServer(world.now.social)
    social.__enter__()
    with open_services(places.workspace) as services:
        with unit_of_work(services.engine) as connection:
            admin = services.people.redeem_code(connection, code)
        assert isinstance(admin, Authenticated)
        demonstration.add_people(services, admin.principal.actor)
        demonstration.add_connections(services, places, social, admin.principal.actor)
        with running_server(services, with_worker=False) as base_url:
            assert demonstration.post_forms(base_url, services, world.now.forms) == len(world.now.forms)
        return places, social, token_for(services, "runner", "operations", "it", "auditor")


def landed(workspace: Path, connection_name: str) -> int:
    with open_services(workspace) as services, reading(services.engine) as connection:
        query = select(func.count()).where(tables.record.c.connection == connection_name)
        return connection.execute(query).scalar_one()


def found_by_search(services: Services, canary: Canary) -> bool:
    with unit_of_work(services.engine) as connection:
        officer = services.people.user_by_login(connection, "wang").principal()
    asked = Asked(officer, RequestContext("privacy_request", "test", "req_1"))
    return bool(services.disclosure.search(asked, canary.value))


@pytest.mark.full
def test_no_canary_is_found_in_clear_also_after_a_kill(tmp_path: Path) -> None:
    canaries = plant(CANARIES, seed=11)
    temporary = tmp_path / "tmp"
    temporary.mkdir()
    places, social, token = set_up(tmp_path / "demo", canaries)
    shop = Shop(places.workspace, token, temporary)
    # The search itself must be able to fail: it finds what the outside world holds in clear.
    assert search(places.data, canaries)

    process = shop.start("sync", "run", "erp", "mail")
    while landed(places.workspace, "erp") == 0:
        assert process.poll() is None
        time.sleep(0.05)
    os.kill(process.pid, signal.SIGKILL)
    assert process.wait() == -signal.SIGKILL
    assert search(places.workspace, canaries) == []
    assert search(temporary, canaries) == []

    finished = shop.ingot("sync", "run")
    social.__exit__(None, None, None)
    assert finished.returncode == 0, finished.stderr
    exported = shop.ingot("audit", "export", "--out", str(tmp_path / "export"))
    assert exported.returncode == 0, exported.stderr
    for folder in (places.workspace, temporary, tmp_path / "export"):
        assert search(folder, canaries) == []
    for said in (finished.stdout, finished.stderr, exported.stdout, exported.stderr):
        assert not [canary for canary in canaries if canary.value in said]
    with open_services(places.workspace) as services:
        wanted = [canary for canary in canaries if canary.kind in {CanaryKind.PHONE, CanaryKind.EMAIL, CanaryKind.NAME}]
        assert all(found_by_search(services, canary) for canary in wanted)
