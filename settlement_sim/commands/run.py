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
    show_check,
    with_seed,
)


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
    from settlement_sim.commands.several import refuse_beside_replications, run_several
    from settlement_sim.observed.check import missed
    from settlement_sim.scenario.load import load
    from settlement_sim.study.folder import unfinished, write_run
    from settlement_sim.study.notices import refuse_silent_reform, warnings
    from settlement_sim.study.results import Result, refuse_unless_history
    from settlement_sim.study.run import prepare
    from settlement_sim.study.run import run as simulate

    loaded = load(scenario, with_seed(settings, seed), plugins=plugins)
    if number:
        refuse_beside_replications(claims=claims, journal=journal, check=checked, strict=strict)
        run_several(loaded, number, workers, out, as_json, lang)
        return
    if checked:
        refuse_unless_history(loaded.scenario.kind, loaded.place("kind"))
    out = out or Path("runs") / f"{loaded.name}-{loaded.scenario.seed}"
    if loaded.scenario.visits == "off":
        refuse_streams(claims=claims, journal=journal)
        _run_years(context, loaded, out, strict, checked, as_json, lang, everything)
        return
    prepared = prepare(loaded)
    with unfinished(out) as work, progress(as_json) as bar:
        finished = simulate(
            prepared, bar, claims=work / "claims.parquet" if claims else None,
            journal=work / "journal.parquet" if journal else None,
        )  # fmt: skip
        if strict:
            refuse_silent_reform(loaded, warnings(finished))
        write_run(finished, work)
    for text in warnings(finished):
        click.echo(f"warning: {text}", err=True)
    result = Result(finished)
    rows = result.check() if checked else []
    if as_json:
        _print_json(result, out, [row.to_dict() for row in rows])
    else:
        if checked:
            show_check(rows, result.beside(), False, lang, everything)
        _print_summary(result, out, lang)
    context.exit(1 if missed(rows) else 0)


def refuse_streams(**asked: bool) -> None:
    """Raises UsageError for what only visits leave behind."""
    for name in (name for name, wanted in asked.items() if wanted):
        raise click.UsageError(f"--{name}: visits are off in this scenario")


def _run_years(
    context: click.Context, loaded: Any, out: Path, strict: bool, checked: bool, as_json: bool, lang: str,
    everything: bool,
) -> None:  # fmt: skip
    """A scenario without visits: contribution years alone."""
    from settlement_sim.observed.check import missed
    from settlement_sim.study.folder import unfinished, write_years
    from settlement_sim.study.notices import refuse_silent_reform
    from settlement_sim.study.years import simulate_years

    with unfinished(out) as work:
        result = simulate_years(loaded)
        if strict:
            refuse_silent_reform(loaded, result.warnings())
        write_years(result, work)
    for text in result.warnings():
        click.echo(f"warning: {text}", err=True)
    rows = result.check() if checked else []
    if as_json:
        _print_years_json(result, out, [row.to_dict() for row in rows])
    else:
        if checked:
            show_check(rows, [], False, lang, everything)
        _print_years(result, out, lang)
    context.exit(1 if missed(rows) else 0)


def _print_years_json(result: Any, out: Path, rows: list[dict[str, Any]]) -> None:
    import json

    from settlement_sim.study.folder import years_manifest

    said = {"format": 1, "folder": str(out), "manifest": years_manifest(result), "totals": result.exact}
    click.echo(json.dumps(said | ({"figures": rows} if rows else {}), ensure_ascii=False, indent=2))


def _print_years(result: Any, out: Path, lang: str) -> None:
    from rich.console import Console

    from settlement_sim.report.years import totals_table

    Console(highlight=False, width=None if Console().is_terminal else 160).print(totals_table(result, lang))
    seconds = result.seconds
    click.echo(f"模拟 {seconds:.1f} 秒。结果文件夹：{out}" if lang == "zh" else f"{seconds:.1f} s. Run folder: {out}")


def _print_json(result: Any, out: Path, rows: list[dict[str, Any]]) -> None:
    import json

    from settlement_sim.study.folder import manifest

    said = {"format": 1, "folder": str(out), "manifest": manifest(result.finished), "totals": result.exact}
    click.echo(json.dumps(said | ({"figures": rows} if rows else {}), ensure_ascii=False, indent=2))


def _print_summary(result: Any, out: Path, lang: str) -> None:
    finished = result.finished
    settlements = int(result.totals.query("care_type == 'all'").settlements.sum())
    world, seconds = finished.prepared.build_seconds, finished.run_seconds
    if lang == "zh":
        click.echo(
            f"模拟 {settlements:,} 人次直接结算；建立世界 {world:.1f} 秒，模拟 {seconds:.1f} 秒。结果文件夹：{out}"
        )
    else:
        click.echo(
            f"{settlements:,} direct settlements; world {world:.1f} s, simulation {seconds:.1f} s. Run folder: {out}"
        )
