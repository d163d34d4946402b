"""`settlement-sim assumptions`: what does a run rest on, by grade, before the answer?"""

from __future__ import annotations

import click

from settlement_sim.commands.options import (
    json_option,
    lang_option,
    plugins_option,
    scenario_argument,
    set_option,
    show,
)


@click.command("assumptions")
@scenario_argument
@set_option
@click.option("--grade", default="", help="List those of this grade: article, official, secondary, assumption, choice.")
@click.option(
    "--kind", default="", help="List those of this kind: reading, policy, setting, demand, career, rule, place."
)
@plugins_option
@json_option
@lang_option
def assumptions(
    scenario: str, settings: tuple[str, ...], grade: str, kind: str, plugins: bool, as_json: bool, lang: str
) -> None:
    """Count what a run of SCENARIO rests on by grade, and list what is asked for with range and basis.

    \b
    Example:
      settlement-sim assumptions q9_recognition --kind career
    """
    from settlement_sim.report.assumption_table import assumption_page, chosen
    from settlement_sim.scenario.load import load
    from settlement_sim.study.assumptions import assumptions as all_of
    from settlement_sim.study.assumptions import by_grade

    found = all_of(load(scenario, settings, plugins=plugins))
    listed = chosen(found, grade, kind)
    if as_json:
        import json

        said = {"format": 1, "by_grade": by_grade(found), "assumptions": [row.to_dict() for row in listed or found]}
        click.echo(json.dumps(said, ensure_ascii=False, indent=2))
        return
    show(assumption_page(by_grade(found), listed, lang))
