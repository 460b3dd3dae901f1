"""Evidence as one caller may see it: figures, words in English and Chinese, nothing of classes hidden from them. Pure.

What a hidden class says is folded into one line without a name, so that the lines still add up.
"""

from collections.abc import Sequence
from typing import Any

from core.attributes import DataClass
from governance.masking import Level
from governance.policy.values import View
from merge.evidence.gathered import Gathered, PairEvidence
from merge.match.evidence_words import Said, kind_word, say
from merge.match.explain import HIDDEN, RULE, Line
from merge.match.score import probability
from merge.resolve.decisions import Decision, Lines
from merge.resolve.graph import Constraint

CLASS_OF_KIND: dict[str, DataClass] = {
    "name": DataClass.PROFILE,
    "birth": DataClass.PROFILE,
    "sex": DataClass.PROFILE,
    "occupation": DataClass.PROFILE,
    "text": DataClass.SENSITIVE,
    "phone": DataClass.CONTACT,
    "email": DataClass.CONTACT,
    "handle": DataClass.CONTACT,
    "website": DataClass.CONTACT,
    "identifier": DataClass.IDENTIFIER,
    "organization": DataClass.ORGANIZATION,
    "employer": DataClass.ORGANIZATION,
    "address": DataClass.ADDRESS,
}


def told(golden_id: str, found: Gathered, view: View, auto: int, review: int) -> dict[str, Any]:
    """The evidence of a golden record; weights in 1/1000 bit."""
    return {
        "id": golden_id,
        "records": [{"id": one.record_id, "source": one.source} for _, one in sorted(found.records.items())],
        "lines": {"cut": found.lines.cut, "bridge": found.lines.bridge, "auto": auto, "review": review},
        "merges": [merge_told(one, found.lines) for one in found.decisions],
        "pairs": [pair_told(one, view) for one in found.pairs],
        "unexplained": len(found.edges) - len(found.pairs),
        "said": [said_told(one) for one in found.constraints],
    }


def pair_told(pair: PairEvidence, view: View) -> dict[str, Any]:
    """One pair: what each kind says, adding up to its weight."""
    lines, hidden = visible(pair.explained.lines, view)
    rule = None if hidden or pair.explained.rule is None else pair.explained.rule
    return {
        "left": pair.edge.left,
        "right": pair.edge.right,
        "weight": pair.explained.weight,
        "probability": pair.explained.probability,
        "verdict": pair.explained.verdict.value,
        "rule": None if rule is None else rule.rule,
        "scorer": pair.explained.scorer,
        "model": pair.explained.model,
        "stale": pair.stale,
        "lines": [
            {
                "kind": line.kind,
                "weight": line.weight,
                "says": say(line, rule),
                "outcomes": [{"slot": one.slot, "level": one.level.name.lower()} for one in line.outcomes],
            }
            for line in lines
        ],
    }


def visible(lines: Sequence[Line], view: View) -> tuple[list[Line], bool]:
    """The lines with those of hidden classes folded into one, and whether there were any."""

    def hides(line: Line) -> bool:
        known = CLASS_OF_KIND.get(line.kind)
        return known is not None and view.level(known) is Level.NONE

    hidden = [line for line in lines if hides(line)]
    if not hidden:
        return list(lines), False
    # A rule speaks of what it compared: beside a hidden kind it would tell of it.
    folded = sum(line.weight for line in lines if hides(line) or line.kind == RULE)
    shown = [line for line in lines if not hides(line) and line.kind != RULE]
    return [*shown, Line(HIDDEN, folded)], True


def merge_told(one: Decision, lines: Lines) -> dict[str, Any]:
    """One merge: the mean between two groups against the cut, with its weakest pairs."""
    return {
        "left": list(one.left),
        "right": list(one.right),
        "mean": one.mean,
        "total": one.total,
        "pairs": one.pairs,
        "compared": one.compared,
        "strongest": one.strongest,
        "person": one.person,
        "holds": one.person or one.holds(lines),
        "probability": probability(one.mean),
        "weakest": [
            {"left": pair.left, "right": pair.right, "weight": pair.weight, "counts": _counts(pair.weight, lines)}
            for pair in one.weakest
        ],
        "says": merge_says(one, lines),
    }


def said_told(one: Constraint) -> dict[str, Any]:
    """What a person said of a pair."""
    return {
        "kind": one.kind.value,
        "left": one.left,
        "right": one.right,
        "by": one.actor,
        "reason": one.reason_code,
        "at": one.at,
    }


def merge_says(one: Decision, lines: Lines) -> Said:
    """A merge in a sentence."""
    sizes, figures = (len(one.left), len(one.right)), (bits(one.mean), bits(lines.cut), bits(one.strongest))
    if one.person:
        return {
            "en": f"A person joined {sizes[0]} and {sizes[1]} records.",
            "zh": f"由人工把 {sizes[0]} 条与 {sizes[1]} 条记录合为一个客户。",
        }
    missing = one.pairs - one.compared
    pairs = f"{one.pairs} pair" if one.pairs == 1 else f"{one.pairs} pairs"
    return {
        "en": (
            f"{sizes[0]} + {sizes[1]} records, {pairs}: {figures[0]} bits on average, where the line is {figures[1]}; "
            f"the strongest {figures[2]}; never compared: {missing}."
        ),
        "zh": (
            f"{sizes[0]} 条与 {sizes[1]} 条记录：{one.pairs} 对平均 {figures[0]} 比特，界线为 {figures[1]}；"  # noqa: RUF001 - Chinese punctuation
            f"最强一对 {figures[2]}；从未比较 {missing} 对。"  # noqa: RUF001 - Chinese punctuation
        ),
    }


def bits(weight: int | None) -> str:
    """A weight in bits, with its sign; a dash where there is none."""
    return "–" if weight is None else f"{weight / 1000:+.1f}"  # noqa: RUF001 - a dash for what is not known


def hidden_word() -> Said:
    """What a folded line is called."""
    return kind_word(HIDDEN)


def _counts(weight: int | None, lines: Lines) -> int:
    return lines.floor if weight is None else weight
