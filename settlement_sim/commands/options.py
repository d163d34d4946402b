"""Options that several commands share, and how they show progress and results."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from rich.console import RenderableType

    from settlement_sim.observed.check import Beside, Row

BASELINE = "baseline_2024q1q3"

scenario_argument = click.argument("scenario", type=click.Path(), default=BASELINE)
seed_option = click.option("--seed", type=click.IntRange(min=0), help="Seed of the run; the scenario's own by default.")
set_option = click.option(
    "--set", "settings", multiple=True, metavar="KEY=VALUE", help="Override a value, e.g. readings.growth=R2."
)
plugins_option = click.option(
    "--no-plugins", "plugins", flag_value=False, default=True, help="Only built-in policies: none of packages or files."
)
json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON for machines.")
lang_option = click.option(
    "--lang",
    type=click.Choice(["zh", "en"]),
    default="en",
    show_default=True,
    help="Language of what is printed.",
)
all_option = click.option(
    "--all", "everything", is_flag=True, help="List the figures this run cannot speak to as well."
)


def with_seed(settings: tuple[str, ...], seed: int | None) -> tuple[str, ...]:
    """Settings with the seed among them."""
    return settings if seed is None else (*settings, f"seed={seed}")


@contextmanager
def progress(quiet: bool, what: str = "simulating, days") -> Iterator[Callable[[int, int], None] | None]:
    """A progress bar with the remaining time on a terminal; nothing elsewhere."""
    from rich.console import Console

    console = Console(stderr=True)
    if quiet or not console.is_terminal:
        yield None
        return
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, transient=True) as bar:
        task = bar.add_task(what, total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)


def width() -> int:
    """Columns of the terminal; enough for wide tables where there is none."""
    from rich.console import Console

    console = Console()
    return console.width if console.is_terminal else 160


def show(renderable: RenderableType, wide: bool = True) -> None:
    """Print for a person; what is not `wide` is a page of 80 columns where there is no terminal."""
    from rich.console import Console

    Console(highlight=False, width=width() if wide else None).print(renderable)


def show_check(rows: list[Row], hold_outs: list[Beside], as_json: bool, lang: Any, everything: bool) -> None:
    """Print a check for a person or for a machine."""
    if as_json:
        import json
        from dataclasses import asdict

        rows_json = [row.to_dict() for row in rows]
        beside = [asdict(row) for row in hold_outs]
        click.echo(json.dumps({"format": 1, "figures": rows_json, "beside": beside}, ensure_ascii=False, indent=2))
        return
    from settlement_sim.report.table import check_page

    show(check_page(rows, hold_outs, lang, everything))
