"""How long do retirees live, and what will they cost the pooled fund? Integer arithmetic throughout.

Source of the death rates: 中国人身保险业经验生命表（2010—2013）, annuity business, raised by a declared factor.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache, cached_property
from importlib.resources import files
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from settlement_sim.demand.priors import Priors
from settlement_sim.draws import Bits
from settlement_sim.recognition.contributions import BASE_YEAR
from settlement_sim.vocabulary import RETIREES

Whole = npt.NDArray[np.int64]
Codes = npt.NDArray[np.integer[Any]]
_MILLION: Final = 1_000_000
#: Survival and discount factors count in this.
ONE: Final = 1_000_000_000
#: Ages at which the bands of `money.cost_by_age` begin after the first.
_BANDS: Final = (55, 65, 75, 85)
_SEX: Final = tuple("man" if kind == "man" else "woman" for kind in RETIREES)


@cache
def death_rates() -> dict[str, Whole]:
    """Deaths per million by age from 0 on, for men and women."""
    text = (files("settlement_sim") / "demand/data/life_table.csv").read_text("utf-8").splitlines()
    rows = list(csv.DictReader(text))
    return {sex: np.array([int(row[sex]) for row in rows]) for sex in ("man", "woman")}


@dataclass(frozen=True)
class LifeTable:
    """Survival and cost of retirees. `discount`: yearly, 1/10,000."""

    priors: Priors
    discount: int

    @cached_property
    def survival(self) -> dict[str, Whole]:
        """Of `ONE` newborn, how many live at each age; one more entry for the age after the last."""
        return {sex: _survivors(self._raised(rates)) for sex, rates in death_rates().items()}

    def _raised(self, rates: Whole) -> Whole:
        raised = np.minimum(rates * self.priors["money.mortality"] // 100, _MILLION)
        raised[-1] = _MILLION
        return raised

    def years_left(self, age: Whole, retiree: Codes, bits: Bits) -> Whole:
        """Whole years that people of an age live on, from one draw each."""
        left = np.zeros(len(age), np.int64)
        for kind in range(len(RETIREES)):
            survival, rows = self.survival[_SEX[kind]], retiree == kind
            drawn = (bits[rows] >> np.uint64(34)).astype(np.int64) * survival[age[rows]] >> 30
            # Survivors fall with age: the last age with more survivors than the draw is the one at death.
            at_death = len(survival) - np.searchsorted(survival[::-1], drawn, side="right") - 1
            left[rows] = at_death - age[rows]
        return np.maximum(left, 0)

    def cost(self, yearly: Whole, age: Whole, years: Whole) -> Whole:
        """Fen in the year in which people reach an age, `years` after the prices of `yearly`."""
        index = self.priors.row("money.cost_by_age")[np.searchsorted(_BANDS, age, side="right")]
        return yearly * index // 100 * self._growth[years] // ONE

    def in_year(self, yearly: Whole, year: Codes) -> Whole:
        """A yearly cost at the prices of a year; the rules state that of `BASE_YEAR`, and before it nothing falls."""
        return yearly * self._growth[np.maximum(year - BASE_YEAR, 0)] // ONE

    def present_value(self, yearly: Whole, age: Whole, retiree: Codes) -> Whole:
        """Fen of all years from an age on while alive, each paid at its beginning, discounted to the first."""
        oldest, value = len(death_rates()["man"]) - 1, np.zeros(len(age), np.int64)
        for kind in range(len(RETIREES)):
            survival, rows = self.survival[_SEX[kind]], np.flatnonzero(retiree == kind)
            for years in range(oldest - int(age[rows].min(initial=oldest)) + 1):
                then = np.minimum(age[rows] + years, oldest + 1)
                due = self.cost(yearly[rows], then, np.full(len(rows), years)) * self._discounts[years] // ONE
                alive = survival[then] * _MILLION // np.maximum(survival[age[rows]], 1)
                value[rows] += due * alive // _MILLION
        return value

    @cached_property
    def _growth(self) -> Whole:
        return _powers(100 + self.priors["money.cost_growth"], 100)

    @cached_property
    def _discounts(self) -> Whole:
        return _powers(10_000, 10_000 + self.discount)


def _survivors(rates: Whole) -> Whole:
    alive = [ONE]
    for rate in rates.tolist():
        alive.append(alive[-1] * (_MILLION - rate) // _MILLION)
    return np.array(alive)


def _powers(numerator: int, denominator: int) -> Whole:
    """(numerator ÷ denominator)ᵗ for t = 0 … 110, in `ONE`, each rounded down once."""
    return np.array([ONE * numerator**t // denominator**t for t in range(111)])
