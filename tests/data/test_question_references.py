"""Does every question name what its scenario is compared with, and the measures that answer it?"""

from __future__ import annotations

import pytest
from questions import ALL

from settlement_sim.record.measures import MEASURE
from settlement_sim.scenario.load import load, packaged_scenarios
from settlement_sim.study.library import reference_of

#: Contribution years.
YEARS = {name for name in packaged_scenarios() if name.startswith(("q9_", "q10_"))}
#: Questions about one run.
SINGLE = {"backcast_2023q1q3_r1", "backcast_2023q1q3_r2", "q19_distribution"}
ASKED = [name for name in packaged_scenarios() if load(name).scenario.question.id.startswith("Q")]


@pytest.mark.parametrize("name", sorted(set(ALL) - {"q2_reference", "q12_gap_reference", "q3_prepayment"}))
def test_a_scenario_names_its_reference(name: str) -> None:
    assert reference_of(load(name)).name == ALL[name].reference


@pytest.mark.parametrize("name", sorted(YEARS - {"q9_recognition"}))
def test_contribution_years_are_compared_with_the_recognition_as_it_is(name: str) -> None:
    assert reference_of(load(name)).name == "q9_recognition"


@pytest.mark.parametrize("name", ASKED)
def test_a_question_has_a_reference_or_is_one_or_asks_about_one_run(name: str) -> None:
    names_one = bool(load(name).scenario.question.against)
    is_one = any(load(other).scenario.question.against == name for other in ASKED)
    assert [names_one, is_one, name in SINGLE].count(True) == 1


@pytest.mark.parametrize("name", ASKED)
def test_a_question_says_what_answers_it_and_its_tables_have_it(name: str) -> None:
    scenario = load(name).scenario
    asked = scenario.question.read
    assert asked and len(set(asked)) == len(asked)
    of_years = {one for one in asked if MEASURE[one].table in ("recognition_totals", "fund_transfers")}
    assert of_years == (set(asked) if scenario.visits == "off" else set()), "the run has tables for them"
