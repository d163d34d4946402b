"""Whatever the terms and the potential: do better terms keep every need, and does a larger potential?"""

from __future__ import annotations

import numpy as np
import pytest
from helpers import WEIGHTS
from hypothesis import given
from hypothesis import strategies as st

from settlement_sim.demand.behaviour import STREAM, Response, accepts
from settlement_sim.demand.needs import Births, Needs, later
from settlement_sim.demand.priors import Priors
from settlement_sim.demand.rates import HIGHEST_POTENTIAL, Growth, Rates
from settlement_sim.draws import Draws
from settlement_sim.world.calendar import Calendar
from settlement_sim.world.population import Population

RESPONSES = st.builds(Response, st.integers(0, 20_000), st.integers(0, 100_000), st.integers(0, 10_000))
POTENTIALS = st.integers(10_000, HIGHEST_POTENTIAL)
CUTS = st.integers(0, 10_000)
BITS = st.integers(0, 2**64 - 1)
LEVEL = Growth("a test", np.full((2, 2), 10_000))


def accepted(bits: int, manual: bool, cut: int, potential: int, response: Response) -> bool:
    (found,) = accepts(np.array([bits], np.uint64), np.array([manual]), np.array([cut]), potential, response)
    return bool(found)


# behaviour ----------------------------------------------------------------------------------------------


@given(BITS, RESPONSES, POTENTIALS, st.tuples(st.booleans(), CUTS), st.tuples(st.booleans(), CUTS))
def test_better_terms_never_lose_a_need(
    bits: int, response: Response, potential: int, one: tuple[bool, int], other: tuple[bool, int]
) -> None:
    potential = max(potential, response.least_potential)
    better, worse = ((min(pair), max(pair)) for pair in zip(one, other, strict=True))
    good, bad = (better[0], worse[0]), (better[1], worse[1])
    assert accepted(bits, *good, potential, response) >= accepted(bits, *bad, potential, response)


@given(BITS, st.booleans(), CUTS, RESPONSES, RESPONSES)
def test_a_weaker_deterrence_never_loses_a_need(
    bits: int, manual: bool, cut: int, one: Response, two: Response
) -> None:
    weak = Response(
        min(one.manual_deterrence, two.manual_deterrence),
        min(one.elasticity, two.elasticity),
        max(one.direct_gain, two.direct_gain),
    )
    kept = accepted(bits, manual, cut, HIGHEST_POTENTIAL, weak)
    assert kept >= accepted(bits, manual, cut, HIGHEST_POTENTIAL, one)


@given(BITS, st.booleans(), CUTS, RESPONSES, POTENTIALS, POTENTIALS)
def test_who_is_accepted_at_a_larger_potential_is_at_a_smaller(
    bits: int, manual: bool, cut: int, response: Response, one: int, two: int
) -> None:
    small, large = sorted(max(p, response.least_potential) for p in (one, two))
    assert accepted(bits, manual, cut, small, response) >= accepted(bits, manual, cut, large, response)


@given(BITS, st.booleans(), CUTS)
def test_without_a_response_terms_do_not_matter(bits: int, manual: bool, cut: int) -> None:
    assert accepted(bits, manual, cut, 10_000, Response())
    assert accepted(bits, manual, cut, 15_000, Response()) == accepted(bits, False, 0, 15_000, Response())


# potential ----------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def some(people: Population) -> Population:
    """Five hundred persons of all pools, of whom every second is certified for a later disease."""
    few = people.take(np.arange(0, len(people), len(people) // 500))
    few.later_diseases[::2] = 1
    return few


def born(people: Population, priors: Priors, calendar: Calendar, seed: int, potential: int) -> tuple[Needs, np.ndarray]:
    """Needs of March 2024, and the day of each."""
    births = Births(people, Rates(priors, calendar, WEIGHTS, LEVEL, potential), priors, Draws(seed))
    needs, bounds = births.whole_month(14)
    return needs, np.repeat(np.arange(31), np.diff(bounds))


@given(seed=st.integers(0, 2**32), one=POTENTIALS, two=POTENTIALS)
def test_the_needs_of_a_smaller_potential_are_among_those_of_a_larger(
    seed: int, one: int, two: int, some: Population, priors: Priors, calendar: Calendar
) -> None:
    (small, day), (large, large_day) = (born(some, priors, calendar, seed, p) for p in sorted((one, two)))
    assert len(np.unique(large.id)) == len(large), "two needs share an id"
    shared = np.isin(large.id, small.id)
    assert shared.sum() == len(small)
    for name in ("id", "row", "care", "second"):
        assert (getattr(large, name)[shared] == getattr(small, name)).all(), name
    assert (large_day[shared] == day).all()


@given(seed=st.integers(0, 2**32), potential=POTENTIALS)
def test_needs_come_in_the_order_of_days_persons_and_moments(
    seed: int, potential: int, some: Population, priors: Priors, calendar: Calendar
) -> None:
    needs, day = born(some, priors, calendar, seed, potential)
    order = np.lexsort((needs.id, needs.second, needs.row, day))
    assert (order == np.arange(len(needs))).all()
    assert later(needs.id).any() and not later(needs.id).all()


@given(seed=st.integers(0, 2**32), response=RESPONSES)
def test_terms_of_today_keep_the_same_share_of_every_potential(
    seed: int, response: Response, some: Population, priors: Priors, calendar: Calendar
) -> None:
    """Without a gain: at a potential of one everybody, and at a larger one only draws below its inverse."""
    response = Response(response.manual_deterrence, response.elasticity)
    needs, _ = born(some, priors, calendar, seed, HIGHEST_POTENTIAL)
    bits, terms = Draws(seed).bits(STREAM, needs.id), (np.zeros(len(needs), bool), np.zeros(len(needs), np.int64))
    assert accepts(bits, *terms, 10_000, response).all()
    assert (accepts(bits, *terms, HIGHEST_POTENTIAL, response) == (bits < np.uint64(2**63))).all()
