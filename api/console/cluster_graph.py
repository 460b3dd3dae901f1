"""Records and the pairs between them as a drawing: places on a circle, lines by how much they weigh. Pure.

The order of the records decides where each stands, so the same records give the same drawing.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import cos, pi, sin
from typing import Any

SIDE = 420
_MIDDLE, _RADIUS = SIDE // 2, SIDE // 2 - 34
MOST = 30
"""So many records are drawn; of more those with the strongest pairs."""


@dataclass(frozen=True, slots=True)
class Node:
    """A record: its number in the drawing and the table, and where it stands."""

    number: int
    record_id: str
    source: str
    x: int
    y: int


@dataclass(frozen=True, slots=True)
class Line:
    """A pair of numbers with its weight; ``kind`` is the machine's verdict, ``width`` grows with the weight."""

    left: Node
    right: Node
    weight: int
    probability: float
    kind: str
    rule: str
    width: int


@dataclass(frozen=True, slots=True)
class Drawing:
    """What is drawn, and how much is not. ``links`` are what people said of pairs."""

    nodes: tuple[Node, ...]
    lines: tuple[Line, ...]
    links: tuple[tuple[Node, Node, str], ...]
    hidden: int

    @property
    def bridges(self) -> tuple[Line, ...]:
        """Pairs without which the records would fall into parts: where a wrong merge would be looked for first."""
        return tuple(line for line in self.lines if not _connected(self, without=line))


def drawing(evidence: Mapping[str, Any]) -> Drawing:
    """The drawing of a golden record's evidence, as ``sync.evidence`` tells it."""
    strength: dict[str, int] = {}
    for pair in evidence["pairs"]:
        for end in (pair["left"], pair["right"]):
            strength[end] = max(strength.get(end, pair["weight"]), pair["weight"])
    records = sorted(evidence["records"], key=lambda one: (-strength.get(one["id"], -(10**6)), one["id"]))
    shown = sorted(records[:MOST], key=lambda one: str(one["id"]))
    nodes = tuple(_node(at, len(shown), one) for at, one in enumerate(shown))
    by_id = {node.record_id: node for node in nodes}
    lines = tuple(
        Line(
            by_id[pair["left"]],
            by_id[pair["right"]],
            pair["weight"],
            pair["probability"],
            pair["verdict"],
            pair["rule"] or "",
            max(1, min(6, pair["weight"] // 3000)),
        )
        for pair in evidence["pairs"]
        if pair["left"] in by_id and pair["right"] in by_id
    )
    links = tuple(
        (by_id[one["left"]], by_id[one["right"]], str(one["kind"]))
        for one in evidence["said"]
        if one["left"] in by_id and one["right"] in by_id
    )
    return Drawing(nodes, lines, links, len(records) - len(shown))


def _node(at: int, count: int, record: Mapping[str, Any]) -> Node:
    angle = 2 * pi * at / max(1, count) - pi / 2
    radius = _RADIUS if count > 1 else 0
    x, y = _MIDDLE + round(radius * cos(angle)), _MIDDLE + round(radius * sin(angle))
    return Node(at + 1, str(record["id"]), str(record["source"]), x, y)


def _connected(drawn: Drawing, *, without: Line) -> bool:
    """Whether the two ends of a line are still joined by the others that speak for a merge."""
    near: dict[int, set[int]] = {}
    pairs = [(line.left, line.right) for line in drawn.lines if line is not without and line.weight > 0]
    for left, right in [*pairs, *((one, other) for one, other, kind in drawn.links if kind == "must_link")]:
        near.setdefault(left.number, set()).add(right.number)
        near.setdefault(right.number, set()).add(left.number)
    seen, waiting = {without.left.number}, [without.left.number]
    while waiting:
        for other in near.get(waiting.pop(), set()) - seen:
            seen.add(other)
            waiting.append(other)
    return without.right.number in seen


def numbered(nodes: Sequence[Node]) -> dict[str, int]:
    """Numbers by record id."""
    return {node.record_id: node.number for node in nodes}
