import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.crypto import Keyring
from core.errors import Damaged
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
