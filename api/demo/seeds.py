"""Named streams of repeatable chance.

Each purpose draws from its own stream, so that a further draw in one place moves nothing in another.
"""

import hashlib
import random
from collections.abc import Sequence
from typing import TypeVar

T = TypeVar("T")


def stream(seed: int, *purpose: str | int) -> random.Random:
    """The generator of that seed and purpose; equal on every machine and under every hash seed."""
    name = "\x1f".join(str(part) for part in (seed, *purpose))
    start = int.from_bytes(hashlib.blake2b(name.encode(), digest_size=16).digest(), "big")
    return random.Random(start)  # noqa: S311  made-up data has to be repeatable and guards nothing


def chance(draw: random.Random, share: float) -> bool:
    """True in ``share`` (0 to 1) of the draws."""
    return draw.random() < share


def some(draw: random.Random, items: Sequence[T], least: int, most: int) -> list[T]:
    """Between ``least`` and ``most`` different items, in the order drawn."""
    return draw.sample(items, min(len(items), draw.randint(least, most)))


def listed(text: str) -> tuple[str, ...]:
    """The words of a long line: word lists stay readable that way."""
    return tuple(text.split())


def digits(draw: random.Random, count: int) -> str:
    """A string of ``count`` decimal digits, leading zeros included."""
    return "".join(draw.choice("0123456789") for _ in range(count))
