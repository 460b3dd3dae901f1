"""The gallery shows every part that pages are made of, and templates use no part that there is not."""

import re
from pathlib import Path

from jinja2 import Environment, nodes

from tests.architecture.test_house import ROOT

TEMPLATES = ROOT / "api" / "console" / "templates"


def tree(path: Path) -> nodes.Template:
    environment = Environment(extensions=["jinja2.ext.i18n", "jinja2.ext.do"], autoescape=True)
    return environment.parse(path.read_text(encoding="utf-8"))


def parts() -> set[str]:
    return {macro.name for macro in tree(TEMPLATES / "ui.html").find_all(nodes.Macro)}


def used(path: Path) -> set[str]:
    calls = (call.node for call in tree(path).find_all(nodes.Call))
    return {
        one.attr
        for one in calls
        if isinstance(one, nodes.Getattr) and isinstance(one.node, nodes.Name) and one.node.name == "ui"
    }


def test_the_gallery_shows_every_part() -> None:
    assert len(parts()) > 10
    assert used(TEMPLATES / "pages" / "gallery.html") == parts()


def test_templates_use_no_part_that_there_is_not() -> None:
    wrong = {path.name: used(path) - parts() for path in TEMPLATES.rglob("*.html")}
    assert {name: missing for name, missing in wrong.items() if missing} == {}


def test_parts_are_told_what_they_draw_by_their_arguments() -> None:
    # A part may ask who looks and how; anything else of the page must be given to it.
    given = {"visitor", "taste", "icon", "moment", "ago", "language", "languages", "now", "static", "query", "caller"}
    for macro in tree(TEMPLATES / "ui.html").find_all(nodes.Macro):
        own = {argument.name for argument in macro.args} | parts() | given | {"_", "ngettext", "loop"}
        own |= {name.name for name in macro.find_all(nodes.Name) if name.ctx in {"store", "param"}}
        read = {name.name for name in macro.find_all(nodes.Name) if name.ctx == "load"}
        assert not {name for name in read - own if not re.fullmatch(r"dict|range|namespace", name)}, macro.name
