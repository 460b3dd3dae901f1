"""What a batch learns of households, at the edges."""

from dataclasses import replace

import numpy as np

from merge.match.batch import Column
from merge.match.model import PRIOR_WEIGHTS, Model
from merge.match.outcomes import Level
from merge.match.training import learn_household

PAIRS = 200


def columns(different: int) -> dict[str, Column]:
    """Pairs that share a telephone, some of them under different given names."""
    given = np.where(np.arange(PAIRS) < different, Level.DIFFERENT, Level.EXACT).astype(np.int8)
    phone = np.full(PAIRS, Level.EXACT, dtype=np.int8)
    bits = np.full(PAIRS, 20_000, dtype=np.int32)
    return {"given": Column(given, bits), "phone": Column(phone, bits)}


def test_the_more_given_names_differ_the_likelier_is_a_household() -> None:
    found = [learn_household(Model(prior=5000), columns(different)).household for different in (0, 50, 150, 200)]
    assert found == sorted(found, reverse=True)
    assert len(set(found)) == 4


def test_given_names_that_never_agree_tell_nothing() -> None:
    weights = {**PRIOR_WEIGHTS, "given": replace(PRIOR_WEIGHTS["given"], match=(0, -9000, -9000, -9000))}
    model = Model(weights=weights, prior=5000)
    assert learn_household(model, columns(PAIRS)).household > 0
    assert learn_household(model, columns(0)).household > 0
