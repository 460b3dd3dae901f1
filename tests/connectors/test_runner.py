"""The runner against sources that hang, flood, lie, leak and die. Every child here is a real process."""

import os
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest

from connectors.launch import Launch
from connectors.lines import MAX_LINE
from connectors.process import PrivateFolder, clean_leftovers
from connectors.protocol import Junk, Kind, Message
from connectors.runner import Limits, Reading, Runner, config_of_control
from core.errors import NotFound, Unavailable
from tests.connectors.children import all_gone, child, written_pids

CONFIG = {"api_token": "sesame-4711", "host": "db.example"}
SPEC = {"connectionSpecification": {"properties": {"api_token": {"type": "string", "airbyte_secret": True}}}}
CATALOG: dict[str, object] = {"streams": []}


@pytest.fixture
def runner(tmp_path: Path) -> Runner:
    return Runner(tmp_path / "private", Limits(command=20, silence=20))


@pytest.fixture
def hasty(tmp_path: Path) -> Runner:
    """A runner with little patience."""
    return Runner(tmp_path / "private", Limits(command=2, silence=2))


def read(runner: Runner, launch: Launch) -> tuple[list[Message], list[Junk], Reading]:
    with runner.read(launch, CONFIG, CATALOG, spec=SPEC) as reading:
        found = list(reading)
    return (
        [message for message in found if isinstance(message, Message)],
        [junk for junk in found if isinstance(junk, Junk)],
        reading,
    )


HANGS = """
    helper = subprocess.Popen([sys.executable, "-S", "-c", "import time; time.sleep(600)"])
    with open(PIDS, "w") as file: file.write(f"{os.getpid()} {helper.pid} ")
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    time.sleep(600)
"""


@pytest.mark.parametrize("verb", ["check", "discover"])
def test_a_source_that_hangs_is_ended_with_its_whole_group(verb: str, tmp_path: Path, hasty: Runner) -> None:
    pids = tmp_path / "pids"
    launch = child(tmp_path, HANGS.replace("PIDS", repr(str(pids))))
    ask = hasty.check if verb == "check" else hasty.discover
    with pytest.raises(Unavailable) as caught:
        ask(launch, CONFIG, spec=SPEC)
    assert caught.value.code == "source.timeout"
    assert verb in caught.value.message
    assert all_gone(written_pids(pids, 2))


def test_a_source_that_falls_silent_while_reading_is_ended(tmp_path: Path, hasty: Runner) -> None:
    launch = child(tmp_path, "record({'id': 1})\nsys.stdout.write('half a li'); sys.stdout.flush()\ntime.sleep(600)")
    found: list[object] = []
    with pytest.raises(Unavailable) as caught, hasty.read(launch, CONFIG, CATALOG, spec=SPEC) as reading:
        found.extend(reading)
    assert caught.value.code == "source.silent"
    assert [message.body["data"] for message in found if isinstance(message, Message)] == [{"id": 1}]
    assert reading.exit_code == -signal.SIGKILL


def test_junk_does_not_count_as_life(tmp_path: Path, hasty: Runner) -> None:
    launch = child(tmp_path, "while True:\n    print('still here', flush=True)\n    time.sleep(0.05)")
    with pytest.raises(Unavailable, match=r"source\.silent"):
        read(hasty, launch)


def test_time_the_caller_takes_is_not_silence(tmp_path: Path, hasty: Runner) -> None:
    launch = child(tmp_path, "record({'id': 1}); record({'id': 2})")
    found: list[object] = []
    with hasty.read(launch, CONFIG, CATALOG, spec=SPEC) as reading:
        for message in reading:
            if not found:
                time.sleep(2.2)
            found.append(message)
    assert len(found) == 2


def test_a_flood_on_stderr_blocks_nothing_and_only_its_end_is_kept(tmp_path: Path, runner: Runner) -> None:
    launch = child(
        tmp_path,
        """
        for number in range(200_000): sys.stderr.write(f"line {number} of a long complaint\\n")
        sys.stderr.flush()
        record({"id": 1})
        """,
    )
    messages, junk, reading = read(runner, launch)
    assert (len(messages), junk, reading.exit_code) == (1, [], 0)
    assert reading.stderr[-1] == "line 199999 of a long complaint"
    assert len(reading.stderr) <= 200


