"""`settlement-sim validate`: is a scenario file right, before anything runs?"""

from __future__ import annotations

import click

from settlement_sim.commands.options import scenario_argument, set_option


@click.command("validate")
@scenario_argument
@set_option
@click.option("--rules", is_flag=True, help="Also read the rule book and check that it covers every day.")
def validate(scenario: str, settings: tuple[str, ...], rules: bool) -> None:
    """Check SCENARIO (a path or a packaged name): words, dates, slots, parameters; all problems at once.

    \b
    Example:
      settlement-sim validate baseline_2024q1q3 --rules
    """
    from settlement_sim.scenario.load import load
    from settlement_sim.scenario.timeline import timelines

    loaded = load(scenario, settings)
    timelines(loaded)
    if rules:
        from settlement_sim.study.run import rule_book

        rule_book(loaded)
    click.echo(f"{loaded.path}: valid")
