"""`settlement-sim compare`: what does a policy change, with which certainty?"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click

from settlement_sim.commands.options import json_option, lang_option, plugins_option, set_option

_HEADS = {
    "zh": ("指标", "参照", "情景", "差值", "95% 区间"),
    "en": ("output", "reference", "scenario", "difference", "95 % interval"),
}
_PARTS = {"output": ("指标", "output"), "whole": ("合计变化", "whole"), "interaction": ("相互作用", "interaction")}


@click.command("compare")
@click.argument("scenarios", nargs=-1, required=True)
@click.option("-r", "--replications", "number", type=click.IntRange(2), default=4, show_default=True, help="Seeds.")
@click.option("-j", "--workers", type=click.IntRange(1), default=1, show_default=True, help="Processes.")
@click.option("--parts", is_flag=True, help="Switch what differs on one by one; what parts do together is told apart.")
@click.option("--out", type=click.Path(path_type=Path), help="Folder for comparison.csv and the runs of every seed.")
@set_option
@plugins_option
@json_option
@lang_option
def compare(
    scenarios: tuple[str, ...], number: int, workers: int, parts: bool, out: Path | None, settings: tuple[str, ...],
    plugins: bool, as_json: bool, lang: str,
) -> None:  # fmt: skip
    """Run two SCENARIOS or more with the same seeds and show what each changes against the first.

    Needs, bills and stays of a seed are the same in all of them, so a difference is the policy's and its interval is
    far narrower than that of two separate runs (`se_unpaired` beside `se`). --set goes to every scenario.

    With --parts, of two scenarios: the whole is the sum of its parts (slots, other sections) and their interaction, to
    the fen and whatever the order; sums over the seeds.

    \b
    Example:
      settlement-sim compare q9_recognition q9_lapse -r 4 -j 2 --out runs/lapse
    """
    from settlement_sim.scenario.load import load
    from settlement_sim.study.compare import compare as run_all

    if len(scenarios) < 2:
        raise click.UsageError("name two scenarios or more: a reference and what is compared with it")
    loaded = [load(name, settings, plugins=plugins) for name in scenarios]
    if parts:
        _tell_parts(loaded, number, workers, out, as_json, lang)
        return
    done = run_all(loaded, number, workers)
    folder = done.save(out) if out else None
    summary = done.summary
    rows = summary.astype(object).where(summary.notna(), None).to_dict("records")
    if as_json:
        said = {"format": 1, "seeds": list(done.reference.seeds), "folder": folder and str(folder), "differences": rows}
        click.echo(json.dumps(said, ensure_ascii=False, indent=2))
        return
    for other in done.others:
        _show([row for row in rows if row["scenario"] == other.loaded.name], done, other, lang)


def _tell_parts(loaded: list[Any], number: int, workers: int, out: Path | None, as_json: bool, lang: str) -> None:
    from settlement_sim.study.attribute import attribute

    if len(loaded) != 2:
        raise click.UsageError("--parts goes with two scenarios")
    found = attribute(loaded[0], loaded[1], number, workers)
    table = found.table
    if out:
        found.save(out)
    if as_json:
        said = {"format": 1, "seeds": list(found.reference.seeds), "parts": table.to_dict("records")}
        click.echo(json.dumps(said, ensure_ascii=False, indent=2))
        return
    _show_parts(table, f"{loaded[1].name} − {loaded[0].name}", lang)


def _show_parts(frame: Any, title: str, lang: str) -> None:
    from rich.console import Console
    from rich.table import Table

    from settlement_sim.commands.several import shown
    from settlement_sim.study.replications import headline

    table = Table(title=title, title_justify="left")
    for place, column in enumerate(frame.columns):
        table.add_column(_PARTS.get(column, (column, column))[lang == "en"], justify="right" if place else "left")
    rows = frame.set_index("output")
    for name in headline([*rows.index]):
        label, number = shown(name, lang)
        table.add_row(label, *(number(value) for value in rows.loc[name]))
    Console(highlight=False, width=None if Console().is_terminal else 160).print(table)


def _show(rows: list[dict[str, Any]], done: Any, other: Any, lang: str) -> None:
    from rich.console import Console
    from rich.table import Table

    from settlement_sim.commands.several import shown
    from settlement_sim.study.replications import headline

    reference = done.reference.loaded
    question = getattr(other.loaded.scenario.question, lang)
    table = Table(title=f"{other.loaded.name} − {reference.name}: {question}", title_justify="left")
    for place, head in enumerate(_HEADS[lang]):
        table.add_column(head, justify="right" if place else "left")
    by_name = {row["output"]: row for row in rows}
    for name in headline([*by_name]):
        label, number = shown(name, lang)
        row = by_name[name]
        cells = (number(row[key]) for key in ("reference", "other", "difference"))
        table.add_row(label, *cells, f"{number(row['low'])} – {number(row['high'])}")
    Console(highlight=False, width=None if Console().is_terminal else 160).print(table)
