"""Are counts Poisson, do months add up to a year, and are the volumes of 2023 those of 2024 less growth?"""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from math import factorial

import numpy as np
import pytest
from helpers import WEIGHTS, masses

from settlement_sim import dates
from settlement_sim.demand.priors import Priors
from settlement_sim.demand.rates import (
    COUNTS,
    LATER_COUNTS,
    Growth,
    Rates,
    later_rates,
    poisson_weights,
    relative_rates,
    stratum,
)
from settlement_sim.errors import InputError
from settlement_sim.vocabulary import AGE_BANDS, CARE_TYPES, PROVINCES, SCHEMES
from settlement_sim.world.calendar import HOLIDAY, WEEKEND, WORKDAY, Calendar
from settlement_sim.world.population import Population

MICRO = 10**6
STRATA = 2 * 2 * 7 * 3
LEVEL = np.full((2, 2), 10_000)


def rates_of(priors: Priors, calendar: Calendar, factor: np.ndarray = LEVEL) -> Rates:
    return Rates(priors, calendar, WEIGHTS, Growth("a test", factor))


@pytest.fixture(scope="module")
def rates(priors: Priors, calendar: Calendar) -> Rates:
    return rates_of(priors, calendar)


def row(province: str, scheme: str, band: str, chronic_class: int) -> int:
    """The stratum as four digits of mixed base."""
    place = PROVINCES.index(province) * 2 + SCHEMES.index(scheme)
    return (place * 7 + AGE_BANDS.index(band)) * 3 + chronic_class


def pmf(mean: Fraction) -> list[Fraction]:
    """Poisson probabilities of 0 … 47 but for the common factor exp(−mean), made to sum to one."""
    terms = [mean**k / factorial(k) for k in range(COUNTS)]
    total = sum(terms)
    return [term / total for term in terms]


@pytest.mark.parametrize("per_million", [1, 999, 80_000, 333_333, MICRO, 4_200_000, 9_999_999, 15_000_001, 19_999_999])
def test_counts_are_poisson(per_million: int) -> None:
    weights = [int(w) for w in poisson_weights(np.array([per_million]))[0]]
    exact, total = pmf(Fraction(per_million, MICRO)), sum(weights)
    distance = sum(abs(Fraction(w, total) - p) for w, p in zip(weights, exact, strict=True)) / 2
    assert distance < Fraction(1, 10**6), f"{float(distance):.2e} of the mass lies elsewhere"
    mean = Fraction(sum(k * w for k, w in enumerate(weights)), total)
    assert abs(mean * MICRO / per_million - 1) < Fraction(1, 1000), "the mean is another"


