"""What did a pooled fund and a personal account receive for the months of a career?"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from settlement_sim import dates
from settlement_sim.demand.priors import Priors
from settlement_sim.policies.careers import FIRST_MONTH, Careers
from settlement_sim.rules.careers import CareerRules

Whole = npt.NDArray[np.int64]
Codes = npt.NDArray[np.integer[Any]]
#: Year whose mean base the rules state.
BASE_YEAR: Final = 2024
_MILLION: Final = 1_000_000


@dataclass(frozen=True)
class Contributions:
    """Contributions of applicants: mean base of each year × their own ratio × rate, rounded once a year."""

    careers: Careers
    ratio: Whole  # contribution base over the mean, percent
    rules: CareerRules
    priors: Priors

    def pooled(self, pool: Codes, months: npt.NDArray[np.bool_]) -> Whole:
        """What the pooled fund of each row's pool received for some months (rows × months from `FIRST_MONTH`)."""
        return self._received(pool, months, self._pooled(pool))

    def credited(self, pool: Codes, months: npt.NDArray[np.bool_]) -> Whole:
        """What the personal account was credited with there."""
        return self._received(pool, months, 10_000 - self._pooled(pool))

    def _pooled(self, pool: Codes) -> Whole:
        return self.rules.take("contribution.pooled", pool, self.careers.applied)

    def _received(self, pool: Codes, months: npt.NDArray[np.bool_], part: Whole) -> Whole:
        base = self.rules.take("contribution.base", pool, self.careers.applied)
        rate = self.rules.take("contribution.rate", pool, self.careers.applied, self.careers.insured_as)
        total = np.zeros(len(pool), np.int64)
        for year, index in enumerate(self._index):
            paid = np.count_nonzero(months[:, 12 * year : 12 * year + 12], axis=1)
            monthly = base * int(index) // _MILLION * self.ratio // 100
            total += (paid * monthly * (rate * part // 10_000) + 5_000) // 10_000
        return total

    @cached_property
    def _index(self) -> Whole:
        """Mean base of each year over that of `BASE_YEAR`, in millionths."""
        first = dates.year(dates.month_bounds(FIRST_MONTH)[0])
        growth, years = 100 + self.priors["money.base_growth"], -(-self.careers.held.shape[1] // 12)
        since = [first + year - BASE_YEAR for year in range(years)]
        return np.array([
            _MILLION * growth**t // 100**t if t >= 0 else _MILLION * 100**-t // growth**-t for t in since
        ])  # fmt: skip
