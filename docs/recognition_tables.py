"""Which tables of the page on contribution years follow from a run: its figures, and the fit they rest on?"""

from __future__ import annotations

from typing import Final

from reference_data import table

import settlement_sim as ss
from settlement_sim import yamlio
from settlement_sim.study.track import FITTED
from settlement_sim.study.years import simulate_years

FIGURES: Final = ("B1", "B2", "B3", "B4", "B5", "B6")


def years_check() -> str:
    """The figures of contribution years beside the baseline's track, seed 1."""
    found = {row.figure: row for row in simulate_years(ss.load("baseline_2024q1q3", "visits=off")).check()}
    rows = []
    for name in FIGURES:
        row = found[name]
        shown = "–" if row.simulated is None else f"{row.simulated:,.0f}"
        rows.append((f"{name} {row.name_zh} {row.name_en}", row.reported, shown, row.basis, row.verdict, row.reason))
    return table(("figure", "reported", "simulated", "basis", "verdict", "why"), rows)


def years_fit() -> str:
    """The hazard, and what it gives over the seeds it was fitted on."""
    fitted = yamlio.read(FITTED).data
    cases = fitted["cases"]
    numbers = (fitted["hazard"], cases["reported"], cases["mean"], cases["standard_error"], cases["spread"])
    head = ("hazard per million months", "reported cases", "mean", "standard error of the mean", "spread of one seed")
    return table((*head, "calibration seeds"), [(*numbers, len(fitted["seeds"]))])
