"""Pages from templates. Everything that a template may use is given here; what it misspells is an error."""

from collections.abc import Callable, Mapping
from datetime import datetime
from functools import cache, partial
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import orjson
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape
from starlette.responses import RedirectResponse, Response

from api.console import formats, static_files
from api.console.audit_titles import AUDITED
from api.console.navigation import menu_for
from api.console.review_words import EVERY_REASON
from api.console.titles import ACTIONS, CLASSES, EDITED, LEVELS, code_word
from api.console.visitor import Visitor
from api.console.words import LANGUAGES, words
from governance.purposes import PURPOSE_TITLES, Purpose
from governance.roles import ROLE_TITLES, Role
from merge.match.evidence_words import rule_word
from merge.match.score import probability

HTML = "text/html; charset=utf-8"
# design: no inline scripts or styles anywhere, so that injected markup cannot run.
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
HEADERS = {"content-security-policy": POLICY, "referrer-policy": "same-origin", "vary": "Cookie, Accept-Language"}


@cache
def environment(language: str) -> Environment:
    """The templates in one language."""
    made = Environment(
        loader=FileSystemLoader(Path(__file__).with_name("templates")),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n", "jinja2.ext.do"],
    )
    made.install_gettext_translations(words(language), newstyle=True)  # type: ignore[attr-defined]
    made.globals.update(static=static_files.url, languages=LANGUAGES, icon=icon, query=query, language=language)
    made.filters.update(
        number=partial(formats.number, language=language),
        short_number=partial(formats.short_number, language=language),
        duration=partial(formats.duration, language=language),
        pretty=lambda value: orjson.dumps(value, option=orjson.OPT_INDENT_2).decode(),
        told=partial(_told, language),
        moment_of=datetime.fromisoformat,
        translated=words(language).gettext,
        class_title=lambda name: words(language).gettext(CLASSES[name]),
        code_word=lambda text, name: code_word(words(language).gettext, name, text),
        level_word=lambda level: words(language).gettext(LEVELS[level]),
        scope_word=lambda name: words(language).gettext(LEVELS.get(name, name)),
        action_title=lambda name: words(language).gettext(ACTIONS[name]),
        audited_title=lambda name: words(language).gettext(AUDITED.get(name, name)),
        scope_title=lambda scope: _scope_title(words(language).gettext, scope),
        split_words=lambda text: text.split(", "),
        query_of=lambda fields: query(**fields),
        mode_pair=lambda mode, titles: (mode, titles.get(mode, mode)),
        pair=lambda text: (text, text),
        reason_pair=lambda text: (text, words(language).gettext(text)),
        pair_in=lambda name, titles: (name, words(language).gettext(titles[name])),
        pairs_in=lambda titles: [(name, words(language).gettext(text)) for name, text in titles.items()],
        word_in=lambda name, titles: words(language).gettext(titles[name]),
        head_in=lambda name, titles: (words(language).gettext(titles[name]), "num"),
        share=lambda part: formats.percent(part, language),
        reason_word=lambda code: words(language).gettext(EVERY_REASON.get(code, code)),
        rule_words=lambda rule: rule_word(rule)[language],
        bits=lambda weight: formats.signed_bits(weight, language),
        percent_of=lambda weight: formats.percent(probability(weight), language),
        purpose_title=lambda name: getattr(PURPOSE_TITLES[Purpose(name)], language),
        role_title=lambda name: getattr(ROLE_TITLES[Role(name)], language),
    )
    return made


def page(visitor: Visitor, template: str, status: int = 200, **context: Any) -> Response:
    """A whole page."""
    text = draw(visitor, template, menu=menu_for(visitor) if visitor.signed_in else [], **context)
    return Response(text, status, HEADERS, HTML)


def fragment(visitor: Visitor, template: str, status: int = 200, **context: Any) -> Response:
    """A part of a page, for a request of htmx."""
    return Response(draw(visitor, template, **context), status, HEADERS, HTML)


def draw(visitor: Visitor, template: str, **context: Any) -> str:
    """The text of a template for a visitor."""
    found = environment(visitor.taste.language).get_template(template)
    return found.render(visitor=visitor, taste=visitor.taste, **_times(visitor), **context)


def go(path: str) -> Response:
    """Send the browser to a page after a change (RFC 9110, 15.4.4). ``path`` must be one of ours."""
    return RedirectResponse(local_path(path), 303, HEADERS)


def local_path(path: str) -> str:
    """The path where it is one of this console, else the home page: nobody is sent to another site."""
    plain = path.startswith("/") and not path.startswith(("//", "/\\")) and path.isprintable() and "\\" not in path
    return path if plain else "/"


def icon(name: str) -> Markup:
    """A picture out of the sprite; words beside it say the same."""
    source = escape(f"{static_files.url('vendor/icons.svg')}#{name}")
    return Markup('<svg class="icon" aria-hidden="true"><use href="{}"></use></svg>').format(source)


def query(**fields: object) -> str:
    """A query string of the fields that say something; for permalinks of filters that are not personal."""
    given = {name: value for name, value in fields.items() if value not in {None, ""}}
    return "?" + urlencode(given, doseq=True) if given else ""


def _times(visitor: Visitor) -> Mapping[str, Any]:
    now, taste = visitor.services.foundation.clock.now(), visitor.taste

    def ago(value: datetime) -> str:
        return formats.ago(value, now, taste.language)

    def moment(value: datetime) -> str:
        return formats.moment(value, taste.language, taste.zone)

    return {"now": now, "ago": ago, "moment": moment}


def _scope_title(translate: Callable[[str], str], scope: str) -> str:
    """A scope of a key in words: what it may do, or which class of data it sees, and how much of it."""
    kind, _, name = scope.partition(":")
    if not name:
        return translate(ACTIONS.get(kind, kind))
    name, _, level = name.partition(":")
    how = LEVELS[level or "clear"] if kind == "view" else EDITED
    return f"{translate(CLASSES[name])}: {translate(how)}"


def _told(language: str, message: str, code: str) -> str:
    """An error as people read it: the sentence of their language first, then the one that may name more."""
    known = words(language)
    key = f"error: {code}"
    if not known.knows(key):
        return message
    original = Markup('<span class="d-block small text-secondary" lang="en">{}</span>').format(message)
    return Markup("{}{}").format(known.gettext(key), original)
