"""One entry and its proof in a file: it proves what stands there, and any change of it is found."""

import base64
import json
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from api.cli.audit import app
from audit import access
from audit.log import AuditLog
from audit.notes import VerifierKey
from audit.proof_file import FORMAT, check_proof
from audit.tlog import leaf_hash
from core.errors import Damaged, NotFound
from tests.audit.helpers import KEY, ORIGIN, FilledLog, SigningKey


def proof_of(log: FilledLog, index: int) -> str:
    return access.proof_file(log.engine, AuditLog(log.clock), index)


def test_every_entry_is_proved_by_its_file(filled: FilledLog) -> None:
    filled.fill(3, 4)
    for index in range(7):
        found = check_proof(proof_of(filled, index), KEY)
        assert (found.index, found.size) == (index, 7)
        assert json.loads(found.body)["action"] == "golden.disclosed"
    with pytest.raises(NotFound):
        proof_of(filled, 7)


def test_another_entry_index_path_or_key_is_no_proof(on_sqlite: FilledLog) -> None:
    on_sqlite.fill(5)
    text = proof_of(on_sqlite, 2)
    body = check_proof(text, KEY).body
    other = base64.b64encode(body.replace(b"user:ann", b"user:bob")).decode()
    lines = text.split("\n")
    changed = [
        text.replace(lines[1], f"extra {other}"),
        text.replace("index 2", "index 3"),
        "\n".join([*lines[:3], lines[4], lines[3], *lines[5:]]),
        text.replace(lines[3] + "\n", "", 1),
        text.replace("\n5\n", "\n6\n"),
    ]
    assert text not in changed
    for one in changed:
        with pytest.raises(Damaged):
            check_proof(one, KEY)
    with pytest.raises(Damaged):
        check_proof(text, VerifierKey(ORIGIN, SigningKey(2).public_key))


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_any_changed_character_is_found_or_changes_nothing(on_sqlite: FilledLog, data: st.DataObject) -> None:
    try:
        text = proof_of(on_sqlite, 1)
    except NotFound:
        on_sqlite.fill(3)
        text = proof_of(on_sqlite, 1)
    at = data.draw(st.integers(0, len(text) - 1))
    changed = text[:at] + data.draw(st.sampled_from("Aa0+/=\n x")) + text[at + 1 :]
    try:
        found = check_proof(changed, KEY)
    except Damaged:
        return
    # What still proves proves the same entry at the same place.
    assert (found.index, leaf_hash(found.body)) == (1, leaf_hash(check_proof(text, KEY).body))


@pytest.mark.parametrize("text", ["", FORMAT, f"{FORMAT}\n\n", f"{FORMAT}\nextra !!\nindex 0\n\nx", "x" * 5_000_000])
def test_what_is_no_proof_is_said_to_be_none(text: str) -> None:
    with pytest.raises(Damaged) as refused:
        check_proof(text, KEY)
    assert refused.value.code.startswith("audit.")


def test_the_command_needs_nothing_but_the_file_and_the_key(on_sqlite: FilledLog, tmp_path: Path) -> None:
    on_sqlite.fill(2)
    file = tmp_path / "entry-1.tlog-proof"
    file.write_text(proof_of(on_sqlite, 1), encoding="utf-8")
    result = CliRunner().invoke(app, ["verify", "--proof", str(file), "--key", str(KEY), "--json"])
    assert (result.exit_code, json.loads(result.stdout)["index"]) == (0, 1)
    file.write_text(proof_of(on_sqlite, 1).replace("index 1", "index 0"), encoding="utf-8")
    broken = CliRunner().invoke(app, ["verify", "--proof", str(file), "--key", str(KEY)])
    assert isinstance(broken.exception, Damaged)
