"""Does a scenario respond as it says, and does it bear the needs that its response may draw?"""

from __future__ import annotations

from pathlib import Path

import pytest

from settlement_sim.demand.behaviour import Response
from settlement_sim.demand.priors import Priors
from settlement_sim.demand.rates import HIGHEST_POTENTIAL
from settlement_sim.errors import InputError
from settlement_sim.scenario.load import load
from settlement_sim.scenario.parameters import parameters_of
from settlement_sim.scenario.response import response_of
from settlement_sim.scenario.schema import Response as Said
from settlement_sim.scenario.values import MOST_POTENTIAL

BASELINE = "baseline_2024q1q3"


def respond(priors: Priors, *settings: str) -> Response:
    return response_of(load(BASELINE, settings), priors)


def test_nobody_responds_unless_asked(priors: Priors) -> None:
    assert respond(priors) == respond(priors, "demand.response=off") == Response(0, 0, 0)


def test_as_declared_and_with_parameters_of_its_own(priors: Priors) -> None:
    declared = Response.declared(priors)
    assert respond(priors, "demand.response=declared") == declared
    own = ("demand.response.elasticity=62.5", "demand.response.direct_gain=5", "demand.potential=1.05")
    assert respond(priors, *own) == Response(declared.manual_deterrence, 6_250, 500)
    assert respond(priors, "demand.response.manual_deterrence=0") == Response(0, declared.elasticity, 0)


def test_a_potential_too_small_is_told_where_the_later_word_was_spoken(priors: Priors, tmp_path: Path) -> None:
    said = "found a potential of 1.04 with a direct_gain of 5 %; expected a potential of at least 1.05"
    with pytest.raises(InputError) as caught:
        respond(priors, "demand.potential=1.04", "demand.response.direct_gain=5")
    assert str(caught.value) == f"--set demand.potential: {said}"
    path = tmp_path / "child.yaml"
    path.write_text(f"format: 1\nextends: {BASELINE}\ndemand: {{potential: 1.04}}\n", "utf-8")
    with pytest.raises(InputError) as caught:
        response_of(load(path, ["demand.response.direct_gain=5"]), priors)
    assert str(caught.value) == f"--set demand.response.direct_gain: {said}"


def test_the_ranges_a_scenario_states_are_those_declared(priors: Priors) -> None:
    for parameter in parameters_of(Said):
        leaf = priors.leaf(f"behaviour.{parameter.name}")
        assert (parameter.low, parameter.high, parameter.grade) == (str(leaf.low), str(leaf.high), leaf.grade)


def test_a_scenario_allows_the_largest_potential_that_births_can_bear_and_no_larger(priors: Priors) -> None:
    assert MOST_POTENTIAL * 10_000 == HIGHEST_POTENTIAL
    largest = respond(priors, f"demand.potential={MOST_POTENTIAL}", "demand.response.direct_gain=100")
    assert largest.least_potential == HIGHEST_POTENTIAL
