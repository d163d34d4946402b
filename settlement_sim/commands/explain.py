"""`settlement-sim explain`: what became of one need, and why?"""

from __future__ import annotations

from typing import Any

import click

from settlement_sim.commands.options import (
    json_option,
    lang_option,
    plugins_option,
    progress,
    scenario_argument,
    seed_option,
    set_option,
    show,
    with_seed,
)
from settlement_sim.vocabulary import CARE_TYPES


@click.command("explain")
@scenario_argument
@click.argument("need_id", required=False)
@seed_option
@set_option
@click.option(
    "--find", "care_type", type=click.Choice(CARE_TYPES), help="Print ids of needs of this care type instead."
)
@click.option("--path", type=click.Choice(["direct", "manual"]), help="With --find: only those settled this way.")
@click.option("--application", type=click.IntRange(1), help="An application for recognition of contribution years.")
@plugins_option
@json_option
@lang_option
def explain(
    scenario: str, need_id: str | None, seed: int | None, settings: tuple[str, ...], care_type: str | None,
    path: str | None, application: int | None, plugins: bool, as_json: bool, lang: str,
) -> None:  # fmt: skip
    """Tell the life of one need of SCENARIO, from birth to the payment that contains it.

    NEED_ID is person-year-month-k, as in the error messages and (as a number) in claims.parquet; it exists under
    every policy. The run is replayed until the need's life is complete. --application N tells the career of the N-th
    application for recognition instead (row N of the table recognitions).

    \b
    Example:
      settlement-sim explain baseline_2024q1q3 --find inpatient --path manual
      settlement-sim explain baseline_2024q1q3 60615-2023-11-4 --lang zh
      settlement-sim explain baseline_2024q1q3 --application 7
    """
    if application:
        if need_id or care_type:
            raise click.UsageError("--application stands alone: neither a NEED_ID nor --find")
        _tell_application(scenario, with_seed(settings, seed), application, plugins, as_json, lang)
        return
    if (need_id is None) == (care_type is None):
        raise click.UsageError("name a NEED_ID, or let --find name some")
    if path and not care_type:
        raise click.UsageError("--path goes with --find")
    from settlement_sim.scenario.load import load
    from settlement_sim.study.explain import explain as tell
    from settlement_sim.study.explain import find

    loaded = load(scenario, with_seed(settings, seed), plugins=plugins)
    with progress(as_json) as bar:
        told = tell(loaded, need_id, progress=bar) if need_id else find(loaded, str(care_type), path, progress=bar)
    if as_json:
        _print_json(told)
    elif isinstance(told, list):
        click.echo("\n".join(told))
    else:
        _print_page(told, lang)


def _print_json(told: Any) -> None:
    import json

    said = {"format": 1, "needs": told} if isinstance(told, list) else told.to_dict()
    click.echo(json.dumps(said, ensure_ascii=False, indent=2))


def _print_page(life: Any, lang: Any) -> None:
    from settlement_sim.report.life import life_page

    show(life_page(life, lang), wide=False)


def _tell_application(
    scenario: str, settings: tuple[str, ...], number: int, plugins: bool, as_json: bool, lang: Any
) -> None:
    import json

    from settlement_sim.scenario.load import load
    from settlement_sim.study.applicant import application

    told = application(load(scenario, settings, plugins=plugins), number)
    if as_json:
        click.echo(json.dumps(told.to_dict(), ensure_ascii=False, indent=2))
        return
    click.echo("; ".join(f"{event} {day}" for event, day in told.days))
    click.echo(told.career.explanation(lang))
