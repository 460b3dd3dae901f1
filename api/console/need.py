"""One thing that waits for somebody."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Need:
    """One thing to do. ``kind`` is one of ``bad``, ``warn``, ``idle``; ``text`` an English key with ``%(count)s``."""

    kind: str
    text: str
    href: str
    count: int = 0
    name: str = ""
