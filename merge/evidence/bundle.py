"""The form of a bundle of evidence: canonical JSON with an Ed25519 signature over it. Pure.

It holds what was compared and how alike it was, never what was compared: ids, digests and verified identifiers are
keyed hashes. All figures are integers (weights in 1/1000 bit, probabilities in millionths). One key order, one
spelling: bytes that differ are another bundle.
"""

import base64
import binascii
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

import orjson
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from audit.notes import Signer, VerifierKey
from core.errors import Damaged
from merge.evidence.gathered import Gathered, PairEvidence
from merge.match.model import Model, SlotWeights
from merge.match.outcomes import Level
from merge.match.rules import Effect, RuleVerdict
from merge.match.score import probability
from merge.resolve.decisions import Decision, Lines
from merge.resolve.graph import Constraint

FORMAT = "ingot.evidence/1"
_SIGNED = b"ingot.evidence/1\n"
_LARGEST = 64 * 1024 * 1024


def canonical(content: Any) -> bytes:
    """JSON with sorted keys and no spaces: the bytes that are signed."""
    return orjson.dumps(content, option=orjson.OPT_SORT_KEYS)


def body_of(golden_id: str, at: str, found: Gathered, model: Model, entry: str | None) -> dict[str, Any]:
    """What a bundle says. ``entry`` is the proof (tlog-proof) of the audit entry of the merge, where there is one."""
    slots = {outcome.slot for pair in found.pairs for outcome in pair.explained.outcomes}
    explained = {(pair.edge.left, pair.edge.right) for pair in found.pairs}
    return {
        "format": FORMAT,
        "golden_id": golden_id,
        "at": at,
        "records": [
            {"id": row.record_id, "source": row.source, "digest": row.digest.hex(), "verified": sorted(row.verified)}
            for _, row in sorted(found.records.items())
        ],
        "lines": asdict(found.lines) | {"auto": model.auto, "review": model.review},
        "model": {
            "pack": model.pack,
            "prior": model.prior,
            "household": model.household,
            "weights": {slot: asdict(model.of(slot)) for slot in sorted(slots)},
        },
        "pairs": [pair_of(pair) for pair in found.pairs],
        "edges": [
            [edge.left, edge.right, edge.weight] for edge in found.edges if (edge.left, edge.right) not in explained
        ],
        "constraints": [constraint_of(one) for one in found.constraints],
        "decisions": [decision_of(one) for one in found.decisions],
        "entry": entry,
    }


def pair_of(pair: PairEvidence) -> dict[str, Any]:
    """One pair in a bundle."""
    told = pair.explained
    return {
        "left": pair.edge.left,
        "right": pair.edge.right,
        "outcomes": [[one.slot, one.level.name.lower(), one.bits] for one in told.outcomes],
        "rule": None if told.rule is None else rule_of(told.rule),
        "scorer": told.scorer,
        "model": told.model,
        "lines": [[line.kind, line.weight] for line in told.lines],
        "weight": told.weight,
        "verdict": told.verdict.value,
        "probability": millionths(told.weight),
    }


def rule_of(rule: RuleVerdict) -> dict[str, Any]:
    """A rule in a bundle."""
    return {"id": rule.rule, "effect": rule.effect.value, "weight": rule.weight}


def constraint_of(one: Constraint) -> dict[str, Any]:
    """What a person said, in a bundle; their words are not in it."""
    return {"kind": one.kind.value, "left": one.left, "right": one.right, "by": one.actor, "reason": one.reason_code}


def decision_of(one: Decision) -> dict[str, Any]:
    """One merge in a bundle."""
    return {
        "left": list(one.left),
        "right": list(one.right),
        "total": one.total,
        "pairs": one.pairs,
        "compared": one.compared,
        "mean": one.mean,
        "strongest": one.strongest,
        "weakest": [[pair.left, pair.right, pair.weight] for pair in one.weakest],
        "person": one.person,
    }


def millionths(weight: int) -> int:
    """The probability of a weight, in millionths."""
    return round(probability(weight) * 1_000_000)


def sign(body: Mapping[str, Any], name: str, signer: Signer) -> bytes:
    """The bundle: the bytes of its file."""
    signature = signer.sign(_SIGNED + canonical(body))
    key = VerifierKey(name, signer.public_key)
    envelope = {"body": body, "key": str(key), "signature": base64.b64encode(signature).decode()}
    return canonical(envelope) + b"\n"


def unsealed(data: bytes, key: VerifierKey) -> dict[str, Any]:
    """The body of a bundle that ``key`` signed.

    Raises Damaged ``evidence.malformed``, ``evidence.key`` (another key signed it), ``evidence.forged``.
    """
    if len(data) > _LARGEST:
        raise malformed("it is too large")
    try:
        envelope = orjson.loads(data)
    except orjson.JSONDecodeError:
        raise malformed("it is not JSON") from None
    if not isinstance(envelope, dict) or envelope.keys() != {"body", "key", "signature"}:
        raise malformed("its parts are not those of a bundle")
    if canonical(envelope) + b"\n" != data:
        raise malformed("its bytes are not as they were written")
    if envelope["key"] != str(key):
        raise Damaged("evidence.key", "The bundle names another key than the one given; was it signed elsewhere?")
    try:
        signature = base64.b64decode(envelope["signature"], validate=True)
    except (binascii.Error, ValueError, TypeError):
        raise malformed("its signature cannot be read") from None
    body = envelope["body"]
    try:
        Ed25519PublicKey.from_public_bytes(key.public_key).verify(signature, _SIGNED + canonical(body))
    except InvalidSignature:
        raise Damaged(
            "evidence.forged", "The signature is not one of this bundle: something in it was changed."
        ) from None
    if base64.b64encode(signature).decode() != envelope["signature"]:
        raise malformed("its signature is spelled in another way")
    if not isinstance(body, dict) or body.get("format") != FORMAT:
        raise malformed("its format is of another version")
    return body


def malformed(why: str) -> Damaged:
    """The error for a file that is no bundle."""
    return Damaged("evidence.malformed", f"The file is no bundle of evidence that can be checked: {why}.")


def model_of(body: Mapping[str, Any]) -> Model:
    """The model that a bundle tells of: its weights are those of the slots that were compared."""
    told, lines = body["model"], body["lines"]
    weights = {
        slot: SlotWeights(**{**fields, "match": tuple(fields["match"])}) for slot, fields in told["weights"].items()
    }
    return Model(
        weights=weights,
        prior=told["prior"],
        household=told["household"],
        auto=lines["auto"],
        review=lines["review"],
        pack=told["pack"],
    )


def lines_of(body: Mapping[str, Any]) -> Lines:
    """The lines that a bundle tells of."""
    return Lines(**{name: body["lines"][name] for name in ("cut", "bridge", "floor", "max_size")})


def outcomes_of(pair: Mapping[str, Any]) -> Sequence[tuple[str, Level, int]]:
    """The outcomes of a pair."""
    return [(slot, Level[name.upper()], bits) for slot, name, bits in pair["outcomes"]]


def verdict_of_rule(told: Mapping[str, Any] | None) -> RuleVerdict | None:
    """The rule of a pair."""
    return None if told is None else RuleVerdict(told["id"], Effect(told["effect"]), told["weight"])
