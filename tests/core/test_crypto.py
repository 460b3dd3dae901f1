from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.crypto import KeyBatch, Keyring
from core.database import make_engine
from core.errors import Damaged, Unavailable
from core.key_store import KeyStore
from core.records import RecordRef

FIXTURE_ONCE = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=50, deadline=None)


@FIXTURE_ONCE
@given(plain=st.binary(max_size=300), field=st.text(max_size=20))
def test_what_was_sealed_opens_and_shows_nothing(keyring: Keyring, plain: bytes, field: str) -> None:
    key = keyring.record_keys(["g_1"], create=True)["g_1"]
    sealed = key.seal(field, plain)
    assert key.open(field, sealed) == plain
    assert len(plain) < 4 or plain not in sealed


@pytest.mark.parametrize("position", [0, 1, 5, 13, -1])
def test_one_changed_byte_is_refused(keyring: Keyring, position: int) -> None:
    key = keyring.record_keys(["g_1"], create=True)["g_1"]
    sealed = bytearray(key.seal("phone", b"13800138000"))
    sealed[position] ^= 1
    with pytest.raises(Damaged) as caught:
        key.open("phone", bytes(sealed))
    assert caught.value.code in {"seal.broken", "seal.format"}


def test_a_value_moved_to_another_field_or_record_does_not_open(keyring: Keyring) -> None:
    keys = keyring.record_keys(["g_1", "g_2"], create=True)
    sealed = keys["g_1"].seal("phone", b"13800138000")
    for key, field in ((keys["g_1"], "email"), (keys["g_2"], "phone")):
        with pytest.raises(Damaged):
            key.open(field, sealed)


def test_a_destroyed_key_is_gone_and_leaves_a_tombstone(keyring: Keyring) -> None:
    sealed = keyring.record_keys(["g_1"], create=True)["g_1"].seal("phone", b"13800138000")
    assert keyring.destroy(["g_1"], "erasure") == 1
    assert keyring.record_keys(["g_1"], create=False) == {}
    assert keyring.destroyed(["g_1", "g_2"]) == {"g_1"}
    with pytest.raises(Damaged):
        keyring.record_keys(["g_1"], create=True)["g_1"].open("phone", sealed)


def test_keys_last_between_calls(keyring: Keyring) -> None:
    sealed = keyring.record_keys(["g_1"], create=True)["g_1"].seal("phone", b"1")
    assert keyring.record_keys(["g_1"], create=True)["g_1"].open("phone", sealed) == b"1"


parts = st.text(max_size=8)


@FIXTURE_ONCE
@given(one=st.tuples(parts, parts, parts, parts), other=st.tuples(parts, parts, parts, parts))
def test_different_references_have_different_ids(
    keyring: Keyring, one: tuple[str, str, str, str], other: tuple[str, str, str, str]
) -> None:
    same = keyring.record_id(RecordRef(*one)) == keyring.record_id(RecordRef(*other))
    assert same == (one == other)


def test_blind_indexes_differ_by_domain_and_never_show_the_value(keyring: Keyring) -> None:
    phone = b"+8613800138000"
    assert keyring.blind("phone", phone) == keyring.blind("phone", phone)
    assert keyring.blind("phone", phone) != keyring.blind("email", phone)
    assert keyring.blind("ab", b"c") != keyring.blind("a", b"bc")


def test_secrets_are_bound_to_their_name(keyring: Keyring) -> None:
    sealed = keyring.seal_secret("connection:1:config", b"{}")
    assert keyring.open_secret("connection:1:config", sealed) == b"{}"
    with pytest.raises(Damaged):
        keyring.open_secret("connection:2:config", sealed)


def test_signatures_verify_for_the_signed_bytes_only(keyring: Keyring) -> None:
    signature = keyring.sign(b"tree 1")
    assert keyring.verifies(signature, b"tree 1")
    assert not keyring.verifies(signature, b"tree 2")


