"""`settlement-sim run -r N`: the same scenario with several seeds, told as means with intervals."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from settlement_sim.scenario.load import Loaded

_HEADS = {
    "zh": ("指标", "平均", "单次标准差", "95% 区间"),
    "en": ("output", "mean", "sd of a run", "95 % interval"),
}


#: Outputs that are no money.
_COUNTS = ("settlements", "accepted")


def refuse_beside_replications(**asked: bool) -> None:
    """Raises UsageError for what only a single run can do."""
    for name in (name for name, wanted in asked.items() if wanted):
        raise click.UsageError(f"--{name} is of a single run, -r of several")


def run_several(loaded: Loaded, number: int, workers: int, out: Path | None, as_json: bool, lang: str) -> None:
    """Run, write the folder, tell means and intervals."""
    from settlement_sim.study.replications import replications

    done = replications(loaded, number, workers)
    folder = done.save(out or Path("runs") / f"{loaded.name}-r{number}")
    rows = done.summary.astype(object).where(done.summary.notna(), None).to_dict("records")
    if as_json:
        said = {"format": 1, "folder": str(folder), "seeds": list(done.seeds), "summary": rows}
        click.echo(json.dumps(said, ensure_ascii=False, indent=2))
        return
    _show(rows, number, lang)
    click.echo(f"结果文件夹：{folder}" if lang == "zh" else f"Run folder: {folder}")


def _show(rows: list[dict[str, float | str | None]], number: int, lang: str) -> None:
    from rich.console import Console
    from rich.table import Table

    from settlement_sim.study.replications import headline

    title = f"{number} 个种子" if lang == "zh" else f"{number} seeds"
    table = Table(title=title, title_justify="left")
    for place, head in enumerate(_HEADS[lang]):
        table.add_column(head, justify="right" if place else "left")
    by_name = {str(row["output"]): row for row in rows}
    for name in headline([*by_name]):
        label, told = shown(name, lang)
        mean, sd, low, high = (told(by_name[name][key]) for key in ("mean", "sd", "low", "high"))
        table.add_row(label, mean, sd, f"{low} – {high}")
    Console(highlight=False, width=None if Console().is_terminal else 160).print(table)


def shown(output: str, lang: str) -> tuple[str, Callable[[Any], str]]:
    """How an output is called, and how its numbers are written: money in yuan."""
    if output.endswith(_COUNTS):
        return output, lambda value: "—" if value is None else f"{float(value):,.0f}"
    unit = "（元）" if lang == "zh" else ", yuan"
    return output + unit, lambda value: "—" if value is None else f"{float(value) / 100:,.0f}"
