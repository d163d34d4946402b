"""Do the packaged scenarios read, keep their kind, and rest on calibrations that say where they come from?"""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from click.testing import CliRunner

from settlement_sim import yamlio
from settlement_sim.cli import main
from settlement_sim.demand.calibration import PACKAGED, Calibration
from settlement_sim.observed import figures as reported
from settlement_sim.observed.growth import growth
from settlement_sim.observed.targets import Target, implied
from settlement_sim.observed.terms import DIRECTIONS, MEASURES
from settlement_sim.scenario.load import load, packaged_scenarios, scenario_folder
from settlement_sim.scenario.timeline import timelines
from settlement_sim.study.run import calibration_path, rule_book

BACKCASTS = {"backcast_2023q1q3_r1": "R1", "backcast_2023q1q3_r2": "R2"}
KINDS = {"baseline_2024q1q3": "history", "full_year_2024": "extrapolation", **dict.fromkeys(BACKCASTS, "backcast")}
WINDOWS = {
    "baseline_2024q1q3": ("2024-01-01", "2024-09-30", "2023-10-01"),
    "full_year_2024": ("2024-01-01", "2024-12-31", "2023-10-01"),
    **dict.fromkeys(BACKCASTS, ("2023-01-01", "2023-09-30", "2022-10-01")),
}


def calibration_file(name: str) -> Path:
    return calibration_path(load(name))


@pytest.mark.parametrize("name", packaged_scenarios())
def test_a_packaged_scenario_is_valid_and_its_rules_cover_its_days(name: str) -> None:
    loaded = load(name)
    assert timelines(loaded) and rule_book(loaded)
    assert re.search(r"[一-鿿]", loaded.scenario.question.zh) and loaded.scenario.question.en


@pytest.mark.parametrize("name", KINDS)
def test_a_scenario_keeps_its_kind_and_its_days(name: str) -> None:
    scenario = load(name).scenario
    assert scenario.kind == KINDS[name]
    assert (str(scenario.window.first), str(scenario.window.last), str(scenario.warm_up)) == WINDOWS[name]


@pytest.mark.parametrize("name", sorted(set(KINDS) - {"baseline_2024q1q3"}))
def test_nothing_but_history_is_checked(name: str) -> None:
    said = CliRunner().invoke(main, ["check", name])
    assert said.exit_code == 2 and said.stdout == ""
    assert said.stderr.strip().endswith(
        f"found kind: {KINDS[name]}; expected kind: history; reported figures describe what was, not what would be"
    )


def test_the_full_year_rests_on_the_nine_months() -> None:
    """Nothing is fitted to twelve months: the packaged calibration, policies and readings of the baseline."""
    year, months = load("full_year_2024"), load("baseline_2024q1q3")
    assert calibration_path(year) == PACKAGED
    same = {"question", "kind", "window"}
    assert year.scenario.model_dump(exclude=same) == months.scenario.model_dump(exclude=same)


def test_the_distribution_is_read_from_the_baseline_as_it_is() -> None:
    mine, baseline = load("q19_distribution").scenario, load("baseline_2024q1q3").scenario
    assert mine.model_dump(exclude={"question"}) == baseline.model_dump(exclude={"question"})


def test_another_growth_is_read_on_the_same_nine_months() -> None:
    mine, baseline = load("q20_growth_r2").scenario, load("baseline_2024q1q3").scenario
    assert mine.model_dump(exclude={"question", "kind", "readings"}) == baseline.model_dump(
        exclude={"question", "kind", "readings"}
    )
    assert mine.readings == baseline.readings.model_copy(update={"growth": "R2"})


@pytest.mark.parametrize("name", BACKCASTS)
def test_a_backcast_differs_from_the_baseline_by_its_days_and_its_reading(name: str) -> None:
    differ = {"question", "kind", "window", "warm_up", "calibration", "readings"}
    backcast, baseline = load(name).scenario, load("baseline_2024q1q3").scenario
    assert backcast.model_dump(exclude=differ) == baseline.model_dump(exclude=differ)
    assert backcast.readings == baseline.readings.model_copy(update={"growth": BACKCASTS[name]})


def test_calibrations_are_not_scenarios() -> None:
    files = {path.name for path in (scenario_folder() / "calibrations").glob("*")}
    assert files == {f"{name}.yaml" for name in BACKCASTS}
    assert not {Path(file).stem for file in files} - set(packaged_scenarios()), "each belongs to a scenario"


@pytest.mark.parametrize(("name", "reading"), BACKCASTS.items())
def test_a_calibration_of_a_backcast_says_what_it_was_built_from(name: str, reading: str) -> None:
    path = calibration_file(name)
    assert path.parent.name == "calibrations" and Calibration.load(path).year == 2023
    head = "".join(line for line in path.read_text("utf-8").splitlines(keepends=True) if line.startswith("#"))
    assert f"the factors of {reading}" in head and "no evidence for it" in head


@pytest.mark.parametrize(("name", "reading"), BACKCASTS.items())
def test_a_backcast_meets_what_its_reading_implies(name: str, reading: str) -> None:
    """Within 0.3 % of settlements and 1 % of gross, as A1-A4 are checked, and inside the reading's own range."""
    rows = yamlio.read(calibration_file(name)).data["residuals"]
    for direction, target in zip(DIRECTIONS, implied(reported.load(), growth(reading)), strict=True):
        for measure, tolerance in zip(MEASURES, (0.003, 0.01), strict=True):
            row = {key: int(value) for key, value in rows[f"{direction}.{measure}"].items()}
            assert (row["implied"], row["low"], row["high"]) == values(target, target.low, target.high, measure=measure)
            found = row["implied"] + row["residual"]
            assert abs(row["residual"]) < tolerance * row["implied"] and row["low"] < found < row["high"]


def values(*targets: Target, measure: str) -> tuple[int, ...]:
    return tuple(getattr(target, measure) for target in targets)


def test_the_two_readings_share_what_they_agree_on() -> None:
    """R1 and R2 both divide Chongqing's settlements by 1.42 and Sichuan's gross by 1.13; the other two differ."""
    first, second = (yamlio.read(calibration_file(name)).data["residuals"] for name in BACKCASTS)
    agree = {key for key in first if first[key]["implied"] == second[key]["implied"]}
    assert agree == {"chongqing_to_sichuan.settlements", "sichuan_to_chongqing.total_fee"}
