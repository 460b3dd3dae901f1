"""Rows of the versions of lines, and the step that brings a version into force. Takes connections, never commits."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, case, insert, select, update

from core.driver import fetch
from merge.graph_store import constraints_at, edges_at
from merge.match.score import Verdict
from merge.match_lines import Foretold, MatchLines, agreement, compared, lines_of, under
from merge.record_store import entities_of, live_customers, rows_of
from merge.resolve.bands import Bands
from merge.resolve.contesting import CONFLICT
from merge.resolve.graph import Edge
from merge.resolve.grouping import MatchSettings, group
from merge.review_items import items
from merge.review_kinds import ABOUT_VALUES
from merge.review_queue import decisions_in_force
from merge.said_tables import merge_match_version
from merge.tables import merge_edge

_JOINS: Mapping[str, bool] = {"merge": True, "confirm": True, "apart": False, "split": False}


@dataclass(frozen=True, slots=True)
class Reweighed:
    """What other weights say: the edges between all customers, and the decided pairs with their answers."""

    edges: Sequence[Edge]
    decided: Sequence[tuple[int, bool]]


def newest(connection: Connection) -> tuple[int, MatchLines | None]:
    """The number of the newest version and its lines; 0 and None where the shipped ones were never moved."""
    table = merge_match_version.c
    row = connection.execute(select(table.version, table.settings).order_by(table.version.desc()).limit(1)).first()
    return (0, None) if row is None else (row.version, MatchLines.from_json(row.settings))


def newest_version(connection: Connection) -> int:
    """The number of the newest version, 0 where there is none."""
    ((newest,),) = fetch(connection, "SELECT max(version) FROM merge_match_version", ())
    return int(newest or 0)


def versions(connection: Connection) -> list[dict[str, Any]]:
    """All versions, oldest first."""
    query = select(merge_match_version).order_by(merge_match_version.c.version)
    return [dict(row) for row in connection.execute(query).mappings()]


def write_version(
    connection: Connection,
    version: int,
    lines: MatchLines,
    *,
    actor: str,
    reason_code: str,
    shown: Mapping[str, Any],
    at: datetime,
) -> None:
    """Add a version, and give every pair the band that it has by it."""
    row = {
        "version": version,
        "settings": lines.as_json(),
        "actor": actor,
        "reason_code": reason_code,
        "shown": dict(shown),
        "at": at,
    }
    connection.execute(insert(merge_match_version), [row])
    weight = merge_edge.c.weight
    band = case(
        (weight >= lines.auto, Verdict.AUTO.value),
        (weight >= lines.review, Verdict.REVIEW.value),
        else_=Verdict.NO.value,
    )
    connection.execute(update(merge_edge).where(merge_edge.c.verdict != CONFLICT).values(verdict=band))


def decided_pairs(connection: Connection) -> list[tuple[int, bool]]:
    """Weights of pairs that stewards decided on, and whether they said that it is one customer."""
    return [
        (row.weight, _JOINS[row.action])
        for row in decisions_in_force(connection)
        if row.weight is not None and row.action in _JOINS
    ]


def said_of_pairs(connection: Connection) -> dict[tuple[str, str], bool]:
    """The newest word of people on each pair of records: whether it is one customer."""
    rows = [row for row in decisions_in_force(connection) if row.action in _JOINS]
    about = items(connection, {row.item_id for row in rows})
    said: dict[tuple[str, str], bool] = {}
    for row in rows:
        found = about[row.item_id]
        if len(found.subjects) == 2 and found.kind not in ABOUT_VALUES:
            left, right = sorted(found.subjects)
            said[left, right] = _JOINS[row.action]
    return said


def foretell(
    connection: Connection, settings: MatchSettings, lines: MatchLines, reweighed: Reweighed | None = None
) -> Foretold:
    """What other lines would change, computed over all customers; nothing is written.

    ``reweighed`` is what other weights say of the pairs, where the lines hold others.
    """
    home = live_customers(connection)
    rows = rows_of(connection, home)
    edges = sorted(edges_at(connection, home))
    later = edges if reweighed is None else sorted(reweighed.edges)
    verified = {record: row.verified for record, row in rows.items()}
    entities, then = entities_of(rows), under(settings, lines)
    constraints = constraints_at(connection, home)
    partition = group(home, later, constraints, verified, then, entities)
    merged, split = compared(home, partition.groups)
    answered = {one.pair for one in constraints}
    before = _asked(edges, home, settings.bands, entities) - answered
    after = _asked(later, home, then.bands, entities) - answered
    decided = decided_pairs(connection)
    return Foretold(
        merged=merged,
        split=split,
        asked=len(after - before),
        unasked=len(before - after),
        agree_before=agreement(lines_of(settings), decided),
        agree_after=agreement(lines, decided if reweighed is None else reweighed.decided),
        decided=len(decided),
    )


def _asked(
    edges: Iterable[Edge], home: Mapping[str, str], bands: Bands, entities: Mapping[str, str]
) -> set[tuple[str, str]]:
    """Pairs between golden records that are worth a person's look."""
    return {
        (edge.left, edge.right)
        for edge in edges
        if edge.verdict != CONFLICT
        and home.get(edge.left) != home.get(edge.right)
        and edge.weight >= bands.of(edge.left, edge.right, entities).review
    }
