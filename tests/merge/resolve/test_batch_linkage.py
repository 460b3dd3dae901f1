"""Linking a batch as arrays gives the merges that linking one by one gives."""

import random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from merge.resolve import batch_linkage
from merge.resolve.batch_linkage import _highest_first, labels_of, link_batch
from merge.resolve.linkage import Constraints, components, link

FLOOR = -4000


def both_ways(pairs: list[tuple[int, int, int]], count: int, cut: int, constraints: Constraints, lean: int = 0) -> None:
    expected, _ = link(count, pairs, cut=cut, floor=FLOOR, constraints=constraints, lean=lean)
    left, right, weight = np.array(pairs, dtype=np.int64).reshape(-1, 3).T
    found = link_batch(left, right, weight, cut=cut, floor=FLOOR, constraints=constraints, lean=lean)
    listed = zip(found.left.tolist(), found.right.tolist(), found.height.tolist(), strict=True)
    assert list(listed) == [tuple(merge) for merge in expected]


@settings(max_examples=200, deadline=None)
@given(st.randoms(use_true_random=False), st.integers(2, 40), st.sampled_from([-3750, -1000, 0, 3000]))
def test_the_same_merges(draw: random.Random, count: int, cut: int) -> None:
    possible = [(a, b) for a in range(count) for b in range(a + 1, count)]
    chosen = draw.sample(possible, min(len(possible), draw.randint(0, 90)))
    pairs = [(a, b, draw.choice([-12000, -5000, -1000, 0, 500, 500, 4000, 12000])) for a, b in sorted(chosen)]
    verified = {item: frozenset({f"id.cn.ric:{draw.randrange(3)}"}) for item in range(count) if draw.random() < 0.1}
    constraints = Constraints(verified=draw.choice([{}, verified]), max_size=draw.choice([1000, 5]))
    both_ways(pairs, count, cut, constraints, draw.choice([0, 200]))


@settings(max_examples=200, deadline=None)
@given(st.randoms(use_true_random=False), st.integers(2, 40), st.sampled_from([-3750, -1000, 0, 3000]))
def test_whatever_is_joined_in_rounds_and_what_one_by_one(draw: random.Random, count: int, cut: int) -> None:
    possible = [(a, b) for a in range(count) for b in range(a + 1, count)]
    chosen = draw.sample(possible, min(len(possible), draw.randint(0, 120)))
    pairs = [(a, b, draw.randint(-12000, 12000)) for a, b in sorted(chosen)]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(batch_linkage, "_WORTH_A_ROUND", draw.choice([0, 4, 10**6]))
        patch.setattr(batch_linkage, "_WORTH_A_THREAD", 2)
        patch.setattr(batch_linkage, "_SAMPLE", 1)
        both_ways(pairs, count, cut, Constraints(max_size=draw.choice([1000, 7])), draw.choice([0, 200]))


def test_a_giant_component_is_cut_into_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("merge.resolve.linkage.GIANT_COMPONENT", 10)
    monkeypatch.setattr(batch_linkage, "GIANT_COMPONENT", 10)
    monkeypatch.setattr(batch_linkage, "_WORTH_A_ROUND", 0)
    chain = [(n, n + 1, 500 if n % 5 == 4 else 6000) for n in range(59)]
    both_ways(chain, 60, 0, Constraints())


def test_what_two_groups_would_have_together_is_waited_for() -> None:
    # Were 5 and 6 joined as soon as they are the best of each other, the best pair (6, 0) would lift them together
    # above the join of 0 and 1 with 2. That waits, for a round joins what is highest in all: 3 and 4.
    pairs = [
        (0, 1, 9000), (0, 2, 4200), (1, 2, 4200), (0, 5, 3900), (1, 5, 3900), (0, 6, 8000), (1, 6, -2000), (5, 6, 4100),
        (2, 3, -3000), (3, 4, 5000), (3, 7, 5000),
    ]  # fmt: skip
    both_ways(sorted(pairs), 8, -3750, Constraints(), 200)


def test_labels_are_those_of_components() -> None:
    draw = random.Random(4)
    links = [(draw.randrange(900), draw.randrange(900)) for _ in range(700)]
    left, right = np.array(links, dtype=np.int64).T
    assert labels_of(900, left, right).tolist() == components(900, links)


@pytest.mark.parametrize("far", [0, 1 << 40])
def test_merges_are_in_order_however_large_the_numbers(far: int) -> None:
    left, right, height = (np.array(one, dtype=np.int64) for one in ([3, far, 1, 1], [9, 9, 5, 2], [-7, 4, -7, -7]))
    found = _highest_first(left, right, height)
    assert [*zip(found.left.tolist(), found.right.tolist(), found.height.tolist(), strict=True)] == [
        (far, 9, 4), (1, 2, -7), (1, 5, -7), (3, 9, -7),
    ]  # fmt: skip
