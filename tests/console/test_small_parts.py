"""The parts of the console that are pure: times, schedules in words, files, sealed searches, facts of runs."""

import asyncio
from datetime import UTC, datetime, timedelta

import orjson
import pytest
from starlette.responses import StreamingResponse

from api.console.customer_facts import list_row
from api.console.exports import export
from api.console.formats import ago, duration, zone_of
from api.console.render import local_path
from api.console.run_facts import last_whole, stream_facts
from api.console.schedule_words import in_words, next_times
from api.console.sealed_search import MOST_CHARACTERS, seal, unseal
from api.console.words import language_of, words
from core.crypto import Keyring
from core.errors import Invalid

NOW = datetime(2026, 5, 1, 9, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("chosen", "accepted", "language"),
    [
        ("zh", "en", "zh"),
        ("xx", "zh-CN,zh;q=0.9,en;q=0.8", "zh"),
        ("", "fr-FR,en;q=0.5,zh;q=0.4", "en"),
        ("", "fr", "en"),
        ("", "", "en"),
    ],
)
def test_the_language_is_the_chosen_one_else_the_first_that_is_accepted(
    chosen: str, accepted: str, language: str
) -> None:
    assert language_of(chosen, accepted) == language


@pytest.mark.parametrize(
    ("seconds", "english", "chinese"),
    [
        (0, "0s", "0秒"),
        (59.6, "1m", "1分钟"),
        (65, "1m 5s", "1分钟 5秒"),
        (3600, "1h", "1小时"),
        (90_061, "1d 1h", "1天 1小时"),
    ],
)
def test_a_duration_is_told_in_its_two_largest_units(seconds: float, english: str, chinese: str) -> None:
    assert (duration(seconds, "en"), duration(timedelta(seconds=seconds), "zh")) == (english, chinese)


def test_what_is_now_is_not_in_0_seconds() -> None:
    assert (ago(NOW, NOW, "en"), ago(NOW, NOW, "zh")) == ("just now", "刚刚")
    assert ago(NOW - timedelta(minutes=3), NOW, "en") == "3 minutes ago"


@pytest.mark.parametrize("name", ["", "../../etc/passwd", "Asia/../../x", "No/Where", "a" * 65, "/etc/localtime"])
def test_a_zone_that_is_none_is_utc(name: str) -> None:
    assert zone_of(name) is UTC


def test_a_zone_that_there_is() -> None:
    assert NOW.astimezone(zone_of("Asia/Shanghai")).hour == 17


@pytest.mark.parametrize(
    ("schedule", "told"),
    [
        ("", "by hand"),
        ("every 15m", "every 15 minutes"),
        ("5 3 * * *", "every day at 03:05 UTC"),
        ("7 * * * *", "every hour at minute 7"),
        ("30 1 * * 1", "Mondays at 01:30 UTC"),
        ("30 1 * * 7", "Sundays at 01:30 UTC"),
        ("*/5 * * * *", "*/5 * * * *"),
    ],
)
def test_a_schedule_in_words(schedule: str, told: str) -> None:
    assert in_words(schedule, words("en").gettext) == told


def test_the_next_times_of_a_schedule_follow_each_other() -> None:
    assert next_times("0 3 * * *", NOW, 2) == [datetime(2026, 5, day, 3, tzinfo=UTC) for day in (2, 3)]
    with pytest.raises(Invalid):
        next_times("never", NOW)


def content(answer: StreamingResponse) -> bytes:
    """What is sent, whole."""

    async def read() -> bytes:
        return b"".join([part if isinstance(part, bytes) else bytes(str(part), "utf-8") async for part in parts])

    parts = answer.body_iterator
    return asyncio.run(read())


