"""Point reads: what was changed counts at once, every answer has its entry, and both ways to a handler are one."""

import asyncio
import itertools
from collections.abc import Mapping
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import text

from api.app import create_app
from api.direct import direct
from audit.log import AuditLog
from core.database import reading, unit_of_work
from core.errors import Denied, Invalid, NotFound, Unavailable
from governance.policy.values import RequestContext
from merge.ownership.store import holders_now
from merge.standing import heads, led_to
from sync.disclose import Disclosure
from sync.wish import Asked
from tests.api.http.house import House

WANG = {"name": "王小明", "phone": "13800138000", "email": "wang@example.com"}
LI = {"name": "李雷", "phone": "13912345678", "email": "li@example.com"}
PASSING = ("x-request-id", "date", "ratelimit", "content-length")


def waiting(house: House) -> int:
    """Audit events in the database, sequenced or not."""
    with reading(house.services.engine) as connection:
        counts = [
            connection.execute(text(f"SELECT count(*) FROM {table}")).scalar_one()  # noqa: S608  names of ours
            for table in ("audit_pending", "audit_entry")
        ]
    return sum(counts)


def get_many(house: House, requests: list[tuple[str, Mapping[str, str]]]) -> list[httpx.Response]:
    async def ask() -> list[httpx.Response]:
        limits = httpx.Limits(max_connections=40)
        async with httpx.AsyncClient(base_url=house.url, timeout=60, limits=limits) as client:
            return await asyncio.gather(*(client.get(path, headers=headers) for path, headers in requests))

    return asyncio.run(ask())


