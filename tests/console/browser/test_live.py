"""A page that stays current, in a real browser: it says when it no longer does, and is current again by itself."""

from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Route, expect

from api.server import running_server
from tests.console.browser.conftest import Look
from tests.console.shop import FAILING, Shop

pytestmark = [pytest.mark.full, pytest.mark.xdist_group("console")]
SOON = 20_000
LATE = 1_500


def test_a_live_page_tells_that_it_is_not_and_comes_back(shop: Shop, look: Look) -> None:
    with running_server(shop.services, with_worker=False) as url:
        seen = look(f"{url}/syncs", "operations")
        dot = seen.page.locator("[data-live]").first
        expect(dot).to_have_attribute("data-state", "on", timeout=SOON)
    expect(dot).to_have_attribute("data-state", "off", timeout=SOON)
    assert seen.watch.accessible() == []
    with running_server(shop.services, port=urlsplit(url).port or 0, with_worker=False):
        expect(dot).to_have_attribute("data-state", "on", timeout=2 * SOON)
        # A server that is gone is what the test is about; anything else is not.
        gone = ("net::ERR_CONNECTION_", "net::ERR_INCOMPLETE_CHUNKED_ENCODING", "htmx:sse:error")
        seen.watch.wrong[:] = [line for line in seen.watch.wrong if not any(why in line for why in gone)]
        seen.page.close()


@pytest.mark.parametrize("late", ["hx-sse.min.js", "app.js"])
def test_a_live_page_is_live_whichever_script_comes_late(shop: Shop, look: Look, late: str) -> None:
    page = look("/syncs", "operations").page
    held: list[Route] = []

    # A function of Python's: what is built in cannot be handed to Playwright.
    def hold(route: Route) -> None:
        held.append(route)

    page.route(f"**/{late}*", hold)
    page.reload(wait_until="commit")
    page.wait_for_timeout(LATE)
    assert held, "the page did not ask for the script"
    for route in held:
        route.continue_()
    expect(page.locator("[data-live]").first).to_have_attribute("data-state", "on", timeout=SOON)


def test_a_live_page_shows_a_change_without_being_loaded_again(shop: Shop, look: Look) -> None:
    page = look("/syncs", "operations").page
    expect(page.locator("[data-live]").first).to_have_attribute("data-state", "on", timeout=SOON)
    page.evaluate("window.loadedOnce = true")
    row = page.get_by_role("row").filter(has_text=FAILING).first
    before = row.inner_text()
    shop.services.flows.cancel_sync(FAILING, actor="system")
    expect(row).not_to_have_text(before, use_inner_text=True, timeout=SOON)
    assert page.evaluate("window.loadedOnce") is True
