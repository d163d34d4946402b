"""The command line: which commands are there? Each lives in `commands/` and is imported when it is called.

Exit codes: 0 fine, 1 a check failed, 2 bad input or a policy that failed, 130 interrupted.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

import click

from settlement_sim import __version__

COMMANDS = {
    "run": "Simulate a scenario and write a run folder.",
    "compare": "Show what scenarios change against a reference, paired by seed.",
    "report": "Write a page of a run or a comparison that needs nothing beside it.",
    "gallery": "Answer every question that can be answered, with a page behind each.",
    "check": "Compare a run, or a scenario run now, with the reported figures.",
    "validate": "Check a scenario file without running it.",
    "settle": "Split the bill of one hand-written case, line by line.",
    "recognise": "Recognise the contribution years of one hand-written career.",
    "explain": "Tell the life of one need, and every line of its bill.",
    "policies": "List the policies of every slot with their parameters.",
    "rules": "Search the rules: values, days in force, grades, documents.",
    "assumptions": "Show what a run rests on, by grade.",
    "new": "Begin a scenario of your own from a packaged one.",
    "schema": "Print the JSON Schema of scenario files, for editors.",
    "calibrate": "Fit the visit-rate scale and the weight of stays to the reported totals.",
    "clear": "Clear one hand-written case between funds of any provinces.",
    "usage": "Show how much of the prepayment is used, under each reading of growth.",
    "statements": "Write the monthly clearing notices of a run as CSV and XLSX.",
    "export": "Write the tables of a run or a comparison as CSV, Parquet or a workbook.",
    "transfers": "Compare transfers between funds for recognised contribution years (T0 to T4).",
}


class _Lazy(click.Group):
    """Imports a command only when it is asked for, so that `--help` is instant."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = getattr(import_module(f"settlement_sim.commands.{cmd_name}"), cmd_name)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))

    def invoke(self, ctx: click.Context) -> Any:
        from settlement_sim.errors import InputError, LookupOutside, PolicyError

        try:
            return super().invoke(ctx)
        except InputError as error:
            for problem in error.problems:
                click.echo(str(problem), err=True)
            ctx.exit(2)
        except LookupOutside as error:
            click.echo(f"rules: {error}", err=True)
            ctx.exit(2)
        except PolicyError as error:
            click.echo(" ".join(str(error).split()), err=True)
            ctx.exit(2)
        except KeyboardInterrupt:
            click.echo("interrupted; nothing was written", err=True)
            ctx.exit(130)


@click.command(cls=_Lazy)
@click.version_option(__version__, prog_name="settlement-sim")
def main() -> None:
    """Cross-province medical-insurance settlement between Sichuan and Chongqing, simulated 1:1.

    川渝异地就医医保结算的离散事件模拟。

    \b
    Example:
      settlement-sim run baseline_2024q1q3
    """


if __name__ == "__main__":
    main()
