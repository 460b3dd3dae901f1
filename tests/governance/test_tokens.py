from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, select

from core.database import reading, unit_of_work
from core.errors import Invalid, NotFound
from governance.authentication import TOKEN_REFUSED, Authenticated
from governance.people import People, User
from governance.policy.decision_point import DecisionPoint
from governance.policy.policy_set import default_policies
from governance.policy.values import RequestContext, Workspace
from governance.secrets_format import TokenKind
from governance.tables import governance_token
from governance.tokens import IssuedToken, Tokens
from tests.conftest import SteppableClock

Events = Callable[[], list[dict[str, Any]]]


@pytest.fixture
def user(engine: Engine, people: People) -> User:
    with unit_of_work(engine) as connection:
        return people.create_user(
            connection, login="wang", display_name="王", roles=["sales"], teams=["north"], actor="system"
        )


@pytest.fixture
def issued(engine: Engine, tokens: Tokens, user: User) -> IssuedToken:
    with unit_of_work(engine) as connection:
        return tokens.issue_token(connection, user.id, name="laptop", actor=user.principal().actor)


def refusal(engine: Engine, tokens: Tokens, text: str, events: Events) -> str:
    assert tokens.authenticate_token(engine, text) == TOKEN_REFUSED
    last = events()[-1]
    assert (last["action"], last["decision"]) == ("user.refused", "deny")
    return str(last["details"]["why"])


def test_a_token_stands_for_its_person_as_they_are_now(
    engine: Engine, tokens: Tokens, people: People, user: User, issued: IssuedToken
) -> None:
    found = tokens.authenticate_token(engine, issued.text)
    assert found == Authenticated(user.principal(), issued.token.id)
    with unit_of_work(engine) as connection:
        people.assign_roles(connection, user.id, ["service"], actor="system")
    again = tokens.authenticate_token(engine, issued.text)
    assert isinstance(again, Authenticated)
    assert again.principal.roles == {"service"}


def test_callers_proved_together_are_proved_as_alone(
    engine: Engine, tokens: Tokens, user: User, issued: IssuedToken, stepping: SteppableClock, events: Events
) -> None:
    with unit_of_work(engine) as connection:
        key = tokens.issue_key(connection, name="erp", purpose="integration", scopes=["read"], actor="system")
        gone = tokens.issue_token(connection, user.id, name="old", actor="system")
        tokens.revoke_token(connection, gone.token.id, actor="system")
    wrong = issued.text[:-1] + ("a" if issued.text[-1] != "a" else "b")
    unknown = "ingot_pat_" + "0" * 32 + "_" + "a" * 52
    shown = [issued.text, "", key.text, gone.text, wrong, unknown, key.text]
    alone = [tokens.authenticate_token(engine, text) for text in shown]
    refusals = [one["details"] for one in events() if one["action"] == "user.refused"]
    with unit_of_work(engine) as connection:
        together = tokens.authenticate_all(connection, shown)
        assert tokens.authenticate_all(connection, []) == []
    assert together == alone
    assert [one["details"] for one in events() if one["action"] == "user.refused"] == refusals * 2
    stepping.step(minutes=2)
    with unit_of_work(engine) as connection:
        tokens.authenticate_all(connection, [key.text, key.text])
        assert tokens.token(connection, key.token.id).last_used_at == stepping.now()
    stepping.step(days=400)
    with unit_of_work(engine) as connection:
        assert tokens.authenticate_all(connection, [issued.text, key.text]) == [TOKEN_REFUSED] * 2


def test_the_token_is_kept_nowhere(engine: Engine, tokens: Tokens, issued: IssuedToken, events: Events) -> None:
    with reading(engine) as connection:
        rows = str(list(connection.execute(select(governance_token)))) + str(tokens.list_tokens(connection))
    secret = issued.text.rpartition("_")[2]
    assert secret not in rows
    assert secret not in str(events())


def test_wrong_tokens_are_refused_and_audited(
    engine: Engine, tokens: Tokens, issued: IssuedToken, events: Events
) -> None:
    wrong = issued.text[:-4] + ("aaaa" if not issued.text.endswith("aaaa") else "bbba")
    unknown = issued.text.replace(issued.token.id.removeprefix("t_"), "f" * 32)
    assert refusal(engine, tokens, wrong, events) == "wrong_secret"
    assert refusal(engine, tokens, unknown, events) == "unknown"
    assert refusal(engine, tokens, issued.text.replace("_pat_", "_key_"), events) == "wrong_secret"
    assert refusal(engine, tokens, "Bearer nonsense", events) == "malformed"
    assert "nonsense" not in str(events())


