"""Are the parts of a world aligned: groups, profiles by exact age, prices by level, patterns of a bill?"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from settlement_sim import dates
from settlement_sim.demand.calibration import Calibration
from settlement_sim.demand.priors import Priors
from settlement_sim.vocabulary import AGE_BANDS
from settlement_sim.world.population import packed_date
from settlement_sim.world.world import World, build_world, level_prices


def test_columns_of_persons_and_providers_are_aligned(small_world: World) -> None:
    people, geography = small_world.population, small_world.geography
    assert small_world.units == 76
    assert (small_world.group == people.pool.astype(int) * 2 + people.scheme).all()
    assert (small_world.province == (people.pool > 0)).all()
    assert (small_world.provider_pool == geography.unit_pool[geography.provider_unit]).all()


def test_the_profile_of_a_person_has_its_traits(small_world: World) -> None:
    people, profiles = small_world.population, small_world.profiles
    rows = np.arange(len(people))
    profile = small_world.profile(rows, dates.day("2024-07-01"))
    for trait in ("pool", "scheme", "tier", "status", "assistance"):
        assert (getattr(profiles, trait)[profile] == getattr(people, trait)).all(), trait
    assert (profiles.age_band[profile] == people.age_band(dates.day("2024-07-01"))).all()


def test_profiles_follow_birthdays_also_over_many_days(small_world: World) -> None:
    people = small_world.population.take(np.arange(3))
    people.born[:] = packed_date(1964, 5, 6)
    world = build_world(
        7, small_world.calibration, population=people, geography=small_world.geography,
        priors=small_world.priors, calendar=small_world.calendar,
    )  # fmt: skip
    days = np.array([dates.day(d) for d in ("2024-05-05", "2024-05-06", "2023-12-31")])
    bands = world.profiles.age_band[world.profile(np.arange(3), days)]
    assert [AGE_BANDS[b] for b in bands] == ["50-59", "60-69", "50-59"]
    one_by_one = [int(world.profile(np.array([i]), int(day))[0]) for i, day in enumerate(days)]
    assert world.profile(np.arange(3), days).tolist() == one_by_one


def test_prices_lie_flat_by_province_care_type_and_level(small_world: World) -> None:
    assert small_world.price[(1 * 4 + 2) * 5 + 3] == small_world.calibration.price[1, 2, 3]


def test_cumulative_item_shares_leave_the_last_class_out(small_world: World) -> None:
    assert small_world.item_patterns.shape == (4, 5, 5)
    percent = small_world.priors.row("items.inpatient.0").tolist()
    assert small_world.item_patterns[0, 0].tolist() == [100 * sum(percent[: n + 1]) for n in range(5)]
    assert (np.diff(small_world.item_patterns, axis=2) >= 0).all() and small_world.item_patterns.max() <= 10_000


def test_item_shares_that_are_no_whole_are_refused(small_world: World, priors: Priors) -> None:
    leaf = priors.leaf("items.chronic.3")
    values = (*leaf.values[:-1], leaf.values[-1] + 1)
    broken = replace(priors, leaves={**priors.leaves, leaf.name: replace(leaf, values=values)})
    with pytest.raises(AssertionError, match="the item shares of each pattern sum to 100 %"):
        build_world(
            7, small_world.calibration, scale_bp=20, priors=broken,
            calendar=small_world.calendar, geography=small_world.geography,
        )  # fmt: skip


def test_prices_by_level_keep_the_mean_of_the_direction(priors: Priors) -> None:
    own = {
        "prices.level.inpatient": (40, 40, 70, 130, 0),
        "prices.level.outpatient": (50, 60, 90, 140, 0),
        "prices.chongqing.inpatient": (9_500,),
        "prices.chongqing.outpatient": (210,),
    }
    leaves = {name: replace(priors.leaf(name), values=values) for name, values in own.items()}
    # Stays cost 9,500.00 yuan on average; level 2 at 70 %, level 3 at 130 %, equally often: a mean of 100 %.
    mix = np.zeros((4, 5), np.int64)
    mix[0, 2] = mix[0, 3] = 10
    mix[1, 0] = 7  # outpatient care in communities only: there it costs the mean, 210.00
    prices = level_prices(replace(priors, leaves={**priors.leaves, **leaves}), "chongqing", mix)
    assert prices[0].tolist() == [380_000, 380_000, 665_000, 1_235_000, 0]
    assert prices[1].tolist() == [21_000, 25_200, 37_800, 58_800, 0]
    assert not prices[2:].any(), "without visits there is no mean to keep"


def test_the_fingerprint_is_of_places_people_and_priors(small_world: World, calibration_of_one: Calibration) -> None:
    parts = {
        "geography": small_world.geography, "priors": small_world.priors, "calendar": small_world.calendar,
    }  # fmt: skip
    people = small_world.population
    same = build_world(99, calibration_of_one, population=people, **parts)
    assert same.fingerprint() == small_world.fingerprint(), "prices and calibration are no part of it"
    fewer = build_world(7, calibration_of_one, population=people.take(np.arange(10)), **parts)
    assert fewer.fingerprint() != small_world.fingerprint()


@pytest.fixture
def calibration_of_one(small_world: World) -> Calibration:
    return replace(small_world.calibration, price=np.ones((2, 4, 5), np.int64))
