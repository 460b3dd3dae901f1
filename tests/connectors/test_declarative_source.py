"""A declarative manifest as a program, against a real HTTP server on loopback."""

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import ClassVar

import pytest

from connectors.contract import Example, SourceContract
from connectors.egress.rules import Egress
from connectors.launch import launch_manifest
from connectors.runner import Runner
from core.errors import Unavailable
from tests.connectors.zygote import forked
from tests.simulators.people_api import MANIFEST, SPEC, PeopleApi

TOKEN = "bearer-sesame-4711"


class TestDeclarativeSource(SourceContract):
    api: ClassVar[PeopleApi] = PeopleApi(TOKEN, 100)
    most_states = 2
    egress = Egress.parse(["127.0.0.1"])

    @pytest.fixture(scope="class", autouse=True)
    @classmethod
    def _served(cls) -> Iterator[None]:
        with ExitStack() as stack:
            stack.enter_context(cls.api.served())
            yield

    @classmethod
    def make_source(cls, folder: Path) -> Example:
        manifest = folder / "manifest.yaml"
        manifest.write_text(MANIFEST + SPEC, encoding="utf-8")
        cls.api.refuse_next = 1
        config = {"api_url": cls.api.url, "api_token": TOKEN}
        return Example(
            launch=forked(launch_manifest(manifest)),
            config=config,
            bad_configs=[{"api_url": cls.api.url}, {**config, "api_token": "wrong-token"}],
            records={"people": 100},
            secrets=[TOKEN],
            resumes=frozenset({"people"}),
            ordered=False,
        )

    def test_paging_and_the_rate_limit_were_met(self) -> None:
        self._ground()
        assert self.api.refuse_next == 0
        assert any("page=2" in path for path in self.api.requests)


def test_a_manifest_without_specification_has_an_open_one(tmp_path: Path) -> None:
    manifest = tmp_path / "manifest.yaml"
    manifest.write_text(MANIFEST, encoding="utf-8")
    found = Runner(tmp_path / "private").spec(forked(launch_manifest(manifest)))
    assert found["connectionSpecification"]["additionalProperties"] is True


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            MANIFEST.replace("type: DpathExtractor", "type: CustomRecordExtractor, class_name: components.Evil"),
            "custom components",
        ),
        ("just: text", "names no streams"),
        ("a: [", "cannot be read as YAML"),
    ],
)
def test_what_may_not_run_is_refused_with_a_sentence(tmp_path: Path, text: str, said: str) -> None:
    manifest = tmp_path / "manifest.yaml"
    manifest.write_text(text, encoding="utf-8")
    with pytest.raises(Unavailable) as caught:
        Runner(tmp_path / "private").spec(forked(launch_manifest(manifest)))
    assert said in caught.value.message
    assert caught.value.details["failure_type"] == "config_error"
