"""One application of a run, told as a case: the same months, prices and place as the run has."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner

from settlement_sim.cli import main
from settlement_sim.scenario.load import load
from settlement_sim.study.applicant import case_of
from settlement_sim.study.recognise import recognise
from settlement_sim.study.years import YearsResult, simulate_years

SETTINGS = ("world.scale=0.3", "recognition.hazard=3000")


@pytest.fixture(scope="module")
def result() -> YearsResult:
    return simulate_years(load("baseline_2024q1q3", SETTINGS))


@pytest.mark.parametrize("row", range(0, 60, 6))
def test_a_case_made_of_an_application_gives_what_the_run_gave(result: YearsResult, row: int) -> None:
    a = result.track.assessed
    career = recognise(case_of(result, row))
    assert career.before.back_payment == a.price_before[row] and career.after.back_payment == a.price_after[row]
    assert career.after.short == a.after.short[row] and career.after.counted == a.after.counted[row]
    assert career.after.place == result.tables["recognitions"].retires_in[row]
    left = result.track.left.take((result.track.left.person == row).nonzero()[0])
    assert [moved.account for moved in career.transfers] == left.account.tolist()


def test_the_command_tells_a_life_and_refuses_numbers_beyond_the_run() -> None:
    settings = [part for setting in SETTINGS for part in ("--set", setting)]
    told = CliRunner().invoke(main, ["explain", "baseline_2024q1q3", "--application", "1", "--json", *settings])
    said = json.loads(told.stdout)
    assert said["application"] == 1 and "applied" in said["days"]
    far = CliRunner().invoke(main, ["explain", "baseline_2024q1q3", "--application", "9999", *settings])
    assert far.exit_code == 2 and "an application of this run" in far.output
    both = CliRunner().invoke(main, ["explain", "baseline_2024q1q3", "1-2024-01-1", "--application", "1"])
    assert both.exit_code == 2 and "stands alone" in both.output
