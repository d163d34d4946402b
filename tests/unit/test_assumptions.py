"""`settlement-sim assumptions`: everything a run rests on is counted once, with its grade."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner, Result

from settlement_sim.cli import main
from settlement_sim.demand.careers import career_priors
from settlement_sim.demand.priors import Priors
from settlement_sim.scenario.load import load
from settlement_sim.study.assumptions import assumptions, by_grade


def invoke(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["assumptions", *arguments])


def test_every_prior_is_among_them_and_nothing_of_what_is_off() -> None:
    both, years = (assumptions(load(name)) for name in ("baseline_2024q1q3", "q9_recognition"))
    counted = by_grade(both)
    assert sum(counted["demand"].values()) == len(Priors.load().leaves)
    assert sum(counted["career"].values()) == len(career_priors().leaves)
    assert "demand" not in by_grade(years) and {row.kind for row in years} == {
        "reading", "policy", "setting", "career", "rule", "place",
    }  # fmt: skip
    assert [row.name for row in years if row.kind == "reading"] == ["recognition_case"]
    without = assumptions(load("baseline_2024q1q3", ("recognition=none",)))
    assert "career" not in by_grade(without)


def test_parameters_say_value_range_and_document() -> None:
    found = {row.name: row for row in assumptions(load("q9_threshold_15_years"))}
    threshold = found["recognition mutual_2024 threshold"]
    assert (threshold.value, threshold.grade) == ("180", "secondary")
    assert "Measures for the recognition" in threshold.basis
    discount = found["recognition discount"]
    assert (discount.value, discount.range, discount.grade) == ("3", "1–5", "assumption")


def test_policies_inside_parameters_are_opened() -> None:
    loaded = load("q10_transfers", ("policies.transfer.0.use=reciprocal_band",))
    names = {row.name: row.value for row in assumptions(loaded) if row.kind == "policy"}
    assert names["transfer reciprocal_band of retrospective claims_ratio"] == "65"


def test_the_page_counts_and_lists_what_is_asked_for() -> None:
    counts = invoke("q9_recognition", "--lang", "zh")
    assert counts.exit_code == 0 and "职业生涯先验" in counts.output and "cohort.backlog_years" not in counts.output
    listed = invoke("q9_recognition", "--kind", "career")
    assert "cohort.backlog_years" in listed.output and "recognition discount" not in listed.output
    said = json.loads(invoke("q9_recognition", "--grade", "assumption", "--kind", "setting", "--json").stdout)
    assert {row["grade"] for row in said["assumptions"]} == {"assumption"}
    assert said["by_grade"]["setting"]["assumption"] == len(said["assumptions"])


@pytest.mark.parametrize(("option", "word", "near"), [("--grade", "assumed", ""), ("--kind", "rules", "rule")])
def test_unknown_words_are_refused(option: str, word: str, near: str) -> None:
    said = invoke("q9_recognition", option, word)
    assert said.exit_code == 2 and f"{option}: found '{word}'; expected one of" in said.output
    assert (f"did you mean '{near}'" in said.output) == bool(near)
