import pytest
from argon2 import PasswordHasher

from core.errors import Invalid, TooMuch
from governance.passwords import Passwords

CHEAP = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
GOOD = "correct horse battery"


def test_a_password_matches_its_hash_and_no_other(passwords: Passwords) -> None:
    kept = passwords.hash(GOOD)
    assert kept.startswith("$argon2id$")
    assert passwords.matches(kept, GOOD)
    assert not passwords.matches(kept, GOOD + "x")
    assert kept != passwords.hash(GOOD)


def test_nobody_has_no_password(passwords: Passwords) -> None:
    assert not passwords.matches(None, "nobody has this password")
    assert not passwords.matches("no hash at all", GOOD)


def test_full_width_input_is_the_same_password(passwords: Passwords) -> None:
    assert passwords.matches(passwords.hash("correct horse １２３"), "correct horse 123")


@pytest.mark.parametrize("password", ["", "eleven char", "x" * 257])
def test_too_short_and_too_long_are_refused(passwords: Passwords, password: str) -> None:
    with pytest.raises(Invalid) as caught:
        passwords.hash(password)
    assert caught.value.code == "password.length"


def test_only_so_many_hashes_at_once() -> None:
    passwords = Passwords(CHEAP, at_once=1, wait_seconds=0.01)
    with passwords._place(), pytest.raises(TooMuch) as caught:
        passwords.matches(None, GOOD)
    assert caught.value.code == "password.busy"
    # The place is free again, also after the refusal.
    assert not passwords.matches(None, GOOD)


def test_a_hash_of_another_cost_is_outdated(passwords: Passwords) -> None:
    dearer = Passwords(PasswordHasher(time_cost=2, memory_cost=16, parallelism=1))
    kept = passwords.hash(GOOD)
    assert not passwords.outdated(kept)
    assert dearer.outdated(kept)
