"""An owner at the console: what stands on the home page, what is asked about which kind of item, and the answer."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from api.console import cookies
from api.gateway import Gateway
from core.database import reading, unit_of_work
from governance.policy.values import RequestContext
from merge.resolve.pinning import Wish
from merge.resolve.unmerge import Unmerge
from merge.review_kinds import Kind
from merge.review_queue import Filter, queue
from sync.wish import Asked
from tests.api.http.house import opened
from tests.console.desk import Desk

WANG = {"name": "王小明", "phone": "13800138000"}


@pytest.fixture
def desk(tmp_path: Path, sqlite_template: Path) -> Iterator[Desk]:
    with opened(tmp_path / "w", template=sqlite_template) as house:
        yield Desk(house)


def asked_as(desk: Desk, who: str) -> Asked:
    services = desk.house.services
    with reading(services.engine) as connection:
        principal = services.people.user_by_login(connection, who).principal()
    return Asked(principal, RequestContext("data_quality", "", "r_test"))


def own(desk: Desk, golden_id: str, holder: str) -> None:
    services = desk.house.services
    with unit_of_work(services.engine) as connection:
        services.resolver.owners.assign_by_hand(
            connection, golden_id, holder, actor="user:u_lin", reason_code="key_account"
        )


def open_item(desk: Desk, kind: Kind) -> str:
    services = desk.house.services
    with reading(services.engine) as connection:
        (found,) = queue(connection, Filter("open", kind.value), services.foundation.clock.now(), limit=10)
    return found.item_id


@pytest.fixture
def stale(desk: Desk) -> str:
    """The item about a mailbox that a steward pinned, of a customer whom the seller owns."""
    golden = desk.house.customer("d1", **WANG, email="old@example.com")
    own(desk, golden, "user:sales")
    pins = Gateway(desk.house.services).pins
    pins.put(asked_as(desk, "steward"), golden, Wish("email", "pinned@example.com", "customer_said"))
    desk.house.customer("d2", **WANG, email="newest@example.com")
    return open_item(desk, Kind.STALE_PIN)


@pytest.fixture
def dispute(desk: Desk) -> str:
    """The item about a customer of the seller into whom one of somebody else was merged."""
    ids = [
        desk.house.customer("d1", **WANG),
        desk.house.customer("d2", name="赵敏", phone="13900139000"),
    ]
    for golden, holder in zip(ids, ("user:sales", "user:service"), strict=True):
        own(desk, golden, holder)
    services = desk.house.services
    with unit_of_work(services.engine) as connection:
        Unmerge(services.resolver).merge(connection, ids, actor="user:u_lin", reason_code="same_person")
    return open_item(desk, Kind.DISPUTE)


def ask(desk: Desk, item_id: str) -> str:
    """Where the seller finds the question."""
    assert desk.post(f"/review/{item_id}/ask", "steward", note="还对吗").status_code == 303
    (row,) = desk.house.get("/v1/review/asked", "sales").json()["data"]
    return f"/review/asked/{row['id']}"


def test_of_a_pinned_value_the_owner_says_whether_it_holds(desk: Desk, stale: str) -> None:
    path = ask(desk, stale)
    home = desk.get("/", "sales").text
    assert f'href="{path}"' in home
    assert "A steward asks you: Does the pinned value still hold?" in home
    assert path not in desk.get("/", "steward").text

    shown = desk.get(path, "sales").text
    assert ("pinned@example.com" in shown, "newest@example.com" in shown) == (True, True)
    assert [one in shown for one in ('value="holds"', 'value="changed"', 'value="same"')] == [True, True, False]
    assert desk.post(path, "sales", answer="same").status_code == 422
    assert desk.post(path, "sales", answer="changed", reason="source_is_right").status_code == 303
    assert path not in desk.get("/", "sales").text
    seen = desk.get(f"/review/{stale}", "steward").text
    assert ("The sources are right" in seen, "the source is right" in seen) == (True, True)
    assert [one["details"]["reason_code"] for one in desk.house.audited("review.answered")] == ["source_is_right"]


def test_of_two_owners_the_one_who_has_it_says_whose_it_is(desk: Desk, dispute: str) -> None:
    path = ask(desk, dispute)
    shown = desk.get(path, "sales").text
    assert ("The customer is mine" in shown, 'id="dispute"' in shown) == (True, True)
    assert desk.post(path, "sales", answer="mine").status_code == 303
    seen = desk.get(f"/review/{dispute}", "steward").text
    assert ("The customer is mine" in seen, "knows the customer" in seen) == (True, True)


def test_the_question_is_told_in_chinese_too(desk: Desk, stale: str) -> None:
    path = ask(desk, stale)
    headers = desk.headers("sales")
    headers["cookie"] = headers["cookie"].replace(f"{cookies.LANGUAGE}=en", f"{cookies.LANGUAGE}=zh")
    home = desk.house.client.get("/", headers=headers).text
    assert ("数据管家询问您：" in home, "Does the pinned value" in home) == (True, False)
    shown = desk.house.client.get(path, headers=headers).text
    assert ("设定的值仍然正确" in shown, "The value still holds" in shown) == (True, False)


def test_many_questions_are_counted_beside_the_oldest(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    asking = desk.house.services.review.asking
    many = [(f"q_{number:032x}", "pair") for number in range(5)]
    monkeypatch.setattr(asking, "headlines", lambda _: many)
    home = desk.get("/", "sales").text
    assert home.count("Are these one customer?") == 3
    assert "Questions of stewards about your customers: 5" in home
