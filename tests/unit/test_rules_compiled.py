"""Flat tables: other pools, constants, districts, the national list of diseases."""

import numpy as np
import pytest
from bills import variant

from settlement_sim import dates
from settlement_sim.errors import InputError, LookupOutside
from settlement_sim.rules.book import RuleBook
from settlement_sim.rules.compiled import Profiles, Rules
from settlement_sim.rules.units import NO_LIMIT
from settlement_sim.vocabulary import AGE_BANDS, POOLS

DAY, LAST = dates.day("2024-05-15"), dates.day("2024-12-31")
#: Chongqing active employee; Chengdu destitute minor of tier 1; Chengdu near-low-income adult of tier 2.
PEOPLE = [np.array(column) for column in ([0, 1, 1], [0, 1, 1], [0, 1, 2], [0, 3, 2], [0, 1, 3])]
UNITS = ("wanzhou", "yubei", "fuling")


@pytest.fixture(scope="module")
def people() -> tuple[Profiles, np.ndarray]:
    return Profiles.of(*PEOPLE)


@pytest.fixture(scope="module")
def rules(book: RuleBook, people: tuple[Profiles, np.ndarray]) -> Rules:
    return Rules(book, people[0], DAY, LAST, UNITS)


def described(rules: Rules, rows: np.ndarray) -> list[tuple[int, ...]]:
    axes = ("pool", "scheme", "tier", "status", "assistance", "age_band")
    return list(zip(*(rules.insured(axis, rows).tolist() for axis in axes), strict=True))


def test_profiles_are_every_pool_times_every_combination(people: tuple[Profiles, np.ndarray]) -> None:
    profiles, first = people
    assert len(profiles) == len(POOLS) * 3 * len(AGE_BANDS)
    assert (np.diff(profiles.pool) >= 0).all(), "pools run slowest"
    for axis, column in zip(("pool", "scheme", "tier", "status", "assistance"), PEOPLE, strict=True):
        assert (getattr(profiles, axis)[first] == column).all()
    assert (profiles.age_band[first + 6] == 6).all(), "age bands run fastest"


def test_in_pool_is_the_same_person_elsewhere_on_the_same_day(
    rules: Rules, people: tuple[Profiles, np.ndarray]
) -> None:
    rows = rules.rows(np.array([DAY, LAST, DAY]), people[1] + np.array([0, 3, 6]))
    moved = rules.in_pool(rows, np.array([5, 0, 21], np.int8))
    for before, after, pool in zip(described(rules, rows), described(rules, moved), (5, 0, 21), strict=True):
        assert after == (pool, *before[1:])
    assert (moved // len(people[0]) == rows // len(people[0])).all(), "the version stays"
    assert (rules.in_pool(moved, PEOPLE[0]) == rows).all()


def test_in_pool_needs_profiles_of_every_pool(book: RuleBook) -> None:
    one = np.zeros(1, np.int64)
    alone = Rules(book, Profiles(one, one, one, one, one, one), DAY, DAY)
    with pytest.raises(LookupOutside, match=r"not crossed with every pool: make them with Profiles\.of"):
        alone.in_pool(one, one)


def test_a_leaf_with_one_value_on_the_days_asked_for_is_constant(
    rules: Rules, book: RuleBook, people: tuple[Profiles, np.ndarray]
) -> None:
    assert rules.constant("away.factor") == 10_000, "what a leaf never speaks about does not count"
    assert rules.constant("away.deductible") == NO_LIMIT
    assert rules.constant("inpatient.deductible") is None
    assert rules.constant("outpatient.ratio") is None
    resident = Profiles.of(*(column[1:] for column in PEOPLE))[0]
    assert Rules(book, resident, DAY, LAST).constant("large_sum.ratio") == 0, "only for those who are there"


def test_a_district_keeps_a_leaf_from_being_constant(people: tuple[Profiles, np.ndarray]) -> None:
    everywhere = "tilt.ratio: {unit: percent, axes: [assistance], cells: {others: 50}}"
    book = variant(everywhere)
    assert Rules(book, people[0], DAY, LAST).constant("tilt.ratio") == 5_000
    assert Rules(book, people[0], DAY, LAST, UNITS).constant("tilt.ratio") is None, "Yubei has its own"


def test_a_district_comes_first_for_those_insured_in_it(book: RuleBook, people: tuple[Profiles, np.ndarray]) -> None:
    """Near-low-income in Chongqing: the tilt layer above 3,500, in Yubei above 3,000."""
    rules = Rules(book, people[0], dates.day("2023-10-01"), LAST, UNITS)
    rows = rules.in_pool(rules.rows(DAY, np.repeat(people[1][2], 3)), np.zeros(3, np.int64))
    unit = np.arange(3, dtype=np.int16)
    assert rules.take("tilt.threshold", rows, unit=unit).tolist() == [350_000, 300_000, 350_000]
    assert rules.take("tilt.threshold", rows).tolist() == [350_000] * 3
    assert (rules.take("pooled.ceiling", rows, unit=unit) == rules.take("pooled.ceiling", rows)).all()
    before = rules.rows(dates.day("2023-10-01"), np.repeat(people[1][2], 3))
    assert (
        rules.take("tilt.threshold", rules.in_pool(before, np.zeros(3, np.int64)), unit=unit).tolist() == [350_000] * 3
    )
    chengdu = rules.rows(DAY, np.repeat(people[1][2], 3))
    assert (rules.take("tilt.ratio", chengdu, unit=unit) == 0).all(), "a district speaks for its pool alone"


def test_without_units_no_district_is_known(book: RuleBook, people: tuple[Profiles, np.ndarray]) -> None:
    rules = Rules(book, people[0], DAY, LAST)
    rows = rules.in_pool(rules.rows(DAY, people[1][2:]), np.array([0]))
    assert rules.take("tilt.threshold", rows, unit=np.array([1])).tolist() == [350_000]


def test_a_district_that_is_not_on_the_map(people: tuple[Profiles, np.ndarray]) -> None:
    leaf = "tilt.ratio: {unit: percent, axes: [assistance], cells: {others: 50}}"
    book = variant(leaf, head="pools: [chongqing]\ndistricts: [fulin]")
    with pytest.raises(InputError) as caught:
        Rules(book, people[0], DAY, LAST, UNITS)
    (problem,) = caught.value.problems
    assert (problem.found, problem.expected, problem.nearest) == ("district 'fulin'", "a unit of the map", "fuling")
    assert problem.where.endswith("variant.yaml:10:67")


def test_the_list_of_diseases_by_date(rules: Rules) -> None:
    assert rules.listed(dates.day("2024-11-30")) == (True, False)
    assert rules.listed(dates.day("2024-12-01")) == (True, True)
