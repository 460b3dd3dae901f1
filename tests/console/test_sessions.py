"""Sessions at the console: what ends them ends what is open, and nobody keeps or takes one by stealth."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from urllib.parse import quote

import httpx
import pytest
from sqlalchemy import update

from api.console import cookies, live
from api.console.guard import csrf_of
from api.console.live import MOST_OF_A_SESSION, Watchers
from core.database import reading, unit_of_work
from core.errors import TooMuch
from governance.tables import governance_token
from governance.tokens import SESSION_IDLE
from tests.api.http.house import House, opened

OLD, NEW = "correct horse battery staple", "another horse another battery"


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path) -> Iterator[House]:
    with opened(tmp_path_factory.mktemp("sessions") / "w", template=sqlite_template) as found:
        yield found


class Browser:
    """The browser of a new person with some roles."""

    def __init__(self, house: House, login: str, *roles: str) -> None:
        self.house, self.services, self.login = house, house.services, login
        with unit_of_work(self.services.engine) as connection:
            user = self.services.people.create_user(
                connection, login=login, display_name=login, roles=roles, actor="system"
            )
            self.user_id = user.id
            issued = self.services.tokens.open_session(connection, user.id, actor="system")
        self.session, self.session_id = issued.text, issued.token.id

    @property
    def headers(self) -> dict[str, str]:
        return {
            "cookie": f"{cookies.SESSION}={self.session}; {cookies.LANGUAGE}=en",
            "accept": "text/html",
            "sec-fetch-site": "same-origin",
        }

    def get(self, path: str) -> httpx.Response:
        return self.house.client.get(path, headers=self.headers)

    def post(self, path: str, /, **fields: str) -> httpx.Response:
        return self.house.client.post(path, headers=self.headers, data={"csrf": csrf_of(self.session), **fields})

    def sign_in_by_code(self) -> None:
        with unit_of_work(self.services.engine) as connection:
            code = self.services.people.issue_code(
                connection, self.user_id, valid_for=timedelta(hours=1), actor="system"
            )
        answer = self.house.client.post("/sign-in/code", headers={"sec-fetch-site": "same-origin"}, data={"code": code})
        self.session = answer.cookies[cookies.SESSION]

    def last_used(self, **ago: float) -> None:
        with unit_of_work(self.services.engine) as connection:
            connection.execute(
                update(governance_token)
                .where(governance_token.c.id == self.session_id)
                .values(last_used_at=self.services.foundation.clock.now() - timedelta(**ago))
            )


def disable(browser: Browser) -> None:
    with unit_of_work(browser.services.engine) as connection:
        browser.services.people.disable_user(connection, browser.user_id, actor="system")


def withdraw(browser: Browser) -> None:
    with unit_of_work(browser.services.engine) as connection:
        browser.services.people.assign_roles(connection, browser.user_id, ["sales"], actor="system")


def end(browser: Browser) -> None:
    with unit_of_work(browser.services.engine) as connection:
        browser.services.tokens.revoke_token(connection, browser.session_id, actor="system")


def leave_idle(browser: Browser) -> None:
    browser.last_used(seconds=SESSION_IDLE.total_seconds() + 60)


@pytest.mark.parametrize("happens", [disable, withdraw, end, leave_idle])
def test_an_open_page_ends_with_its_session_or_its_rights(
    house: House, monkeypatch: pytest.MonkeyPatch, happens: Callable[[Browser], None]
) -> None:
    monkeypatch.setattr(live, "PROVE_SECONDS", 0.0)
    browser = Browser(house, f"live-{happens.__name__}", "operations")
    with house.client.stream("GET", "/syncs/live", headers=browser.headers) as answer:
        lines = answer.iter_lines()
        assert any(line.startswith("data:") for line in lines)
        happens(browser)
        # To the end, which comes by itself.
        assert "event: ingot:ended" in list(lines)
    assert browser.get("/syncs/live").status_code in {401, 403}


def test_an_open_page_goes_on_as_long_as_nothing_changed(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live, "PROVE_SECONDS", 0.0)
    monkeypatch.setattr(live, "_PING_SECONDS", 0.0)
    browser = Browser(house, "live-on", "operations")
    with house.client.stream("GET", "/syncs/live", headers=browser.headers) as answer:
        seen = [line for line, _ in zip((one for one in answer.iter_lines() if one[:1] == ":"), range(2), strict=False)]
    assert len(seen) == 2


def test_an_open_page_alone_does_not_keep_a_session_in_use(house: House) -> None:
    browser = Browser(house, "watcher", "operations")
    browser.last_used(hours=1)

    def used() -> object:
        with reading(browser.services.engine) as connection:
            return browser.services.tokens.token(connection, browser.session_id).last_used_at

    before = used()
    with house.client.stream("GET", "/syncs/live", headers=browser.headers) as answer:
        assert answer.status_code == 200
    assert used() == before
    assert browser.get("/syncs").status_code == 200
    assert used() != before


def test_one_session_does_not_take_the_places_of_all() -> None:
    watchers = Watchers()
    for _ in range(MOST_OF_A_SESSION):
        watchers.check("one")
        watchers.enter("one")
    with pytest.raises(TooMuch):
        watchers.check("one")
    watchers.check("other")
    watchers.leave("one")
    watchers.check("one")


def test_sessions_that_ended_do_not_lock_out_others_of_the_same_address(house: House) -> None:
    gone, here = Browser(house, "gone", "operations"), Browser(house, "here", "operations")
    end(gone)
    answers = [gone.get("/syncs") for _ in range(40)]
    assert answers[0].status_code == 303
    assert "Max-Age=0" in answers[0].headers["set-cookie"]
    assert answers[-1].status_code == 429
    assert here.get("/syncs").status_code == 200


def test_a_password_is_changed_by_who_knows_it_or_came_by_a_code(house: House) -> None:
    browser = Browser(house, "chang", "operations")
    with unit_of_work(browser.services.engine) as connection:
        hashed = browser.services.passwords.hash(OLD)
        browser.services.people.set_password(connection, browser.user_id, hashed, actor="system")
        browser.session = browser.services.tokens.open_session(connection, browser.user_id, actor="system").text
    assert 'name="current"' in browser.get("/password").text
    for wrong in ({}, {"current": NEW}):
        refused = browser.post("/password", password=NEW, again=NEW, **wrong)
        assert (refused.status_code, "password.current" in refused.text) == (422, True)
    assert browser.post("/password", password=NEW, again=NEW, current=OLD).status_code == 303
    assert browser.get("/").status_code == 303
    browser.sign_in_by_code()
    assert 'name="current"' not in browser.get("/password").text
    assert browser.post("/password", password=OLD, again=OLD).status_code == 303


def test_a_reason_is_as_long_as_at_the_api(house: House) -> None:
    golden = house.customer("reason-1", name="Zhao Min", phone="13700137000", email="zhao@example.com")
    browser = Browser(house, "officer", "privacy_officer")
    assert browser.post(f"/customers/{golden}", reason="x" * 500).status_code == 200
    refused = browser.post(f"/customers/{golden}", reason="x" * 501)
    assert (refused.status_code, "request.reason" in refused.text) == (422, True)


def test_who_looks_at_an_entry_of_the_log_or_takes_it_away_stands_in_the_log(house: House) -> None:
    browser = Browser(house, "auditor-2", "auditor")

    def searches() -> int:
        return browser.get("/audit?action=audit.searched&actor=user:" + browser.user_id).text.count("/audit/entry/")

    before = searches()
    assert browser.get("/audit/entry/0").status_code == 200
    between = searches()
    assert browser.get("/audit/entry/0/proof").status_code == 200
    # Each search is an entry too.
    assert (between - before, searches() - between) == (2, 2)


def test_the_time_zone_of_the_browser_is_understood_as_its_script_writes_it(house: House) -> None:
    browser = Browser(house, "east", "auditor")
    zone = f"; {cookies.ZONE}={quote('Asia/Shanghai', safe='')}"
    answer = house.client.get("/audit", headers=browser.headers | {"cookie": browser.headers["cookie"] + zone})
    assert "+0800" in answer.text


def test_a_preview_of_a_schedule_leaves_nothing_in_an_address(house: House) -> None:
    browser = Browser(house, "planner", "operations")
    shown = browser.post("/schedules/preview", schedule="every 15m")
    assert (shown.status_code, "15" in shown.text) == (200, True)
    assert 'formmethod="get"' not in browser.get("/schedules").text


def test_a_schedule_that_cannot_be_read_is_told_beside_what_was_typed(house: House) -> None:
    browser = Browser(house, "planner-2", "operations")
    refused = browser.post("/schedules", connection="nothing", schedule="whenever")
    assert (refused.status_code, "schedule.form" in refused.text, "<h1" in refused.text) == (422, True, True)


def test_who_may_not_search_is_not_offered_to(house: House) -> None:
    house.customer("reader-1", name="Zhao Min", phone="13700137001", email="zhao1@example.com")
    offered = 'action="/customers/search"'
    assert offered in Browser(house, "seeker", "steward").get("/customers").text
    reader = Browser(house, "reader", "analyst").get("/customers")
    assert (reader.status_code, offered in reader.text) == (200, False)