def test_tokens_expire(
    engine: Engine, tokens: Tokens, issued: IssuedToken, events: Events, stepping: SteppableClock
) -> None:
    stepping.at = issued.token.expires_at - timedelta(milliseconds=1)
    assert isinstance(tokens.authenticate_token(engine, issued.text), Authenticated)
    stepping.step(milliseconds=1)
    assert refusal(engine, tokens, issued.text, events) == "expired"


def test_tokens_are_revoked_once(engine: Engine, tokens: Tokens, issued: IssuedToken, events: Events) -> None:
    for _ in range(2):
        with unit_of_work(engine) as connection:
            tokens.revoke_token(connection, issued.token.id, actor="system")
    assert [event["action"] for event in events()].count("token.revoked") == 1
    assert refusal(engine, tokens, issued.text, events) == "revoked"
    with unit_of_work(engine) as connection, pytest.raises(NotFound):
        tokens.revoke_token(connection, "t_none", actor="system")


def test_a_disabled_person_has_no_tokens(
    engine: Engine, tokens: Tokens, people: People, user: User, issued: IssuedToken, events: Events
) -> None:
    with unit_of_work(engine) as connection:
        people.disable_user(connection, user.id, actor="system")
    assert refusal(engine, tokens, issued.text, events) == "revoked"


def test_the_last_use_is_kept_to_the_minute(
    engine: Engine, tokens: Tokens, issued: IssuedToken, stepping: SteppableClock
) -> None:
    def last_used() -> object:
        tokens.authenticate_token(engine, issued.text)
        with reading(engine) as connection:
            return tokens.token(connection, issued.token.id).last_used_at

    first = stepping.at
    assert last_used() == first
    stepping.step(seconds=59)
    assert last_used() == first
    stepping.step(seconds=1)
    assert last_used() == stepping.at


def test_a_key_has_the_purpose_and_scopes_it_was_issued_with(engine: Engine, tokens: Tokens, events: Events) -> None:
    with unit_of_work(engine) as connection:
        issued = tokens.issue_key(
            connection, name="erp", purpose="integration", scopes=["read", "view:contact"], actor="user:u_1"
        )
    found = tokens.authenticate_token(engine, issued.text)
    assert isinstance(found, Authenticated)
    who = found.principal
    assert (who.kind, who.purpose, who.roles, who.actor) == (
        "key",
        "integration",
        frozenset({"downstream"}),
        f"token:{issued.token.id}",
    )
    point = DecisionPoint(default_policies())
    assert not point.decide(who, "search", Workspace(), RequestContext()).allowed
    assert point.row_scope(who, RequestContext()).everything
    created = events()[0]
    assert (created["action"], created["details"]["kind"]) == ("token.created", "key")


def test_keys_are_issued_only_with_known_words(engine: Engine, tokens: Tokens) -> None:
    bad: list[tuple[str, dict[str, Any]]] = [
        ("purpose.unknown", {"purpose": "curiosity"}),
        ("purpose.unknown", {"purpose": ""}),
        ("scope.unknown", {"purpose": "integration", "scopes": ["view:everything"]}),
        ("role.unknown", {"purpose": "integration", "roles": ["king"]}),
        ("token.life", {"purpose": "integration", "life": timedelta(0)}),
    ]
    with unit_of_work(engine) as connection:
        for code, given in bad:
            with pytest.raises(Invalid) as caught:
                tokens.issue_key(connection, name="erp", actor="system", **given)
            assert caught.value.code == code
        with pytest.raises(NotFound):
            tokens.issue_token(connection, "u_none", name="x", actor="system")
        assert tokens.list_tokens(connection) == []


def test_tokens_are_listed_by_age(engine: Engine, tokens: Tokens, user: User, issued: IssuedToken) -> None:
    with unit_of_work(engine) as connection:
        key = tokens.issue_key(connection, name="erp", purpose="integration", actor="system")
        assert [token.id for token in tokens.list_tokens(connection)] == [issued.token.id, key.token.id]
        mine = tokens.list_tokens(connection, user.id)
    assert [(token.kind, token.name) for token in mine] == [(TokenKind.PERSON, "laptop")]
