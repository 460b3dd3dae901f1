import json
import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
import yaml

from api.demo.social import SocialProfile
from api.demo.social_server import SocialServer
from api.demo.world import AS_OF, World

MANIFEST = Path(__file__).parents[3] / "connectors/sources/social/manifest.yaml"
CATALOG = {
    "streams": [
        {
            "stream": {
                "name": "profiles",
                "json_schema": {},
                "supported_sync_modes": ["full_refresh", "incremental"],
                "source_defined_cursor": True,
                "default_cursor_field": ["updated_at"],
                "source_defined_primary_key": [["handle"]],
            },
            "sync_mode": "incremental",
            "destination_sync_mode": "append_dedup",
        }
    ]
}


@pytest.fixture
def server(world: World) -> Iterator[SocialServer]:
    with SocialServer(world.now.social, token="a-token-of-the-test", refusals=0) as running:
        yield running


def get(server: SocialServer, query: str, token: str = "") -> tuple[int, dict[str, Any], httpx.Headers]:
    headers = {"Authorization": f"Bearer {token or server.token}"}
    # Without the environment's proxies: the server is on this machine.
    with httpx.Client(trust_env=False, timeout=10) as client:
        answer = client.get(f"{server.base_url}/v1/profiles?{query}", headers=headers)
    return answer.status_code, answer.json(), answer.headers


def run(server: SocialServer, folder: Path, verb: str, state: Any = None) -> list[dict[str, Any]]:
    """The messages of the declarative runner, which is the one the gateway starts."""
    files = {"config": server.config(AS_OF - timedelta(days=370)), "catalog": CATALOG, "state": state}
    arguments = [verb, "--manifest-path", str(MANIFEST)]
    for name, content in files.items():
        if content is not None and (name == "config" or verb == "read"):
            (folder / f"{name}.json").write_text(json.dumps(content), encoding="utf-8")
            arguments += [f"--{name}", str(folder / f"{name}.json")]
    program = "from airbyte_cdk.cli.source_declarative_manifest import run; run()"
    done = subprocess.run(
        [sys.executable, "-c", program, *arguments], cwd=folder, capture_output=True, timeout=120, check=True
    )
    return [json.loads(line) for line in done.stdout.splitlines()]


def records(messages: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [message["record"]["data"] for message in messages if message["type"] == "RECORD"]


def told(profile: SocialProfile) -> dict[str, Any]:
    """A profile as the runner passes it on: it leaves fields out that are null."""
    return {name: value for name, value in profile.as_json().items() if value is not None}


def test_pages_follow_the_time_of_change_and_cover_everything(server: SocialServer, world: World) -> None:
    found: list[dict[str, Any]] = []
    page = 1
    while True:
        status, body, _ = get(server, f"page={page}&page_size=7")
        assert status == 200
        assert body["total"] == len(world.now.social)
        found += body["data"]
        page += 1
        if not body["has_more"]:
            break
    assert found == [profile.as_json() for profile in world.now.social]
    assert get(server, f"page={page}&page_size=7")[1]["data"] == []


def test_bounds_of_time_are_inclusive(server: SocialServer, world: World) -> None:
    at = world.now.social[3].as_json()["updated_at"]
    _, body, _ = get(server, f"updated_since={at}&updated_until={at}")
    assert [profile["handle"] for profile in body["data"]] == [world.now.social[3].handle]


def test_only_the_token_opens_it(server: SocialServer) -> None:
    status, body, _ = get(server, "page=1", token="another")
    assert status == 401
    assert "data" not in body


@pytest.mark.parametrize("query", ["page=0", "page=x", "page_size=501", "updated_since=yesterday"])
def test_a_parameter_that_cannot_be_is_refused(server: SocialServer, query: str) -> None:
    assert get(server, query)[0] == 400


def test_the_first_request_is_told_to_wait(world: World) -> None:
    with SocialServer(world.now.social) as server:
        status, _, headers = get(server, "page=1")
        assert (status, headers["Retry-After"]) == (429, "1")
        assert get(server, "page=1")[0] == 200
        assert server.requests == 2


def test_the_manifest_reads_everything_once_despite_a_refusal_and_resumes(world: World, tmp_path: Path) -> None:
    with SocialServer(world.now.social) as server:
        first = run(server, tmp_path, "read")
        assert {row["handle"]: row for row in records(first)} == {
            profile.handle: told(profile) for profile in world.now.social
        }
        assert len(records(first)) == len(world.now.social)
        states = [message["state"] for message in first if message["type"] == "STATE"]
        assert sum(state["sourceStats"]["recordCount"] for state in states) == len(world.now.social)
        server.put(world.later.social)
        second = records(run(server, tmp_path, "read", state=[states[-1]]))
    newest = world.now.social[-1]
    # The cursor is inclusive: what lies on the boundary comes again, or its changed self does.
    changed = {profile.handle: told(profile) for profile in [newest, *world.later.social]}
    assert {row["handle"]: row for row in second} == changed


def test_the_manifest_tells_its_stream_and_hides_its_token(server: SocialServer, tmp_path: Path) -> None:
    checked = run(server, tmp_path, "check")
    assert checked[-1]["connectionStatus"]["status"] == "SUCCEEDED"
    (stream,) = run(server, tmp_path, "discover")[-1]["catalog"]["streams"]
    assert stream["name"] == "profiles"
    assert stream["source_defined_primary_key"] == [["handle"]]
    assert "incremental" in stream["supported_sync_modes"]
    assert not any(server.token in json.dumps(message) for message in checked)
    manifest = yaml.safe_load(MANIFEST.read_text(encoding="utf-8"))
    properties = manifest["spec"]["connection_specification"]["properties"]
    assert properties["api_token"]["airbyte_secret"] is True
    assert set(manifest["spec"]["connection_specification"]["required"]) == set(server.config(AS_OF))
