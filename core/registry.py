"""A registry is a dict with manners: one visible list a package, no name twice, opened to entry points."""

from collections.abc import Iterator
from importlib.metadata import entry_points
from typing import Generic, TypeVar

from core.errors import Conflict, NotFound

T = TypeVar("T")


class Registry(Generic[T]):
    """Named items of one kind. ``kind`` is a noun; other distributions add items by entry point ``ingot.<kind>``."""

    def __init__(self, kind: str) -> None:
        self.kind = kind
        self._items: dict[str, T] = {}

    def add(self, name: str, item: T) -> None:
        """Add one item; a name that is taken is refused (code ``registry.taken``)."""
        if name in self._items:
            raise Conflict("registry.taken", f"There is a {self.kind} named '{name}' already; choose another name.")
        self._items[name] = item

    def get(self, name: str) -> T:
        """The item of that name; a name nobody added is refused, and the known ones are told."""
        try:
            return self._items[name]
        except KeyError:
            known = ", ".join(sorted(self._items)) or "none"
            raise NotFound(
                "registry.unknown", f"There is no {self.kind} named '{name}'. Known: {known}.", kind=self.kind
            ) from None

    def load_entry_points(self) -> None:
        """Add what installed distributions offer under ``ingot.<kind>``."""
        for point in sorted(entry_points(group=f"ingot.{self.kind}"), key=lambda found: found.name):
            self.add(point.name, point.load())

    def __iter__(self) -> Iterator[str]:
        return iter(sorted(self._items))

    def __contains__(self, name: object) -> bool:
        return name in self._items
