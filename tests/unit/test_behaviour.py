"""Does a need stay away with the declared probability, and is a response without meaning refused?"""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

from settlement_sim.demand.behaviour import STREAM, Response, accepts, accepts_all
from settlement_sim.demand.priors import Priors
from settlement_sim.draws import Draws
from settlement_sim.errors import InputError

RESPONSE = Response(manual_deterrence=500, elasticity=5_000, direct_gain=1_000)
DIRECT, MANUAL = np.array([False]), np.array([True])


def cut(points: int) -> np.ndarray:
    """So many points off the ratio."""
    return np.array([points * 100], np.int16)


@pytest.mark.parametrize(
    ("manual", "points", "attraction"),
    [
        (False, 0, 11_000),  # 10,000 + 1,000
        (False, 10, 10_500),  # less 1,000 × 50 %
        (True, 0, 9_500),  # 10,000 − 500
        (True, 20, 8_500),  # less 2,000 × 50 %
    ],
)
def test_attraction_by_hand(manual: bool, points: int, attraction: int) -> None:
    assert RESPONSE.attraction(np.array([manual]), cut(points)).tolist() == [attraction]


def test_the_loss_by_a_cut_is_rounded_half_up() -> None:
    # 333 × 15 % = 49.95, 330 × 15 % = 49.5, 329 × 15 % = 49.35
    cuts = np.array([333, 330, 329])
    assert Response(elasticity=1_500).attraction(np.zeros(3, bool), cuts).tolist() == [9_950, 9_950, 9_951]


def test_nothing_is_less_attractive_than_not_at_all() -> None:
    repelled = Response(manual_deterrence=20_000, elasticity=100_000)
    assert repelled.attraction(np.array([True, False]), np.array([0, 2_000])).tolist() == [0, 0]
    none = accepts(np.zeros(1, np.uint64), MANUAL, cut(0), 10_000, repelled)
    assert not none.any(), "the lowest of all draws seeks care that nobody seeks"


@pytest.mark.parametrize(
    ("manual", "points", "potential", "share"),
    [
        (False, 0, 11_000, Fraction(1)),
        (True, 0, 11_000, Fraction(95, 110)),
        (False, 20, 20_000, Fraction(1, 2)),
        (True, 10, 12_500, Fraction(9_000, 12_500)),
    ],
)
def test_the_accepted_share_is_attraction_over_potential(
    manual: bool, points: int, potential: int, share: Fraction
) -> None:
    """The uniforms at both sides of share · 2**32, the first that stays away being rounded up."""
    limit = -(-share.numerator * 2**32 // share.denominator)
    for uniform, expected in ((0, True), (limit - 1, True), (limit, False)):
        if uniform < 2**32:
            bits = np.array([uniform << 32 | 0xFFFFFFFF], np.uint64)
            assert accepts(bits, np.array([manual]), cut(points), potential, RESPONSE).tolist() == [expected]


def test_draws_of_the_stream_are_accepted_in_their_share() -> None:
    bits = Draws(5).bits(STREAM, np.arange(100_000))
    found = accepts(bits, np.ones(100_000, bool), np.zeros(100_000, np.int64), 12_500, RESPONSE).mean()
    assert abs(found - 0.76) < 5 * np.sqrt(0.76 * 0.24 / 100_000)


@pytest.mark.parametrize("uniform", [0, 2**64 - 1])
def test_without_a_response_everybody_is_accepted(uniform: int) -> None:
    bits = np.full(2, uniform, np.uint64)
    assert accepts(bits, np.array([True, False]), np.array([2_000, 0]), 10_000, Response()).all()


def test_nothing_need_be_drawn_without_a_response_and_at_a_potential_of_one() -> None:
    assert accepts_all(10_000, Response())
    assert not accepts_all(10_001, Response()) and not accepts_all(10_000, Response(elasticity=1))


def test_a_response_needs_a_potential_that_bears_what_it_accepts() -> None:
    assert (Response().least_potential, RESPONSE.least_potential) == (10_000, 11_000)
    with pytest.raises(AssertionError, match="the potential does not bear what the response may accept"):
        accepts(np.zeros(1, np.uint64), DIRECT, cut(0), 10_999, RESPONSE)


def test_the_declared_response_is_in_hundredths_of_a_percent(priors: Priors) -> None:
    found = Response.declared(priors)
    for name in ("manual_deterrence", "elasticity", "direct_gain"):
        assert getattr(found, name) == priors[f"behaviour.{name}"] * 100, name
        assert priors.leaf(f"behaviour.{name}").grade == "assumption"
        assert priors.leaf(f"behaviour.{name}").low == 0, "no evidence excludes that nobody responds"


def test_what_is_cared_for_at_home_has_a_declared_price(priors: Priors) -> None:
    leaf = priors.leaf("behaviour.home_price")
    assert leaf.unit == "percent" and leaf.low < leaf.values[0] < leaf.high


def test_parameters_outside_their_range_are_told_at_once() -> None:
    with pytest.raises(InputError) as caught:
        Response(manual_deterrence=-1, direct_gain=100_001)
    assert [str(problem) for problem in caught.value.problems] == [
        "behaviour.manual_deterrence: found -1; expected a whole number from 0 to 100000 (1/10,000)",
        "behaviour.direct_gain: found 100001; expected a whole number from 0 to 100000 (1/10,000)",
    ]
