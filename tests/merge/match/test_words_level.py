"""Free words compared: figures that differ are another thing."""

import pytest

from merge.match.outcomes import Level
from merge.match.similarity import tokens_level, words_level


@pytest.mark.parametrize(
    ("one", "other", "level"),
    [
        ("c 1001", "c 1002", Level.DIFFERENT),
        ("2024 01 08", "2024 01 09", Level.DIFFERENT),
        ("order 3 of green tea", "order 4 of green tea", Level.LOOSE),
        ("order 3 of green tea", "order of green tea", Level.NEAR),
        ("c 1001", "c1001", Level.EXACT),
        ("gold member", "gold membr", Level.NEAR),
        ("flat 4", "flat", Level.NEAR),
        ("josephus", "jozef", Level.NEAR),  # a father in a column of his own
    ],
)
def test_other_figures_are_another_code(one: str, other: str, level: Level) -> None:
    assert words_level(one, other) == words_level(other, one) == level


def test_words_without_figures_are_compared_as_before() -> None:
    for one, other in (("red fox", "red foks"), ("fox red", "red fox"), ("fox", "bear")):
        assert words_level(one, other) == tokens_level(one, other)
