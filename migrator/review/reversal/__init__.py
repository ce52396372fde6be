"""Can a revision be undone without losing anything? Tried out, over rows, in a throwaway database.

`reverse` goes up, down and up again, compares every row, every sequence and the whole schema, and
goes down once more over rows that the new release would have written meanwhile.
"""

from migrator.review.reversal.result import Loss, Reversal, Verdict
from migrator.review.reversal.reverse import Given, reverse
from migrator.review.reversal.road import Place
from migrator.review.reversal.steps import worker

__all__ = ["Given", "Loss", "Place", "Reversal", "Verdict", "reverse", "worker"]
