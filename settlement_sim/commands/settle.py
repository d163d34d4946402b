"""`settlement-sim settle`: who pays what of one hand-written bill, and by which rules?"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import click

from settlement_sim.commands.options import json_option, lang_option

if TYPE_CHECKING:
    from settlement_sim.report.bill import Language
    from settlement_sim.study.bill import SettledCase


@click.command("settle")
@click.argument("case", type=click.Path())
@json_option
@lang_option
@click.pass_context
def settle(context: click.Context, case: str, as_json: bool, lang: Language) -> None:
    """Split the bill of one hand-written CASE, line by line.

    Every line shows its arithmetic, the rule it rests on, since when that holds, how sure it is and who
    says so.
    Exit code 1: the case expects other amounts. Exit code 2: the case cannot be read.

    \b
    Example:
      settlement-sim settle tests/cases/cq_retired_second_admission.yaml --lang zh
    """
    from settlement_sim.errors import InputError
    from settlement_sim.study.bill import settle as settle_case

    try:
        settled = settle_case(case)
    except InputError as error:
        for problem in error.problems:
            click.echo(str(problem), err=True)
        context.exit(2)
    if as_json:
        click.echo(json.dumps(settled.to_dict(), ensure_ascii=False, indent=2))
    else:
        _print(settled, lang)
    if settled.differences:
        _print_differences(settled, lang)
        context.exit(1)


def _print(settled: SettledCase, lang: Language) -> None:
    from rich.console import Console

    from settlement_sim.report.bill import bill_page

    Console(highlight=False).print(bill_page(settled, lang))


def _print_differences(settled: SettledCase, lang: Language) -> None:
    from settlement_sim.report.bill import difference_text

    for difference in settled.differences:
        click.echo(difference_text(difference, lang), err=True)
