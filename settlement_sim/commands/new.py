"""`settlement-sim new`: begin a scenario of one's own from the one that asks a question."""

from __future__ import annotations

from pathlib import Path

import click

from settlement_sim.commands.options import lang_option

_NOT_YET = {"zh": "（尚未模拟）", "en": "(not simulated yet)"}


@click.command("new")
@click.option("--question", help="Id of a question, such as Q5; all questions are listed when left out.")
@click.option("--scenario", help="Which packaged scenario, where several ask the question.")
@click.option("--out", type=click.Path(path_type=Path), help="File to write; my_SCENARIO.yaml by default.")
@click.option(
    "--own-data", "own", metavar="FOLDER", type=click.Path(path_type=Path),
    help="Instead: a scenario with figures, rules and places of one's own, to be filled in.",
)  # fmt: skip
@lang_option
def new(question: str | None, scenario: str | None, out: Path | None, own: Path | None, lang: str) -> None:
    """Write a scenario that begins with what a packaged one says, to be changed. An existing file is never replaced.

    \b
    Example:
      settlement-sim new
      settlement-sim new --question Q5 --out mine.yaml
      settlement-sim new --own-data bureau
    """
    from settlement_sim.study.library import begin, library, questions

    if own is not None:
        if question or scenario or out:
            raise click.UsageError("--own-data goes without --question, --scenario and --out")
        from settlement_sim.study.own_data import begin_with_own_data

        click.echo("\n".join(map(str, begin_with_own_data(own))))
        return
    if question is None and scenario is None:
        for entry in library():
            click.echo(f"{entry.id:<12} {entry.name:<32} {entry.question(lang)}")
        for number, asked in questions().items():
            if "needs" in asked:
                click.echo(f"{number:<12} {_NOT_YET[lang]:<32} {asked[lang]}")
        return
    written = begin(question or "", scenario or "", out)
    click.echo(str(written))
