"""Does the baseline meet A1-A4 for any seed tried, does the calibration hold on fresh seeds, and is a match called so?

The calibration used other seeds (`settlement_sim.study.calibrate.SEEDS`); its claim is about the mean of fresh ones.
The baseline's own seed is one of them: its run is the one that is pinned. A mean of ten has a standard error of some
0.11 % of gross in the smaller direction: gross that is off by half a percent is told from what is allowed.
"""

from __future__ import annotations

import numpy as np
import pytest

import settlement_sim as ss
from settlement_sim.observed.targets import targets
from settlement_sim.scenario.load import load
from settlement_sim.study.calibrate import SEEDS
from settlement_sim.study.replicate import replicate
from tests.snapshots.pin import baseline

FRESH = tuple(range(1, 11))


@pytest.fixture(scope="module")
def rows() -> dict:
    return baseline().rows


@pytest.fixture(scope="module")
def runs() -> np.ndarray:
    """Seeds × directions × (settlements, gross in fen), summed over care types."""
    assert not set(FRESH) & set(SEEDS), "fresh seeds were used by the calibration"
    others = [seed for seed in FRESH if seed != baseline().seed]
    assert len(others) == len(FRESH) - 1
    return np.array([baseline().sums, *replicate(load("baseline_2024q1q3"), others, workers=2)]).sum(2)


@pytest.fixture(scope="module")
def reported() -> np.ndarray:
    return np.array([[goal.settlements, goal.total_fee] for goal in targets(ss.figures())])


def test_the_mean_of_the_fresh_seeds_meets_the_reported_totals(runs: np.ndarray, reported: np.ndarray) -> None:
    off = runs.mean(0) / reported - 1
    assert (np.abs(off[:, 0]) <= 0.001).all(), f"settlements off by {off[:, 0]}, allowed 0.1 %"
    assert (np.abs(off[:, 1]) <= 0.003).all(), f"gross off by {off[:, 1]}, allowed 0.3 %"


def test_every_fresh_seed_meets_the_reported_totals(runs: np.ndarray, reported: np.ndarray) -> None:
    off = np.abs(runs / reported - 1)
    assert (off[:, :, 0] <= 0.003).all(), f"settlements off by up to {off[:, :, 0].max():.3%}, allowed 0.3 %"
    # The verdict allows 1 % of gross or 3.5 standard errors, about 1.2 % in the smaller direction.
    assert (off[:, :, 1] <= 0.012).all(), f"gross off by up to {off[:, :, 1].max():.3%}, allowed 1.2 %"


def test_no_total_is_conditioned_on_its_target(runs: np.ndarray) -> None:
    spread = runs.std(axis=0, ddof=1) / runs.mean(0)
    assert (spread > 0.0001).all(), "totals do not vary between seeds: something is conditioned on them"


@pytest.mark.parametrize("figure", ["A1", "A2", "A3", "A4"])
def test_the_core_figures_are_met_and_called_calibrated(figure: str, rows: dict) -> None:
    row = rows[figure]
    assert row.verdict == "met", row.reason
    assert row.basis == "calibrated" and "stale" not in row.reason, "the committed calibration is stale; run `make pin`"
    assert row.standard_error > 0


def test_every_figure_has_a_row_and_the_others_say_why_not(rows: dict) -> None:
    assert len(rows) == len(ss.figures().figures)
    for figure, row in rows.items():
        if figure not in ("A1", "A2", "A3", "A4", "B1", "B2", "B4", "B5", "B6"):
            assert row.verdict == "not_spoken_to" and row.reason, figure
    bases = {"B1": "input", "B2": "input", "B4": "predicted", "B5": "calibrated", "B6": "calibrated"}
    assert {figure: rows[figure].basis for figure in bases} == bases
    assert {rows[figure].verdict for figure in bases} == {"met"}