@FIXTURE_ONCE
@given(domain=st.text(max_size=8), prefix=st.binary(max_size=8), data=st.binary(max_size=300))
def test_a_blinder_answers_as_blind_does(keyring: Keyring, domain: str, prefix: bytes, data: bytes) -> None:
    blinder = keyring.blinder(domain, prefix)
    blinder(b"something else before")
    assert blinder(data) == keyring.blind(domain, prefix + data)


@FIXTURE_ONCE
@given(reference=st.tuples(parts, parts, parts, parts))
def test_a_namer_gives_the_ids_of_its_stream(keyring: Keyring, reference: tuple[str, str, str, str]) -> None:
    name = keyring.record_namer(RecordRef(*reference[:3], ""))
    assert name(reference[3]) == keyring.record_id(RecordRef(*reference))


def test_what_was_newly_sealed_opens_once_its_keys_are_kept(keyring: Keyring) -> None:
    contents = {f"g_{number}": b"content %d" % number for number in range(50)}
    new = keyring.seal_new("raw", contents)
    assert keyring.record_keys(list(contents), create=False) == {}
    assert keyring.keep(new) == set()
    keys = keyring.record_keys(list(contents), create=False)
    assert {one: keys[one].open("raw", sealed) for one, sealed in new.sealed.items()} == contents
    assert len({bytes(sealed[1:13]) for sealed in new.sealed.values()}) == len(contents)


def test_a_key_that_is_there_stays_and_its_record_is_told(keyring: Keyring) -> None:
    sealed = keyring.record_keys(["g_1"], create=True)["g_1"].seal("raw", b"before")
    assert keyring.keep(keyring.seal_new("raw", {"g_1": b"after", "g_2": b"new"})) == {"g_1"}
    assert keyring.record_keys(["g_1"], create=False)["g_1"].open("raw", sealed) == b"before"


def test_keys_of_a_batch_are_durable_when_they_are_kept(keyring: Keyring) -> None:
    with keyring.batch() as batch:
        sealed = batch.fresh(["g_1"])["g_1"].seal("phone", b"13800138000")
        batch.begin()
        batch.fresh(["g_2"])
        batch.keep()
    kept = keyring.record_keys(["g_1", "g_2"], create=False)
    assert kept.keys() == {"g_1", "g_2"}
    assert kept["g_1"].open("phone", sealed) == b"13800138000"


def test_what_a_failed_batch_has_begun_is_not_on_its_way_any_more(keyring: Keyring) -> None:
    def step() -> None:
        with keyring.batch() as batch:
            batch.fresh(["g_1"])
            batch.begin()
            batch.fresh(["g_2"])
            raise ValueError("the step fails")

    with pytest.raises(ValueError, match="the step fails"):
        step()
    # The next attempt finds the key, and makes the one that was not begun.
    assert keyring.record_keys(["g_1", "g_2"], create=False).keys() == {"g_1"}


def test_a_batch_that_is_begun_while_the_process_ends_is_kept_and_holds_up_nobody(tmp_path: Path) -> None:
    engine = make_engine(f"sqlite:///{tmp_path / 'keys.db'}")
    store, ended = KeyStore(engine), ThreadPoolExecutor(1)
    store.prepare()
    ended.shutdown()
    with KeyBatch(store, bytes(32), 1, ended) as batch:
        batch.fresh(["g_1"])
        batch.begin()
        batch.keep()
    # Whoever writes next need not wait.
    assert store.add({"g_2": b"wrapped"}, 1) == set()
    assert store.present(["g_1", "g_2"]) == {"g_1", "g_2"}
    engine.dispose()


@pytest.mark.parametrize("begun", [True, False])
def test_a_batch_whose_key_another_process_made_is_refused(keyring: Keyring, *, begun: bool) -> None:
    with keyring.batch() as batch:
        batch.fresh(["g_1"])
        keyring.record_keys(["g_1"], create=True)
        if begun:
            batch.begin()
        with pytest.raises(Unavailable) as caught:
            batch.keep()
    assert caught.value.code == "keys.raced"
