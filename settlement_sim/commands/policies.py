"""`settlement-sim policies`: which policies are there, with which parameters?"""

from __future__ import annotations

from typing import Any

import click

from settlement_sim.commands.options import json_option, lang_option, plugins_option, show


@click.command("policies")
@click.argument("slot", required=False)
@click.option("--scenario", type=click.Path(), help="Also list the policies that this scenario takes from files.")
@plugins_option
@json_option
@lang_option
def policies(slot: str | None, scenario: str | None, plugins: bool, as_json: bool, lang: Any) -> None:
    """List the policies of SLOT, or of all slots: parameters, defaults, grades, ranges, sources, origin.

    \b
    Example:
      settlement-sim policies access --lang zh
    """
    from settlement_sim.scenario.listing import listed
    from settlement_sim.scenario.load import load
    from settlement_sim.scenario.timeline import every_timeline

    used = every_timeline(load(scenario, plugins=plugins)) if scenario else None
    found = listed(slot, plugins, used)
    if as_json:
        import json

        said = {"format": 1, "policies": [policy.to_dict() for policy in found]}
        click.echo(json.dumps(said, ensure_ascii=False, indent=2))
        return
    from settlement_sim.report.policy_table import policy_tables

    show(policy_tables(found, lang))
