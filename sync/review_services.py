"""Evidence and review of a workspace, put together once."""

from dataclasses import dataclass

from sync.asking import Asking
from sync.deciding import Deciding
from sync.evidence import Evidence
from sync.matching_lines import MatchingLines
from sync.review_base import ReviewBase
from sync.reviewing import Reviewing


@dataclass(frozen=True, slots=True)
class ReviewServices:
    """Why records are one customer; the stewards' queue; what they ask owners and decide; the lines of pairs."""

    evidence: Evidence
    queue: Reviewing
    asking: Asking
    deciding: Deciding
    lines: MatchingLines


def review_services(base: ReviewBase, origin: str) -> ReviewServices:
    """All of them on one base; ``origin`` is the name of the audit log, whose key signs bundles."""
    evidence = Evidence(base.foundation, base.decisions, base.rights, base.resolver, origin)
    return ReviewServices(evidence, Reviewing(base), Asking(base), Deciding(base), MatchingLines(base))
