"""Rows of the versions of lines, and the step that brings a version into force. Takes connections, never commits."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, case, insert, select, update

from core.driver import fetch
from merge.graph_store import constraints_at, edges_at
from merge.match.score import Verdict
from merge.match_lines import Foretold, MatchLines, agreement, compared, lines_of, under
from merge.record_store import entities_of, live_customers, rows_of
from merge.resolve.contesting import CONFLICT
from merge.resolve.grouping import MatchSettings, group
from merge.review_queue import decisions_in_force
from merge.tables import merge_edge, merge_match_version

_JOINS: Mapping[str, bool] = {"merge": True, "confirm": True, "apart": False, "split": False}


def newest(connection: Connection) -> tuple[int, MatchLines | None]:
    """The number of the newest version and its lines; 0 and None where the shipped ones were never moved."""
    table = merge_match_version.c
    row = connection.execute(select(table.version, table.settings).order_by(table.version.desc()).limit(1)).first()
    return (0, None) if row is None else (row.version, MatchLines(**row.settings))


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


def foretell(connection: Connection, settings: MatchSettings, lines: MatchLines) -> Foretold:
    """What other lines would change, computed over all customers; nothing is written."""
    home = live_customers(connection)
    rows = rows_of(connection, home)
    edges = sorted(edges_at(connection, home))
    verified = {record: row.verified for record, row in rows.items()}
    entities, then = entities_of(rows), under(settings, lines)
    partition = group(home, edges, constraints_at(connection, home), verified, then, entities)
    merged, split = compared(home, partition.groups)
    now = lines_of(settings)
    across = [edge for edge in edges if edge.verdict != CONFLICT and home.get(edge.left) != home.get(edge.right)]
    asked = [
        (settings.bands.of(*pair, entities).review <= edge.weight, then.bands.of(*pair, entities).review <= edge.weight)
        for edge in across
        for pair in [(edge.left, edge.right)]
    ]
    decided = decided_pairs(connection)
    return Foretold(
        merged=merged,
        split=split,
        asked=sum(after and not before for before, after in asked),
        unasked=sum(before and not after for before, after in asked),
        agree_before=agreement(now, decided),
        agree_after=agreement(lines, decided),
        decided=len(decided),
    )
