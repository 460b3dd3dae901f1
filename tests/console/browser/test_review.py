"""A steward's work in a real browser, with the keyboard alone: ten decisions, one taken back, nothing decided twice."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from core.database import reading
from merge.review_queue import decisions_in_force
from tests.console import shop as shops
from tests.console.browser.conftest import Look, look  # noqa: F401  used as a fixture, on a workspace of its own
from tests.console.shop import Shop, opened

pytestmark = [pytest.mark.full, pytest.mark.xdist_group("console")]
TEN = 10
_SIZE = 120


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    """The demonstration's data of a size at which more than ten pairs wait; decided here, so of its own."""
    before, shops.SIZE = shops.SIZE, _SIZE
    try:
        with opened(tmp_path_factory.mktemp("review") / "shop") as found:
            yield found
    finally:
        shops.SIZE = before


def press(page: Page, key: str) -> None:
    """Press a key and wait until the page it leads to is there."""
    with page.expect_navigation():
        page.keyboard.press(key)


def decided(shop: Shop) -> int:
    with reading(shop.services.engine) as connection:
        return len(decisions_in_force(connection))


def test_ten_decisions_with_the_keyboard_alone(shop: Shop, look: Look, screenshots: Path) -> None:  # noqa: F811
    assert len(shop.items()) >= TEN
    seen = look("/review", "steward", "zh")
    page = seen.page
    seen.take("review-queue-before")
    press(page, "n")
    made: list[str] = []
    visited: list[str] = []
    while len(made) < TEN:
        expect(page).to_have_url(re.compile(r"/review/r_[0-9a-f]{32}"))
        visited.append(page.url.partition("?")[0])
        keys = {key: page.locator(f"[data-key='{key}']").count() for key in ("c", "m", "a", "f", "o")}
        # By turns one customer and two, so that both are made; what was drawn to be looked at is right.
        # A pinned value follows its source, and the owner of the merged customer gets it.
        ready = [one for one in ("f", "o", "c") if keys[one]]
        key = ready[0] if ready else "a" if len(made) % 2 else "m"
        assert keys[key] == 1
        if len(made) in {0, 1, 5}:
            seen.take(f"review-decision-{len(made)}")
        press(page, key)
        made.append(key)
        expect(page.locator("#messages")).to_contain_text(re.compile("已判定|已提议"))
    assert len(set(visited)) == TEN
    waiting = page.request.get(f"{shop.url}/review?state=waiting").text().count("/review/r_")
    assert decided(shop) + waiting >= TEN
    before = decided(shop)
    last = page.locator("[data-key='u']")
    expect(last).to_have_count(1)
    press(page, "u")
    assert page.url.partition("?")[0] in visited
    assert before - decided(shop) in {0, 1}
    page.goto(f"{shop.url}/review?state=decided")
    seen.take("review-decided")
    page.goto(f"{shop.url}/quality")
    seen.take("review-quality-after")


def test_a_blind_steward_sees_no_verdict_before_deciding(shop: Shop, look: Look) -> None:  # noqa: F811
    seen = look("/review", "steward")
    page = seen.page
    press(page, "b")
    expect(page).to_have_url(re.compile("blind=1"))
    press(page, "n")
    expect(page).to_have_url(re.compile("blind=1"))
    expect(page.locator(".waterfall")).to_have_count(0)
    expect(page.locator("#why")).to_contain_text("hidden until you have decided")
    press(page, "s")
    expect(page).to_have_url(re.compile(r"/review/r_[0-9a-f]{32}\?blind=1"))


def test_typing_in_a_field_decides_nothing(shop: Shop, look: Look) -> None:  # noqa: F811
    seen = look("/review", "steward")
    page = seen.page
    press(page, "n")
    here = page.url
    field = page.get_by_label("In your words")
    field.click()
    page.keyboard.type("man mag das")
    assert (page.url, field.input_value()) == (here, "man mag das")


def test_the_graph_is_drawn_without_scripts_of_others(shop: Shop, look: Look) -> None:  # noqa: F811
    seen = look(f"/clusters/{shop.cluster}", "steward")
    drawn = seen.page.locator("figure.graph svg")
    expect(drawn.locator("circle.node")).not_to_have_count(0)
    numbers = drawn.locator("text.node-number").all_text_contents()
    assert numbers == [str(at + 1) for at in range(len(numbers))]
    with seen.page.expect_download() as download:
        seen.page.get_by_role("link", name="Signed evidence").click()
    assert download.value.suggested_filename.endswith(".evidence.json")
