"""The menu: every page that has a place in it, and the action that it needs."""

from dataclasses import dataclass

from api.console.visitor import Visitor
from api.console.words import marked as _
from governance.policy.actions import PolicyAction


@dataclass(frozen=True, slots=True)
class Entry:
    """One page in the menu. ``key`` after ``g`` goes there."""

    path: str
    title: str
    icon: str
    key: str
    action: PolicyAction | None = None


@dataclass(frozen=True, slots=True)
class Group:
    """Entries that belong together."""

    title: str
    entries: tuple[Entry, ...]


_A = PolicyAction
MENU: tuple[Group, ...] = (
    Group("", (Entry("/", _("Home"), "home", "h"),)),
    Group(
        _("Customers"),
        (
            Entry("/customers", _("Customers"), "users", "c", _A.SEARCH),
            Entry("/review", _("Review"), "git-merge", "w", _A.REVIEW),
            Entry("/quality", _("Quality"), "circle-check", "q", _A.VIEW_RULES),
        ),
    ),
    Group(
        _("Data"),
        (
            Entry("/syncs", _("Syncs"), "refresh", "s", _A.VIEW_SYNC),
            Entry("/rejected", _("Rejected records"), "mood-sad", "r", _A.VIEW_SYNC),
            Entry("/schedules", _("Schedules"), "calendar-time", "d", _A.VIEW_SYNC),
            Entry("/connectors", _("Connectors"), "plug-connected", "n", _A.CONFIGURE_SOURCE),
        ),
    ),
    Group(
        _("Trust"),
        (
            Entry("/audit", _("Audit log"), "list-search", "a", _A.VIEW_AUDIT),
            Entry("/audit/verify", _("Verification"), "shield-check", "v", _A.VERIFY_AUDIT),
        ),
    ),
    Group(
        _("House"),
        (
            Entry("/users", _("People"), "user-cog", "u", _A.MANAGE_USERS),
            Entry("/roles", _("Roles"), "lock-access", "o", _A.VIEW_POLICY),
            Entry("/tokens", _("Keys and tokens"), "key", "t", _A.MANAGE_USERS),
            Entry("/health", _("Health"), "heartbeat", "e", _A.VIEW_HEALTH),
        ),
    ),
)


@dataclass(frozen=True, slots=True)
class Shown:
    """The menu as one visitor sees it."""

    title: str
    entries: tuple[tuple[Entry, bool], ...]


def menu_for(visitor: Visitor) -> list[Shown]:
    """The groups with what the visitor may open; the entry of the open page is marked."""
    path = visitor.path.partition("?")[0]
    fitting = [entry.path for group in MENU for entry in group.entries if _within(path, entry.path)]
    here = max(fitting, key=len, default="")
    groups: list[Shown] = []
    for group in MENU:
        entries = [one for one in group.entries if one.action is None or visitor.may(one.action)]
        if entries:
            groups.append(Shown(group.title, tuple((one, one.path == here) for one in entries)))
    return groups


def _within(path: str, entry: str) -> bool:
    return path == entry or (entry != "/" and path.startswith(entry + "/"))
