"""What must hold of the HTML of every page. Each check returns what is wrong, in words."""

import re
from collections import Counter
from collections.abc import Iterator
from urllib.parse import urldefrag, urljoin

from lxml import html
from lxml.html import HtmlElement

# Text in these is data, code or another language: it is not translated.
_NOT_WORDS = "self::code or self::kbd or self::pre or self::script or @translate='no' or (@lang and not(self::html))"
_SHOWN_ATTRIBUTES = ("title", "aria-label", "placeholder", "alt", "data-confirm")
_ASKS = ("hx-get", "hx-sse:connect", "src", "href")
_SENDS = ("hx-post", "hx-put", "hx-patch", "hx-delete")


def parsed(text: str) -> HtmlElement:
    """The document."""
    return html.document_fromstring(text)


def is_whole(page: HtmlElement) -> list[str]:
    """A title, a heading, one main part."""
    counts = {path: len(page.xpath(path)) for path in ("//title", "//h1", "//main")}
    wrong = [f"{count} of {path}" for path, count in counts.items() if count != 1]
    empty = [path for path in ("//title", "//h1") if not page.xpath(f"string({path})").strip(" ·\n")]
    return wrong + [f"{path} is empty" for path in empty]


def ids_are_unique(page: HtmlElement) -> list[str]:
    """No id stands twice."""
    return [f"id {name} stands {count} times" for name, count in Counter(page.xpath("//@id")).items() if count > 1]


def references_are_there(page: HtmlElement) -> list[str]:
    """What labels and descriptions point at is there."""
    ids = set(page.xpath("//@id"))
    named = [
        (attribute, name)
        for attribute in ("for", "aria-labelledby", "aria-describedby", "aria-controls", "list", "form")
        for value in page.xpath(f"//@{attribute}")
        for name in value.split()
    ]
    return [f"{attribute} names {name}, which is not there" for attribute, name in named if name not in ids]


def forms_prove_themselves(page: HtmlElement, *, signed_in: bool) -> list[str]:
    """Every form that changes something carries the token of the session."""
    posting = page.xpath("//form[translate(@method, 'POST', 'post') = 'post']")
    if not signed_in:
        return []
    return [
        f"the form to {form.get('action')} has {len(tokens)} csrf fields that say something"
        for form in posting
        if len(tokens := [one for one in form.xpath(".//input[@name='csrf']/@value") if one]) != 1
    ]


def no_inline_code(page: HtmlElement) -> list[str]:
    """Nothing that the policy of the pages refuses, and no attribute that htmx would run as a script."""
    wrong = [f"a style attribute in <{one.tag}>" for one in page.xpath("//*[@style]")]
    wrong += ["a <style>" for _ in page.xpath("//style")]
    wrong += ["an inline <script>" for _ in page.xpath("//script[not(@src) and not(@type='application/json')]")]
    for one in page.iter(html.etree.Element):
        for name, value in one.attrib.items():
            if re.match(r"on\w+$|hx-on", name) or str(value).strip().lower().startswith(("javascript:", "js:")):
                wrong.append(f"{name} of <{one.tag}> holds a script")
    return wrong


def nothing_from_elsewhere(page: HtmlElement) -> list[str]:
    """What the page loads is ours."""
    loaded = page.xpath("//@src | //link/@href | //*[local-name()='use']/@href | //form/@action")
    return [f"{one} is not ours" for one in loaded if not re.match(r"/(?!/)|data:image/|#", one)]


def icons_of(page: HtmlElement) -> set[str]:
    """Names of the icons that are shown."""
    return {urldefrag(one).fragment for one in page.xpath("//*[local-name()='use']/@href")}


def asked_by(page: HtmlElement, here: str) -> Iterator[str]:
    """Every own address that the page would ask for by GET, with its fragment, whole."""
    for attribute in _ASKS:
        for value in page.xpath(f"//@*[name()='{attribute}']"):
            if not value.startswith(("data:", "mailto:", "tel:")):
                yield urljoin(here, value)
    for form in page.xpath("//form[not(@method) or translate(@method, 'GET', 'get') = 'get']"):
        yield urljoin(here, form.get("action") or "")
    for button in page.xpath("//*[@formaction and @formmethod = 'get']"):
        yield urljoin(here, button.get("formaction"))


def sent_by(page: HtmlElement, here: str) -> Iterator[tuple[str, str]]:
    """Method and path of every change that the page offers."""
    for form in page.xpath("//form[translate(@method, 'POST', 'post') = 'post']"):
        yield "POST", urljoin(here, form.get("action") or "")
    for button in page.xpath("//*[@formaction and not(@formmethod = 'get')]"):
        yield "POST", urljoin(here, button.get("formaction"))
    for attribute in _SENDS:
        for value in page.xpath(f"//@*[name()='{attribute}']"):
            yield attribute.removeprefix("hx-").upper(), urljoin(here, value)


def words_of(page: HtmlElement) -> Iterator[str]:
    """Every text that the page shows or speaks, but for code and data that says it is some."""
    for text in page.xpath(f"//text()[not(ancestor::*[{_NOT_WORDS}])]"):
        if text.strip():
            yield re.sub(r"\s+", " ", text.strip())
    for name in _SHOWN_ATTRIBUTES:
        yield from (value.strip() for value in page.xpath(f"//*[not({_NOT_WORDS})]/@{name}") if value.strip())
