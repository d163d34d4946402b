"""`settlement-sim recognise`: which months of a hand-written career count where, and what does that save?"""

from __future__ import annotations

import json
from typing import Literal

import click

from settlement_sim.commands.options import json_option, lang_option, plugins_option, width


@click.command("recognise")
@click.argument("case", type=click.Path())
@plugins_option
@json_option
@lang_option
@click.pass_context
def recognise(context: click.Context, case: str, plugins: bool, as_json: bool, lang: Literal["zh", "en"]) -> None:
    """Recognise the contribution years of one hand-written career, a CASE.

    Shows months by pool and kind, what each rule counts and why, the back-payment before and after, what money
    follows the months, and the rules with their sources.
    Exit code 1: the case expects otherwise. Exit code 2: the case cannot be read, or a policy fails.

    \b
    Example:
      settlement-sim recognise tests/cases/recognition/overlap_counted_once.yaml --lang zh
    """
    from settlement_sim.study.recognise import recognise as recognise_case

    career = recognise_case(case, plugins=plugins)
    if as_json:
        click.echo(json.dumps(career.to_dict(), ensure_ascii=False, indent=2))
    else:
        click.echo(career.explanation(lang, width()))
    for text in career.check():
        click.echo(text, err=True)
    context.exit(1 if career.differences else 0)
