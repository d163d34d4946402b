"""`settlement-sim rules`: what does the law say, since when, how sure, from which document?"""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import click

from settlement_sim.commands.options import json_option, lang_option, show


@click.command("rules")
@click.argument("words", nargs=-1)
@click.option("--pool", default="", help="Only what holds for the insured of this pool, inherited values too.")
@click.option("--scheme", default="", help="Only the employee or the resident scheme.")
@click.option("--grade", default="", help="Only values of this grade: article, official, secondary, assumption.")
@click.option("--on", "day", type=click.DateTime(["%Y-%m-%d"]), help="Only values in force on this day.")
@click.option("--overlay", "overlays", type=click.Path(path_type=Path), multiple=True, help="Own rules on top.")
@json_option
@lang_option
def rules(
    words: tuple[str, ...], pool: str, scheme: str, grade: str, day: dt.datetime | None, overlays: tuple[Path, ...],
    as_json: bool, lang: str,
) -> None:  # fmt: skip
    """Search the rules for WORDS in their names, meanings (Chinese or English) and documents.

    Without --pool, values that other prefectures inherit from Chengdu are left out.

    \b
    Example:
      settlement-sim rules deductible --pool chongqing --scheme employee --on 2024-05-15
      settlement-sim rules 缴费 --lang zh
    """
    from settlement_sim.rules.book import RuleBook
    from settlement_sim.rules.search import Asked, search

    book = RuleBook.load(overlays)
    found = search(book, Asked(words, pool, scheme, grade, day.date() if day else None))
    if as_json:
        import json
        from dataclasses import asdict

        click.echo(json.dumps({"format": 1, "rules": [asdict(row) for row in found]}, ensure_ascii=False, indent=2))
        return
    from settlement_sim.report.rule_table import rule_table

    show(rule_table(found, book.sources, lang))
