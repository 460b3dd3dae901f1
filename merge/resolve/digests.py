"""Digests of what a batch resolved to, by which two runs are told equal without telling a value."""

from dataclasses import dataclass
from hashlib import blake2b

from merge.resolve.file_records import Batch
from merge.resolve.goldens import golden_ids
from merge.resolve.whole import Resolved


@dataclass(frozen=True, slots=True)
class Digests:
    """BLAKE2b-128 in hex.

    Attributes:
        partition: which records lie together, by their ids.
        goldens: record ids with golden ids.
        scores: the pairs that were not hopeless, with their weights, and the cut.
    """

    partition: str
    goldens: str
    scores: str


def _digest(lines: list[str]) -> str:
    return blake2b("\n".join(lines).encode(), digest_size=16).hexdigest()


def digests(resolved: Resolved, batch: Batch) -> Digests:
    """The digests of a resolved batch."""
    goldens, ids = golden_ids(resolved, batch).to_pylist(), batch.ids.listed
    groups: dict[str, list[str]] = {}
    for record, golden in zip(ids, goldens, strict=True):
        groups.setdefault(golden, []).append(record)
    names = [ids[row] for row in batch.order[resolved.first].tolist()]
    pairs = (one.tolist() for one in (resolved.left, resolved.right, resolved.weights))
    scores = [f"{names[left]}\t{names[right]}\t{weight}" for left, right, weight in zip(*pairs, strict=True)]
    return Digests(
        _digest(sorted("\t".join(sorted(group)) for group in groups.values())),
        _digest(sorted(f"{record}\t{golden}" for record, golden in zip(ids, goldens, strict=True))),
        _digest([str(resolved.cut.weight), *sorted(scores)]),
    )
