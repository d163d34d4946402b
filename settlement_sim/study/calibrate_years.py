"""How is the hazard of an application fitted to the recognitions handled in Chongqing (B6)?

Cases are nearly proportional to the hazard: from a start, a few steps on fixed calibration seeds. A match with B6 is
calibrated, never evidence.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np

from settlement_sim import dates
from settlement_sim.errors import InputError, Problem
from settlement_sim.observed.reported import Figure, Figures
from settlement_sim.recognition.track import Track
from settlement_sim.scenario.load import Loaded
from settlement_sim.study.track import track_of, years_fingerprint
from settlement_sim.study.years import YearsResult

#: Seeds of the calibration; fresh seeds test it.
SEEDS: Final = tuple(range(9_100_001, 9_100_033))
#: How many of them each step uses.
SCHEDULE: Final = (8, 32, 32)
_START: Final = 2_000
_FIGURE: Final = "B6"


@dataclass(frozen=True)
class Fit:
    """A hazard and what it gives: mean cases over the seeds, standard error of that mean, spread of one seed."""

    hazard: int
    target: int
    mean: float
    standard_error: float
    spread: float
    fingerprint: str


def calibrate_years(loaded: Loaded, figures: Figures, say: Callable[[str], None] = lambda text: None) -> Fit:
    """Fit the hazard. Raises InputError where the scenario's track does not cover exactly the days of B6."""
    figure, track = figures.figures[_FIGURE], track_of(loaded)
    if track is None or not _covers(track, figure):
        found = "no recognition" if track is None else "another window of recognition"
        raise InputError(Problem(loaded.place("recognition"), found, f"exactly the days of {_FIGURE}"))
    target, hazard = int(figure.value), _START
    for number, count in enumerate(SCHEDULE):
        cases = np.array(cases_of(loaded, track, hazard, SEEDS[:count]), np.float64)
        say(f"step {number}, {count} seeds: hazard {hazard}, {cases.mean():.2f} cases, reported {target}")
        if number < len(SCHEDULE) - 1:
            hazard = round(hazard * target / max(float(cases.mean()), 1.0))
    spread = float(cases.std(ddof=1))
    return Fit(
        hazard, target, float(cases.mean()), spread / len(cases) ** 0.5, spread, years_fingerprint(loaded, track)
    )


def cases_of(loaded: Loaded, track: Track, hazard: int, seeds: Sequence[int]) -> list[int]:
    """Cases handled in Chongqing for each seed, as the scenario's reading counts them."""
    found = []
    for seed in seeds:
        ran = track.with_plan(hazard=hazard, seed=seed).run()
        found.append(YearsResult(loaded, ran, 0.0).years().handled)
    return found


def _covers(track: Track, figure: Figure) -> bool:
    period, plan = figure.period, track.plan
    return period is not None and (period.from_, period.until) == (dates.iso(plan.first), dates.iso(plan.last))


def write(path: Path, fit: Fit) -> None:
    """Write the file of the hazard: what was fitted, to what, how well, on which inputs."""
    lines = [
        "# Fitted by `settlement-sim calibrate --recognition`; do not edit. A match with B6 is no evidence.",
        "format: 1", "grade: calibrated", f"fingerprint: {fit.fingerprint}", f"seeds: [{', '.join(map(str, SEEDS))}]",
        "# Thoughts of an application per million months of retirement, of people with months on both sides.",
        f"hazard: {fit.hazard}",
        "# Cases handled in Chongqing; spread: standard deviation of one seed.",
        f"cases: {{reported: {fit.target}, mean: {fit.mean:.2f}, standard_error: {fit.standard_error:.2f}, "
        f"spread: {fit.spread:.2f}}}",
    ]  # fmt: skip
    unfinished = path.with_name(f".{path.name}.unfinished")
    unfinished.write_text("\n".join(lines) + "\n", "utf-8", newline="\n")
    unfinished.replace(path)
