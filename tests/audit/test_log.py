from dataclasses import replace
from pathlib import Path

import orjson
import pytest
from sqlalchemy import Engine

from audit import access
from audit.access import Caller
from audit.actions import Action
from audit.checkpoint import open_checkpoint
from audit.events import Event
from audit.log import Query, _narrowed
from audit.tlog import leaf_hash, verify_consistency, verify_inclusion
from audit.verify import verify_directory
from core.database import reading
from core.errors import Conflict, NotFound
from tests.audit.helpers import KEY, FilledLog, shown
from tests.conftest import SteppableClock

AUDITOR = Caller("user:aud", role="auditor", purpose="audit", request_id="r_1")


@pytest.fixture
def mixed(filled: FilledLog, stepping: SteppableClock) -> FilledLog:
    """Six entries, an hour apart: disclosures by two actors, one refusal, one change."""
    events = [
        shown(0),
        shown(1, actor="user:bob"),
        replace(shown(2), decision="deny", action=Action.DISCLOSURE_DENIED),
        Event(Action.GOLDEN_MERGED, "job:1", object_type="job", object_id="job_1", subjects=("g_a", "g_b", "g_a")),
        replace(shown(0), purpose="audit"),
        shown(1),
    ]
    for event in events:
        filled.append([event])
        stepping.step(hours=1)
    filled.sequencer.sequence_all()
    return filled


SEARCHES: list[tuple[Query, list[int]]] = [
    (Query(), [5, 4, 3, 2, 1, 0]),
    (Query(actor="user:bob"), [1]),
    (Query(action="golden.disclosed"), [5, 4, 1, 0]),
    (Query(subject=f"g_{0:032x}"), [4, 0]),
    (Query(subject="g_a"), [3]),
    (Query(subject="g_b", actor="job:1"), [3]),
    (Query(object_type="job"), [3]),
    (Query(object_id=f"g_{1:032x}"), [5, 1]),
    (Query(object_id="job_1"), [3]),
    (Query(object_id="g_a"), []),
    (Query(object_id=f"g_{1:032x}", actor="user:bob"), [1]),
    (Query(purpose="audit"), [4]),
    (Query(decision="deny"), [2]),
    (Query(actor="nobody"), []),
]


def test_a_search_finds_what_fits_newest_first(mixed: FilledLog) -> None:
    with reading(mixed.engine) as connection:
        for query, found in SEARCHES:
            assert [entry.index for entry in mixed.log.search(connection, query)] == found, query


def test_all_parts_of_what_happened_to_one_golden_record_are_found_by_it(filled: FilledLog) -> None:
    others = tuple(f"g_{number:032x}" for number in range(2, 1_600))
    filled.append([replace(shown(1), subjects=others), shown(2)])
    filled.sequencer.sequence_all()
    with reading(filled.engine) as connection:
        assert [one.index for one in filled.log.search(connection, Query(object_id=f"g_{1:032x}"))] == [1, 0]


def test_a_search_by_time_includes_the_start_and_not_the_end(mixed: FilledLog) -> None:
    with reading(mixed.engine) as connection:
        times = {entry.index: entry.at for entry in mixed.log.search(connection, Query())}
        within = mixed.log.search(connection, Query(since=times[1], until=times[3]))
    assert [entry.index for entry in within] == [2, 1]


def test_pages_meet_without_gap_or_repeat(mixed: FilledLog) -> None:
    with reading(mixed.engine) as connection:
        pages, before = [], None
        while page := mixed.log.search(connection, Query(), before=before, limit=4):
            pages.append([entry.index for entry in page])
            before = page[-1].index
    assert pages == [[5, 4, 3, 2], [1, 0]]


def test_an_entry_tells_what_was_hashed(mixed: FilledLog) -> None:
    with reading(mixed.engine) as connection:
        entry = mixed.log.entry(connection, 2)
        with pytest.raises(NotFound) as told:
            mixed.log.entry(connection, 6)
    assert told.value.code == "audit.no_entry"
    assert entry.body is not None
    body = orjson.loads(entry.body)
    assert entry.leaf == leaf_hash(entry.body)
    assert (body["decision"], body["fields"]) == ("deny", {"clear": ["person.full_name"], "masked": ["phone"]})
    assert (entry.action, entry.decision, entry.at.isoformat()) == (
        "disclosure.denied",
        "deny",
        body["at"].replace(".000Z", "+00:00"),
    )


def test_ids_of_events_are_new_and_kept_in_the_body(mixed: FilledLog) -> None:
    with reading(mixed.engine) as connection:
        bodies = [entry.body for entry in mixed.log.search(connection, Query())]
    assert len({orjson.loads(body or b"")["id"] for body in bodies}) == 6


