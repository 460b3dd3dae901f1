import os
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urljoin

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from api.console import assets
from tests.console.browser.chromium import FLAGS, find_browser
from tests.console.browser.watch import TELL_VIOLATIONS, Watch
from tests.console.shop import Shop

DESKTOP, PHONE = (1280, 800), (390, 844)
_LOCALES = {"en": "en-GB", "zh": "zh-CN"}


@dataclass
class Looking:
    """A page in the browser, as a person sees it, with what goes wrong in it."""

    page: Page
    watch: Watch
    screenshots: Path

    def take(self, name: str) -> None:
        """Keep a picture of the whole page for a person to look at."""
        self.page.screenshot(path=self.screenshots / f"{name}.png", full_page=True)


Look = Callable[..., Looking]


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """One browser for all; closed before other tests, which may want an event loop of their own."""
    assert assets.current(), "Run 'python3 run.py build-console' first: the pages have no styles and scripts."
    path = find_browser()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=list(FLAGS))
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def screenshots(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where pictures go: INGOT_SCREENSHOTS, else a folder of the tests' own. Never into the repository."""
    given = os.environ.get("INGOT_SCREENSHOTS", "")
    folder = Path(given) if given else tmp_path_factory.mktemp("screenshots")
    folder.mkdir(parents=True, exist_ok=True)
    return folder


@pytest.fixture
def look(browser: Browser, shop: Shop, screenshots: Path) -> Iterator[Look]:
    """Open a page or a whole URL in a window of its own: ``look(path, who, language=, theme=, size=, status=)``.

    When the test is done, whatever went wrong in the page by itself fails it: errors in the console, refusals of the
    page's policy, requests that failed, answers of 400 and more that the test did not expect.
    """
    opened: list[Looking] = []

    def open_page(
        path: str,
        who: str = "",
        language: str = "en",
        theme: str = "light",
        size: tuple[int, int] = DESKTOP,
        status: int = 200,
    ) -> Looking:
        context = browser.new_context(
            locale=_LOCALES[language],
            timezone_id="Asia/Shanghai",
            viewport={"width": size[0], "height": size[1]},
            permissions=["clipboard-read", "clipboard-write"],
        )
        context.add_init_script(TELL_VIOLATIONS)
        # A cookie that is kept for safe connections is kept for this machine too, but can only be set for the former.
        safe = shop.url.replace("http:", "https:")
        context.add_cookies(
            [
                {"name": name, "value": value, "url": safe, "secure": True}
                if name.startswith("__Host-")
                else {"name": name, "value": value, "url": shop.url}
                for name, value in shop.cookies(who, language, theme).items()
            ]
        )
        page = context.new_page()
        looking = Looking(page, Watch(page), screenshots)
        opened.append(looking)
        if status != 200:
            looking.watch.expect(status, re.escape(path) + "$")
        page.goto(urljoin(shop.url, path))
        return looking

    yield open_page
    wrong = [line for one in opened for line in one.watch.wrong]
    for one in opened:
        one.page.context.close()
    assert not wrong, "\n".join(wrong)
