"""FT1: SIGKILL at every statement and commit of every operation, on the data and on the key store, on both databases.

After each crash the invariants hold on what is left; after a restart and the same operation again they hold too, and
the golden bytes are those of a run that nothing disturbed.
"""

import os

import pytest

from tests.faults.arena import Arena
from tests.faults.operations import OPERATIONS

QUICK = 3
# All moments are crashed in the full tier; INGOT_FAULT_POINTS=n takes n of each operation, spread evenly.
LIMIT = int(os.environ.get("INGOT_FAULT_POINTS", "0"))


def spread(count: int, limit: int) -> list[int]:
    """The moments to crash at: all of them, or so many from the first to the last."""
    if not limit or limit >= count:
        return list(range(1, count + 1))
    return sorted({1 + (count - 1) * step // (limit - 1) for step in range(limit)})


def crash_at(place: Arena, name: str, limit: int) -> dict[int, object]:
    """Crash an operation at its moments; returns what was wrong after those where anything was."""
    before = OPERATIONS[name].after
    place.begin(before)
    moments = place.call("crash", name=name, at=None)
    assert isinstance(moments, list)
    undisturbed = place.call("converge", name=name)
    assert isinstance(undisturbed, dict)
    wrong: dict[int, object] = {}
    struck = 0
    for at in spread(len(moments), limit):
        place.begin(before)
        environment = dict(place.environment)
        ended = place.zygote.call("tests.faults.operations:crash", environment, folder=str(place.now), name=name, at=at)
        struck += ended.killed
        found = place.call("converge", name=name)
        if found != undisturbed | {"crashed": [], "settled": []}:
            wrong[at] = (moments[at - 1], found)
    assert struck
    assert undisturbed["crashed"] == undisturbed["settled"] == []
    print(f"{name} on {place.kind}: {struck} of {len(moments)} moments")  # noqa: T201 - the figure of the full tier
    return wrong


@pytest.mark.parametrize("name", OPERATIONS)
def test_FT1_killed_at_some_moments(place: Arena, name: str) -> None:
    assert crash_at(place, name, QUICK) == {}


@pytest.mark.full
@pytest.mark.parametrize("name", OPERATIONS)
def test_FT1_killed_at_every_moment(place: Arena, name: str) -> None:
    assert crash_at(place, name, LIMIT) == {}
