"""How often does a person of a stratum need care in a month, of which type, on which day?

Poisson needs per person and month; the weights of care types are calibrated per insured province. All arithmetic is
integer: rates in visits per million, Poisson weights by the recursion w[k] = w[k−1]·λ/k.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from settlement_sim import dates
from settlement_sim.demand.alias import AliasTables, build
from settlement_sim.demand.priors import Priors
from settlement_sim.vocabulary import AGE_BANDS, CARE_TYPES, PROVINCES, SCHEMES
from settlement_sim.world.calendar import Calendar
from settlement_sim.world.population import Population

CHRONIC_CLASSES: Final = 3
#: Slots of a count table; a person has fewer needs than this in one month.
COUNTS: Final = 64
_MICRO: Final = 1_000_000
_HIGHEST: Final = 20 * _MICRO

Weights = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Growth:
    """2024 volumes over 2023 volumes in 1/10,000, provinces × (stays, other visits): the declared reading."""

    reading: str
    factor: npt.NDArray[np.int64]


@dataclass(frozen=True)
class MonthTables:
    """The alias tables of one month: counts by stratum and class, care types by stratum, days by care type."""

    first_day: int
    count: AliasTables
    care: AliasTables
    day: AliasTables


class Rates:
    """Yearly rates by stratum and care type, and the tables of each month."""

    def __init__(
        self, priors: Priors, calendar: Calendar, weights: Mapping[str, Mapping[str, int]], growth: Growth
    ) -> None:
        """`weights`: visits per person-year in 1/1,000,000 where the relative rate is one, by province, care type."""
        self.calendar, self.growth = calendar, growth
        self.classes = priors.row("persons.rate_class.multiplier")
        self.day_weights = np.stack([priors.row(f"calendar.{care}") for care in CARE_TYPES])
        self.yearly = relative_rates(priors) * _weight_column(weights) // 100_000

    def month(self, month: int) -> MonthTables:
        """Tables of a month (months since the epoch)."""
        first, last = dates.month_bounds(month)
        day = self.day_weights[:, self.calendar.kinds(first, last)]
        by_care = self.monthly(month)
        total = by_care.sum(1)[:, None] * self.classes[None, :] // 100
        return MonthTables(first, build(poisson_weights(total.ravel())), build(_positive(by_care)), build(day))

    def monthly(self, month: int) -> Weights:
        """Strata × care types: expected needs of a month per person of rate class 1, per million."""
        first, last = dates.month_bounds(month)
        year = int(dates.years(np.array([first]))[0])
        year_first, year_last = dates.day(f"{year}-01-01"), dates.day(f"{year}-12-31")
        part = self.day_weights[:, self.calendar.kinds(first, last)].sum(1)
        whole = self.day_weights[:, self.calendar.kinds(year_first, year_last)].sum(1)
        rates = self.yearly * part // whole
        if year < 2024:
            rates = rates * 10_000 // _growth_column(self.growth)
        return rates


def relative_rates(priors: Priors) -> Weights:
    """Strata × care types, in 1/100,000: age and scheme times chronic class. Equal in both provinces."""
    rates = np.empty((len(PROVINCES), len(SCHEMES), len(AGE_BANDS), CHRONIC_CLASSES, len(CARE_TYPES)), np.int64)
    for c, care in enumerate(CARE_TYPES):
        by_age = np.stack([priors.row(f"rates.{care}.{scheme}") for scheme in SCHEMES])
        rates[..., c] = by_age[None, :, :, None] * priors.row(f"rates.chronic_class.{care}")
    return rates.reshape(-1, len(CARE_TYPES))


def stratum(population: Population, day: int) -> npt.NDArray[np.int64]:
    """Row of `relative_rates` for every person, by age on a day."""
    province = population.province.astype(np.int64)
    row = (province * len(SCHEMES) + population.scheme) * len(AGE_BANDS) + population.age_band(day)
    return row * CHRONIC_CLASSES + population.chronic_class


def poisson_weights(per_million: Weights) -> Weights:
    """Integer weights of 0..63 needs for each mean (per million, below 20 needs)."""
    assert per_million.max(initial=0) < _HIGHEST, "a person cannot have more than 20 expected needs a month"
    weights = np.zeros((per_million.size, COUNTS), np.int64)
    # 1.5·λ bits of room: λ^k/k! never exceeds e^λ = 2^(1.44·λ).
    weights[:, 0] = np.int64(1 << 30) >> (per_million * 3 // (2 * _MICRO))
    for k in range(1, COUNTS):
        weights[:, k] = weights[:, k - 1] * per_million // (k * _MICRO)
    return weights


def _weight_column(weights: Mapping[str, Mapping[str, int]]) -> Weights:
    table = np.array([[weights[p][care] for care in CARE_TYPES] for p in PROVINCES], np.int64)
    return np.repeat(table, len(SCHEMES) * len(AGE_BANDS) * CHRONIC_CLASSES, axis=0)


def _growth_column(growth: Growth) -> Weights:
    factor = growth.factor[:, [0, 1, 1, 1]]
    return np.repeat(factor, len(SCHEMES) * len(AGE_BANDS) * CHRONIC_CLASSES, axis=0)


def _positive(weights: Weights) -> Weights:
    """A stratum that never needs care still needs a table."""
    return np.where(weights.sum(1, keepdims=True) > 0, weights, 1)
