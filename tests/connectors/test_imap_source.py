"""The IMAP source on a server that misbehaves: what the contract of every source asks, and nothing lost to faults."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest

from connectors.broken import broken_marker, raw_of
from connectors.catalogue import Selection, configured_catalog, our_sources
from connectors.contract import Example, SourceContract
from connectors.egress.rules import Egress
from connectors.runner import Runner
from connectors.sources.email_imap import session
from connectors.sources.email_imap.lanes import Lane, MessageLane, RemovalLane
from connectors.sources.email_imap.reading import Event, Given, MailReading, Mark
from connectors.sources.email_imap.settings import settings_of
from connectors.sources.values import ConfigError, TransientError
from tests.connectors.test_email_source import write
from tests.connectors.zygote import forked
from tests.simulators.imap_server import Folder, ImapServer

_SERVERS = ExitStack()
LOOPBACK = Egress.parse(["127.0.0.1"])


def server_with(*numbers: int, **faults: Any) -> ImapServer:
    server = ImapServer(**faults)
    for number in numbers:
        server.folders["INBOX"].add(write(number))
    return server


class Read:
    """One pass in this process: records by stream, and the positions after it."""

    def __init__(
        self,
        config: Mapping[str, Any],
        positions: Mapping[str, Mapping[str, Any]] | None = None,
        most: int | None = None,
    ) -> None:
        before = positions or {}
        self.lanes: list[Lane] = [MessageLane(name, before.get(name, {})) for name in ("messages", "contacts")]
        self.lanes.append(RemovalLane("removed_messages", before.get("removed_messages", {})))
        self.events: list[Event] = []
        for event in MailReading(settings_of(config), self.lanes, pause=0).events():
            self.events.append(event)
            if len(self.events) == most:
                break

    def records(self, stream: str) -> list[Mapping[str, Any]]:
        return [event.data for event in self.events if isinstance(event, Given) and event.lane.name == stream]

    @property
    def ids(self) -> list[Any]:
        """Message-IDs in order; None for what was set aside."""
        return [None if broken_marker(record) else record["message_id"] for record in self.records("messages")]

    @property
    def positions(self) -> dict[str, Mapping[str, Any]]:
        return {lane.name: lane.position for lane in self.lanes}


def ids(*numbers: int) -> list[str]:
    return [f"<{number}@example.cn>" for number in numbers]


class TestImapSource(SourceContract):
    most_states = 2
    egress = LOOPBACK

    @classmethod
    def make_source(cls, folder: Path) -> Example:
        server = _SERVERS.enter_context(server_with(*range(30), chatter=True, extensions=("ID",)).served())
        server.folders["INBOX"].add(b"Subject: nobody wrote this\r\n\r\nbody")
        server.folders["&XqI-"] = Folder(validity=9)
        server.folders["&XqI-"].add(write(77))
        config = {**server.config, "checkpoint_interval": 10, "batch_size": 4, "own_addresses": ["@ours.example"]}
        wrong = {"auth_type": "password", "password": "wrong"}
        return Example(
            launch=forked(our_sources().get("email_imap").launch()),
            config=config,
            bad_configs=[
                {**config, "credentials": wrong},
                {**config, "host": "mail.example.com"},
                {**config, "folders": ["Absent"]},
                {**config, "start_date": "yesterday"},
                {**config, "ca_certificate": "none", "security": "tls"},
                {**config, "security": "starttls"},
                {**config, "user": "a\r\nb LOGOUT"},
            ],
            secrets=["sesame-4711"],
            records={"messages": 32, "contacts": 31 + 16 + 1 + 1, "removed_messages": 0},
            resumes=frozenset({"messages", "contacts"}),
        )


@pytest.fixture(scope="module", autouse=True)
def _servers_end() -> Any:
    yield
    _SERVERS.close()


def test_a_second_pass_gives_only_what_is_new_and_opens_no_other_folder() -> None:
    with server_with(1, 2).served() as server:
        first = Read(server.config)
        assert first.ids == ids(1, 2)
        server.commands.clear()
        again = Read(server.config, first.positions)
        assert (again.ids, [one for one in server.commands if "EXAMINE" in one]) == ([], [])
        server.folders["INBOX"].add(write(3))
        assert Read(server.config, again.positions).ids == ids(3)


def test_nothing_is_ever_changed_on_the_server() -> None:
    with server_with(1, extensions=("ID", "IDLE")).served() as server:
        Read(server.config)
        words = {one.split(" ", maxsplit=1)[0] for one in server.commands}
        assert words == {"CAPABILITY", "LOGIN", "ID", "LIST", "STATUS", "EXAMINE", "UID", "LOGOUT"}
        assert all("BODY.PEEK[" in one for one in server.commands if "BODY" in one)


@pytest.mark.parametrize("at", [1, 3, 5])
def test_a_connection_cut_inside_a_message_loses_and_doubles_nothing(at: int) -> None:
    with server_with(1, 2, 3, 4, 5, drops={at: 2}).served() as server:
        found = Read({**server.config, "batch_size": 2})
        assert found.ids == ids(1, 2, 3, 4, 5)
        assert server.connections == 3


def test_a_message_that_cuts_every_connection_is_set_aside_and_the_others_come() -> None:
    with server_with(1, 2, 3, 4, drops={2: 1000}).served() as server:
        found = Read(server.config)
        assert found.ids == [ids(1)[0], None, *ids(3, 4)]
        marker = next(marker for record in found.records("messages") if (marker := broken_marker(record)))
        assert raw_of(marker) == b"INBOX\t7\t2"
        assert server.connections == 4
        assert Read(server.config, found.positions).ids == []


def test_a_message_the_server_refuses_takes_no_other_with_it() -> None:
    with server_with(1, 2, 3, refuses={2}).served() as server:
        assert Read(server.config).ids == [ids(1)[0], None, ids(3)[0]]


@pytest.mark.parametrize(
    "faults",
    [
        {"refuses": {2}, "refusal": "NO [THROTTLED] slow down"},
        {"refuses": set(range(1, 60))},
        {"drops": dict.fromkeys(range(1, 60), 1000)},
        {"hides": {3}},
    ],
)
def test_a_server_that_gives_nothing_for_a_while_loses_no_message(faults: Mapping[str, Any]) -> None:
    with server_with(*range(1, 60), **faults).served() as server:
        config = {**server.config, "batch_size": 2}
        marked: list[dict[str, Any]] = [{}]
        with pytest.raises(TransientError):
            marked.extend(positions_marked(config))
        server.refuses, server.drops, server.hides = set(), {}, set()
        assert Read(config, {"messages": marked[-1]}).ids == ids(*range(1, 60))


def positions_marked(config: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    lane = MessageLane("messages", {})
    for event in MailReading(settings_of(config), [lane], pause=0).events():
        if isinstance(event, Mark):
            yield deepcopy(lane.position)


def test_a_broken_message_is_one_entry_of_the_quarantine_wherever_it_lies() -> None:
    with server_with().served() as server:
        for name, validity in (("INBOX", 7), ("Other", 8)):
            server.folders[name] = Folder(validity=validity)
            server.folders[name].add(b"Subject: nobody wrote this\r\n\r\nbody")
        first, second = Read(server.config).records("messages")
        assert first == second


def test_a_size_that_is_a_lie_cannot_fill_the_memory() -> None:
    with server_with(1, lies={2}).served() as server:
        server.folders["INBOX"].add(write(2) + b"x" * 3_000_000)
        server.folders["INBOX"].add(write(3))
        assert Read(server.config).ids == [ids(1)[0], None, ids(3)[0]]


def test_a_message_that_is_too_large_is_set_aside_with_its_beginning_in_every_stream() -> None:
    with server_with(1).served() as server:
        server.folders["INBOX"].add(write(2) + b"x" * 200_000)
        server.folders["INBOX"].add(write(3))
        found = Read({**server.config, "max_message_bytes": 100_000})
        assert found.ids == [ids(1)[0], None, ids(3)[0]]
        markers = [
            marker for name in ("messages", "contacts") for r in found.records(name) if (marker := broken_marker(r))
        ]
        assert [len(raw_of(marker)) for marker in markers] == [64 * 1024] * 2
        assert all("larger than 100000 bytes" in marker["reason"] for marker in markers)
        assert "BODY.PEEK[]<0.65536>" in " ".join(server.commands)


def test_an_empty_message_is_broken_and_no_end() -> None:
    with server_with(1).served() as server:
        server.folders["INBOX"].add(b"")
        server.folders["INBOX"].add(write(2))
        assert Read(server.config).ids == [ids(1)[0], None, ids(2)[0]]


def test_a_provider_that_wants_to_know_the_client_is_told_before_a_folder_is_opened() -> None:
    with server_with(1, wants_id=True, extensions=("ID",)).served() as server:
        assert Read(server.config).ids == ids(1)
    with server_with(1, wants_id=True).served() as server, pytest.raises(ConfigError, match="unsafe login"):
        Read(server.config)


@pytest.mark.parametrize(
    ("faults", "kind", "said"),
    [
        ({"sign_in_answer": "NO [AUTHENTICATIONFAILED] sesame"}, ConfigError, "refuses user or password"),
        ({"sign_in_answer": "NO [UNAVAILABLE] sesame"}, TransientError, "try again later"),
        ({"greeting": "* BYE Too many connections"}, TransientError, "refuses connect"),
        ({"greeting": "HTTP/1.1 400 sesame"}, TransientError, "cannot be reached"),
        ({"extensions": ("LOGINDISABLED",)}, ConfigError, "takes no password"),
    ],
)
def test_what_is_wrong_is_said_with_its_kind_and_without_any_value(
    faults: Mapping[str, Any], kind: type[Exception], said: str
) -> None:
    with server_with(1, **faults).served() as server, pytest.raises(kind) as caught:
        Read(server.config)
    assert said in str(caught.value)
    assert "sesame" not in str(caught.value)


def test_a_server_that_is_not_there_is_a_passing_fault_and_one_that_speaks_no_tls_is_not() -> None:
    with server_with(1).served() as server:
        gone = server.config
        with pytest.raises(ConfigError, match="does not speak TLS"):
            Read({**gone, "security": "tls"})
        with pytest.raises(ConfigError, match="no STARTTLS"):
            Read({**gone, "security": "starttls"})
    with pytest.raises(TransientError, match="cannot be reached"):
        Read(gone)


def test_a_connection_lost_again_and_again_ends_as_a_passing_fault() -> None:
    with (
        server_with(1, faulty=frozenset({"STATUS"})).served() as server,
        pytest.raises(TransientError, match="was lost"),
    ):
        Read(server.config)
    assert server.connections == 6


def test_folders_that_cannot_be_opened_are_named_after_all_others_were_read() -> None:
    with server_with(1, closed={"Alpha"}).served() as server:
        server.folders = {"Alpha": Folder(), **server.folders}
        server.folders["Zeta"] = Folder(validity=3)
        server.folders["Zeta"].add(write(2))
        lane = MessageLane("messages", {})
        events: list[Event] = []
        with pytest.raises(ConfigError, match="cannot be opened: Alpha"):
            events.extend(MailReading(settings_of(server.config), [lane], pause=0).events())
        # A list that is extended keeps what came before the error.
        assert [event.data["message_id"] for event in events if isinstance(event, Given)] == ids(1, 2)


def test_words_in_clear_behind_starttls_are_refused() -> None:
    config = {"security": "starttls"}
    with server_with(1, extensions=("STARTTLS",)).served() as server, pytest.raises(TransientError, match="connect"):
        Read({**server.config, **config})
    assert not [one for one in server.commands if one.startswith(("LOGIN", "AUTHENTICATE"))]


@pytest.mark.parametrize("name", ["客户", 'a "quoted\\" one', "(x) {3}", "[Gmail]"])
def test_folders_with_odd_names_are_opened(name: str) -> None:
    with server_with(1).served() as server:
        server.folders[name] = Folder(validity=3)
        server.folders[name].add(write(2))
        found = Read(server.config)
        assert set(found.ids) == set(ids(1, 2))
        assert {record["folder"] for record in found.records("messages")} == {"INBOX", name}


def test_mail_that_arrived_before_the_start_date_is_left_out() -> None:
    with server_with().served() as server:
        for number, day in enumerate(("30-Apr-2026 23:59:59 +0000", " 1-May-2026 00:00:00 +0000", "nonsense")):
            server.folders["INBOX"].add(write(number), day)
        assert Read({**server.config, "start_date": "2026-05-01"}).ids == ids(1, 2)


def test_new_mail_is_seen_without_idle(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(session, "_ASK_EVERY", 0.05)
    with server_with(1).served() as server:
        lane = MessageLane("messages", {})
        config = {**server.config, "watch_seconds": 60}
        given: Sequence[Event] = []
        for event in MailReading(settings_of(config), [lane], pause=0).events():
            given = [*given, event]
            if len(given) == 3:
                server.folders["INBOX"].add(write(2))
            if isinstance(event, Given) and event.data["message_id"] == "<2@example.cn>":
                return
    raise AssertionError("the new message did not come")


def test_streams_that_stand_apart_each_get_exactly_their_rest() -> None:
    with server_with(*range(1, 9)).served() as server:
        config = {**server.config, "checkpoint_interval": 1, "batch_size": 3}
        early, late = Read(config, most=6).positions, Read(config).positions
        again = Read(config, {**late, "contacts": early["contacts"]})
        assert again.ids == []
        uids = {record["message_uid"] for record in Read(config).records("contacts")}
        read = {record["message_uid"] for record in Read(config, most=6).records("contacts")}
        assert uids - read <= {record["message_uid"] for record in again.records("contacts")}


def test_a_failed_read_says_its_kind_on_the_protocol(tmp_path: Path) -> None:
    with server_with(1, sign_in_answer="NO [AUTHENTICATIONFAILED] x").served() as server:
        launch, runner = forked(our_sources().get("email_imap").launch()), Runner(tmp_path, egress=LOOPBACK)
        catalog = configured_catalog(runner.discover(launch, server.config), [Selection("messages")])
        with runner.read(launch, server.config, catalog, spec=runner.spec(launch)) as reading:
            list(reading)
    assert [(error.failure_type, "refuses user or password" in error.message) for error in reading.errors] == [
        ("config_error", True)
    ]
    assert reading.exit_code == 1
