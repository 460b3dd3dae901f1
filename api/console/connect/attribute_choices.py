"""Canonical attributes to choose from, by section, and the class of personal data that each is of. Pure."""

from collections.abc import Sequence

from api.console.titles import CLASSES, SECTIONS, attribute_title
from api.console.words import marked as _
from core.attributes import CANONICAL, Section, attribute
from sync.mapping import IGNORE, PARTY_NAME
from sync.mapping_store import ROLE

_MORE = {
    PARTY_NAME: _("Name of a person or an organization"),
    "id.national": _("National identity number"),
    "id.tax": _("Tax number"),
    "id.customer": _("Customer number"),
    "handle.wechat": _("WeChat"),
    "handle.weibo": _("Weibo"),
}
# Members of the open families that are offered without being suggested first.
_OPEN = ("id.cn.ric", "id.cn.uscc", "id.passport", "id.customer", "handle.wechat", "handle.weibo")


def title_of(name: str) -> str:
    """An English key for what a field is mapped to."""
    return _MORE.get(name) or attribute_title(name)


def class_of(name: str) -> str:
    """An English key for the class of personal data of an attribute; empty where it has none."""
    if name in {IGNORE, ""} or name.startswith(ROLE):
        return ""
    return CLASSES[attribute("person.full_name" if name == PARTY_NAME else name).data_class]


def choices(named: Sequence[str]) -> list[tuple[str, list[str]]]:
    """Titles of sections, each with the attributes to choose from; ``named`` are added where they are not listed."""
    known = [*(one.name for one in CANONICAL), *_OPEN]
    more = sorted({one for one in named if one and one not in {*known, IGNORE, PARTY_NAME}})
    found: dict[Section, list[str]] = {section: [] for section in Section}
    found[Section.PROFILE].append(PARTY_NAME)
    for name in [*known, *(one for one in more if not one.startswith(ROLE))]:
        found[attribute(name).section].append(name)
    return [(SECTIONS[section], names) for section, names in found.items() if names]
