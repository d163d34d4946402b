"""Does `check` pass on the baseline, and call a calibrated match calibrated?"""

from __future__ import annotations

import pytest

import settlement_sim as ss


@pytest.fixture(scope="module")
def rows() -> dict[str, object]:
    return {row.figure: row for row in ss.simulate(ss.load("baseline_2024q1q3", "seed=424242")).check()}


@pytest.mark.parametrize("figure", ["A1", "A2", "A3", "A4"])
def test_the_core_figures_are_met_and_called_calibrated(figure: str, rows: dict) -> None:
    row = rows[figure]
    assert row.verdict == "met", row.reason
    assert row.basis == "calibrated" and "stale" not in row.reason, "the committed calibration is stale; run `make pin`"
    assert row.standard_error > 0


def test_every_figure_has_a_row_and_the_others_say_why_not(rows: dict) -> None:
    assert len(rows) == len(ss.figures().figures)
    for figure, row in rows.items():
        if figure not in ("A1", "A2", "A3", "A4"):
            assert row.verdict == "not_spoken_to" and row.reason, figure
