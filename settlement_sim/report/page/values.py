"""What is a number of the page? A value for every seed, and where in the tables it stands.

Of several seeds a page shows the mean and Student's 95 % interval; of a comparison the mean of paired differences.
"""

from __future__ import annotations

import statistics
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import reduce
from operator import add

from settlement_sim.study.replications import quantile


@dataclass(frozen=True)
class Values:
    """One number by seed. `of`: side, table.column and rows that it is the sum of."""

    by_seed: tuple[float, ...]
    of: str

    @property
    def mean(self) -> float:
        """Over the seeds."""
        return statistics.fmean(self.by_seed)

    @property
    def half_width(self) -> float:
        """Half of the 95 % interval; not a number where one seed has no spread."""
        runs = len(self.by_seed)
        return quantile(runs - 1) * statistics.stdev(self.by_seed) / runs**0.5 if runs > 1 else float("nan")

    @property
    def low(self) -> float:
        """Lower end of the 95 % interval."""
        return self.mean - self.half_width

    @property
    def high(self) -> float:
        """Upper end of the 95 % interval."""
        return self.mean + self.half_width

    @property
    def is_clear(self) -> bool:
        """Whether the interval leaves out zero."""
        return self.low > 0 or self.high < 0

    def __sub__(self, other: Values) -> Values:
        """Paired by seed."""
        return self._with(other, lambda mine, theirs: mine - theirs, "−")

    def __add__(self, other: Values) -> Values:
        return self._with(other, lambda mine, theirs: mine + theirs, "+")

    def over(self, other: Values) -> Values:
        """The ratio, by seed; 0 where nothing is divided by nothing."""
        return self._with(other, lambda mine, theirs: mine / theirs if theirs else 0.0, "÷")

    def times(self, factor: float, says: str) -> Values:
        """By a constant, such as one over so many insured."""
        return replace(self, by_seed=tuple(factor * value for value in self.by_seed), of=f"{self.of} × {says}")

    def _with(self, other: Values, do: Callable[[float, float], float], sign: str) -> Values:
        found = tuple(do(mine, theirs) for mine, theirs in zip(self.by_seed, other.by_seed, strict=True))
        return Values(found, f"({self.of} {sign} {other.of})")


def half_width_apart(mine: Values, theirs: Values) -> float:
    """Half of the 95 % interval that a difference would have if both had seeds of their own: Student's for two samples.

    Not a number where one seed has no spread.
    """
    runs = len(mine.by_seed)
    if runs < 2:
        return float("nan")
    variance = statistics.variance(mine.by_seed) + statistics.variance(theirs.by_seed)
    return quantile(2 * (runs - 1)) * (variance / runs) ** 0.5


def total(values: list[Values]) -> Values:
    """The sum of several."""
    return reduce(add, values)
