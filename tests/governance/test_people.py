from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from argon2 import PasswordHasher
from sqlalchemy import Engine, select

from audit.log import AuditLog
from core.clock import Clock
from core.database import reading, unit_of_work
from core.errors import Conflict, Invalid, NotFound
from governance.authentication import (
    CODE_REFUSED,
    SIGN_IN_FAILED,
    TOKEN_REFUSED,
    Authenticated,
    Authentication,
)
from governance.passwords import Passwords
from governance.people import FREE_ATTEMPTS, People, User
from governance.tables import governance_code, governance_user
from governance.tokens import Tokens
from tests.conftest import SteppableClock

GOOD = "correct horse battery"
Events = Callable[[], list[dict[str, Any]]]


@pytest.fixture
def admin(engine: Engine, people: People) -> User:
    with unit_of_work(engine) as connection:
        return people.create_user(
            connection, login="Root", display_name="管理员", roles=["admin"], teams=["north"], actor="system"
        )


@pytest.fixture
def with_password(engine: Engine, people: People, passwords: Passwords, admin: User) -> User:
    hashed = passwords.hash(GOOD)
    with unit_of_work(engine) as connection:
        people.set_password(connection, admin.id, hashed, actor="system")
    return admin


def sign_in(engine: Engine, people: People, password: str, login: str = "root") -> Authentication:
    return people.authenticate_password(engine, login, password)


def test_a_user_is_created_once_and_audited(engine: Engine, people: People, admin: User, events: Events) -> None:
    assert (admin.login, admin.roles, admin.teams, admin.active) == ("root", ("admin",), ("north",), True)
    with unit_of_work(engine) as connection, pytest.raises(Conflict) as caught:
        people.create_user(connection, login="ＲＯＯＴ", display_name="", roles=[], actor="system")
    assert caught.value.code == "user.taken"
    assert [(event["action"], event["object_id"]) for event in events()] == [("user.created", admin.id)]
    assert "管理员" not in str(events())


def test_a_failed_change_leaves_no_event(engine: Engine, people: People, events: Events) -> None:
    def create_and_fail() -> None:
        with unit_of_work(engine) as connection:
            people.create_user(connection, login="a", display_name="", roles=[], actor="system")
            people.user(connection, "u_nobody")

    with pytest.raises(NotFound):
        create_and_fail()
    assert events() == []


def test_bad_logins_and_roles_are_refused(engine: Engine, people: People) -> None:
    with unit_of_work(engine) as connection:
        for login in ["", " ", "two words", "a:b", "x" * 129]:
            with pytest.raises(Invalid) as caught:
                people.create_user(connection, login=login, display_name="", roles=[], actor="system")
            assert caught.value.code == "user.login"
        with pytest.raises(Invalid) as caught:
            people.create_user(connection, login="a", display_name="", roles=["king"], actor="system")
        assert caught.value.code == "role.unknown"


def test_roles_and_teams_change_with_an_event_each(engine: Engine, people: People, admin: User, events: Events) -> None:
    with unit_of_work(engine) as connection:
        people.assign_roles(connection, admin.id, ["admin", "sales", "steward"], actor="user:u_9")
        changed = people.assign_roles(connection, admin.id, ["admin", "sales"], actor="user:u_9")
        changed = people.assign_teams(connection, changed.id, ["south", "east"], actor="user:u_9")
    assert changed.principal().roles == {"admin", "sales"}
    assert changed.teams == ("east", "south")
    told = [(event["action"], event["details"].get("role")) for event in events()[1:]]
    assert told == [
        ("role.assigned", "sales"),
        ("role.assigned", "steward"),
        ("role.withdrawn", "steward"),
        ("user.changed", None),
    ]


def test_the_last_administrator_stays(engine: Engine, people: People, admin: User) -> None:
    with unit_of_work(engine) as connection:
        with pytest.raises(Conflict) as caught:
            people.assign_roles(connection, admin.id, ["sales"], actor="system")
        assert caught.value.code == "user.last_admin"
        with pytest.raises(Conflict):
            people.disable_user(connection, admin.id, actor="system")
        people.create_user(connection, login="second", display_name="", roles=["admin"], actor="system")
        people.disable_user(connection, admin.id, actor="system")
        assert [(user.login, user.active) for user in people.list_users(connection)] == [
            ("root", False),
            ("second", True),
        ]


