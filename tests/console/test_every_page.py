"""Every page in both languages, as it comes over HTTP: whole, safe, translated, and nothing in it leads nowhere."""

import re
from pathlib import Path
from urllib.parse import urldefrag, urlsplit

import pytest
from fastapi import FastAPI
from lxml.html import HtmlElement
from starlette.routing import Match

from api.app import create_app
from api.console.assets import COPIED, SPRITE
from api.console.mounting import ALL_PAGES
from api.console.words import CHINESE, ENGLISH, LANGUAGES, words
from tests.architecture.test_house import ROOT
from tests.console import html
from tests.console.samples import (
    NO_PAGES,
    OPEN_PAGES,
    OTHER_LOOKS,
    PARTS,
    SAMPLES,
    address,
    declared,
    page_paths,
    status_of,
    who_may,
)
from tests.console.shop import WHO, Shop

# The workspace of these tests is made once; all go where it is.
pytestmark = pytest.mark.xdist_group("console")
BOTH = pytest.mark.parametrize("language", sorted(LANGUAGES))
EVERY = pytest.mark.parametrize("path", page_paths())
EVERY_AND_PARTS = pytest.mark.parametrize("path", [*page_paths(), *sorted(PARTS)])


@pytest.fixture(scope="session")
def app(shop: Shop) -> FastAPI:
    return create_app(shop.services)


class Shared:
    """The shop, and what was seen in it already."""

    def __init__(self, shop: Shop) -> None:
        self.shop = shop
        self._answers: dict[tuple[str, str], int] = {}

    def page(self, path: str, language: str) -> HtmlElement:
        """The page, parsed, as the first who may sees it."""
        answer = self.shop.get(address(path, self.shop), who_may(path, self.shop), language)
        assert answer.status_code == status_of(path)
        return html.parsed(answer.text)

    def status(self, target: str, who: str) -> int:
        """How an address answers; a stream is not read to its end."""
        if (target, who) not in self._answers:
            with self.shop.client.stream("GET", target, headers=self.shop.headers(who)) as answer:
                self._answers[target, who] = answer.status_code
        return self._answers[target, who]


@pytest.fixture(scope="session")
def shared(shop: Shop) -> Shared:
    return Shared(shop)


def test_the_application_has_these_pages_and_no_others(app: FastAPI) -> None:
    served = {
        (method, route.path)  # type: ignore[attr-defined]
        for route in app.routes
        if "console" in getattr(route, "tags", ())
        for method in route.methods  # type: ignore[attr-defined]
    }
    assert served == {(method, path) for pages in ALL_PAGES for method, path, _ in pages.declared}


def test_samples_and_exceptions_are_of_pages_that_there_are() -> None:
    assert set(SAMPLES) | set(NO_PAGES) | PARTS <= set(declared())
    assert set(page_paths()) >= OPEN_PAGES
    assert not (set(SAMPLES) | PARTS) & set(NO_PAGES)
    assert {name.partition(" ")[0] for name in OTHER_LOOKS} <= set(declared())


@pytest.mark.parametrize("path", sorted(set(page_paths()) - set(OTHER_LOOKS)))
def test_a_page_is_shown_or_refused_to_each_role_and_never_breaks(shop: Shop, path: str) -> None:
    answers = {who: shop.get(address(path, shop), who).status_code for who in WHO}
    assert set(answers.values()) <= {200, 303, 403, 404}, answers
    assert {200, 303} & set(answers.values()), answers
    outside = shop.get(address(path, shop), "")
    if path in OPEN_PAGES:
        assert outside.status_code == 200
    else:
        assert (outside.status_code, outside.headers["location"].partition("?")[0]) == (303, "/sign-in")


@EVERY
@BOTH
def test_a_page_is_whole_and_safe(shared: Shared, path: str, language: str) -> None:
    page = shared.page(path, language)
    assert page.get("lang", "").startswith(language)
    assert [
        *html.is_whole(page),
        *html.ids_are_unique(page),
        *html.references_are_there(page),
        *html.forms_prove_themselves(page, signed_in=path not in OPEN_PAGES),
        *html.no_inline_code(page),
        *html.nothing_from_elsewhere(page),
    ] == []


@pytest.mark.parametrize("path", sorted(PARTS))
@BOTH
def test_a_part_of_a_page_is_safe(shared: Shared, path: str, language: str) -> None:
    part = shared.page(path, language)
    assert [
        *html.ids_are_unique(part),
        *html.forms_prove_themselves(part, signed_in=True),
        *html.no_inline_code(part),
        *html.nothing_from_elsewhere(part),
    ] == []


@EVERY
def test_a_page_has_the_headers_that_keep_injected_markup_from_running(shared: Shared, shop: Shop, path: str) -> None:
    headers = shop.get(address(path, shop), who_may(path, shop)).headers
    policy = dict(part.strip().partition(" ")[::2] for part in headers["content-security-policy"].split(";"))
    assert policy["default-src"] == "'none'"
    assert (policy["script-src"], policy["style-src"]) == ("'self'", "'self'")
    assert (policy["frame-ancestors"], policy["base-uri"], policy["form-action"]) == ("'none'", "'none'", "'self'")
    assert headers["x-content-type-options"] == "nosniff"
    assert "no-store" in headers["cache-control"]


@EVERY_AND_PARTS
def test_icons_of_a_page_are_in_the_sprite(shared: Shared, path: str) -> None:
    named = set((ROOT / "api" / "console" / "icons.txt").read_text(encoding="utf-8").split())
    assert html.icons_of(shared.page(path, ENGLISH)) <= named


@EVERY_AND_PARTS
def test_a_chinese_page_shows_no_english_that_has_a_translation(shared: Shared, path: str) -> None:
    known = words(CHINESE)
    shown = set(html.words_of(shared.page(path, CHINESE)))
    assert sorted(text for text in shown if known.knows(text) and known.gettext(text) != text) == []


@EVERY
def test_nothing_in_a_page_leads_nowhere(shared: Shared, shop: Shop, app: FastAPI, path: str) -> None:
    here, who = address(path, shop), who_may(path, shop)
    page = shared.page(path, ENGLISH)
    wrong = []
    for link in sorted(set(html.asked_by(page, here))):
        target, fragment = urldefrag(link)
        if target == here and fragment and not page.xpath("//*[@id=$id]", id=fragment):
            wrong.append(f"{link}: there is no such part")
        # What npm brings may not be fetched yet; a browser looks at it in the full tier.
        if target != here and not urlsplit(target).scheme and "/vendor/" not in target:
            status = shared.status(target, who)
            wrong += [f"{link}: {status}"] if status >= 400 else []
    offered = sorted(set(html.sent_by(page, here)))
    wrong += [f"{method} {link}: there is no such route" for method, link in offered if not routed(app, method, link)]
    assert not wrong, "\n".join(wrong)


def routed(app: FastAPI, method: str, link: str) -> bool:
    scope = {"type": "http", "method": method, "path": urlsplit(link).path, "headers": []}
    return any(route.matches(scope)[0] is Match.FULL for route in app.routes)


def test_there_is_a_static_file_for_every_name_in_templates() -> None:
    templates = ROOT / "api" / "console" / "templates"
    named = {
        name
        for path in Path(templates).rglob("*.html")
        for name in re.findall(r"static\(['\"]([^'\"]+)", path.read_text(encoding="utf-8"))
    }
    here = ROOT / "api" / "console" / "static"
    ours = {path.relative_to(here).as_posix() for path in here.rglob("*") if path.is_file()}
    assert named <= ours | {f"vendor/{name}" for name in (*COPIED, SPRITE)}
