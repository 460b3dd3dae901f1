"""The IMAP source on a real Dovecot: the contract, folders that change, live mail, kills, TLS."""

import json
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from connectors.broken import broken_marker
from connectors.catalogue import Selection, configured_catalog, our_sources
from connectors.contract import Example, SourceContract
from connectors.protocol import Kind, Message
from connectors.runner import Runner
from connectors.sources.email_imap.lanes import Lane, MessageLane, RemovalLane
from connectors.sources.email_imap.reading import Given, MailReading
from connectors.sources.email_imap.session import Session
from connectors.sources.email_imap.settings import settings_of
from connectors.sources.values import ConfigError
from tests.connectors.test_email_source import write
from tests.connectors.test_imap_source import LOOPBACK, Read, ids
from tests.connectors.zygote import ROOT, forked
from tests.dovecot import Mailbox, running_dovecot

pytestmark = [pytest.mark.full, pytest.mark.xdist_group("dovecot")]
CUSTOMERS = "&W6JiNw-"  # 客户
EAST = "&W6JiNw-/&U05OHA-"  # 客户/华东


@pytest.fixture
def mailbox() -> Mailbox:
    return running_dovecot().mailbox()


class TestDovecot(SourceContract):
    most_states = 4
    egress = LOOPBACK

    @classmethod
    def make_source(cls, folder: Path) -> Example:
        mailbox = running_dovecot().mailbox()
        mailbox.append([*(write(n) for n in range(120)), b"Subject: nobody wrote this\r\n\r\nbody"])
        mailbox.append([write(n) for n in range(200, 240)], EAST)
        mailbox.append([write(n) for n in range(300, 320)], "Trash")
        config = {**mailbox.config, "checkpoint_interval": 30, "batch_size": 7, "own_addresses": ["@ours.example"]}
        return Example(
            launch=forked(our_sources().get("email_imap").launch()),
            config=config,
            bad_configs=[
                {**config, "credentials": {"auth_type": "password", "password": "wrong-password"}},
                {**config, "credentials": {"auth_type": "oauth2", "access_token": "wrong-token"}},
                {**config, "security": "starttls"},
            ],
            secrets=[mailbox.password],
            # Half of the messages name another address to answer to; one has two cards, one of its writer.
            records={"messages": 161, "contacts": 161 + 80 + 1, "removed_messages": 0},
            resumes=frozenset({"messages", "contacts"}),
        )


def test_chinese_folders_are_read_by_their_names(mailbox: Mailbox) -> None:
    mailbox.append([write(1)])
    mailbox.append([write(2)], EAST)
    mailbox.append([write(3)], CUSTOMERS)
    found = Read({**mailbox.config, "folders": ["客户/*"]}).records("messages")
    assert [(record["folder"], record["message_id"]) for record in found] == [("客户/华东", "<2@example.cn>")]
    assert set(Read(mailbox.config).ids) == set(ids(1, 2, 3))


def test_reading_marks_nothing_as_read(mailbox: Mailbox) -> None:
    mailbox.append([write(1), write(2)])
    Read(mailbox.config)
    with mailbox.client() as client:
        client.select("INBOX", readonly=True)
        assert client.search(None, "SEEN") == ("OK", [b""])
        assert client.search(None, "UNSEEN") == ("OK", [b"1 2"])


def test_flags_that_change_are_no_new_content(mailbox: Mailbox) -> None:
    mailbox.append([write(1), write(2)])
    first = Read(mailbox.config)
    with mailbox.client() as client:
        client.select("INBOX")
        client.store("1:2", "+FLAGS", "(\\Seen \\Flagged $Label)")
    again = Read(mailbox.config, first.positions)
    assert [again.records(name) for name in again.positions] == [[], [], []]


