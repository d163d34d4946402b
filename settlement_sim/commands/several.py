"""`settlement-sim run -r N`: the same scenario with several seeds, told as means with intervals."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

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
    shown = {str(row["output"]): row for row in rows}
    for name in headline([*shown]):
        yuan = not name.endswith(_COUNTS)
        mean, sd, low, high = (_number(shown[name][key], 100 if yuan else 1) for key in ("mean", "sd", "low", "high"))
        unit = ("（元）" if lang == "zh" else ", yuan") if yuan else ""
        table.add_row(f"{name}{unit}", mean, sd, f"{low} – {high}")
    Console(highlight=False, width=None if Console().is_terminal else 160).print(table)


def _number(value: float | str | None, per_unit: int) -> str:
    return "—" if value is None else f"{float(value) / per_unit:,.0f}"
