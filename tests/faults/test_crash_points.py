"""FT1: SIGKILL at every statement and commit of every operation, on the data and on the key store, on both databases.

After each crash the invariants hold on what is left; after a restart and the same operation again they hold too, and
the golden bytes are those of a run that nothing disturbed.
"""

import os

import pytest

from tests.faults.arena import Arena
from tests.faults.operations import OPERATIONS

QUICK = ("landing", "merge", "replay")
# So many moments of each operation in the full tier, spread evenly; INGOT_FAULT_POINTS=n takes n, 0 takes every one.
LIMITS = {"sqlite": 16, "postgresql": 8}


def limit_of(place: Arena) -> int:
    """How many moments of an operation are struck in the full tier."""
    return int(os.environ.get("INGOT_FAULT_POINTS", LIMITS[place.kind]))


def spread(count: int, limit: int) -> list[int]:
    """The moments to crash at: all of them, or the middle of each of so many equal parts."""
    if not limit or limit >= count:
        return list(range(1, count + 1))
    return sorted({1 + (2 * step + 1) * count // (2 * limit) for step in range(limit)})


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


@pytest.mark.parametrize("name", QUICK)
def test_FT1_killed_at_a_few_moments(sqlite_arena: Arena, name: str) -> None:
    assert crash_at(sqlite_arena, name, 2) == {}


@pytest.mark.full
@pytest.mark.parametrize("name", OPERATIONS)
def test_FT1_killed_at_every_moment_or_many(place: Arena, name: str) -> None:
    assert crash_at(place, name, limit_of(place)) == {}
