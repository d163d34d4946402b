"""`settlement-sim run`: simulate a scenario and write a run folder."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from settlement_sim.commands.options import (
    all_option,
    json_option,
    lang_option,
    plugins_option,
    progress,
    scenario_argument,
    seed_option,
    set_option,
    show,
    show_check,
    with_seed,
)
from settlement_sim.commands.several import run_several, tell_warnings


@click.command("run")
@scenario_argument
@seed_option
@set_option
@click.option("--out", type=click.Path(path_type=Path), help="Run folder; runs/SCENARIO-SEED by default.")
@click.option("--claims", is_flag=True, help="Also write every claim of the window (claims.parquet).")
@click.option("--journal", is_flag=True, help="Also write the journal (journal.parquet).")
@click.option("--check", "checked", is_flag=True, help="Print reported against simulated; exit 1 where one is missed.")
@click.option("--strict", is_flag=True, help="A policy or setting without effect is an error; nothing is written.")
@click.option(
    "-r", "--replications", "number", type=click.IntRange(min=1), help="Runs of so many seeds, from the first."
)
@click.option("-j", "--workers", type=click.IntRange(min=1), default=1, show_default=True, help="Processes, with -r.")
@plugins_option
@json_option
@lang_option
@all_option
@click.pass_context
def run(
    context: click.Context, scenario: str, seed: int | None, settings: tuple[str, ...], out: Path | None,
    claims: bool, journal: bool, checked: bool, strict: bool, number: int | None, workers: int, plugins: bool,
    as_json: bool, lang: str, everything: bool,
) -> None:  # fmt: skip
    """Simulate SCENARIO, a path or a packaged name, and write a run folder.

    With -r N the folder holds replications.csv (one row per seed) and summary.csv (mean and 95 % interval of every
    output); the numbers do not depend on the number of processes.

    \b
    Example:
      settlement-sim run baseline_2024q1q3 --seed 7 --out runs/seven
    """
    from settlement_sim.observed.check import missed
    from settlement_sim.scenario.load import load
    from settlement_sim.study.results import refuse_unless_history

    loaded = load(scenario, with_seed(settings, seed), plugins=plugins)
    if number:
        _refuse("is of a single run, -r of several", claims=claims, journal=journal, check=checked, strict=strict)
        run_several(loaded, number, workers, out, as_json, lang)
        return
    if checked:
        refuse_unless_history(loaded.scenario.kind, loaded.place("kind"))
    if loaded.scenario.visits == "off":
        _refuse("visits are off in this scenario", claims=claims, journal=journal)
    out = out or Path("runs") / f"{loaded.name}-{loaded.scenario.seed}"
    result = _simulated(loaded, out, claims, journal, strict, as_json)
    rows = result.check() if checked else []
    if as_json:
        _print_json(result, out, rows)
    else:
        _print(result, out, rows, lang, everything)
    context.exit(1 if missed(rows) else 0)


def _refuse(why: str, **asked: bool) -> None:
    """Raises UsageError for what cannot be had together."""
    for name in (name for name, wanted in asked.items() if wanted):
        raise click.UsageError(f"--{name} {why}")


def _simulated(loaded: Any, out: Path, claims: bool, journal: bool, strict: bool, quiet: bool) -> Any:
    """Simulate and write the folder; a reform without effect is refused before anything stands there."""
    import settlement_sim as ss
    from settlement_sim.study.folder import unfinished, write_run
    from settlement_sim.study.notices import refuse_silent_reform, warnings_of

    with unfinished(out) as work, progress(quiet) as bar:
        result = ss.simulate(
            loaded, progress=bar, claims=work / "claims.parquet" if claims else None,
            journal=work / "journal.parquet" if journal else None,
        )  # fmt: skip
        said = warnings_of(result.run)
        if strict:
            refuse_silent_reform(loaded, said)
        write_run(result.run, work)
    tell_warnings(said)
    return result


def _print_json(result: Any, out: Path, rows: list[Any]) -> None:
    import json

    from settlement_sim.study.manifest import manifest

    said = {"format": 1, "folder": str(out), "manifest": manifest(result.run), "totals": result.exact}
    figures = {"figures": [row.to_dict() for row in rows]} if rows else {}
    click.echo(json.dumps(said | figures, ensure_ascii=False, indent=2))


def _print(result: Any, out: Path, rows: list[Any], lang: str, everything: bool) -> None:
    from settlement_sim.study.years import YearsResult

    if rows:
        show_check(rows, result.beside(), False, lang, everything)
    if isinstance(result, YearsResult):
        from settlement_sim.report.years import totals_table

        show(totals_table(result, lang))
        said = (f"模拟 {result.seconds:.1f} 秒", f"{result.seconds:.1f} s")
    else:
        said = _summary(result)
    click.echo(f"{said[0]}。结果文件夹：{out}" if lang == "zh" else f"{said[1]}. Run folder: {out}")


def _summary(result: Any) -> tuple[str, str]:
    finished = result.finished
    settlements = int(result.totals.query("care_type == 'all'").settlements.sum())
    world, seconds = finished.prepared.build_seconds, finished.run_seconds
    return (
        f"模拟 {settlements:,} 人次直接结算；建立世界 {world:.1f} 秒，模拟 {seconds:.1f} 秒",
        f"{settlements:,} direct settlements; world {world:.1f} s, simulation {seconds:.1f} s",
    )
