"""What a batch learns of households, at the edges."""

from dataclasses import replace

import numpy as np

from merge.match.batch import Column
from merge.match.features import Features
from merge.match.model import PRIOR_WEIGHTS, Model
from merge.match.outcomes import Level
from merge.match.table import table_of
from merge.match.training import learn_crowding, learn_household

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


def test_masked_telephones_are_no_crowd_of_close_numbers() -> None:
    table = table_of([Features({"phone": ((f"+86138{number:08}", "mobile"),)}) for number in range(PAIRS)])

    def learned(slot: str, level: Level) -> int:
        close = {slot: Column(np.full(PAIRS, level, dtype=np.int8), np.full(PAIRS, 20_000, dtype=np.int32))}
        return learn_crowding(Model(), close, table).of(slot).near_bits

    # What a mask shows agrees in two records of one customer as well; one figure apart is a neighbour or a slip.
    assert learned("phone", Level.LOOSE) == learned("phone", Level.DIFFERENT)
    assert learned("phone", Level.NEAR) < learned("phone", Level.LOOSE)
