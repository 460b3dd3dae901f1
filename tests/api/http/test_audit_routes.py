import base64
import json

import pytest

from audit.tlog import leaf_hash, verify_inclusion
from tests.api.http.house import House


def b64(data: bytes) -> str:
    return base64.b64encode(data).decode()


def test_entries_come_as_they_were_hashed_and_are_proved(on_both: House) -> None:
    on_both.customer("d1", name="王小明", phone="13800138000")
    found = on_both.get("/v1/audit?action=form.received", "auditor").json()["data"]
    assert len(found) == 1
    entry = found[0]
    body = json.dumps(entry["body"], sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
    assert leaf_hash(body).hex() == entry["leaf"]
    proof = on_both.get(f"/v1/audit/{entry['index']}/proof", "auditor").json()
    checkpoint = on_both.get("/v1/audit/checkpoint", "auditor").json()
    note = on_both.get("/v1/audit/checkpoint", "auditor", accept="text/plain").text
    assert proof["leaf"] == entry["leaf"]
    assert note.startswith(f"{checkpoint['origin']}\n")
    assert checkpoint["note"].splitlines()[1:3] == [str(checkpoint["size"]), b64(bytes.fromhex(checkpoint["root"]))]
    # The log grows meanwhile: the proof is for the checkpoint it brings along.
    root = base64.b64decode(proof["note"].splitlines()[2])
    hashes = [bytes.fromhex(one) for one in proof["hashes"]]
    assert verify_inclusion(bytes.fromhex(proof["leaf"]), proof["index"], proof["size"], hashes, root)


def test_pages_walk_back_through_the_log_and_searches_are_entries_themselves(on_both: House) -> None:
    on_both.services.sequencer.sequence_all()
    first = on_both.get("/v1/audit?limit=5", "auditor").json()
    second = on_both.get(f"/v1/audit?limit=5&cursor={first['next_cursor']}", "auditor").json()
    places = [one["index"] for one in first["data"] + second["data"]]
    assert places == list(range(places[0], places[0] - 10, -1))
    last = on_both.get("/v1/audit?limit=1000", "auditor").json()
    assert (last["has_more"], last["next_cursor"], last["data"][-1]["index"]) == (False, None, 0)
    assert len(on_both.audited("audit.searched")) == 3


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("since=2026-05-01T00:00:00Z&until=2100-01-01T00:00:00%2B08:00", 200),
        ("since=2026-05-01T00:00:00", 422),
        ("since=yesterday", 422),
        ("actor=" + "x" * 201, 422),
        ("actor=a%00b", 422),
        ("actor=user:u_00000000000000000000000000000000&object_id=form:contact&decision=deny", 200),
        ("actor=zhang%40san.example", 422),
        ("actor=13800138000", 422),
        ("subject=13800138000", 422),
        ("action=form.eaten", 422),
        ("purpose=curiosity", 422),
        ("since=13800138000", 422),
        ("until=9999-12-31T23:59:59-23:59", 200),
        ("cursor=x", 422),
        ("cursor=99999999999999999999", 422),
        ("limit=1001", 422),
        ("who=13800138000", 422),
    ],
)
def test_filters(door: House, query: str, status: int) -> None:
    answer = door.get(f"/v1/audit?{query}", "auditor")
    assert answer.status_code == status, answer.text
    assert "13800138000" not in answer.text


def test_an_entry_that_is_not_there(door: House) -> None:
    door.services.sequencer.sequence_all()
    answer = door.get("/v1/audit/999999/proof", "auditor")
    assert (answer.status_code, answer.json()["code"]) == (404, "audit.no_entry")