def test_no_cell_of_a_file_is_a_formula() -> None:
    rows = [{"a": value, "b": 1} for value in ("=1+1", "+1", "-1", "@x", "\t=1", "＝1", "fine")]
    lines = content(export(rows, ("a", "b"), "x", "csv")).decode("utf-8-sig").splitlines()
    assert lines[0] == "a,b"
    assert all(line.lstrip('"').startswith("'") for line in lines[1:-1])
    assert lines[-1] == "fine,1"
    assert orjson.loads(content(export(rows, ("a",), "x", "json")))[0] == {"a": "=1+1"}
    with pytest.raises(Invalid):
        export(rows, ("a",), "x", "xlsx")


def test_a_search_opens_for_the_same_person_for_a_day(keyring: Keyring) -> None:
    sealed = seal(keyring, "u_1", "张三 13800138000", NOW)
    assert "138" not in sealed
    assert unseal(keyring, "u_1", sealed, NOW + timedelta(hours=23)) == "张三 13800138000"
    changed = sealed[:-4] + ("AAAA" if sealed[-4:] != "AAAA" else "BBBB")
    for who, text, when in (
        ("u_2", sealed, NOW),
        ("u_1", sealed, NOW + timedelta(hours=25)),
        ("u_1", changed, NOW),
        ("u_1", "张", NOW),
        ("u_1", "", NOW),
    ):
        with pytest.raises(Invalid) as refused:
            unseal(keyring, who, text, when)
        assert refused.value.code == "search.unknown"
    with pytest.raises(Invalid):
        seal(keyring, "u_1", "x" * (MOST_CHARACTERS + 1), NOW)


@pytest.mark.parametrize(
    "path", ["//evil.example", "/\\evil.example", "https://evil.example", "", "/a\nb", "javascript:x"]
)
def test_nobody_is_sent_to_another_site(path: str) -> None:
    assert local_path(path) == "/"


def test_a_path_of_ours_stays() -> None:
    assert local_path("/syncs?state=failed") == "/syncs?state=failed"


def test_a_stream_has_a_rate_and_a_time_left_only_where_they_are_known() -> None:
    row = {"stream": "|people", "state": "running", "read": 500, "rejected": 0, "finished_at": None}
    run = {**row, "started_at": NOW - timedelta(seconds=10), "estimated": None}
    known = stream_facts(run, {"|people": 1000}, NOW)
    assert (known.name, known.rate, known.total, known.estimated, known.left) == ("people", 50.0, 1000, True, 10.0)
    unknown = stream_facts(run, {}, NOW)
    assert (unknown.total, unknown.left) == (None, None)
    waiting = stream_facts({**run, "started_at": None, "state": "pending", "read": 0}, {}, NOW)
    assert (waiting.seconds, waiting.rate) == (None, None)
    ended = stream_facts(
        {**run, "state": "complete", "finished_at": NOW, "estimated": 500}, {}, NOW + timedelta(days=1)
    )
    assert (ended.seconds, ended.estimated, ended.left) == (10.0, False, None)


def test_the_run_before_is_the_newest_whole_one() -> None:
    runs = [
        {"id": name, "state": state, "started_at": NOW - timedelta(hours=hours)}
        for name, state, hours in (
            ("a", "succeeded", 3),
            ("b", "failed", 2),
            ("c", "partial", 2.5),
            ("d", "running", 0),
        )
    ]
    before = last_whole(runs, NOW)
    assert before is not None
    assert before["id"] == "c"
    assert last_whole(runs, NOW - timedelta(hours=4)) is None


def test_a_row_of_a_list_holds_what_was_shown_and_says_a_place_once() -> None:
    places = {"address.province": [{"value": "北京市"}], "address.city": [{"value": "北京市"}]}
    body = {
        "id": "g_1",
        "sections": {"addresses": places, "contact_points": {"email": [{"value": "a***@example.com"}]}},
        "owner": None,
        "members": 2,
        "changed_at": "2026-05-01T09:30:00.000Z",
    }
    row = list_row(body)
    assert (row["name"], row["contact"], row["place"], row["owner"]) == ("", "a***@example.com", "北京市", "")