def test_every_entry_of_a_larger_log_is_proved(filled: FilledLog) -> None:
    filled.fill(256, 44, 270)
    with reading(filled.engine) as connection:
        checkpoint, note = filled.log.checkpoint(connection)
        for index in (0, 1, 255, 256, 299, 300, 511, 512, 569):
            proof = filled.log.prove(connection, index)
            assert (proof.size, proof.note) == (570, note)
            assert verify_inclusion(proof.leaf, index, proof.size, proof.hashes, checkpoint.root)
        for first in (1, 256, 300, 512, 570):
            hashes = filled.log.prove_consistency(connection, first, 570)
            if first in {256, 300, 570}:
                older = open_checkpoint((filled.folder / str(first)).read_text(encoding="utf-8"), KEY)
                assert verify_consistency(first, 570, older.root, checkpoint.root, hashes)
        for first, second in ((0, 5), (5, 4), (5, 571)):
            with pytest.raises(Conflict) as told:
                filled.log.prove_consistency(connection, first, second)
            assert told.value.code == "audit.no_consistency"


def test_nothing_is_proved_before_the_first_checkpoint(filled: FilledLog) -> None:
    filled.append([shown(1)])
    with reading(filled.engine) as connection, pytest.raises(NotFound) as told:
        filled.log.prove(connection, 0)
    assert told.value.code == "audit.no_checkpoint"


def test_reading_the_log_is_an_entry_of_the_log(mixed: FilledLog, tmp_path: Path) -> None:
    engine, log = mixed.engine, mixed.log
    found = access.search(engine, log, AUDITOR, Query(subject=f"g_{0:032x}", decision="allow"))
    assert [entry.index for entry in found] == [4, 0]
    assert access.export_to(engine, log, AUDITOR, tmp_path / "export", KEY) == 6
    assert verify_directory(tmp_path / "export", str(KEY)).ok
    assert access.check(engine, log, AUDITOR, mixed.folder, KEY).ok
    assert access.prove(engine, log, 3).size == 6
    assert access.checkpoint(engine, log)[0].size == 6
    mixed.sequencer.sequence_all()
    with reading(engine) as connection:
        own = [orjson.loads(entry.body or b"") for entry in log.search(connection, Query(actor="user:aud"))]
    assert [body["action"] for body in own] == ["audit.verified", "audit.exported", "audit.searched"]
    assert own[2]["subjects"] == [f"g_{0:032x}"]
    assert own[2]["details"] == {"decision": "allow", "subject": f"g_{0:032x}"}
    assert own[0]["details"]["wrong"] == 0
    assert all((body["role"], body["purpose"], body["request_id"]) == ("auditor", "audit", "r_1") for body in own)


def test_the_parts_of_a_large_disclosure_are_found_by_subject(filled: FilledLog) -> None:
    people = tuple(f"g_{number:032x}" for number in range(2_100))
    filled.append([replace(shown(1), subjects=people)])
    assert filled.sequencer.sequence_all() == 3
    with reading(filled.engine) as connection:
        for number in (0, 999, 1_000, 2_099):
            (entry,) = filled.log.search(connection, Query(subject=people[number]))
            assert entry.index == number // 1_000
    assert filled.check().ok


def test_a_person_is_found_in_every_span_of_the_log(filled: FilledLog) -> None:
    """The index of people is laid out by spans of 4,096 entries."""
    spans = 3
    often, once = f"g_{7:032x}", f"g_{8:032x}"
    events = [shown(1_000 + number) for number in range(4_096 * (spans - 1) + 100)]
    places = [0, 1, 4_095, 4_096, 4_097, 8_191, 8_192, len(events) - 1]
    for place in places:
        events[place] = shown(7)
    events[5_000] = shown(8)
    filled.append(events)
    filled.sequencer.sequence_all()
    with reading(filled.engine) as connection:
        assert [one.index for one in filled.log.search(connection, Query(subject=often))] == places[::-1]
        newest = filled.log.search(connection, Query(subject=often), before=4_097, limit=2)
        assert [one.index for one in newest] == [4_096, 4_095]
        assert [one.index for one in filled.log.search(connection, Query(subject=once))] == [5_000]
        assert filled.log.search(connection, Query(subject="g_nobody")) == []


def test_looking_for_a_person_reads_no_more_than_the_index(sqlite_engine: Engine) -> None:
    statement = _narrowed(Query(subject="g_x")).limit(5)
    text = str(statement.compile(sqlite_engine, compile_kwargs={"literal_binds": True}))
    with reading(sqlite_engine) as connection:
        plan = [str(row[3]) for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {text}")]
    assert any("ix_audit_subject_span_subject_index (<expr>=? AND subject=?)" in step for step in plan)
    assert not any(step.startswith(("SCAN audit_subject", "SCAN audit_entry")) for step in plan)
