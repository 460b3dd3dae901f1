"""What an API key may do, as texts: ``read``, ``view:contact``, ``view:contact:partial``, ``edit:feedback`` ..."""

from collections.abc import Iterable
from dataclasses import dataclass

from core.attributes import DataClass
from core.errors import Invalid

# Actions a key can be given; everything else is for people.
SCOPE_ACTIONS = ("enter_record", "export", "read", "search", "view_changes", "view_sync")
_CLASSES = {data_class.value for data_class in DataClass}


@dataclass(frozen=True, slots=True)
class Scopes:
    """Scopes taken apart. Each field is a set of names of actions or of data classes."""

    actions: frozenset[str] = frozenset()
    clear: frozenset[str] = frozenset()
    partial: frozenset[str] = frozenset()
    edit: frozenset[str] = frozenset()


def parse_scopes(scopes: Iterable[str]) -> Scopes:
    """The scopes taken apart. Raises Invalid ``scope.unknown`` for the first text that is none."""
    found: dict[str, set[str]] = {"actions": set(), "clear": set(), "partial": set(), "edit": set()}
    for scope in sorted(scopes):
        field, name = _read(scope)
        found[field].add(name)
    return Scopes(**{field: frozenset(names) for field, names in found.items()})


def _read(scope: str) -> tuple[str, str]:
    if scope in SCOPE_ACTIONS:
        return "actions", scope
    match scope.split(":"):
        case ["view", data_class] | ["view", data_class, "clear"] if data_class in _CLASSES:
            return "clear", data_class
        case ["view", data_class, "partial"] if data_class in _CLASSES:
            return "partial", data_class
        case ["edit", data_class] if data_class in _CLASSES:
            return "edit", data_class
    raise Invalid(
        "scope.unknown",
        f"'{scope}' is no scope. Use {', '.join(SCOPE_ACTIONS)}, view:CLASS, view:CLASS:partial or edit:CLASS, where "
        f"CLASS is one of {', '.join(sorted(_CLASSES))}.",
    )
