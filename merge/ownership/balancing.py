"""Whose turn it is. Pure: the cursor goes in and comes out, so every decision can be replayed; nothing is random."""

from collections.abc import Mapping


def smooth_weighted(weights: Mapping[str, int], cursor: Mapping[str, int]) -> tuple[str, dict[str, int]]:
    """The next holder and the cursor after it: smooth weighted round robin, as nginx spreads requests.

    Each turn every holder gains its weight, the one that stands highest is chosen and pays the sum of all weights.
    Equal weights make it a plain round robin in the order of the ids. Holders that left the rule are forgotten.
    """
    standing = {holder: cursor.get(holder, 0) + weight for holder, weight in sorted(weights.items())}
    chosen = max(standing, key=lambda holder: (standing[holder], weights[holder], _reversed(holder)))
    standing[chosen] -= sum(weights.values())
    return chosen, standing


def _reversed(holder: str) -> tuple[int, ...]:
    """A key under which the smallest id is the greatest."""
    return (*(-ord(character) for character in holder), 1)
