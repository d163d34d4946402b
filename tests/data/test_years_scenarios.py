"""The scenarios of contribution years: short, valid, each departing from its reference in what it says, and felt."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, Final

import pandas as pd
import pytest
from click.testing import CliRunner

from settlement_sim.cli import main
from settlement_sim.scenario.load import load, packaged_scenarios, scenario_folder
from settlement_sim.study.years import YearsResult, simulate_years

REFERENCE: Final = "q9_recognition"
PAGE: Final = (Path(__file__).parents[2] / "docs/questions.md").read_text("utf-8")
#: Scenario → kind, what it changes of the reference.
DEPARTS: Final[dict[str, tuple[str, set[str]]]] = {
    "q9_all_prefectures": ("counterfactual", {"policies"}),
    "q9_threshold_15_years": ("counterfactual", {"policies"}),
    "q9_lapse": ("counterfactual", {"policies"}),
    "q9_chengdu_by_sex": ("extrapolation", {"rules"}),
    "q10_transfers": ("counterfactual", {"policies"}),
}
SMALL: Final = ("world.scale=0.1",)
_RUNS: dict[str, YearsResult] = {}


def run(name: str) -> YearsResult:
    """A small run, once."""
    if name not in _RUNS:
        _RUNS[name] = simulate_years(load(name, SMALL))
    return _RUNS[name]


def accepted(name: str) -> pd.DataFrame:
    """Recognised cases by pool of application and of retirement."""
    frame = run(name).tables["recognition_totals"]
    return frame.set_index(["applied_in", "retires_in"])


def test_every_scenario_of_contribution_years_is_held_here() -> None:
    assert {n for n in packaged_scenarios() if n.startswith(("q9_", "q10_"))} == {REFERENCE, *DEPARTS}


@pytest.mark.parametrize("name", [REFERENCE, *DEPARTS])
def test_it_is_short_asks_its_question_and_is_on_the_page(name: str) -> None:
    lines = (scenario_folder() / f"{name}.yaml").read_text("utf-8").splitlines()
    assert len(lines) <= 25
    question = load(name).scenario.question
    assert question.id == ("Q10" if name.startswith("q10") else "Q9")
    assert re.search(r"[一-鿿]", question.zh) and question.en
    assert f"](../scenarios/{name}.yaml)" in PAGE
    assert CliRunner().invoke(main, ["validate", name, "--rules"]).exit_code == 0


@pytest.mark.parametrize("name", DEPARTS)
def test_it_departs_from_its_reference_in_one_thing_and_warns_of_nothing(name: str) -> None:
    kind, changes = DEPARTS[name]
    mine, reference = load(name), load(REFERENCE)
    assert mine.scenario.kind == kind
    said, before = (
        one.scenario.model_dump(mode="json", exclude={"question", "kind"}) for one in (mine, reference)
    )  # fmt: skip
    assert {key for key in said if said[key] != before[key]} == changes
    assert run(name).warnings() == []


def test_more_prefectures_recognise_more_people_and_nobody_of_the_agreement_loses() -> None:
    all_of_them, two = accepted("q9_all_prefectures"), accepted(REFERENCE)
    assert (two.accepted.groupby("applied_in").sum() > 0).sum() == 2, "Chongqing and Chengdu alone"
    assert (all_of_them.accepted.groupby("applied_in").sum() > 0).sum() > 15
    for pair in [("chengdu", "chongqing"), ("chengdu", "chengdu")]:
        assert all_of_them.loc[pair, "saved"] >= two.loc[pair, "saved"]


def test_a_lower_threshold_spares_more_and_costs_the_funds_more() -> None:
    fifteen, twenty = (accepted(name)[["months_saved", "saved", "accepted"]].sum() for name in (
        "q9_threshold_15_years", REFERENCE))  # fmt: skip
    assert (fifteen > twenty).all()


def test_nothing_is_recognised_after_the_measures_have_lapsed() -> None:
    lapsed, goes_on = (
        run(name).tables["recognitions"].query("state == 'accepted'") for name in ("q9_lapse", REFERENCE)
    )
    assert lapsed.day.max() <= "2028-03-01" < goes_on.day.max()
    before = goes_on[goes_on.day <= "2028-03-01"].reset_index(drop=True)
    pd.testing.assert_frame_equal(lapsed.reset_index(drop=True), before)


def test_the_other_report_of_chengdus_rule_lets_more_of_its_insured_gain() -> None:
    by_sex, fifteen = (accepted(name).groupby("applied_in").accepted.sum() for name in ("q9_chengdu_by_sex", REFERENCE))
    assert by_sex["chengdu"] > 1.5 * fifteen["chengdu"]
    assert by_sex["chongqing"] == fifteen["chongqing"], "its own rule decides for Chongqing's insured"


def test_transfers_follow_the_same_recognitions() -> None:
    columns = ["applied_in", "retires_in", "accepted", "saved"]
    mine, reference = (run(name).tables["recognition_totals"][columns] for name in ("q10_transfers", REFERENCE))
    pd.testing.assert_frame_equal(mine, reference)
    kinds: Any = run("q10_transfers").tables["fund_transfers"].kind
    assert set(kinds) == {"pooled"} and set(run(REFERENCE).tables["fund_transfers"].kind) == {"account"}