def test_poisson_weights_by_hand() -> None:
    # λ = 2: w0 = 2**30 / 2**3; then ·2/1, ·2/2, ·2/3 (down), ·2/4.
    w = poisson_weights(np.array([2 * MICRO]))[0]
    assert w[:5].tolist() == [1 << 27, 1 << 28, 1 << 28, (1 << 29) // 3, (1 << 29) // 3 // 2]
    assert w.shape == (48,)


def test_nobody_without_a_rate_has_a_need() -> None:
    assert poisson_weights(np.array([0]))[0].tolist() == [1 << 30] + [0] * 47


def test_no_weight_outgrows_an_alias_table() -> None:
    weights = poisson_weights(np.arange(0, 20 * MICRO, 9_973))
    assert weights.min() >= 0 and weights.max() < 1 << 32 and weights.sum(1).max() < 1 << 33


def test_more_than_twenty_needs_a_month_are_refused() -> None:
    with pytest.raises(InputError, match=r"found 20 expected needs a month; .* that give nobody more than 20"):
        poisson_weights(np.array([1, 20 * MICRO]))


def test_more_than_four_needs_for_later_diseases_a_month_are_refused(priors: Priors, calendar: Calendar) -> None:
    # Twenty times the 1.46 visits a year of a certificate for drugs, 5.2 times that in the highest class: 13 a month.
    often = {"rates.later_chronic": replace(priors.leaf("rates.later_chronic"), values=(2_000,))}
    priors = replace(priors, leaves={**priors.leaves, **often})
    with pytest.raises(InputError, match=r"found 13 expected needs a month; .* that give nobody more than 4"):
        rates_of(priors, calendar).month(12)


@pytest.mark.parametrize(("potential", "text"), [(0, "0"), (9_999, "0.9999"), (20_001, "2.0001")])
def test_a_potential_below_one_or_above_two_is_refused(
    priors: Priors, calendar: Calendar, potential: int, text: str
) -> None:
    with pytest.raises(InputError) as caught:
        Rates(priors, calendar, WEIGHTS, Growth("a test", LEVEL), potential)
    assert str(caught.value) == f"demand.potential: found {text}; expected a number from 1 to 2"


def by_hand(priors: Priors, scheme: str, band: str, chronic_class: int) -> list[int]:
    """Relative rates by care type in 1/100,000: per mille of the age band times percent of the class."""
    age = AGE_BANDS.index(band)
    return [
        int(priors.row(f"rates.{care}.{scheme}")[age] * priors.row(f"rates.chronic_class.{care}")[chronic_class])
        for care in CARE_TYPES
    ]


@pytest.mark.parametrize(
    ("province", "scheme", "band", "chronic_class"),
    [("chongqing", "employee", "60-69", 2), ("sichuan", "resident", "0-17", 0), ("sichuan", "employee", "90+", 1)],
)
def test_rates_are_age_and_scheme_times_chronic_class_times_the_calibrated_weight(
    rates: Rates, priors: Priors, province: str, scheme: str, band: str, chronic_class: int
) -> None:
    at, relative = row(province, scheme, band, chronic_class), by_hand(priors, scheme, band, chronic_class)
    assert relative_rates(priors)[at].tolist() == relative
    weights = [WEIGHTS[province][care] for care in CARE_TYPES]
    assert rates.yearly[at].tolist() == [r * w // 100_000 for r, w in zip(relative, weights, strict=True)]


def test_relative_rates_are_equal_in_both_provinces(priors: Priors) -> None:
    relative = relative_rates(priors)
    assert relative.shape == (STRATA, 4)
    assert (relative[: STRATA // 2] == relative[STRATA // 2 :]).all()


def test_the_months_of_a_year_add_up_to_it(rates: Rates) -> None:
    whole = sum(rates.monthly(month) for month in range(12, 24))
    lost = rates.yearly - whole
    assert lost.min() >= 0 and lost.max() <= 12, "each month is rounded down once, per million"


def test_a_month_has_the_part_of_its_kinds_of_day(rates: Rates, priors: Priors, calendar: Calendar) -> None:
    weight = priors.row("calendar.inpatient")  # of a working day, a weekend, a day off by notice, a day made up
    first, last = dates.month_bounds(13)
    part = weight[calendar.kinds(first, last)].sum()
    whole = weight[calendar.kinds(dates.day("2024-01-01"), dates.day("2024-12-31"))].sum()
    stays = rates.yearly[:, 0] * int(part) // int(whole)
    assert (rates.monthly(13)[:, 0] == stays).all()
    assert rates.monthly(13)[0, 0] < rates.monthly(12)[0, 0], "February 2024 held the Spring Festival"


def test_growth_divides_the_months_of_2023_and_no_others(priors: Priors, calendar: Calendar) -> None:
    flat = rates_of(priors, calendar)
    grown = rates_of(priors, calendar, np.array([[14_200, 12_500], [11_300, 20_000]]))
    for month in (9, 11):  # October and December 2023
        before, after = flat.monthly(month), grown.monthly(month)
        half = STRATA // 2
        assert (after[:half, 0] == before[:half, 0] * 10_000 // 14_200).all(), "Chongqing, stays"
        assert (after[:half, 1:] == before[:half, 1:] * 10_000 // 12_500).all(), "Chongqing, other visits"
        assert (after[half:, 0] == before[half:, 0] * 10_000 // 11_300).all(), "Sichuan, stays"
        assert (after[half:, 1:] == before[half:, 1:] * 10_000 // 20_000).all(), "Sichuan, other visits"
    assert (flat.monthly(12) == grown.monthly(12)).all(), "January 2024 is as calibrated"


def test_growth_divides_every_year_before_the_base_year_once_more(priors: Priors, calendar: Calendar) -> None:
    """With 2023 as the base year October 2022 is divided once and 2023 is as calibrated; with 2024 it is twice."""
    factor = np.array([[14_200, 12_500], [11_300, 20_000]])
    flat = rates_of(priors, calendar)
    base_2023 = Rates(priors, calendar, WEIGHTS, Growth("a test", factor, 2023))
    base_2024 = Rates(priors, calendar, WEIGHTS, Growth("a test", factor))
    half, october_2022 = STRATA // 2, -3
    before = flat.monthly(october_2022)
    once, twice = base_2023.monthly(october_2022), base_2024.monthly(october_2022)
    assert (once[:half, 0] == before[:half, 0] * 10_000 // 14_200).all(), "Chongqing, stays"
    assert (once[half:, 1:] == before[half:, 1:] * 10_000 // 20_000).all(), "Sichuan, other visits"
    assert (twice[:half, 0] == once[:half, 0] * 10_000 // 14_200).all()
    assert (twice[half:, 1:] == once[half:, 1:] * 10_000 // 20_000).all()
    for month in (0, 11, 12, 23):  # both ends of 2023 and of 2024
        assert (base_2023.monthly(month) == flat.monthly(month)).all(), "no growth after the base year"


def test_months_before_the_epoch_add_up_to_their_year(priors: Priors, calendar: Calendar) -> None:
    flat = Rates(priors, calendar, WEIGHTS, Growth("a test", LEVEL))
    lost = flat.yearly - sum(flat.monthly(month) for month in range(-12, 0))
    assert lost.min() >= 0 and lost.max() <= 12, "each month is rounded down once, per million"
    tables = flat.month(-1)
    assert tables.first_day == dates.day("2022-12-01") == -31


def test_the_count_table_of_a_month_has_the_mean_of_stratum_and_class(rates: Rates, priors: Priors) -> None:
    tables = rates.month(12)
    at = row("chongqing", "employee", "70-79", 1)
    for number, percent in enumerate(priors.row("persons.rate_class.multiplier").tolist()):
        mean = int(rates.monthly(12)[at].sum()) * percent // 100 / MICRO
        mass = masses(tables.count, at * 4 + number) / 2.0 ** (32 + 6)
        assert abs((mass * np.arange(64)).sum() - mean) < 1e-4 * max(mean, 1), f"class {number}"


def test_later_diseases_have_a_declared_part_of_the_chronic_rate_of_certificates_for_drugs(
    rates: Rates, priors: Priors
) -> None:
    relative, part = later_rates(priors), priors["rates.later_chronic"]
    for scheme, weight in (("employee", 1_000), ("resident", 800)):
        for chronic_class in range(3):
            at = row("sichuan", scheme, "70-79", chronic_class)
            # per mille of the age band, 100 percent of class 1, and the declared part of that
            assert relative[at].tolist() == [0, 0, weight * 100 * part // 100, 0]
            yearly = weight * part * WEIGHTS["sichuan"]["chronic"] // 100_000
            assert rates.later_yearly[at].tolist() == [0, 0, yearly, 0]


def test_the_count_table_of_later_diseases_has_the_mean_of_stratum_and_class(rates: Rates, priors: Priors) -> None:
    tables = rates.month(12)
    at = row("sichuan", "employee", "60-69", 0)
    for number, percent in enumerate(priors.row("persons.rate_class.multiplier").tolist()):
        mean = int(rates.later_monthly(12)[at, 2]) * percent // 100 / MICRO
        mass = masses(tables.later, at * 4 + number) / 2.0 ** (32 + 4)
        assert abs((mass * np.arange(LATER_COUNTS)).sum() - mean) < 1e-6, f"class {number}"


def test_the_tables_are_those_of_today_whatever_the_potential(rates: Rates, priors: Priors, calendar: Calendar) -> None:
    today, doubled = rates.month(13), Rates(priors, calendar, WEIGHTS, Growth("a test", LEVEL), 20_000).month(13)
    for name in ("count", "later", "care", "day"):
        assert (getattr(today, name).entry == getattr(doubled, name).entry).all(), name


def test_the_care_table_has_the_shares_of_the_stratum(rates: Rates) -> None:
    by_care = rates.monthly(12)
    tables = rates.month(12).care
    for at in (row("chongqing", "employee", "18-49", 0), row("sichuan", "resident", "80-89", 2)):
        shares = masses(tables, at) / 2.0**34
        assert np.abs(shares - by_care[at] / by_care[at].sum()).max() < 1e-8


def test_a_stratum_without_a_rate_has_a_table_all_the_same(priors: Priors, calendar: Calendar) -> None:
    nothing = {province: dict.fromkeys(CARE_TYPES, 0) for province in PROVINCES}
    tables = Rates(priors, calendar, nothing, Growth("a test", LEVEL)).month(12)
    assert masses(tables.count, 0).tolist() == [1 << 38] + [0] * 63, "count 0 for sure"
    assert masses(tables.care, 0).tolist() == [1 << 32] * 4


def test_days_of_a_month_are_weighted_by_kind(rates: Rates, priors: Priors, calendar: Calendar) -> None:
    tables = rates.month(13)
    kinds = calendar.kinds(*dates.month_bounds(13))
    assert tables.first_day == dates.day("2024-02-01")
    for care, name in enumerate(CARE_TYPES):
        mass = masses(tables.day, care) / 2.0 ** (32 + 5)
        weight = priors.row(f"calendar.{name}")[kinds]
        expected = weight / weight.sum()
        assert np.abs(mass[: len(kinds)] - expected).max() < 1e-7, CARE_TYPES[care]
        assert not mass[len(kinds) :].any(), "no 30 February"
    assert {WORKDAY, WEEKEND, HOLIDAY} <= set(kinds.tolist())


def test_the_stratum_of_a_person_is_its_province_scheme_age_and_certificates(people: Population) -> None:
    day = dates.day("2024-07-01")
    found = stratum(people, day)
    for i in range(0, len(people), 997):
        province = "chongqing" if people.pool[i] == 0 else "sichuan"
        mask = int(people.diseases[i])
        chronic_class = 2 if mask & 0b11100 else 1 if mask else 0
        band = AGE_BANDS[people.age_band(day)[i]]
        assert found[i] == row(province, SCHEMES[people.scheme[i]], band, chronic_class), f"person {i}"
