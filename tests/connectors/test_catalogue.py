"""Our sources have names in both languages; only streams a source has can be chosen; every kind is started its way."""

import sys
from pathlib import Path

import pytest

from connectors.catalogue import Selection, configured_catalog, launch_from, our_sources
from connectors.launch import launch_command, launch_manifest
from core.errors import IngotError, Invalid, NotFound

DISCOVERED = {
    "streams": [
        {"name": "people", "json_schema": {}, "supported_sync_modes": ["full_refresh", "incremental"],
         "source_defined_primary_key": [["id"]], "default_cursor_field": ["at"]},
        {"name": "orders", "namespace": "erp", "json_schema": {}, "supported_sync_modes": ["full_refresh"]},
    ]
}  # fmt: skip


def test_every_source_is_told_in_both_languages_and_can_be_started() -> None:
    assert {"file", "sql", "email", "email_imap", "social"} <= set(our_sources())
    for name in our_sources():
        source = our_sources().get(name)
        for texts in (source.title, source.description):
            assert set(texts) == {"zh", "en"}
            assert any("\u4e00" <= character <= "\u9fff" for character in texts["zh"])
        launch = source.launch()
        assert launch.command[:2] == (sys.executable, "-m")


def test_without_a_selection_every_stream_is_read_in_its_best_mode() -> None:
    people, orders = configured_catalog(DISCOVERED)["streams"]
    assert (people["sync_mode"], people["primary_key"], people["cursor_field"]) == ("incremental", [["id"]], ["at"])
    assert (people["destination_sync_mode"], orders["destination_sync_mode"]) == ("append_dedup", "append")
    assert (orders["sync_mode"], orders["stream"]["namespace"]) == ("full_refresh", "erp")


def test_a_cursor_may_be_given_where_the_source_leaves_it_open() -> None:
    open_ = {"streams": [{"name": "a", "default_cursor_field": ["at"]}]}
    fixed = {"streams": [{"name": "a", "default_cursor_field": ["at"], "source_defined_cursor": True}]}
    chosen = [Selection("a", cursor_field=("seen",))]
    cursors = [configured_catalog(one, chosen)["streams"][0]["cursor_field"] for one in (open_, fixed)]
    assert cursors == [["seen"], ["at"]]
    assert configured_catalog(open_)["streams"][0]["cursor_field"] == ["at"]


def test_a_key_may_be_given_where_the_source_has_none() -> None:
    chosen = [Selection("orders", "erp", primary_key=(("number",),)), Selection("people", primary_key=(("other",),))]
    orders, people = configured_catalog(DISCOVERED, chosen)["streams"]
    assert (orders["primary_key"], people["primary_key"]) == ([["number"]], [["id"]])


@pytest.mark.parametrize(
    ("selection", "kind", "code"),
    [
        (Selection("peolpe"), NotFound, "source.stream_unknown"),
        (Selection("orders"), NotFound, "source.stream_unknown"),
        (Selection("orders", "erp", "incremental"), Invalid, "source.mode_unsupported"),
    ],
)
def test_what_the_source_cannot_is_refused(selection: Selection, kind: type[IngotError], code: str) -> None:
    with pytest.raises(kind) as caught:
        configured_catalog(DISCOVERED, [selection])
    assert caught.value.code == code
    assert "people" in caught.value.message or "full_refresh" in caught.value.message


def test_commands_are_split_and_never_given_to_a_shell() -> None:
    launch = launch_command("my-source --name 'Li Si' ; rm x")
    assert launch.command == ("my-source", "--name", "Li Si", ";", "rm", "x")
    assert launch.arguments("read", config=Path("c"), state=Path("s"))[-5:] == ["read", "--config", "c", "--state", "s"]


@pytest.mark.parametrize("command", ["", "  ", "a 'b"])
def test_a_command_that_cannot_be_split_is_refused(command: str) -> None:
    with pytest.raises(Invalid) as caught:
        launch_command(command)
    assert caught.value.code == "source.command_invalid"


def test_a_manifest_runs_components_only_when_trusted(tmp_path: Path) -> None:
    manifest = tmp_path / "m.yaml"
    manifest.write_text("streams: []", encoding="utf-8")
    assert "AIRBYTE_ENABLE_UNSAFE_CODE" not in launch_manifest(manifest).environment
    trusted = launch_from("manifest", {"path": str(manifest), "trust_components": True})
    assert trusted.environment["AIRBYTE_ENABLE_UNSAFE_CODE"] == "true"
    assert trusted.options == ("--manifest-path", str(manifest))
    with pytest.raises(NotFound) as caught:
        launch_manifest(tmp_path / "absent.yaml")
    assert caught.value.code == "source.manifest_missing"


def test_stored_launches_come_back() -> None:
    assert launch_from("source", {"name": "file"}).command[-1] == "connectors.sources.file"
    assert launch_from("exec", {"command": "a b"}).command == ("a", "b")
    with pytest.raises(Invalid) as caught:
        launch_from("docker", {})
    assert caught.value.code == "source.kind_unknown"