def test_the_right_password_signs_in(engine: Engine, people: People, with_password: User, events: Events) -> None:
    found = sign_in(engine, people, GOOD, " ROOT ")
    assert found == Authenticated(with_password.principal())
    last = events()[-1]
    assert (last["action"], last["actor"]) == ("user.authenticated", f"user:{with_password.id}")


def test_wrong_passwords_and_unknown_logins_get_one_answer(
    engine: Engine, people: People, with_password: User, events: Events
) -> None:
    assert sign_in(engine, people, "wrong wrong wrong") == SIGN_IN_FAILED
    assert sign_in(engine, people, GOOD, "my secret typed here") == SIGN_IN_FAILED
    told = events()[-2:]
    assert [(event["action"], event["decision"], event["details"]["why"]) for event in told] == [
        ("user.refused", "deny", "password"),
        ("user.refused", "deny", "unknown_login"),
    ]
    assert "my secret typed here" not in str(events())


def test_a_user_without_a_password_cannot_sign_in(engine: Engine, people: People, admin: User) -> None:
    assert sign_in(engine, people, "nobody has this password") == SIGN_IN_FAILED
    assert sign_in(engine, people, "") == SIGN_IN_FAILED


def test_failures_lock_the_account_for_longer_and_longer(
    engine: Engine, people: People, with_password: User, stepping: SteppableClock, events: Events
) -> None:
    for _ in range(FREE_ATTEMPTS):
        sign_in(engine, people, "wrong wrong wrong")
    assert sign_in(engine, people, GOOD) == SIGN_IN_FAILED
    assert events()[-1]["details"]["why"] == "locked"
    stepping.step(seconds=61)
    # One more failure after the minute locks for two.
    sign_in(engine, people, "wrong wrong wrong")
    stepping.step(seconds=61)
    assert sign_in(engine, people, GOOD) == SIGN_IN_FAILED
    stepping.step(seconds=61)
    assert isinstance(sign_in(engine, people, GOOD), Authenticated)
    # A success forgets the failures.
    sign_in(engine, people, "wrong wrong wrong")
    assert isinstance(sign_in(engine, people, GOOD), Authenticated)


def test_no_lock_is_longer_than_an_hour(
    engine: Engine, people: People, with_password: User, stepping: SteppableClock
) -> None:
    for _ in range(FREE_ATTEMPTS + 12):
        sign_in(engine, people, "wrong wrong wrong")
        stepping.step(hours=1, seconds=1)
    assert isinstance(sign_in(engine, people, GOOD), Authenticated)


def test_a_disabled_user_cannot_sign_in(engine: Engine, people: People, with_password: User) -> None:
    with unit_of_work(engine) as connection:
        people.create_user(connection, login="second", display_name="", roles=["admin"], actor="system")
        people.disable_user(connection, with_password.id, actor="system")
    assert sign_in(engine, people, GOOD) == SIGN_IN_FAILED


def test_an_enabled_user_has_password_and_roles_and_nothing_that_ended(
    engine: Engine, people: People, tokens: Tokens, with_password: User, events: Events
) -> None:
    with unit_of_work(engine) as connection:
        people.create_user(connection, login="second", display_name="", roles=["admin"], actor="system")
        token = tokens.issue_token(connection, with_password.id, name="laptop", actor="system")
        code = people.issue_code(connection, with_password.id, valid_for=timedelta(hours=1), actor="system")
        people.disable_user(connection, with_password.id, actor="user:u_9")
        people.enable_user(connection, with_password.id, actor="user:u_9")
    assert sign_in(engine, people, GOOD) == Authenticated(with_password.principal())
    assert tokens.authenticate_token(engine, token.text) == TOKEN_REFUSED
    with unit_of_work(engine) as connection:
        assert people.redeem_code(connection, code) == CODE_REFUSED
    told = [(one["action"], one["actor"]) for one in events() if one["action"] in {"user.disabled", "user.enabled"}]
    assert told == [("user.disabled", "user:u_9"), ("user.enabled", "user:u_9")]


def test_enabling_somebody_who_is_not_disabled_changes_nothing(
    engine: Engine, people: People, admin: User, events: Events
) -> None:
    before = len(events())
    with unit_of_work(engine) as connection:
        people.enable_user(connection, admin.id, actor="system")
        with pytest.raises(NotFound):
            people.enable_user(connection, "u_nobody", actor="system")
    assert len(events()) == before