def test_under_load_reads_give_their_entries_their_place_themselves(
    on_both: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    services = on_both.services
    golden = on_both.customer("d1", **WANG)
    before = waiting(on_both)
    placed: list[int] = []
    within = services.sequencer.sequence_within
    monkeypatch.setattr(services.sequencer, "sequence_within", lambda *given: placed.append(within(*given)))
    answers = get_many(on_both, [(f"/v1/golden/{golden}", on_both.headers("service"))] * 150)
    assert {one.status_code for one in answers} == {200}
    assert waiting(on_both) == before + 150
    # The server's own sequencer runs every second beside it and may have been first, not every time.
    assert placed
    assert any(placed) == (services.engine.dialect.name == "sqlite")
    services.sequencer.sequence_all()
    assert waiting(on_both) == before + 150


def test_a_revoked_token_and_a_role_taken_away_count_at_once(on_both: House) -> None:
    services = on_both.services
    golden = on_both.customer("d1", **WANG)
    path = f"/v1/golden/{golden}"
    assert on_both.get(path, "service").status_code == 200
    with unit_of_work(services.engine) as connection:
        user = services.people.user_by_login(connection, "service")
        services.people.assign_roles(connection, user.id, ["it"], actor="system")
    assert on_both.get(path, "service").status_code == 403
    with unit_of_work(services.engine) as connection:
        services.people.assign_roles(connection, user.id, ["service"], actor="system")
    assert on_both.get(path, "service").status_code == 200
    with unit_of_work(services.engine) as connection:
        (token,) = services.tokens.list_tokens(connection, user.id)
        services.tokens.revoke_token(connection, token.id, actor="system")
    refused = on_both.get(path, "service")
    assert (refused.status_code, refused.json()["code"]) == (401, "token.refused")
    assert on_both.audited("user.refused")[0]["details"]["why"] == "revoked"


def test_a_changed_owner_changes_what_a_seller_sees_at_once(on_both: House) -> None:
    services = on_both.services
    golden = on_both.customer("d1", **WANG)
    path = f"/v1/golden/{golden}"

    def give(holder: str) -> None:
        with unit_of_work(services.engine) as connection:
            services.resolver.owners.assign_by_hand(
                connection, golden, holder, actor="system", reason_code="test", locked_days=1
            )

    give("user:sales")
    seen = on_both.get(path, "sales")
    assert (seen.status_code, seen.json()["owner"]) == (200, "user:sales")
    give("user:somebody")
    hidden = on_both.get(path, "sales")
    assert (hidden.status_code, hidden.json()["code"]) == (404, "golden.unknown")
    assert on_both.get(path, "service").json()["owner"] == "user:somebody"
    give("user:sales")
    assert on_both.get(path, "sales").content == seen.content


def test_a_destroyed_key_counts_at_once_also_where_the_answer_is_remembered(on_both: House) -> None:
    services = on_both.services
    golden, other = on_both.customer("d1", **WANG), on_both.customer("d2", **LI)
    order = {**WANG, "number": "A-1", "amount": "12.50"}
    bought = on_both.webhook("shop", "msg_1", order).json()["record_id"]
    on_both.settle()
    with reading(services.engine) as connection:
        ours = led_to(connection, [golden])[golden]
        assert isinstance(ours, str)
        key_id = heads(connection, [ours])[ours].cache_key_id
    path = f"/v1/golden/{golden}"
    reason = {"x-reason": "request of the subject"}
    clear = on_both.get(path, "privacy_officer", **reason)
    assert "12.50" in clear.text
    # The key of one order, as another process would destroy it.
    services.foundation.keyring.destroy([bought], "test")
    assert "12.50" not in on_both.get(path, "privacy_officer", **reason).text
    assert on_both.get(path, "service").status_code == 200
    services.foundation.keyring.destroy([key_id], "test")
    for who in ("service", "privacy_officer"):
        gone = on_both.get(path, who)
        assert (gone.status_code, gone.json()["code"]) == (404, "golden.unknown")
    assert on_both.get(f"/v1/golden/{other}", "service").status_code == 200


def test_what_is_remembered_is_what_would_be_made_anew(on_both: House) -> None:
    """Over roles, purposes and kinds of change: a disclosure that remembers beside one that never does."""
    services = on_both.services
    first, second = on_both.customer("d1", **WANG), on_both.customer("d2", **LI)
    with reading(services.engine) as connection:
        users = services.people.list_users(connection)
    askers = [
        Asked(user.principal(), RequestContext(purpose, reason))
        for user in users
        for purpose in ("customer_service", "sales_follow_up", "privacy_request", "analytics")
        for reason in ("", "asked by the subject")
    ]

    def told(disclosure: Disclosure, asked: Asked, golden: str, **more: Any) -> tuple[Any, ...]:
        try:
            answer = disclosure.golden(asked, golden, **more)
        except (Denied, NotFound) as refused:
            return (type(refused), refused.code, refused.message)
        return (answer.content, answer.etag, answer.golden_id, answer.canonical_id)

    def compare() -> int:
        forgetful = Disclosure(
            services.foundation, services.decisions, services.people, holders_now, services.surviving, megabytes=0
        )
        seen = 0
        for asked, golden in itertools.product(askers, (first, second)):
            for more in ({}, {"lineage": True}, {"include": ["profile", "phone"]}):
                anew = told(forgetful, asked, golden, **more)
                assert told(services.disclosure, asked, golden, **more) == anew
                seen += isinstance(anew[0], bytes)
        return seen

    assert compare() > 0
    with unit_of_work(services.engine) as connection:
        services.resolver.owners.assign_by_hand(
            connection, first, "user:sales", actor="system", reason_code="test", locked_days=1
        )
    assert compare() > 0
    third = on_both.customer("d3", **WANG, company="东方贸易有限公司")
    assert compare() > 0
    body = {"record_id": third, "reason_code": "not_same_person"}
    assert on_both.post(f"/v1/golden/{first}/unmerge", "steward", body).status_code == 200
    on_both.settle()
    assert compare() > 0


def test_two_hundred_readers_leave_two_hundred_entries(on_both: House) -> None:
    ids = [on_both.customer("d1", **WANG), on_both.customer("d2", **LI)]
    on_both.services.sequencer.sequence_all()
    before = waiting(on_both)
    headers = on_both.headers("service")
    answers = get_many(on_both, [(f"/v1/golden/{ids[number % 2]}", headers) for number in range(200)])
    assert {answer.status_code for answer in answers} == {200}
    assert {answer.json()["id"] for answer in answers} == set(ids)
    assert waiting(on_both) == before + 200
    told = {one["request_id"] for one in on_both.audited("golden.disclosed")}
    assert {answer.headers["x-request-id"] for answer in answers} == told
    assert on_both.services.sequencer.sequence_all() == 0


def test_readers_of_one_group_get_their_own_answers(house: House) -> None:
    golden = house.customer("d1", **WANG)
    alone = {who: house.get(f"/v1/golden/{golden}", who) for who in ("service", "downstream", "it", "steward")}
    mixed = [who for who in alone for _ in range(10)]
    requests = [(f"/v1/golden/{golden}", house.headers(who)) for who in mixed]
    bad = [("/v1/golden/nothing", house.headers("service")), (f"/v1/golden/{golden}", {"authorization": "Bearer x"})]
    answers = get_many(house, [*requests, *bad])
    for who, answer in zip(mixed, answers[:-2], strict=True):
        assert answer.status_code == alone[who].status_code
        if answer.status_code == 200:
            assert (answer.content, answer.headers["etag"]) == (alone[who].content, alone[who].headers["etag"])
    assert [answer.status_code for answer in answers[-2:]] == [404, 401]


def test_no_answer_leaves_when_its_entry_cannot_be_written(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    golden = house.customer("d1", **WANG)
    assert house.get(f"/v1/golden/{golden}", "service").status_code == 200
    statement = "CREATE TRIGGER full_log BEFORE INSERT ON audit_pending BEGIN SELECT RAISE(ABORT, 'no'); END"
    with unit_of_work(house.services.engine) as connection:
        connection.exec_driver_sql(statement)
    before = waiting(house)
    headers = {"if-none-match": "*"}
    for more in ({}, headers):
        answer = house.get(f"/v1/golden/{golden}", "service", **more)
        assert answer.status_code in {409, 503}, answer.text
        assert "王小明" not in answer.text
        assert "etag" not in answer.headers
    assert waiting(house) == before

    def broken(self: AuditLog, connection: object, events: object) -> list[str]:
        raise Unavailable("database.unavailable", "The database does not answer.")

    monkeypatch.setattr(AuditLog, "append_many", broken)
    answer = house.get(f"/v1/golden/{golden}", "service")
    assert (answer.status_code, answer.json()["code"]) == (503, "database.unavailable")
    monkeypatch.undo()
    with unit_of_work(house.services.engine) as connection:
        connection.exec_driver_sql("DROP TRIGGER full_log")
    assert house.get(f"/v1/golden/{golden}", "service").status_code == 200


PURPOSES = ("", "customer_service", "sales_follow_up", "marketing", "data_quality", "nonsense")
QUERIES = ("", "?include=profile", "?include=profile,needs", "?include=what", "?what=1", "?include=")


def test_the_short_way_and_the_router_give_equal_answers(house: House) -> None:
    """Over callers, purposes, records, queries and ways to be wrong."""
    first, second = house.customer("d1", **WANG), house.customer("d2", **WANG)
    ids = (first, second, "g_" + "0" * 32, "nothing", "g_%20")
    app = create_app(house.services)
    callers = [*house.tokens, "nobody", "liar"]

    def headers(who: str, purpose: str) -> dict[str, str]:
        if who == "nobody":
            return {}
        if who == "liar":
            return {"authorization": "Bearer ingot_pat_" + "0" * 32 + "_" + "a" * 52}
        return house.headers(who, purpose)

    cases = [
        (f"/v1/golden/{one}{tail}{query}", headers(who, purpose))
        for who, (purpose, one, tail, query) in itertools.product(
            callers, zip(PURPOSES * 5, ids * 6, ("", "/lineage") * 15, QUERIES * 5, strict=True)
        )
    ]
    cases.append((f"/v1/golden/{first}", {**house.headers("service"), "x-reason": "\xe4"}))

    async def both() -> list[tuple[Any, Any]]:
        found = []
        async with app.router.lifespan_context(app):
            for path, given in cases:
                answers = []
                for target in (app, _without_short_way(app)):
                    transport = httpx.ASGITransport(target)
                    async with httpx.AsyncClient(transport=transport, base_url="http://house") as client:
                        raw = [(name.encode(), value.encode("latin-1")) for name, value in given.items()]
                        answer = await client.get(path, headers=raw)
                        answers.append(_told(answer))
                found.append((answers[0], answers[1]))
        return found

    told = asyncio.run(both())
    assert [one for one in told if one[0] != one[1]] == []
    assert {one[0][0] for one in told} >= {200, 401, 403, 404, 422}


def _told(answer: httpx.Response) -> tuple[int, Any, dict[str, str]]:
    body = answer.json() if answer.content else None
    if isinstance(body, dict):
        body.pop("request_id", None)
    kept = {name: value for name, value in answer.headers.items() if name not in PASSING}
    return answer.status_code, body, kept


def _without_short_way(app: Any) -> Any:
    """The same application with the routes found by its router."""

    async def answer(scope: Any, receive: Any, send: Any) -> None:
        await FastAPI.__call__(app, scope, receive, send)

    return answer


def test_a_route_with_more_than_texts_is_not_direct(house: House) -> None:
    app = create_app(house.services)
    listing = next(route for route in app.routes if getattr(route, "path", "") == "/v1/golden")
    with pytest.raises(Invalid) as refused:
        direct(listing)  # type: ignore[arg-type]
    assert refused.value.code == "api.not_direct"


def test_a_304_of_each_way_is_audited_and_holds_nothing(on_both: House) -> None:
    golden = on_both.customer("d1", **WANG)
    path = f"/v1/golden/{golden}"
    etag = on_both.get(path, "service").headers["etag"]
    before = waiting(on_both)
    same = on_both.get(path, "service", **{"if-none-match": etag})
    assert (same.status_code, same.content, same.headers["etag"]) == (304, b"", etag)
    assert "content-type" not in same.headers
    assert waiting(on_both) == before + 1
    # A tag that somebody else saw opens nothing to whoever may see nothing.
    assert on_both.get(path, "it", **{"if-none-match": etag}).status_code == 403
    assert on_both.get(path, "service", "", **{"if-none-match": "*"}).status_code == 403


def test_a_cursor_of_another_role_filter_or_fields_is_refused(house: House) -> None:
    services = house.services
    for number in range(3):
        house.customer(f"c{number}", name=f"人{number}", phone=f"1370013{number:04}")
    listing = "/v1/golden?limit=1&filter=owner:pool:unassigned&fields=phone"
    cursor = house.get(listing, "service").json()["next_cursor"]
    assert house.get(f"{listing}&cursor={cursor}", "service").status_code == 200
    others = (
        f"/v1/golden?limit=1&fields=phone&cursor={cursor}",
        f"/v1/golden?limit=1&filter=owner:pool:other&fields=phone&cursor={cursor}",
        f"/v1/golden?limit=1&filter=owner:pool:unassigned&fields=email&cursor={cursor}",
        f"{listing}&cursor={cursor[:-1]}",
        f"{listing}&cursor={'A' * len(cursor)}",
        f"{listing}&cursor=%00",
    )
    for path in others:
        refused = house.get(path, "service")
        assert (refused.status_code, refused.json()["code"]) == (422, "request.cursor"), path
    with unit_of_work(services.engine) as connection:
        user = services.people.user_by_login(connection, "service")
        services.people.assign_roles(connection, user.id, ["service", "steward"], actor="system")
    refused = house.get(f"{listing}&cursor={cursor}", "service")
    assert (refused.status_code, refused.json()["code"]) == (422, "request.cursor")