def test_junk_between_messages_is_told_and_stops_nothing(tmp_path: Path, runner: Runner) -> None:
    launch = child(
        tmp_path,
        """
        print("Welcome!")
        record({"id": 1})
        sys.stdout.buffer.write(b"\\xff\\xfe not text\\n\\n{}\\n"); sys.stdout.flush()
        record({"id": 2})
        """,
    )
    messages, junk, reading = read(runner, launch)
    assert [message.body["data"]["id"] for message in messages] == [1, 2]
    assert [piece.code for piece in junk] == ["not_json", "not_json", "malformed"]
    assert reading.exit_code == 0


def test_half_a_line_before_the_end_is_junk(tmp_path: Path, runner: Runner) -> None:
    launch = child(tmp_path, 'record({\'id\': 1}); sys.stdout.write(\'{"type":"RECORD","record":{"str\')')
    messages, junk, _ = read(runner, launch)
    assert len(messages) == 1
    assert [(piece.code, piece.raw) for piece in junk] == [("not_json", b'{"type":"RECORD","record":{"str')]


def test_a_last_line_without_its_end_counts_when_it_is_whole(tmp_path: Path, runner: Runner) -> None:
    launch = child(tmp_path, 'sys.stdout.write(\'{"type":"LOG","log":{"level":"INFO","message":"bye"}}\')')
    messages, junk, _ = read(runner, launch)
    assert ([message.kind for message in messages], junk) == ([Kind.LOG], [])


def test_a_line_beyond_the_limit_is_junk_and_the_next_is_read(tmp_path: Path, runner: Runner) -> None:
    launch = child(tmp_path, f"sys.stdout.write('x' * {MAX_LINE + 5_000_000} + '\\n'); record({{'id': 1}})")
    messages, junk, _ = read(runner, launch)
    assert [piece.code for piece in junk] == ["too_long"]
    assert len(junk[0].raw) == 64 * 1024
    assert [message.body["data"] for message in messages] == [{"id": 1}]


def test_the_exit_code_is_told(tmp_path: Path, runner: Runner) -> None:
    _, _, reading = read(runner, child(tmp_path, "record({'id': 1}); sys.exit(3)"))
    assert reading.exit_code == 3


def test_a_source_killed_from_outside_tells_the_signal(tmp_path: Path, runner: Runner) -> None:
    _, _, reading = read(runner, child(tmp_path, "record({'id': 1}); os.kill(os.getpid(), signal.SIGKILL)"))
    assert reading.exit_code == -signal.SIGKILL


def test_what_the_source_leaves_behind_does_not_hold_the_host(tmp_path: Path, runner: Runner) -> None:
    pids = tmp_path / "pids"
    launch = child(
        tmp_path,
        f"""
        helper = subprocess.Popen([sys.executable, "-S", "-c", "import time; time.sleep(600)"])
        open({str(pids)!r}, "w").write(str(helper.pid))
        record({{"id": 1}})
        """,
    )
    messages, _, reading = read(runner, launch)
    assert (len(messages), reading.exit_code) == (1, 0)
    assert all_gone(written_pids(pids, 1))


def test_what_was_written_just_before_the_end_is_read(
    tmp_path: Path, runner: Runner, monkeypatch: pytest.MonkeyPatch
) -> None:
    launch = child(tmp_path, "record({'id': 1})")
    with runner.read(launch, CONFIG, CATALOG, spec=SPEC) as reading:
        source = reading._child
        assert source.wait(20)
        look, looks = source._selector.select, iter([True])
        # The look that found nothing lies before the last line, the question whether the source has ended behind it.
        monkeypatch.setattr(source._selector, "select", lambda wait: [] if next(looks, False) else look(wait))
        found = [message.body["data"] for message in reading if isinstance(message, Message)]
    assert found == [{"id": 1}]


