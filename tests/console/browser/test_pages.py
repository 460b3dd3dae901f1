"""Every page in a real browser: nothing fails, nothing is refused by its policy, everybody can use it."""

import pytest
from playwright.sync_api import expect

from tests.console.browser.conftest import PHONE, Look
from tests.console.samples import address, file_name, page_paths, status_of, who_may
from tests.console.shop import PASSWORD, Shop

pytestmark = [pytest.mark.full, pytest.mark.xdist_group("console")]
EVERY = pytest.mark.parametrize("path", page_paths())
BOTH = pytest.mark.parametrize("language", ["en", "zh"])


@EVERY
@BOTH
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_page_works_and_everybody_can_use_it(shop: Shop, look: Look, path: str, language: str, theme: str) -> None:
    seen = look(address(path, shop), who_may(path, shop), language, theme, status=status_of(path))
    root = seen.page.locator("html")
    expect(root).to_have_attribute("data-bs-theme", theme)
    # Styles came: without them a body has the margin that browsers give it.
    assert seen.page.evaluate("getComputedStyle(document.body).marginTop") == "0px"
    seen.take(f"{file_name(path)}-{language}-{theme}")
    grave = seen.watch.accessible()
    assert not grave, "\n".join(grave)


@EVERY
def test_a_page_fits_a_narrow_screen(shop: Shop, look: Look, path: str) -> None:
    seen = look(address(path, shop), who_may(path, shop), "zh", "light", PHONE, status_of(path))
    seen.take(f"{file_name(path)}-zh-light-phone")
    wide = seen.watch.overflows()
    assert not wide, "\n".join(wide)


def test_signing_in_choosing_and_signing_out(shop: Shop, look: Look) -> None:
    seen = look("/gallery")
    page = seen.page
    expect(page).to_have_url(f"{shop.url}/sign-in?next=%2Fgallery")
    seen.watch.expect(401, "/sign-in$")
    page.get_by_label("Login").fill("chen")
    page.get_by_label("Password").fill("not the password")
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page.get_by_role("alert")).to_be_visible()
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page).to_have_url(f"{shop.url}/gallery")
    page.get_by_role("button", name="中文").click()
    expect(page).to_have_url(f"{shop.url}/gallery")
    expect(page.locator("html")).to_have_attribute("lang", "zh-CN")
    page.get_by_role("button", name="English").click()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    page.locator("header details.menu summary").click()
    page.get_by_role("button", name="Sign out").click()
    page.goto(f"{shop.url}/gallery")
    expect(page).to_have_url(f"{shop.url}/sign-in?next=%2Fgallery")


def test_the_keyboard_goes_where_the_sheet_says(shop: Shop, look: Look) -> None:
    page = look("/gallery", "operations").page
    page.keyboard.press("?")
    expect(page.get_by_role("dialog")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_be_hidden()
    page.keyboard.press("g")
    page.keyboard.press("h")
    expect(page).to_have_url(f"{shop.url}/")


def test_what_is_shown_to_be_copied_is_copied(look: Look) -> None:
    page = look("/gallery", "operations").page
    button = page.locator("[data-copy]").first
    button.click()
    expect(button).to_have_class("btn btn-sm btn-icon btn-ghost-secondary copied")
    assert page.evaluate("navigator.clipboard.readText()") == button.get_attribute("data-copy")


def test_a_browser_that_wants_dark_gets_dark_from_the_first_paint(shop: Shop, look: Look) -> None:
    seen = look("/sign-in", theme="system")
    seen.page.emulate_media(color_scheme="dark")
    expect(seen.page.locator("html")).to_have_attribute("data-bs-theme", "dark")
    seen.page.emulate_media(color_scheme="light")
    expect(seen.page.locator("html")).to_have_attribute("data-bs-theme", "light")


@pytest.mark.parametrize(
    "attack",
    [
        "const s = document.createElement('script'); s.textContent = 'window.ran = 1'; document.body.append(s)",
        "document.getElementById('main').innerHTML = '<img src=x onerror=\"window.ran = 1\">'",
        "document.getElementById('main').innerHTML = '<form id=f action=//other.example></form>'; f.submit()",
    ],
)
def test_injected_markup_does_nothing_and_the_watch_sees_it(look: Look, attack: str) -> None:
    seen = look("/sign-in")
    seen.watch.expect(404, "/x$")
    seen.page.evaluate(attack)
    seen.page.wait_for_timeout(300)
    assert seen.page.evaluate("window.ran") is None
    assert any(line.startswith("console: policy:") for line in seen.watch.wrong)
    seen.watch.wrong.clear()
