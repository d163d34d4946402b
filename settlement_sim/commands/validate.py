"""`settlement-sim validate`: is a scenario file right, before anything runs?"""

from __future__ import annotations

import click

from settlement_sim.commands.options import plugins_option, scenario_argument, set_option


@click.command("validate")
@scenario_argument
@set_option
@plugins_option
@click.option("--rules", is_flag=True, help="Also read the rule book and check that it covers every day.")
def validate(scenario: str, settings: tuple[str, ...], plugins: bool, rules: bool) -> None:
    """Check SCENARIO (a path or a packaged name): words, dates, slots, parameters, own priors; all problems at once.

    Parameters outside the range that their assumption states are told as warnings.

    \b
    Example:
      settlement-sim validate baseline_2024q1q3 --rules
    """
    from settlement_sim.demand.own_priors import declared
    from settlement_sim.scenario.load import load
    from settlement_sim.scenario.timeline import every_timeline
    from settlement_sim.scenario.unread import outside_range
    from settlement_sim.study.library import reference_of

    loaded = load(scenario, settings, plugins=plugins)
    declared(loaded.overlays("priors"))
    if loaded.scenario.question.against:
        reference_of(loaded)
    for warning in outside_range(loaded, every_timeline(loaded)):
        click.echo(f"warning: {warning}", err=True)
    if rules:
        from settlement_sim.study.run import rule_book
        from settlement_sim.study.track import track_of

        track_of(loaded, rule_book(loaded))
    click.echo(f"{loaded.path}: valid")
