"""Which bodies may be gone: only those that an entry ``audit.pruned`` names by range. Pure.

The announcement is an entry of the log itself and is never pruned, so nobody can drop a body unseen.
"""

import json
from dataclasses import dataclass, field

from audit.actions import Action

_MARK = b'"' + Action.AUDIT_PRUNED.value.encode() + b'"'


@dataclass(slots=True)
class PruningLedger:
    """Follows the entries in order and tells at the end which missing bodies nobody announced."""

    pruned: int = 0
    _gone: list[tuple[int, int]] = field(default_factory=list)
    _announced: list[tuple[int, int]] = field(default_factory=list)

    def body(self, body: bytes) -> None:
        """An entry that has its body; call it for every such entry."""
        if _MARK in body:
            announced = announced_range(body)
            if announced is not None:
                self._announced.append(announced)

    def gone(self, index: int) -> None:
        """An entry without a body."""
        self.pruned += 1
        if self._gone and self._gone[-1][1] == index:
            self._gone[-1] = (self._gone[-1][0], index + 1)
        else:
            self._gone.append((index, index + 1))

    def unannounced(self) -> list[tuple[int, int]]:
        """Ranges ``[first, end)`` of missing bodies that no announcement covers."""
        left = self._gone
        for begin, end in self._announced:
            left = [
                part
                for first, last in left
                for part in ((first, min(last, begin)), (max(first, end), last))
                if part[0] < part[1]
            ]
        return sorted(set(left))


def announced_range(body: bytes) -> tuple[int, int] | None:
    """The range ``[from, to)`` that an ``audit.pruned`` entry announces; None for any other entry."""
    try:
        told = json.loads(body)
        if told["action"] != Action.AUDIT_PRUNED.value:
            return None
        begin, end = told["details"]["from"], told["details"]["to"]
    except (ValueError, KeyError, TypeError):
        return None
    return (begin, end) if isinstance(begin, int) and isinstance(end, int) and begin < end else None
