"""`settlement-sim check`: do the totals meet the reported figures?"""

from __future__ import annotations

from pathlib import Path

import click

from settlement_sim.commands.options import (
    all_option,
    json_option,
    lang_option,
    progress,
    scenario_argument,
    seed_option,
    set_option,
    show_check,
    with_seed,
)


@click.command("check")
@scenario_argument
@seed_option
@set_option
@json_option
@lang_option
@all_option
@click.pass_context
def check(
    context: click.Context, scenario: str, seed: int | None, settings: tuple[str, ...], as_json: bool, lang: str,
    everything: bool,
) -> None:  # fmt: skip
    """Compare SCENARIO (a run folder, a path or a packaged name) with the reported figures.

    A scenario is simulated now, a run folder is read. Exit code 1: a figure was missed.

    \b
    Example:
      settlement-sim check baseline_2024q1q3 --json
    """
    from settlement_sim.observed.check import missed
    from settlement_sim.study.folder import is_run_folder
    from settlement_sim.study.saved import read_run

    if is_run_folder(Path(scenario)):
        if seed is not None or settings:
            raise click.UsageError("a run folder has its seed and settings; --seed and --set go with a scenario")
        rows, hold_outs = read_run(Path(scenario))
    else:
        from settlement_sim.scenario.load import load
        from settlement_sim.study.results import Result, refuse_unless_history
        from settlement_sim.study.run import prepare, run
        from settlement_sim.study.years import simulate_years

        loaded = load(scenario, with_seed(settings, seed))
        refuse_unless_history(loaded.scenario.kind, loaded.place("kind"))
        with progress(as_json) as bar:
            off = loaded.scenario.visits == "off"
            result = simulate_years(loaded) if off else Result(run(prepare(loaded), bar))
        rows, hold_outs = result.check(), result.beside()
    show_check(rows, hold_outs, as_json, lang, everything)
    context.exit(1 if missed(rows) else 0)
