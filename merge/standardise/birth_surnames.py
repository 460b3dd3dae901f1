"""The family name that somebody was born with, or is also known by, as names and registers tell it behind another."""

import re

from merge.standardise.text import vocabulary

_WORDS = r"""
    geb\. | geb | geborene[rn]? | geboren | genannt | gen\. | n[ée]e | né | born | alias | aka | a\.k\.a\. | dite? |
    recte | vulgo | z\ domu | z\ d\. | de\ domo | roz\. | rozen[áa] | rod\. | roden[áa] | f[øo]dt | f[öo]dd |
    o\.\s?s\. | sz[üu]l\. | sz[üu]letett | nacida | nascida | nata | урожд\. | урожд[её]нная
"""
BORN = re.compile(rf"(?ix) (?<=\w) [\s,(]+ (?: {_WORDS} ) \s+ (?P<name> [^\W\d_] [\w'\ \-]* ) \)? \s* $")
"""Schneider geb. Becker, Gołąb alias Duda: the name behind the word."""
BORN_WORDS = vocabulary(
    "geb geborene geborener geborenen geboren genannt gen ne nee born alias aka dit dite recte vulgo domu domo roz "
    "rozena rod rodena fodt fodd szul szuletett nacida nascida nata урожд урожденная"
)
"""Those words, folded: a name that holds one of them is no plain one."""
_BEFORE = re.compile(rf"(?ix) ^ \(? (?: {_WORDS} ) \s+ (?= [^\W\d_] )")


def without_born_word(name: str) -> str:
    """What stands in a field for the name at birth, without the word that says so: ``de domo Borkowska``."""
    return _BEFORE.sub("", name, count=1)