def test_a_folder_made_anew_gives_the_same_keys_and_what_is_new(mailbox: Mailbox) -> None:
    mailbox.append([write(n) for n in range(5)], CUSTOMERS)
    first = Read(mailbox.config)
    with mailbox.client() as client:
        client.delete(CUSTOMERS)
    time.sleep(1.1)  # UIDVALIDITY is a time in seconds
    mailbox.append([write(n) for n in (4, 3, 7)], CUSTOMERS)
    again = Read(mailbox.config, first.positions)
    assert again.ids == ids(4, 3, 7)
    validities = {record["folder_uidvalidity"] for read in (first, again) for record in read.records("messages")}
    assert len(validities) == 2
    keys = {record["message_id"]: record["uid"] for record in first.records("messages")}
    for record in again.records("messages"):
        assert keys.setdefault(record["message_id"], record["uid"]) == record["uid"]
    # All places of the old folder are gone; the messages that are there again have new places.
    assert [record["folder_uid"] for record in again.records("removed_messages")] == [1, 2, 3, 4, 5]


def test_a_message_that_is_moved_stays_one_record_and_its_old_place_is_told_as_gone(mailbox: Mailbox) -> None:
    mailbox.append([write(n) for n in range(4)])
    mailbox.append([write(9)], CUSTOMERS)
    first = Read(mailbox.config)
    with mailbox.client() as client:
        client.select("INBOX")
        assert client.uid("MOVE", "2:3", CUSTOMERS)[0] == "OK"
    again = Read(mailbox.config, first.positions)
    before = {record["uid"]: record["folder"] for record in first.records("messages")}
    after = {record["uid"]: record["folder"] for record in again.records("messages")}
    assert (after, len(before)) == (dict.fromkeys(list(before)[1:3], "客户"), 5)
    gone = [(record["folder"], record["folder_uid"]) for record in again.records("removed_messages")]
    assert gone == [("INBOX", 2), ("INBOX", 3)]


