"""The hazard of an application: fitted on the days of B6, refused elsewhere, stale when inputs move."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from settlement_sim import yamlio
from settlement_sim.errors import InputError
from settlement_sim.observed import figures
from settlement_sim.scenario.load import load
from settlement_sim.study import calibrate_years
from settlement_sim.study.calibrate_years import Fit, cases_of, write
from settlement_sim.study.track import FITTED, fitted_hazard, is_fitted, track_of, years_fingerprint

BASELINE = "baseline_2024q1q3"


def test_the_packaged_hazard_rests_on_the_baselines_inputs() -> None:
    loaded = load(BASELINE)
    track = track_of(loaded)
    assert track is not None and is_fitted(loaded, track)
    found = yamlio.read(FITTED).data
    assert abs(float(found["cases"]["mean"]) - 154) < 2 * float(found["cases"]["standard_error"])


@pytest.mark.parametrize(
    "setting",
    ["recognition.hazard=1", "world.world_seed=7", "recognition.staff=2", "readings.recognition_case=applied"],
)
def test_other_inputs_make_it_stale(setting: str) -> None:
    loaded = load(BASELINE, (setting,))
    track = track_of(loaded)
    assert track is not None and not is_fitted(loaded, track)


def test_a_fit_starts_from_cases_and_ends_at_the_figure(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where cases are 7 for each 100 of hazard, 154 cases need a hazard of 2,200."""
    monkeypatch.setattr(
        calibrate_years, "cases_of", lambda loaded, track, hazard, seeds: [hazard * 7 // 100] * len(seeds)
    )
    said: list[str] = []
    fit = calibrate_years.calibrate_years(load(BASELINE), figures.load(), said.append)
    assert (fit.hazard, fit.mean, fit.spread, len(said)) == (2200, 154.0, 0.0, 3)


def test_applications_are_more_than_approvals() -> None:
    approved, applied = (
        load(BASELINE, (f"readings.recognition_case={r}", "world.scale=0.3")) for r in ("approved", "applied")
    )
    track = track_of(approved)
    assert track is not None
    assert cases_of(approved, track, 1_500, [1])[0] < cases_of(applied, track, 1_500, [1])[0]


@pytest.mark.parametrize("setting", ["recognition=none", "recognition.window.until=2024-11-30"])
def test_other_days_cannot_be_fitted(setting: str) -> None:
    with pytest.raises(InputError, match="exactly the days of B6"):
        calibrate_years.calibrate_years(load(BASELINE, (setting,)), figures.load())


def test_the_file_says_what_was_fitted(tmp_path: Path) -> None:
    fit = Fit(2200, 154, 154.0, 1.5, 8.5, "ab")
    write(tmp_path / "own.yaml", replace(fit, hazard=2201))
    found = yamlio.read(tmp_path / "own.yaml").data
    assert (found["hazard"], found["grade"], found["cases"]["spread"]) == ("2201", "calibrated", "8.50")


def test_a_scenario_may_name_a_hazard_of_its_own(tmp_path: Path) -> None:
    track = track_of(load(BASELINE))
    assert track is not None
    write(tmp_path / "own.yaml", Fit(777, 154, 154.0, 1.5, 8.5, years_fingerprint(load(BASELINE), track)))
    (tmp_path / "s.yaml").write_text(
        f"format: 1\nextends: {BASELINE}\nrecognition: {{calibration: own.yaml}}\n", "utf-8"
    )
    own = load(tmp_path / "s.yaml")
    mine = track_of(own)
    assert mine is not None and mine.plan.hazard == 777 and is_fitted(own, mine)


def test_a_hazard_file_without_a_hazard_is_refused(tmp_path: Path) -> None:
    (tmp_path / "own.yaml").write_text("format: 1\nhazard: often\n", "utf-8")
    with pytest.raises(InputError, match=r"own.yaml:2:9: found hazard 'often'; expected hazard: a whole number"):
        fitted_hazard(tmp_path / "own.yaml")
