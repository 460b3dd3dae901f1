"""A trained model as a file: weights and cut, no value of a person."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

from core.errors import Invalid, NotFound
from merge.match.model import Model, SlotWeights
from merge.match.pair_model import VERSION
from merge.resolve.output_files import write_json

_KIND, _VERSION = "ingot-match-model", 2


def save_model(path: Path, model: Model, cut: int) -> None:
    """Write weights, prior and cut as JSON; frequencies stay out, they hold people's values."""
    body = {
        "kind": _KIND,
        "version": _VERSION,
        "learned": VERSION,
        "prior": model.prior,
        "household": model.household,
        "cut": cut,
        "weights": {slot: asdict(weights) for slot, weights in sorted(model.weights.items())},
    }
    write_json(path, json.dumps(body, indent=1, sort_keys=True))


def _weights(body: dict[str, Any]) -> SlotWeights:
    return SlotWeights(**{**body, "match": tuple(int(value) for value in body["match"])})


def load_model(path: Path) -> tuple[Model, int]:
    """The model and its cut. Raises Invalid ``resolve.model`` for a file of another kind or version."""
    try:
        body = json.loads(path.read_text(encoding="utf-8"))
        if body["kind"] != _KIND or (body["version"], body.get("learned")) != (_VERSION, VERSION):
            raise Invalid(
                "resolve.model", f"{path} is a model of another kind or version; train it again with --save-model."
            )
        weights = {slot: _weights(found) for slot, found in body["weights"].items()}
        model = Model(weights=weights, prior=int(body["prior"]), household=int(body["household"]), pack="")
        return model, int(body["cut"])
    except FileNotFoundError:
        raise NotFound("resolve.model", f"There is no model file {path}.") from None
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        raise Invalid("resolve.model", f"{path} is not a model file of ingot; make one with --save-model.") from None