def test_secrets_are_taken_out_of_log_trace_and_stderr_but_not_of_records(tmp_path: Path, runner: Runner) -> None:
    launch = child(
        tmp_path,
        """
        secret = given("config")["api_token"]
        say("LOG", "log", {"level": "WARN", "message": f"using {secret}", "stack_trace": secret})
        say("TRACE", "trace", {"type": "ERROR", "error": {"message": f"{secret} refused", "internal_message": secret,
            "stack_trace": secret, "failure_type": "config_error", "stream_descriptor": {"name": "people"}}})
        print(f"plain {secret}", flush=True)
        print(f"error {secret}", file=sys.stderr)
        record({"note": secret})
        """,
    )
    messages, junk, reading = read(runner, launch)
    log, trace, record = messages
    assert log.body == {"level": "WARN", "message": "using ****"}
    assert trace.body == {"failure_type": "config_error", "message": "**** refused"}
    assert junk[0].raw == b"plain ****"
    assert reading.stderr == ["error ****"]
    assert [(error.failure_type, error.message) for error in reading.errors] == [("config_error", "**** refused")]
    assert record.body["data"] == {"note": "sesame-4711"}


def test_integers_beyond_64_bits_arrive_whole(tmp_path: Path, runner: Runner) -> None:
    messages, _, _ = read(runner, child(tmp_path, "record({'n': 2**64 + 1, 'deep': [10**30]})"))
    assert messages[0].body["data"] == {"n": 2**64 + 1, "deep": [10**30]}


def test_a_state_with_a_large_integer_is_handed_back_whole(tmp_path: Path, runner: Runner) -> None:
    launch = child(tmp_path, "record({'state': given('state')})")
    state = {"type": "STREAM", "stream": {"stream_descriptor": {"name": "s"}, "stream_state": {"n": 10**30}}}
    with runner.read(launch, CONFIG, CATALOG, [state], spec=SPEC) as reading:
        messages = [message for message in reading if isinstance(message, Message)]
    assert messages[0].body["data"] == {"state": [state]}


def test_a_rotated_token_arrives_at_once_and_is_hidden_from_then_on(tmp_path: Path, runner: Runner) -> None:
    launch = child(
        tmp_path,
        """
        config = {**given("config"), "session": "rotated-0815", "__injected_declarative_manifest": {"streams": []}}
        say("CONTROL", "control", {"type": "CONNECTOR_CONFIG", "emitted_at": 1, "connectorConfig": {"config": config}})
        say("LOG", "log", {"level": "INFO", "message": "now with rotated-0815"})
        """,
    )
    messages, _, _ = read(runner, launch)
    assert config_of_control(messages[0]) == {**CONFIG, "session": "rotated-0815"}
    assert messages[1].body["message"] == "now with ****"


def test_status_and_estimate_pass_through_as_they_are(tmp_path: Path, runner: Runner) -> None:
    launch = child(
        tmp_path,
        """
        say("TRACE", "trace", {"type": "STREAM_STATUS", "stream_status":
            {"stream_descriptor": {"name": "people"}, "status": "COMPLETE"}})
        say("TRACE", "trace", {"type": "ESTIMATE", "estimate": {"name": "people", "type": "STREAM", "row_estimate": 9}})
        """,
    )
    messages, _, _ = read(runner, launch)
    assert [(message.kind, message.stream and message.stream.name) for message in messages] == [
        (Kind.STREAM_STATUS, "people"),
        (Kind.ESTIMATE, "people"),
    ]


def test_check_tells_what_the_source_says_without_secrets(tmp_path: Path, runner: Runner) -> None:
    launch = child(
        tmp_path,
        """
        say("CONNECTION_STATUS", "connectionStatus", {"status": "FAILED", "message": "sesame-4711 is wrong"})
        """,
    )
    result = runner.check(launch, CONFIG, spec=SPEC)
    assert (result.ok, result.message) == (False, "**** is wrong")


