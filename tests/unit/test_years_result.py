"""A run of contribution years alone: folder, check, refusals."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

import settlement_sim as ss
from settlement_sim.cli import main
from settlement_sim.study.saved import read_run
from settlement_sim.study.years import YearsResult

SMALL = ("world.scale=0.2",)


@pytest.fixture(scope="module")
def result() -> YearsResult:
    found = ss.simulate(ss.load("baseline_2024q1q3", "visits=off", *SMALL))
    assert isinstance(found, YearsResult)
    return found


def test_applications_are_accepted_refused_or_open(result: YearsResult) -> None:
    totals = result.tables["recognition_totals"]
    assert (totals.accepted + totals.refused + totals.open == totals.applied).all()
    assert totals.applied.sum() == len(result.tables["recognitions"]) > 20
    assert (result.tables["recognitions"].decided == "").sum() == totals.open.sum()


def test_months_of_the_tables_agree_with_its_rows(result: YearsResult) -> None:
    rows = result.tables["recognitions"].query("state == 'accepted'")
    totals = result.tables["recognition_totals"]
    assert totals.months_saved.sum() == (rows.short_before - rows.short).sum()
    assert totals.saved.sum() == rows.saved.sum()
    assert totals.back_payment.sum() == rows.back_payment.sum()


def test_a_saved_folder_is_checked_as_the_result_is(result: YearsResult, tmp_path: Path) -> None:
    rows, beside = read_run(result.save(tmp_path / "run"))
    assert [row.to_dict() for row in rows] == [row.to_dict() for row in result.check()]
    assert beside == [] == result.beside()
    manifest = json.loads((tmp_path / "run/manifest.json").read_text("utf-8"))
    assert (manifest["visits"], manifest["window"]) == ("off", ["2024-03-01", "2024-12-31"])


def test_a_reduced_world_is_not_held_against_154_cases(result: YearsResult) -> None:
    verdicts = {row.figure: (row.basis, row.verdict) for row in result.check()}
    assert verdicts["B1"] == ("input", "met") and verdicts["B2"] == ("input", "met")
    assert verdicts["B6"] == ("none", "not_spoken_to") == verdicts["A1"] == verdicts["B3"]


@pytest.mark.parametrize(
    ("setting", "figure"),
    [
        ("recognition.window.from=2024-02-01", "B1"),
        ("policies.recognition.0.with.pools=all", "B2"),
    ],
)
def test_another_date_or_scope_misses_what_was_reported(setting: str, figure: str) -> None:
    rows = ss.simulate(ss.load("baseline_2024q1q3", "visits=off", *SMALL, setting)).check()
    assert {row.figure: row.verdict for row in rows}[figure] == "missed"


def test_the_command_writes_a_folder_and_tells_the_totals(tmp_path: Path) -> None:
    arguments = ["run", "q9_lapse", "--set", "world.scale=0.05", "--lang", "zh", "--out", str(tmp_path / "run")]
    done = CliRunner().invoke(main, arguments)
    assert done.exit_code == 0, done.output
    assert "缴费年限互认" in done.output and "合计" in done.output
    assert (tmp_path / "run/tables/recognitions.csv").is_file()
    assert not (tmp_path / "run/tables/totals.csv").exists()


def test_the_command_prints_json(tmp_path: Path) -> None:
    arguments = ["run", "q9_recognition", "--set", "world.scale=0.02", "--json", "--out", str(tmp_path / "run")]
    said = json.loads(CliRunner().invoke(main, arguments).stdout)
    assert said["manifest"]["scenario"] == "q9_recognition"
    assert set(said["totals"]["recognition"]) == {"applied_in", "moved", "back_paid", "check"}


@pytest.mark.parametrize("option", ["--claims", "--journal"])
def test_claims_and_journal_need_visits(option: str, tmp_path: Path) -> None:
    done = CliRunner().invoke(main, ["run", "q9_recognition", option, "--out", str(tmp_path / "run")])
    assert done.exit_code == 2 and "visits are off" in done.output
    assert not (tmp_path / "run").exists()


def test_strict_takes_a_scenario_without_visits(tmp_path: Path) -> None:
    arguments = ["run", "q9_all_prefectures", "--set", "world.scale=0.05", "--strict", "--out", str(tmp_path / "run")]
    done = CliRunner().invoke(main, arguments)
    assert done.exit_code == 0, done.output


def test_a_counterfactual_is_not_checked() -> None:
    done = CliRunner().invoke(main, ["check", "q9_lapse"])
    assert done.exit_code == 2 and "kind: history" in done.output
