"""What a batch learned as a file: weights and cuts, no value of a person."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

from core.errors import Invalid, NotFound
from merge.match.model import Model, SlotWeights
from merge.match.pair_model import SHA256, SHA256_OF_CROWDS, SHA256_OF_ORGANIZATIONS
from merge.resolve.output_files import write_json
from merge.resolve.whole import Learned

_KIND, _VERSION = "ingot-match-model", 4
_BESIDE = [SHA256, SHA256_OF_CROWDS, SHA256_OF_ORGANIZATIONS]
"""The learned models that the cuts belong to: beside others the same weights would be cut elsewhere."""
_NUMBERS = ("near_cost", "loose_cost", "cap", "personal", "personal_cap", "near_bits")
_LARGEST = 10**7
"""No weight is larger; sums of such fit 64 bits."""


def save_model(path: Path, learned: Learned) -> None:
    """Write weights and cuts as JSON; frequencies stay out, they hold people's values."""
    body = {
        "kind": _KIND,
        "version": _VERSION,
        "learned": _BESIDE,
        "cut": learned.cut,
        "taught_cut": learned.taught_cut,
        "rounds": [
            {
                "household": one.household,
                "weights": {slot: asdict(weights) for slot, weights in sorted(one.weights.items())},
            }
            for one in learned.rounds
        ],
    }
    write_json(path, json.dumps(body, indent=1, sort_keys=True))


def _number(value: Any) -> int:
    if type(value) is not int or abs(value) > _LARGEST:
        raise ValueError
    return value


def _weights(body: dict[str, Any]) -> SlotWeights:
    different, loose, near, exact = map(_number, body["match"])
    numbers = {name: _number(body[name]) for name in _NUMBERS}
    return SlotWeights(
        (different, loose, near, exact), bundle=str(body["bundle"]), sparse=body["sparse"] is True, **numbers
    )


def _round(body: dict[str, Any]) -> Model:
    weights = {slot: _weights(found) for slot, found in body["weights"].items()}
    return Model(weights=weights, household=_number(body["household"]), pack="")


def _learned(body: dict[str, Any]) -> Learned:
    (first, second), taught = map(_round, body["rounds"]), body["taught_cut"]
    return Learned((first, second), _number(body["cut"]), None if taught is None else _number(taught))


def load_model(path: Path) -> Learned:
    """What was saved. Raises Invalid ``resolve.model`` for a file of another kind or version, NotFound for none."""
    try:
        body = json.loads(path.read_text(encoding="utf-8"))
        if body["kind"] != _KIND or (body["version"], body.get("learned")) != (_VERSION, _BESIDE):
            raise Invalid(
                "resolve.model", f"{path} is a model of another kind or version; train it again with --save-model."
            )
        return _learned(body)
    except FileNotFoundError:
        raise NotFound("resolve.model", f"There is no model file {path}.") from None
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise Invalid("resolve.model", f"{path} is not a model file of ingot; make one with --save-model.") from None
