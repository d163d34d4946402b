"""Do the formulas of `docs/model.md` on demand, in plain floating point, give what the program has in whole numbers?"""

from __future__ import annotations

import csv
import math
from itertools import product
from pathlib import Path

import numpy as np
import pytest

from settlement_sim import dates
from settlement_sim.demand.calibration import Calibration
from settlement_sim.demand.destinations import destination_weights
from settlement_sim.demand.priors import Priors
from settlement_sim.demand.rates import Rates, poisson_weights
from settlement_sim.study.run import growth_of
from settlement_sim.vocabulary import AGE_BANDS, CARE_TYPES, LEVELS, PROVINCES, SCHEMES
from settlement_sim.world.calendar import Calendar
from settlement_sim.world.geography import Geography

DATA = Path(__file__).parents[2] / "settlement_sim/demand/data"
FITTED, CALENDAR = Calibration.load(), Calendar.load()


def part(priors: Priors, care: str, first: str, last: str) -> float:
    """part(c, m) of the page."""
    weight = priors.row(f"calendar.{care}")
    of_month, of_year = (
        weight[CALENDAR.kinds(dates.day(start), dates.day(end))].sum()
        for start, end in ((first, last), (f"{first[:4]}-01-01", f"{first[:4]}-12-31"))
    )
    return float(of_month / of_year)


@pytest.mark.parametrize(("first", "last"), [("2024-02-01", "2024-02-29"), ("2023-11-01", "2023-11-30")])
def test_a_rate_is_age_and_scheme_times_chronic_class_times_weight(priors: Priors, first: str, last: str) -> None:
    growth = growth_of("R2")
    monthly = Rates(priors, CALENDAR, FITTED.weights, growth).monthly(dates.month_index(dates.day(first)))
    strata = product(enumerate(PROVINCES), SCHEMES, range(len(AGE_BANDS)), range(3))
    for found, ((p, province), scheme, age, chronic) in zip(monthly, strata, strict=True):
        for c, care in enumerate(CARE_TYPES):
            yearly = priors.row(f"rates.{care}.{scheme}")[age] / 1_000 * FITTED.weights[province][care]
            yearly *= priors.row(f"rates.chronic_class.{care}")[chronic] / 100
            before = growth.factor[p, int(c > 0)] / 10_000 if first < "2024" else 1
            assert found[c] == pytest.approx(yearly * part(priors, care, first, last) / before, abs=3)


@pytest.mark.parametrize("mean", [0.02, 0.7, 3.3, 19])
def test_the_number_is_poisson_cut_at_47(mean: float) -> None:
    (weights,) = poisson_weights(np.array([round(mean * 1_000_000)]))
    assert weights[0] == 2**30 // 2 ** math.floor(1.5 * mean)
    wanted = np.array([math.exp(-mean) * mean**k / math.factorial(k) for k in range(48)])
    assert weights / weights.sum() == pytest.approx(wanted / wanted.sum(), abs=1e-4)


def test_the_decay_is_a_mix_of_two_exponentials(priors: Priors) -> None:
    near, far, share = (priors.row(f"destination.{name}") for name in ("near_minutes", "far_minutes", "far_share"))
    with (DATA / "decay.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 2_001
    for c, care in enumerate(CARE_TYPES):
        s = share[c] / 100
        wanted = [(1 - s) * math.exp(-m / near[c]) + s * math.exp(-m / far[c]) for m in range(2_001)]
        assert [int(row[care]) for row in rows] == [max(1, round(10_000 * weight)) for weight in wanted]


def test_a_destination_is_capacity_times_preference_times_decay(priors: Priors) -> None:
    places = Geography.load()
    with (DATA / "decay.csv").open(encoding="utf-8") as file:
        decay = list(csv.DictReader(file))
    wanzhou = places.units.index("wanzhou")
    for c, care in enumerate(CARE_TYPES):
        found = destination_weights(places, priors, c)[wanzhou]
        for group, (unit, level) in enumerate(zip(places.provider_unit, places.provider_level, strict=True)):
            pharmacy = LEVELS[level] == "pharmacy"
            capacity = places.residents[unit] // 100 if pharmacy else places.licensed_beds[group]
            away = places.unit_province[unit] != places.unit_province[wanzhou]
            weight = int(decay[places.minutes[wanzhou, unit]][care])
            preference = priors.row(f"destination.preference.{care}")[level]
            assert found[group] == int(capacity) * int(preference) * weight * away


def test_prices_by_level_are_in_proportion_to_the_declared_ones(priors: Priors) -> None:
    for (p, _), (c, care) in product(enumerate(PROVINCES), enumerate(CARE_TYPES)):
        relative = priors.row(f"prices.level.{care}")
        assert ((FITTED.price[p, c] > 0) == (relative > 0)).all()
        over = FITTED.price[p, c][relative > 0] / relative[relative > 0]
        assert over == pytest.approx(over.max(), rel=1e-3)
