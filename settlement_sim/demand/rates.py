"""How often does a person of a stratum need care in a month, of which type, on which day?

Poisson needs per person and month; the weights of care types are calibrated per insured province. All arithmetic is
integer: rates in visits per million, Poisson weights by the recursion w[k] = w[k−1]·λ/k. Needs for later diseases
have rates and count tables of their own, so that they change no other need.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from settlement_sim import dates
from settlement_sim.demand.alias import AliasTables, build
from settlement_sim.demand.calibration import BASE_YEAR
from settlement_sim.demand.priors import Priors
from settlement_sim.errors import InputError, Problem
from settlement_sim.money import WHOLE
from settlement_sim.vocabulary import AGE_BANDS, CARE_TYPES, PROVINCES, SCHEMES
from settlement_sim.world.calendar import Calendar
from settlement_sim.world.population import Population

CHRONIC_CLASSES: Final = 3
#: In one month a person has fewer ordinary needs than this, and fewer needs for later diseases.
COUNTS: Final = 48
LATER_COUNTS: Final = 16
#: Births over those of today in 1/10,000, at most: what is added is part of a second count like the first.
HIGHEST_POTENTIAL: Final = 2 * WHOLE
_CHRONIC: Final = CARE_TYPES.index("chronic")
_DRUGS: Final = 1
_MICRO: Final = 1_000_000
_HIGHEST: Final = 20 * _MICRO
_HIGHEST_LATER: Final = 4 * _MICRO

Weights = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Growth:
    """Volumes of the base year over those of the year before in 1/10,000, provinces × (stays, other visits).

    The declared reading speaks of 2024 over 2023. That the years before grew alike is an assumption; it reaches a run
    only through the warm-up of a backcast, October to December 2022. Later years keep the volumes of the base year.
    """

    reading: str
    factor: npt.NDArray[np.int64]
    base_year: int = BASE_YEAR


@dataclass(frozen=True)
class MonthTables:
    """The alias tables of one month: counts by stratum and class, care types by stratum, days by care type.

    `later`: counts of the needs for later diseases of who holds one, by stratum and class.
    """

    first_day: int
    count: AliasTables
    later: AliasTables
    care: AliasTables
    day: AliasTables


class Rates:
    """Yearly rates by stratum and care type, and the tables of each month."""

    def __init__(
        self,
        priors: Priors,
        calendar: Calendar,
        weights: Mapping[str, Mapping[str, int]],
        growth: Growth,
        potential_bp: int = WHOLE,
    ) -> None:
        """`weights`: visits per person-year in 1/1,000,000 where the relative rate is one, by province, care type.

        `potential_bp`: births over those of today in 1/10,000. Rates and tables stay those of today; `Births` adds
        the rest. Raises InputError where it lies outside 1 to 2.
        """
        if not WHOLE <= potential_bp <= HIGHEST_POTENTIAL:
            raise InputError(Problem("demand.potential", f"{potential_bp / WHOLE:g}", "a number from 1 to 2"))
        self.calendar, self.growth, self.potential_bp = calendar, growth, potential_bp
        self.classes = priors.row("persons.rate_class.multiplier")
        self.day_weights = np.stack([priors.row(f"calendar.{care}") for care in CARE_TYPES])
        self.yearly = relative_rates(priors) * _weight_column(weights) // 100_000
        self.later_yearly = later_rates(priors) * _weight_column(weights) // 100_000

    def month(self, month: int) -> MonthTables:
        """Tables of a month (months since the epoch)."""
        first, last = dates.month_bounds(month)
        day = self.day_weights[:, self.calendar.kinds(first, last)]
        by_care = self.monthly(month)
        count = poisson_weights(self._by_class(by_care))
        later = poisson_weights(self._by_class(self.later_monthly(month)), LATER_COUNTS, _HIGHEST_LATER)
        return MonthTables(first, build(count), build(later), build(_positive(by_care)), build(day))

    def monthly(self, month: int) -> Weights:
        """Strata × care types: expected needs of a month per person of rate class 1, per million."""
        return self._part_of_year(month, self.yearly)

    def later_monthly(self, month: int) -> Weights:
        """The same for later diseases, per person who holds one."""
        return self._part_of_year(month, self.later_yearly)

    def _by_class(self, monthly: Weights) -> Weights:
        """Expected needs of all care types by stratum and visit-rate class, flat."""
        return (monthly.sum(1)[:, None] * self.classes[None, :] // 100).ravel()

    def _part_of_year(self, month: int, yearly: Weights) -> Weights:
        first, last = dates.month_bounds(month)
        year = int(dates.years(np.array([first]))[0])
        year_first, year_last = dates.day(f"{year}-01-01"), dates.day(f"{year}-12-31")
        part = self.day_weights[:, self.calendar.kinds(first, last)].sum(1)
        whole = self.day_weights[:, self.calendar.kinds(year_first, year_last)].sum(1)
        rates = yearly * part // whole
        for _ in range(year, self.growth.base_year):
            rates = rates * 10_000 // _growth_column(self.growth)
        return rates


def relative_rates(priors: Priors) -> Weights:
    """Strata × care types, in 1/100,000: age and scheme times chronic class. Equal in both provinces."""
    rates = np.empty((len(PROVINCES), len(SCHEMES), len(AGE_BANDS), CHRONIC_CLASSES, len(CARE_TYPES)), np.int64)
    for c, care in enumerate(CARE_TYPES):
        by_age = np.stack([priors.row(f"rates.{care}.{scheme}") for scheme in SCHEMES])
        rates[..., c] = by_age[None, :, :, None] * priors.row(f"rates.chronic_class.{care}")
    return rates.reshape(-1, len(CARE_TYPES))


def later_rates(priors: Priors) -> Weights:
    """Strata × care types, in 1/100,000: rates of needs for later diseases of who holds one.

    Chronic care alone: a declared part of the rate at which the holder of a certificate for drugs needs it.
    """
    relative = relative_rates(priors).reshape(-1, CHRONIC_CLASSES, len(CARE_TYPES))
    rates = np.zeros_like(relative)
    rates[..., _CHRONIC] = relative[:, _DRUGS, None, _CHRONIC] * priors["rates.later_chronic"] // 100
    return rates.reshape(-1, len(CARE_TYPES))


def stratum(population: Population, day: int) -> npt.NDArray[np.int64]:
    """Row of `relative_rates` for every person, by age on a day."""
    province = population.province.astype(np.int64)
    row = (province * len(SCHEMES) + population.scheme) * len(AGE_BANDS) + population.age_band(day)
    return row * CHRONIC_CLASSES + population.chronic_class


def poisson_weights(per_million: Weights, counts: int = COUNTS, highest: int = _HIGHEST) -> Weights:
    """Integer weights of 0, 1, … `counts` − 1 needs for each mean (per million). InputError from `highest` on."""
    if per_million.max(initial=0) >= highest:
        expected = f"rates and weights that give nobody more than {highest // _MICRO}"
        raise InputError(Problem("priors", f"{per_million.max() // _MICRO} expected needs a month", expected))
    weights = np.zeros((per_million.size, counts), np.int64)
    # 1.5·λ bits of room: λ^k/k! never exceeds e^λ = 2^(1.44·λ).
    weights[:, 0] = np.int64(1 << 30) >> (per_million * 3 // (2 * _MICRO))
    for k in range(1, counts):
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
