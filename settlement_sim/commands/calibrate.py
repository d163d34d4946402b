"""`settlement-sim calibrate`: fit the visit-rate scale and the weight of stays to A1-A4."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from settlement_sim.commands.options import scenario_argument, set_option

if TYPE_CHECKING:
    from settlement_sim.observed.reported import Figures
    from settlement_sim.scenario.load import Loaded


@click.command("calibrate")
@scenario_argument
@set_option
@click.option("--out", type=click.Path(path_type=Path), help="Calibration file; the scenario's own by default.")
@click.option("--to", "overlay", type=click.Path(exists=True, path_type=Path), help="Own figures (an overlay file).")
@click.option("-j", "--workers", type=click.IntRange(min=1), default=2, show_default=True, help="Processes.")
@click.option("--recognition", is_flag=True, help="Fit the hazard of an application to B6 instead.")
def calibrate(
    scenario: str, settings: tuple[str, ...], out: Path | None, overlay: Path | None, workers: int, recognition: bool
) -> None:  # fmt: skip
    """Fit SCENARIO to the reported totals of its window and write the calibration file.

    A backcast is fitted to the totals that its reading of growth implies. Takes some minutes: a few steps over fixed
    calibration seeds.

    \b
    Example:
      settlement-sim calibrate baseline_2024q1q3 --out my_calibration.yaml
    """
    from settlement_sim.errors import InputError, Problem
    from settlement_sim.scenario.load import load
    from settlement_sim.study.calibrate import FITTED_KINDS, write
    from settlement_sim.study.calibrate import calibrate as fit
    from settlement_sim.study.fingerprint import figures_of
    from settlement_sim.study.run import calibration_path
    from settlement_sim.study.track import hazard_file

    if overlay and not out:
        raise click.UsageError("--to fits to own figures: name a file with --out, the packaged one stays as it is")
    loaded = load(scenario, settings)
    target = out or (hazard_file if recognition else calibration_path)(loaded)
    if loaded.scenario.priors.overlays and _is_packaged(target):
        raise click.UsageError("own priors: name a file with --out, the packaged one stays as it is")
    figures = figures_of(loaded, [overlay] if overlay else [])
    if recognition:
        _fit_hazard(loaded, figures, target)
        return
    if loaded.scenario.kind not in FITTED_KINDS or loaded.scenario.world.scale != 1:
        found = f"kind {loaded.scenario.kind}, world.scale {loaded.scenario.world.scale}"
        expected = (
            f"kind {' or '.join(FITTED_KINDS)} and world.scale 1: "
            "counterfactuals, extrapolations and reduced worlds are never fitted"
        )
        raise InputError(Problem(loaded.place("kind"), found, expected))
    say = partial(click.echo, err=True)
    calibration, steps, goal = fit(loaded, figures, say, workers)
    write(target, calibration, steps, goal)
    click.echo(f"wrote {target}")


def _is_packaged(target: Path) -> bool:
    """Whether a file came with the program, and others rest on it."""
    from settlement_sim.demand.priors import DATA
    from settlement_sim.scenario.load import scenario_folder

    return any(target.resolve().is_relative_to(folder.resolve()) for folder in (DATA, scenario_folder()))


def _fit_hazard(loaded: Loaded, figures: Figures, target: Path) -> None:
    from settlement_sim.study.calibrate_years import calibrate_years, write

    fit = calibrate_years(loaded, figures, partial(click.echo, err=True))
    write(target, fit)
    click.echo(f"wrote {target}")