def test_a_disabled_administrator_is_not_the_one_who_stays(engine: Engine, people: People, admin: User) -> None:
    with unit_of_work(engine) as connection:
        second = people.create_user(connection, login="second", display_name="", roles=["admin"], actor="system")
        people.disable_user(connection, admin.id, actor="system")
        with pytest.raises(Conflict):
            people.disable_user(connection, second.id, actor="system")
        people.enable_user(connection, admin.id, actor="system")
        people.disable_user(connection, second.id, actor="system")
        with pytest.raises(Conflict):
            people.disable_user(connection, admin.id, actor="system")


def test_a_new_password_ends_the_old_one_and_the_tokens(
    engine: Engine, people: People, tokens: Tokens, passwords: Passwords, with_password: User
) -> None:
    with unit_of_work(engine) as connection:
        issued = tokens.issue_token(connection, with_password.id, name="laptop", actor="system")
    hashed = passwords.hash("another horse battery")
    with unit_of_work(engine) as connection:
        people.set_password(connection, with_password.id, hashed, actor="system")
    assert sign_in(engine, people, GOOD) == SIGN_IN_FAILED
    assert isinstance(sign_in(engine, people, "another horse battery"), Authenticated)
    assert not isinstance(tokens.authenticate_token(engine, issued.text), Authenticated)


def test_a_hash_of_another_cost_is_renewed_at_sign_in(engine: Engine, clock: Clock, with_password: User) -> None:
    dearer = Passwords(PasswordHasher(time_cost=2, memory_cost=16, parallelism=1))
    assert isinstance(sign_in(engine, People(clock, AuditLog(clock), dearer), GOOD), Authenticated)
    with reading(engine) as connection:
        kept = connection.scalar(select(governance_user.c.password_hash))
    assert not dearer.outdated(str(kept))
    assert dearer.matches(kept, GOOD)


def test_passwords_and_codes_are_kept_as_hashes_only(engine: Engine, people: People, with_password: User) -> None:
    with unit_of_work(engine) as connection:
        code = people.issue_code(connection, with_password.id, valid_for=timedelta(hours=1), actor="system")
    with reading(engine) as connection:
        rows = [*connection.execute(select(governance_user)), *connection.execute(select(governance_code))]
    assert GOOD not in str(rows)
    assert code not in str(rows)
    assert code.replace("-", "") not in str(rows)


def test_a_code_signs_in_once(engine: Engine, people: People, admin: User, events: Events) -> None:
    with unit_of_work(engine) as connection:
        code = people.issue_code(connection, admin.id, valid_for=timedelta(hours=1), actor="system")
    with unit_of_work(engine) as connection:
        assert people.redeem_code(connection, code) == Authenticated(admin.principal())
    with unit_of_work(engine) as connection:
        assert people.redeem_code(connection, code) == CODE_REFUSED
        assert people.redeem_code(connection, "nonsense") == CODE_REFUSED
    assert [event["action"] for event in events()[-3:]] == ["user.authenticated", "user.refused", "user.refused"]


def test_a_code_expires_and_ends_with_the_next_one(
    engine: Engine, people: People, admin: User, stepping: SteppableClock
) -> None:
    with unit_of_work(engine) as connection:
        first = people.issue_code(connection, admin.id, valid_for=timedelta(hours=1), actor="system")
        second = people.issue_code(connection, admin.id, valid_for=timedelta(hours=1), actor="system")
        assert people.redeem_code(connection, first) == CODE_REFUSED
    stepping.step(hours=1)
    with unit_of_work(engine) as connection:
        assert people.redeem_code(connection, second) == CODE_REFUSED


def test_two_at_once_cannot_redeem_one_code(engine: Engine, people: People, admin: User) -> None:
    with unit_of_work(engine) as connection:
        code = people.issue_code(connection, admin.id, valid_for=timedelta(hours=1), actor="system")

    def redeem(_: int) -> Authentication:
        with unit_of_work(engine) as connection:
            return people.redeem_code(connection, code)

    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(redeem, range(4)))
    assert sum(isinstance(answer, Authenticated) for answer in answers) == 1
