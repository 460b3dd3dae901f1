"""Checks a bundle of evidence alone, without a database: its signature, its sums, its verdicts, its merges. Pure.

What can be recomputed from a bundle: the weight of every pair from its outcomes (or, of a learned model, from its
contributions), the verdict by the lines, every merge from the pairs. That the outcomes are those of the records only
the records themselves could show; the digests say which records those were.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import orjson

from audit.notes import VerifierKey
from audit.proof_file import check_proof
from core.errors import Damaged
from merge.evidence.bundle import (
    decision_of,
    lines_of,
    malformed,
    millionths,
    model_of,
    outcomes_of,
    unsealed,
    verdict_of_rule,
)
from merge.match.explain import CONTRIBUTIONS, RULE, Explained, Line, explain_outcomes, settled
from merge.match.model import Model
from merge.match.outcomes import Outcome
from merge.resolve.decisions import decisions_of


@dataclass(frozen=True, slots=True)
class CheckedPair:
    """A pair as it was recomputed. ``probability`` is in millionths; ``said`` that of the rule alone, or None."""

    left: str
    right: str
    weight: int
    verdict: str
    probability: int
    rule: str | None
    said: int | None


@dataclass(frozen=True, slots=True)
class Checked:
    """A bundle that holds.

    Attributes:
        golden_id, at: which golden record, and when it was told.
        records: how many records it has.
        pairs: the pairs, recomputed.
        one: whether the merges, recomputed, join all records.
        mean, cut: the mean of the weakest merge that weights made, and the line it had to reach; None without one.
        entry: the index of the entry of the audit log that is proved with it, or None.
    """

    golden_id: str
    at: str
    records: int
    pairs: tuple[CheckedPair, ...]
    one: bool
    mean: int | None
    cut: int
    entry: int | None


def verify(data: bytes, key: VerifierKey) -> Checked:
    """What a bundle proves.

    Raises Damaged ``evidence.malformed``, ``evidence.key``, ``evidence.forged``, ``evidence.differs`` (it was signed,
    but its figures do not follow from one another) and the codes of ``check_proof``.
    """
    body = unsealed(data, key)
    try:
        return _checked(body, key)
    except (KeyError, TypeError, ValueError, AttributeError, IndexError):
        raise malformed("a part of it is missing or has another form") from None


def _checked(body: Mapping[str, Any], key: VerifierKey) -> Checked:
    model = model_of(body)
    pairs = tuple(_pair(one, model) for one in body["pairs"])
    weights = [(one.left, one.right, one.weight) for one in pairs] + [tuple(edge) for edge in body["edges"]]
    lines = lines_of(body)

    def said(kind: str) -> list[tuple[str, str]]:
        return [(one["left"], one["right"]) for one in body["constraints"] if one["kind"] == kind]

    names = [one["id"] for one in body["records"]]
    found = decisions_of(
        names,
        weights,
        lines,
        must_link=said("must_link"),
        cannot_link=said("cannot_link"),
        verified={one["id"]: one["verified"] for one in body["records"]},
    )
    if [decision_of(one) for one in found] != body["decisions"]:
        raise _differs("the merges")
    means = [one.mean for one in found if not one.person]
    return Checked(
        golden_id=body["golden_id"],
        at=body["at"],
        records=len(names),
        pairs=pairs,
        one=len(found) == len(names) - 1,
        mean=min(means, default=None),
        cut=lines.cut,
        entry=_entry(body, key),
    )


def _pair(told: Mapping[str, Any], model: Model) -> CheckedPair:
    outcomes = tuple(Outcome(*one) for one in outcomes_of(told))
    rule = verdict_of_rule(told["rule"])
    found: Explained
    if told["scorer"] == CONTRIBUTIONS:
        lines = [Line(kind, weight) for kind, weight in told["lines"] if kind != RULE]
        found = settled(lines, outcomes, rule, model, scorer=CONTRIBUTIONS, digest=told["model"])
    else:
        found = explain_outcomes(outcomes, rule, model)
    ours = (
        found.weight,
        found.verdict.value,
        millionths(found.weight),
        [[one.kind, one.weight] for one in found.lines],
    )
    if ours != (told["weight"], told["verdict"], told["probability"], told["lines"]):
        raise _differs(f"the pair {told['left']}, {told['right']}")
    return CheckedPair(
        told["left"],
        told["right"],
        found.weight,
        found.verdict.value,
        millionths(found.weight),
        None if rule is None else rule.rule,
        None if rule is None else millionths(rule.weight),
    )


def _entry(body: Mapping[str, Any], key: VerifierKey) -> int | None:
    if body["entry"] is None:
        return None
    proved = check_proof(body["entry"], key)
    entry = orjson.loads(proved.body)
    if body["golden_id"] not in entry.get("subjects", ()):
        raise _differs("the entry of the audit log")
    return proved.index


def _differs(what: str) -> Damaged:
    return Damaged("evidence.differs", f"Recomputed, {what} of the bundle comes out otherwise; do not rely on it.")
