"""``comparisons`` of numbers of orders, cards and accounts over columns of numbers."""

import numpy as np

from merge.match.column_compare import Codes
from merge.match.outcomes import Level
from merge.match.text_levels import Levels, Numbers


class Orders(Codes):
    """Numbers of which one customer may have several: equal, or nothing is said."""

    def levels(self, left: Numbers, right: Numbers) -> Levels:
        """How alike the characters are; see ``Comparer``."""
        return np.where(self.codes.take(left) == self.codes.take(right), np.int8(Level.EXACT), np.int8(Level.MISSING))