@pytest.mark.parametrize("without", [(), ("QRESYNC",)])
def test_removed_messages_are_told_once_with_and_without_qresync(
    mailbox: Mailbox, without: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    real, vanished = Session.can, Session.vanished
    asked: list[int] = []

    def counted(session: Session, modseq: int) -> list[tuple[int, int]]:
        asked.append(modseq)
        return vanished(session, modseq)

    monkeypatch.setattr(Session, "can", lambda session, word: word not in without and real(session, word))
    monkeypatch.setattr(Session, "vanished", counted)
    mailbox.append([write(n) for n in range(50)])
    mailbox.append([write(60)], CUSTOMERS)
    first = Read(mailbox.config)
    with mailbox.client() as client:
        client.select("INBOX")
        client.store("10:19,30", "+FLAGS", "\\Deleted")
        client.expunge()
        client.delete(CUSTOMERS)
    mailbox.append([write(70)])
    again = Read(mailbox.config, first.positions)
    gone = [(record["folder"], record["folder_uid"]) for record in again.records("removed_messages")]
    assert gone == [*(("INBOX", uid) for uid in (*range(10, 20), 30)), ("客户", 1)]
    assert again.ids == ids(70)
    assert Read(mailbox.config, again.positions).records("removed_messages") == []
    assert len(asked) == (0 if without else 1)


def test_a_message_delivered_during_idle_is_given_within_seconds(mailbox: Mailbox) -> None:
    mailbox.append([write(1)])
    launch, runner, config = running(mailbox, watch_seconds=60)
    catalog = configured_catalog(runner.discover(launch, config), [Selection("messages"), Selection("contacts")])
    seen: dict[str, list[float]] = {"messages": [], "contacts": []}
    delivered = 0.0
    with runner.read(launch, config, catalog) as reading:
        states = 0
        for message in reading:
            assert isinstance(message, Message)
            states += message.kind is Kind.STATE
            if states == 2 and not delivered:
                mailbox.deliver(write(2))
                delivered = time.monotonic()
            if message.kind is Kind.RECORD and delivered and message.stream is not None:
                seen[message.stream.name].append(time.monotonic() - delivered)
            if states == 4:
                break
    assert [len(seconds) for seconds in seen.values()] == [1, 1]
    # Dovecot tells within half a second; this is far from any poll.
    assert max(*seen["messages"], *seen["contacts"]) < 10


def running(mailbox: Mailbox, **more: Any) -> tuple[Any, Runner, dict[str, Any]]:
    folder = running_dovecot().folder / "private"
    return our_sources().get("email_imap").launch(), Runner(folder, egress=LOOPBACK), {**mailbox.config, **more}


def test_mail_in_another_folder_than_the_watched_one_comes_too(
    mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("connectors.sources.email_imap.reading._LOOK_EVERY", 0.5)
    mailbox.append([write(1)])
    mailbox.append([write(2)], CUSTOMERS)
    lane, given = MessageLane("messages", {}), []
    for event in MailReading(settings_of({**mailbox.config, "watch_seconds": 120}), [lane]).events():
        given += [event.data["message_id"]] if isinstance(event, Given) else []
        if len(given) == 2 and not isinstance(event, Given):
            mailbox.append([write(3)], CUSTOMERS)
            given.append("delivered")
        if given[-1:] == ids(3):
            break
    assert given == [*ids(1, 2), "delivered", *ids(3)]


def test_a_watch_ends_by_itself_and_the_next_sync_goes_on(mailbox: Mailbox) -> None:
    mailbox.append([write(1)])
    first = Read({**mailbox.config, "watch_seconds": 2})
    mailbox.append([write(2)])
    assert (first.ids, Read(mailbox.config, first.positions).ids) == (ids(1), ids(2))


def test_a_large_folder_is_read_in_pages(mailbox: Mailbox) -> None:
    inbox = mailbox.server.folder / "mail" / mailbox.user / "cur"
    for number in range(5000):
        path = inbox / f"{1_700_000_000 + number}.M{number}.test:2,"
        path.write_bytes(write(number))
        mailbox.server.give(path)
    found = Read({**mailbox.config, "batch_size": 300})
    assert len(set(found.ids)) == len(found.ids) == 5000
    assert Read(mailbox.config, found.positions).ids == []


@pytest.mark.parametrize("security", ["tls", "starttls"])
def test_tls_is_checked_against_the_authority_that_is_given(mailbox: Mailbox, security: str) -> None:
    mailbox.append([write(1)])
    port = mailbox.server.tls_port if security == "tls" else mailbox.server.port
    config = {**mailbox.config, "host": "localhost", "security": security, "port": port}
    with pytest.raises(ConfigError, match="cannot be trusted"):
        Read(config)
    assert Read({**config, "ca_certificate": mailbox.server.certificate}).ids == ids(1)
    with pytest.raises(ConfigError, match="another name"):
        Read({**config, "ca_certificate": mailbox.server.certificate, "host": "127.0.0.1"})


def test_live_mail_comes_over_tls(mailbox: Mailbox) -> None:
    config = {
        **mailbox.config, "host": "localhost", "security": "tls", "port": mailbox.server.tls_port,
        "ca_certificate": mailbox.server.certificate, "watch_seconds": 60,
    }  # fmt: skip
    lane = MessageLane("messages", {})
    for event in MailReading(settings_of(config), [lane]).events():
        if isinstance(event, Given):
            assert event.data["message_id"] == "<5@example.cn>"
            return
        if lane.position["folders"] == {} or lane.since == 0:
            mailbox.append([write(5)])
    raise AssertionError("the message did not come")


def test_an_access_token_signs_in(mailbox: Mailbox) -> None:
    mailbox.append([write(1)])
    # This Dovecot takes the password as the token; what is under test is the exchange (XOAUTH2).
    token = {"auth_type": "oauth2", "access_token": mailbox.password}
    assert Read({**mailbox.config, "credentials": token}).ids == ids(1)
    with pytest.raises(ConfigError, match="refuses user or token") as caught:
        Read({**mailbox.config, "credentials": {"auth_type": "oauth2", "access_token": "sesame-4711"}})
    assert "sesame" not in str(caught.value)


def test_a_password_beyond_ascii_signs_in() -> None:
    mailbox = running_dovecot().mailbox('芝麻-开门"\\')
    mailbox.append([write(1)])
    assert Read(mailbox.config).ids == ids(1)


READER = """
import json, sys
from pathlib import Path
from connectors.catalogue import Selection, configured_catalog, our_sources
from connectors.egress.rules import Egress
from connectors.protocol import Kind, state_to_keep
from connectors.runner import Runner
told, folder = Path(sys.argv[1]), Path(sys.argv[2])
given = json.loads((folder / "config.json").read_text())
launch = our_sources().get("email_imap").launch()
runner = Runner(folder / "private", egress=Egress.parse(["127.0.0.1"]))
catalog = configured_catalog(runner.discover(launch, given), [Selection("messages"), Selection("contacts")])
state = [json.loads(line)["state"] for line in told.read_text().splitlines() if '"state"' in line]
last = {one["stream"]["stream_descriptor"]["name"]: one for one in state}
with runner.read(launch, given, catalog, list(last.values())) as reading, told.open("a") as file:
    for message in reading:
        if message.kind is Kind.RECORD:
            line = {"stream": message.stream.name, "data": message.body["data"]}
        elif message.kind is Kind.STATE:
            line = {"state": state_to_keep(message.body)}
        else:
            continue
        file.write(json.dumps(line) + "\\n")
        file.flush()
sys.exit(reading.exit_code)
"""


def test_a_thousand_messages_killed_at_random_points_lose_and_double_nothing(mailbox: Mailbox, tmp_path: Path) -> None:
    mailbox.append([write(n) for n in range(700)])
    mailbox.append([write(n) for n in range(700, 1000)], EAST)
    told = tmp_path / "told"
    told.touch()
    config = {**mailbox.config, "checkpoint_interval": 50, "batch_size": 20}
    (tmp_path / "config.json").write_text(json.dumps(config), encoding="utf-8")
    draw, kills, lines = random.Random(20261122), 0, 0
    for aim in [draw.randrange(20, 300) for _ in range(12)]:
        process = start(told, tmp_path)
        while process.poll() is None and len(told.read_bytes().splitlines()) < lines + aim:
            time.sleep(0.002)
        kills += process.poll() is None
        end(process)
        # The end of a line that was cut by the kill is what a host would not have committed.
        whole = told.read_bytes().rpartition(b"\n")[0]
        told.write_bytes(whole + b"\n" if whole else b"")
        lines = len(whole.splitlines())
    assert kills >= 8
    assert start(told, tmp_path).wait(timeout=120) == 0
    check_told(told, interval=50, kills=kills)


def start(told: Path, folder: Path) -> "subprocess.Popen[bytes]":
    return subprocess.Popen(
        [sys.executable, "-c", READER, str(told), str(folder)], cwd=ROOT, start_new_session=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )  # fmt: skip


def end(process: "subprocess.Popen[bytes]") -> None:
    if process.poll() is None:
        os.kill(process.pid, signal.SIGKILL)
    process.wait(timeout=60)


def check_told(told: Path, *, interval: int, kills: int) -> None:
    keys: dict[str, dict[tuple[str, ...], Mapping[str, Any]]] = {"messages": {}, "contacts": {}}
    repeated = 0
    for line in map(json.loads, told.read_text(encoding="utf-8").splitlines()):
        if "stream" not in line:
            continue
        data = line["data"]
        key = (data["uid"],) if line["stream"] == "messages" else (data["contact"], data["message_uid"])
        repeated += key in keys[line["stream"]]
        assert keys[line["stream"]].setdefault(key, data) == data
    assert len({data["message_id"] for data in keys["messages"].values()}) == len(keys["messages"]) == 1000
    assert len(keys["contacts"]) == 1000 + 500 + 1
    # Each kill costs at most one interval of each stream, and what one message gives.
    assert repeated <= kills * 2 * (interval + 3)


def test_what_is_broken_is_set_aside_and_the_sync_goes_on(mailbox: Mailbox) -> None:
    evil = [
        b"\xff\xfe\x00",
        b"From: a@b.cn\r\nContent-Type: multipart/mixed\r\n\r\n--x",
        write(1)[:80],
        b"From:\r\n\r\n",
    ]
    mailbox.append([write(1), *evil, write(2) + b"x" * 300_000, write(3)])
    found = Read({**mailbox.config, "max_message_bytes": 200_000})
    sound = [record["message_id"] for record in found.records("messages") if not broken_marker(record)]
    assert sound[:1] + sound[-1:] == ids(1, 3)
    assert len(found.records("messages")) == 7
    assert Read(mailbox.config, found.positions).ids == []


def test_positions_are_plain_values(mailbox: Mailbox) -> None:
    mailbox.append([write(1)], EAST)
    lanes: list[Lane] = [MessageLane("messages", {}), RemovalLane("removed_messages", {})]
    list(MailReading(settings_of(mailbox.config), lanes).events())
    for lane in lanes:
        assert json.loads(json.dumps(lane.position)) == lane.position
