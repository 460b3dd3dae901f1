"""What a new partition means for golden records that exist: created, changed, merged, split, removed. Pure."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Part:
    """One piece of a golden record that was split. ``revived`` says that its id was published before."""

    golden_id: str
    records: tuple[str, ...]
    revived: bool


@dataclass(frozen=True, slots=True)
class Merged:
    """Golden records that became one; ``winner`` keeps its id, ids of ``losers`` lead to it."""

    winner: str
    losers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Split:
    """A golden record that fell into parts; the part that keeps the id is among them if one does."""

    golden_id: str
    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Transitions:
    """Everything that happened, each list sorted by golden id.

    A golden record with new members or changed values and no other fate is ``changed``. One id can stand in two
    lists: what was split off one golden record may have merged with another.
    """

    created: tuple[str, ...]
    changed: tuple[str, ...]
    merged: tuple[Merged, ...]
    split: tuple[Split, ...]
    removed: tuple[str, ...]


def transitions(
    before: Mapping[str, Collection[str]],
    after: Mapping[str, Collection[str]],
    *,
    edited: Collection[str],
    published: Collection[str],
) -> Transitions:
    """Compare the golden records that were touched.

    Args:
        before: records by golden id before the change, those removed by it too; whole golden records.
        after: the same for the partition now.
        edited: records whose values changed.
        published: ids that were preferred ids before this change.

    Ids in ``before`` that lost all their records to another golden record are losers of a merge; ids whose last
    record went are removed.
    """
    home = {record: golden_id for golden_id, records in after.items() for record in records}
    came_from = {record: golden_id for golden_id, records in before.items() for record in records}
    split, ended = _splits(before, after, home, published)
    losers: dict[str, list[str]] = {}
    removed = []
    for golden_id in sorted(before):
        targets = {home[record] for record in before[golden_id] if record in home}
        if golden_id in after or golden_id in ended:
            continue
        if not targets:
            removed.append(golden_id)
        else:
            losers.setdefault(min(targets), []).append(golden_id)
    parts = {part.golden_id for one in split for part in one.parts}
    created, changed = [], []
    for golden_id in sorted(after):
        records = after[golden_id]
        if golden_id in losers:
            continue
        origins = {came_from[record] for record in records if record in came_from}
        if not origins:
            created.append(golden_id)
        elif golden_id not in parts and (
            set(records) != set(before.get(golden_id, ())) or any(record in edited for record in records)
        ):
            changed.append(golden_id)
    return Transitions(
        tuple(created),
        tuple(changed),
        tuple(Merged(winner, tuple(sorted(losers[winner]))) for winner in sorted(losers)),
        tuple(split),
        tuple(removed),
    )


def _splits(
    before: Mapping[str, Collection[str]],
    after: Mapping[str, Collection[str]],
    home: Mapping[str, str],
    published: Collection[str],
) -> tuple[list[Split], set[str]]:
    """Golden records whose live records stand in two or more now, and those of them that keep no part."""
    found, ended = [], set()
    for golden_id in sorted(before):
        where: dict[str, list[str]] = {}
        for record in before[golden_id]:
            if record in home:
                where.setdefault(home[record], []).append(record)
        if len(where) < 2:
            continue
        if golden_id not in after:
            ended.add(golden_id)
        found.append(Split(golden_id, _parts(golden_id, where, published)))
    return found, ended


def _parts(golden_id: str, where: Mapping[str, Sequence[str]], published: Collection[str]) -> tuple[Part, ...]:
    return tuple(
        Part(target, tuple(sorted(where[target])), revived=target != golden_id and target in published)
        for target in sorted(where)
    )
