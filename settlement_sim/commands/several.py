"""`settlement-sim run -r N`: the same scenario with several seeds, told as means with intervals."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from settlement_sim.commands.options import progress, show

if TYPE_CHECKING:
    from settlement_sim.study.replications import Replications

_HEADS = {
    "zh": ("指标", "平均", "单次标准差", "95% 区间"),
    "en": ("measure", "mean", "sd of a run", "95 % interval"),
}


def run_several(loaded: Any, number: int, workers: int, out: Path | None, as_json: bool, lang: str) -> None:
    """Run, write the folder, tell means and intervals."""
    from settlement_sim.study.folder import can_be_written
    from settlement_sim.study.replications import replications

    target = can_be_written(out or Path("runs") / f"{loaded.name}-r{number}")
    with progress(as_json, "runs") as bar:
        done = replications(loaded, number, workers, progress=bar)
    folder = done.save(target)
    if as_json:
        said = {
            "format": 1, "folder": str(folder), "seeds": list(done.seeds), "warnings": list(done.warnings),
            "summary": records(done.summary), "measures": records(_measures(done)),
        }  # fmt: skip
        click.echo(json.dumps(said, ensure_ascii=False, indent=2))
        return
    tell_warnings(done.warnings)
    show(_table(done, lang))
    click.echo(f"结果文件夹：{folder}" if lang == "zh" else f"Run folder: {folder}")


def tell_warnings(said: Any) -> None:
    """One line each, beside the result."""
    for text in said:
        click.echo(f"warning: {text}", err=True)


def records(frame: Any) -> list[dict[str, Any]]:
    """Rows for JSON; what is not there is null."""
    rows: list[dict[str, Any]] = frame.astype(object).where(frame.notna(), None).to_dict("records")
    return rows


def _measures(done: Replications) -> Any:
    from settlement_sim.study.replications import spread

    return spread(done.measures).rename_axis("measure").reset_index()


def _table(done: Replications, lang: str) -> Any:
    from rich.table import Table

    from settlement_sim.record.measures import MEASURE, told
    from settlement_sim.report.numbers import called, interval, written

    number = len(done.seeds)
    title = f"{number} 个种子" if lang == "zh" else f"{number} seeds"
    table = Table(title=title, title_justify="left")
    for place, head in enumerate(_HEADS[lang]):
        table.add_column(head, justify="right" if place else "left")
    rows = {row["measure"]: row for row in records(_measures(done))}
    for name in told([*rows], done.loaded.scenario.question.read):
        row, unit = rows[name], MEASURE[name].unit
        cells = (written(row[key], unit, lang) for key in ("mean", "sd"))
        table.add_row(called(name, lang), *cells, interval(row["low"], row["high"], unit, lang))
    return table
