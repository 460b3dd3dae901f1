"""What numpy rules out by letters, lengths and beginnings never hides what the distances of two words would say."""

import numpy as np
from hypothesis import example, given, settings
from hypothesis import strategies as st

from merge.match.similarity import closeness, edits, word_level
from merge.match.text_levels import closer_than, one_edit, word_levels
from merge.match.texts import Texts

ALIKE, CLOSE = 0.84, 0.92
WORDS = st.lists(
    st.one_of(st.text("abnot", max_size=9), st.text("ab\x00éāŁ王\U00010061", max_size=7), st.text("ab", max_size=40)),
    min_size=2,
    max_size=8,
    unique=True,
)


@settings(max_examples=400, deadline=None)
@given(WORDS)
@example(["martha", "marhta"])
@example(["dixon", "dicksonx"])
@example(["abcabcabc", "abcabcab", "bcabcabca", "aabbcc"])
def test_words_compared_together_and_one_by_one(words: list[str]) -> None:
    texts = Texts(words)
    left, right = (one.ravel() for one in np.indices((len(words), len(words))))
    pairs = [(words[a], words[b]) for a, b in zip(left.tolist(), right.tolist(), strict=True)]
    assert word_levels(texts, left, right).tolist() == [word_level(*pair) for pair in pairs]
    assert one_edit(texts, left, right).tolist() == [edits(*pair) == 1 for pair in pairs]
    for least in (ALIKE, CLOSE):
        assert closer_than(texts, left, right, least).tolist() == [closeness(*pair) >= least for pair in pairs]


def test_letters_are_told_once_and_twice() -> None:
    texts = Texts(["", "anna", "ana", "Bob"])
    a, n, b, o = (1 << (ord(letter) & 31) for letter in "anbo")
    assert texts.classes.tolist() == [0, a | n, a | n, b | o]
    assert (texts.letters >> np.uint64(32)).tolist() == [0, a | n, a, b]
