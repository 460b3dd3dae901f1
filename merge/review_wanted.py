"""What a steward has to look at, from the groups as they are and the pairs between them. Pure.

Each answer hangs on the groups, the pairs and the decisions alone, not on how they came about: the same item comes of
the same state in any order of arrival, and goes when its reason goes. Between two golden records there is one item at
most, about the strongest pair of theirs.
"""

import hashlib
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from merge.match.score import Verdict
from merge.resolve.bands import Bands
from merge.resolve.contesting import CONFLICT, rules_of
from merge.resolve.decisions import Lines, between
from merge.resolve.graph import Constraint, ConstraintKind, Edge, ordered
from merge.resolve.linkage import disagree
from merge.review_kinds import Kind, Wanted

HIGH, MIDDLE, LOW = timedelta(days=2), timedelta(days=7), timedelta(days=30)
"""How long items may wait by priority (defaults of ours)."""
_SAMPLE_OF = 10_000

BELOW_ITS_LINE = "band"
"""Why a link of the general line is asked about: customers of its kind have a line of their own."""


@dataclass(frozen=True, slots=True)
class Neighbourhood:
    """Golden records that pairs lead between.

    Attributes:
        home: golden id by record, for every record here.
        members: records by golden id, whole.
        edges: pairs between the golden records.
        constraints: standing decisions that touch any record here.
        verified: verified identifiers by record, ``<kind>:<keyed hash>``.
        owned: golden ids that a person or team owns.
        entities: what records are of, person or organization.
    """

    home: Mapping[str, str]
    members: Mapping[str, Sequence[str]]
    edges: Sequence[Edge]
    constraints: Sequence[Constraint]
    verified: Mapping[str, Collection[str]]
    owned: Collection[str] = field(default_factory=frozenset)
    entities: Mapping[str, str] = field(default_factory=dict)


def between_goldens(found: Neighbourhood, lines: Lines, bands: Bands) -> list[Wanted]:
    """The items about pairs of golden records that there is a reason for.

    Args:
        found: the golden records and the pairs between them.
        lines: what groups are judged by.
        bands: from which weight on pairs are merged or looked at.
    """
    # Of pairs that are no longer kept apart a steward was asked when that was lifted.
    said = {ConstraintKind.CANNOT_LINK, ConstraintKind.REVIEW}
    apart = {one.pair for one in found.constraints if one.kind in said}
    kept_apart = {_homes(found, *pair) for pair in apart if set(pair) <= found.home.keys()}
    confirmed = confirmed_goldens(found)
    across: dict[tuple[str, str], list[Edge]] = {}
    for edge in found.edges:
        homes = _homes(found, edge.left, edge.right)
        if homes[0] != homes[1] and homes not in kept_apart:
            across.setdefault(homes, []).append(edge)
    asked = (_between(found, homes, edges, lines, bands, confirmed) for homes, edges in sorted(across.items()))
    return [one for one in asked if one is not None]


def confirmed_goldens(found: Neighbourhood) -> set[str]:
    """Golden records that a person has put together."""
    return {
        found.home[one.left]
        for one in found.constraints
        if one.kind is ConstraintKind.MUST_LINK
        and found.home.get(one.left) is not None
        and found.home.get(one.left) == found.home.get(one.right)
    }


def _homes(found: Neighbourhood, left: str, right: str) -> tuple[str, str]:
    return ordered(found.home[left], found.home[right])


def _between(
    found: Neighbourhood,
    homes: tuple[str, str],
    edges: Sequence[Edge],
    lines: Lines,
    bands: Bands,
    confirmed: Collection[str],
) -> Wanted | None:
    """The item about two golden records, if something speaks for their being one."""
    contested = [edge for edge in edges if edge.verdict == CONFLICT]
    best = max(edges, key=lambda edge: (edge.weight, edge.left, edge.right))
    band = bands.of(best.left, best.right, found.entities)
    if best.weight < band.review and not contested:
        return None
    shown = best if best.weight >= band.review else min(contested)
    members = [found.members[one] for one in homes]
    reason = _forbids(found, members, lines, contested)
    weights = {(edge.left, edge.right): edge.weight for edge in edges}
    mean = between(members[0], members[1], weights, lines.floor).mean
    both = sum(one in confirmed for one in homes)
    if reason == "" and both == 2:
        reason = "confirmed"
    needed = max(band.auto, bands.confirmed) if both == 1 else band.auto
    if reason == "" and shown is best and bands.least_auto <= best.weight < needed:
        reason = BELOW_ITS_LINE
    detail: dict[str, object] = {"mean": mean, "rule": shown.rule, "records": sum(map(len, members))}
    if reason:
        detail["reason"] = reason
    if shown.verdict == CONFLICT:
        detail["veto"], detail["rule"] = rules_of(shown)
    elif contested:
        detail["veto"] = rules_of(min(contested))[0]
    owned = sum(one in found.owned for one in homes)
    priority = _priority(shown.weight, owned, conflict=reason in {"identifiers", "size"})
    return Wanted(
        Kind.CONFLICT if reason in {"identifiers", "size"} else Kind.PAIR,
        ordered(shown.left, shown.right),
        detail,
        weight=None if shown.verdict == CONFLICT else shown.weight,
        verdict=shown.verdict,
        between=("new_new", "new_confirmed", "confirmed_confirmed")[both],
        priority=priority,
        within=HIGH if priority >= 70 else MIDDLE,
    )


def _forbids(found: Neighbourhood, members: Sequence[Sequence[str]], lines: Lines, contested: Sequence[Edge]) -> str:
    """Why the two may not be merged by the machine, or nothing."""
    ours, theirs = ([frozenset(found.verified.get(one, ())) for one in some] for some in members)
    if contested or any(disagree(a, b) for a in ours if a for b in theirs if b):
        return "identifiers"
    return "size" if sum(map(len, members)) > lines.max_size else ""


def _priority(weight: int, owned: int, *, conflict: bool) -> int:
    """0 to 100: what is likeliest and what touches owners comes first (weights of ours, a default)."""
    likely = max(0, min(50, 25 + weight // 200))
    return (60 if conflict else likely) + 20 * owned


def sampled(inside: Iterable[Edge], sample: int) -> list[Wanted]:
    """Merges of the machine that a person is to look at: of ten thousand pairs inside golden records so many."""
    return [
        Wanted(
            Kind.QA,
            (edge.left, edge.right),
            {"rule": edge.rule},
            weight=edge.weight,
            verdict=edge.verdict,
            priority=5,
            within=LOW,
        )
        for edge in inside
        if edge.verdict == Verdict.AUTO.value and drawn(edge.left, edge.right, sample)
    ]


def drawn(left: str, right: str, sample: int) -> bool:
    """Whether a merge of the machine is one of the sample: by its ids, so that the draw is the same in any order."""
    digest = hashlib.blake2b(f"{left}|{right}".encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big") % _SAMPLE_OF < sample