def test_a_source_that_dies_in_check_is_a_failed_check(tmp_path: Path, runner: Runner) -> None:
    result = runner.check(child(tmp_path, "raise ValueError('sesame-4711')"), CONFIG, spec=SPEC)
    assert not result.ok
    assert "exit code 1" in result.message
    assert "sesame" not in result.message


def test_discover_without_an_answer_is_an_error_with_the_exit_code(tmp_path: Path, runner: Runner) -> None:
    with pytest.raises(Unavailable) as caught:
        runner.discover(child(tmp_path, "sys.exit(7)"), CONFIG, spec=SPEC)
    assert (caught.value.code, caught.value.details["exit_code"]) == ("source.failed", 7)


def test_a_program_that_is_not_there_is_said_so(runner: Runner) -> None:
    with pytest.raises(NotFound) as caught:
        runner.spec(Launch(("/nowhere/source-x",)))
    assert caught.value.code == "source.command_missing"


def test_the_child_is_told_little_and_only_it_may_read_that(
    tmp_path: Path, runner: Runner, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("INGOT_KEK", "the key of keys")
    for name in ("SSL_CERT_FILE", "SSL_CERT_DIR", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("https_proxy", "http://127.0.0.1:3128")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "somebody else's")
    launch = child(
        tmp_path,
        """
        where = os.path.dirname(options["--config"])
        record({"names": sorted(os.environ), "tmp": os.environ["TMPDIR"], "cwd": os.getcwd(), "where": where,
            "modes": [oct(os.stat(path).st_mode & 0o777)
                for path in (where, options["--config"], options["--catalog"])]})
        open(os.environ["TMPDIR"] + "/spill", "w").write("left behind")
        """,
    )
    messages, _, _ = read(runner, launch)
    told = messages[0].body["data"]
    assert set(told["names"]) <= {"PATH", "LANG", "LC_CTYPE", "TZ", "TMPDIR", "HOME", "DO_NOT_TRACK", "https_proxy"}
    assert "https_proxy" in told["names"]
    ours, _, _ = read(runner, replace(launch, ours=True))
    assert set(ours[0].body["data"]["names"]) <= {
        "PATH", "LANG", "LC_CTYPE", "TZ", "TMPDIR", "HOME", "DO_NOT_TRACK", "INGOT_EGRESS_ALLOW"
    }  # fmt: skip
    assert told["modes"] == ["0o700", "0o600", "0o600"]
    assert told["tmp"].startswith(told["where"])
    assert told["cwd"] == told["where"]
    assert not Path(told["where"]).exists()


def test_leaving_early_ends_the_source_and_removes_its_files(tmp_path: Path, runner: Runner) -> None:
    launch = child(
        tmp_path,
        "record({'pid': os.getpid(), 'where': os.getcwd()})\nwhile True: record({'id': 1})",
    )
    with runner.read(launch, CONFIG, CATALOG, spec=SPEC) as reading:
        first = next(iter(reading))
    assert isinstance(first, Message)
    assert all_gone([first.body["data"]["pid"]])
    assert not Path(first.body["data"]["where"]).exists()


def test_folders_of_dead_hosts_are_removed_and_those_of_living_ones_kept(tmp_path: Path) -> None:
    ended = subprocess.Popen([sys.executable, "-S", "-c", ""])
    ended.wait()
    dead, living = tmp_path / f"ingot-run-{ended.pid}-x", tmp_path / f"ingot-run-{os.getpid()}-x"
    for folder in (dead, living):
        folder.mkdir()
        (folder / "config.json").write_text("{}", encoding="utf-8")
    assert clean_leftovers(tmp_path) >= 1
    assert (dead.exists(), living.exists()) == (False, True)


def test_without_a_memory_file_system_the_given_folder_is_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("connectors.process._MEMORY", tmp_path / "absent")
    folder = PrivateFolder(tmp_path / "private")
    assert folder.path.parent == tmp_path / "private"
    assert oct((tmp_path / "private").stat().st_mode & 0o777) == "0o700"
    folder.remove()
    assert not folder.path.exists()
