"""`settlement-sim settle`: who pays what of hand-written bills, and by which rules?"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import click

from settlement_sim.commands.options import json_option, lang_option, plugins_option, show

if TYPE_CHECKING:
    from settlement_sim.report.table import Language
    from settlement_sim.study.bill import SettledCase


@click.command("settle")
@click.argument("case", type=click.Path())
@plugins_option
@json_option
@lang_option
@click.pass_context
def settle(context: click.Context, case: str, plugins: bool, as_json: bool, lang: Language) -> None:
    """Split the bills of one hand-written CASE, line by line.

    Every line shows its arithmetic, the rule it rests on, since when that holds, how sure it is and who
    says so. A case has one claim, or the claims of a person's year in the order of time.
    Exit code 1: the case expects other amounts. Exit code 2: the case cannot be read, or a policy fails.

    \b
    Example:
      settlement-sim settle tests/cases/cq_retired_second_admission.yaml --lang zh
    """
    from settlement_sim.study.bill import settle as settle_case

    settled = settle_case(case, plugins=plugins)
    if as_json:
        click.echo(json.dumps(settled.to_dict(), ensure_ascii=False, indent=2))
    else:
        _print(settled, lang)
    if settled.differences:
        _print_differences(settled, lang)
        context.exit(1)


def _print(settled: SettledCase, lang: Language) -> None:
    from settlement_sim.report.bill import bill_page

    show(bill_page(settled, lang), wide=False)


def _print_differences(settled: SettledCase, lang: Language) -> None:
    from settlement_sim.report.bill_words import difference_text

    for difference in settled.differences:
        click.echo(difference_text(difference, lang), err=True)
