"""Both languages whole: every English text of templates and code has a Chinese one with the same places to fill."""

import re
from collections import Counter
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

from api.console.audit_titles import AUDITED
from api.console.render import environment
from api.console.titles import ACTIONS
from api.console.words import words
from audit.actions import Action
from governance.scopes import SCOPE_ACTIONS
from tests.architecture.test_house import ROOT

CONSOLE = ROOT / "api" / "console"
CHINESE = sorted((CONSOLE / "i18n" / "zh").glob("*.po"))
PACKAGES = ("api", "audit", "connectors", "core", "governance", "merge", "sync")
METHODS = [("**.py", "python"), ("templates/**.html", "jinja2.ext:babel_extract")]
OPTIONS = {"templates/**.html": {"extensions": "jinja2.ext.i18n, jinja2.ext.do", "silent": "false"}}


def used() -> Catalog:
    """Every text that is marked for translation, with the places where it stands."""
    found = Catalog()
    for name, line, text, _, _ in extract_from_dir(CONSOLE, METHODS, OPTIONS):
        found.add(text, locations=[(name, line)])
    return found


def chinese() -> Iterator[tuple[Path, Message]]:
    for path in CHINESE:
        with path.open("rb") as file:
            yield from ((path, message) for message in read_po(file, abort_invalid=True) if message.id)


def key(message: Message) -> str:
    return str(message.id if isinstance(message.id, str) else message.id[0])


def text_of(message: Message) -> str:
    text = message.string
    return text if isinstance(text, str) else str((text or [""])[0])


def places(text: str) -> set[str]:
    return set(re.findall(r"%\((\w+)\)|%[a-z%]|{\w*}", text))


def as_file(catalog: Catalog) -> str:
    """As it is written into a file of i18n/zh."""
    written = BytesIO()
    write_po(written, catalog, omit_header=True)
    return written.getvalue().decode()


def test_texts_are_found_in_templates_and_in_code() -> None:
    kinds = Counter(Path(place).suffix for message in used() for place, _ in message.locations)
    assert kinds[".html"] > 20
    assert kinds[".py"] > 5


def test_every_text_has_a_chinese_one() -> None:
    known = {key(message) for _, message in chinese() if text_of(message).strip()}
    missing = Catalog()
    for message in used():
        if message.id and key(message) not in known:
            missing.add(message.id, locations=message.locations)
    assert not len(missing), as_file(missing)


@pytest.mark.parametrize("path", CHINESE, ids=lambda path: path.name)
def test_a_chinese_text_fills_the_same_places(path: Path) -> None:
    own = [message for where, message in chinese() if where == path]
    assert own
    assert [key(one) for one in own if places(key(one)) != places(text_of(one))] == []
    assert [key(one) for one in own if one.fuzzy] == []


def test_a_text_has_one_translation() -> None:
    count = Counter(key(message) for _, message in chinese())
    assert [text for text, times in count.items() if times > 1] == []


def test_errors_are_told_in_chinese_by_codes_that_there_are() -> None:
    code = "".join(path.read_text(encoding="utf-8") for name in PACKAGES for path in (ROOT / name).rglob("*.py"))
    told = [key(one).removeprefix("error: ") for where, one in chinese() if where.name == "errors.po"]
    # Codes of records are made of a prefix and a kind.
    missing = [one for one in told if one not in code and one.removeprefix("record.") not in code]
    assert len(told) > 100
    assert missing == []


# What only settings, the API or the command line can meet.
NOT_ON_PAGES = {"unmerge.setting", "golden.field_unknown", "golden.format", "golden.section_unknown", "review.empty"}


@pytest.mark.parametrize("area", ["golden", "lineage", "merge", "pin", "request.time", "review", "unmerge", "upload"])
def test_what_goes_wrong_with_customers_is_told_in_chinese(area: str) -> None:
    """A person who reads no English must learn what is wrong with what they did to a customer."""
    raised = re.compile(rf'(?:Invalid|NotFound|Conflict|Denied|TooMuch|Damaged)\(\s*"({area}[a-z_.]*)"')
    code = "".join(path.read_text(encoding="utf-8") for name in PACKAGES for path in (ROOT / name).rglob("*.py"))
    found = {one for one in raised.findall(code) if "." in one} - NOT_ON_PAGES
    assert found
    assert sorted(one for one in found if not words("zh").knows(f"error: {one}")) == []


def test_every_audited_action_has_a_name() -> None:
    assert set(AUDITED) == set(Action)
    names = [words("zh").gettext(title) for title in AUDITED.values()]
    assert len(set(names)) == len(names)


def test_scopes_of_keys_are_told_in_words() -> None:
    told = environment("zh").filters["scope_title"]
    assert [told(one) for one in ("search", "view:contact:partial", "view:contact", "edit:feedback")] == [
        "搜索客户信息",
        "联系方式: 部分脱敏",
        "联系方式: 明文",
        "反馈: 可写入",
    ]
    assert all(words("zh").knows(ACTIONS[one]) for one in SCOPE_ACTIONS)
