"""`settlement-sim compare`: what does a policy change, with which certainty?"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click

from settlement_sim.commands.options import json_option, lang_option, plugins_option, progress, set_option, show
from settlement_sim.commands.several import records, tell_warnings

_HEADS = {
    "zh": ("指标", "参照", "情景", "差值", "差值的 95% 区间"),
    "en": ("measure", "reference", "scenario", "difference", "95 % interval of it"),
}
_PARTS = {"whole": ("合计变化", "whole"), "interaction": ("相互作用", "interaction")}


@click.command("compare")
@click.argument("scenarios", nargs=-1, required=True)
@click.option("-r", "--replications", "number", type=click.IntRange(2), default=4, show_default=True, help="Seeds.")
@click.option("-j", "--workers", type=click.IntRange(1), default=1, show_default=True, help="Processes.")
@click.option("--parts", is_flag=True, help="Switch what differs on one by one; what parts do together is told apart.")
@click.option("--out", type=click.Path(path_type=Path), help="Folder of all runs and differences, for `report`.")
@set_option
@plugins_option
@json_option
@lang_option
def compare(
    scenarios: tuple[str, ...], number: int, workers: int, parts: bool, out: Path | None, settings: tuple[str, ...],
    plugins: bool, as_json: bool, lang: str,
) -> None:  # fmt: skip
    """Run SCENARIOS with the same seeds and show what each changes against the first.

    One alone is compared with the scenario that its question names (`against`). Needs, bills and stays of a seed are
    the same in all of them, so a difference is the policy's and its interval is far narrower than that of two separate
    runs (`se_unpaired` beside `se`). --set goes to every scenario.

    With --parts, of two scenarios: the whole is the sum of its parts (slots, other sections) and their interaction, to
    the fen and whatever the order; sums over the seeds.

    \b
    Example:
      settlement-sim compare q9_recognition q9_lapse -r 4 -j 2 --out runs/lapse
    """
    from settlement_sim.scenario.load import load
    from settlement_sim.study.attribute import attribute
    from settlement_sim.study.compare import compare as run_all
    from settlement_sim.study.folder import can_be_written
    from settlement_sim.study.library import reference_of

    loaded = [load(name, settings, plugins=plugins) for name in scenarios]
    if len(loaded) == 1:
        loaded.insert(0, reference_of(loaded[0], settings))
    if parts and len(loaded) != 2:
        raise click.UsageError("--parts goes with two scenarios")
    if out:
        can_be_written(out)
    with progress(as_json, "runs") as bar:
        both = attribute(loaded[0], loaded[1], number, workers, bar) if parts else None
        done = both.comparison if both else run_all(loaded, number, workers, bar)
    folder = (both or done).save(out) if out else None
    if as_json:
        _print_json(done, both, folder)
        return
    tell_warnings(_warnings(done))
    for number in range(1, len(done.labels)):
        show(_table(done, number, lang))
    if both:
        show(_parts(both, lang))
    if folder:
        click.echo(f"结果文件夹：{folder}" if lang == "zh" else f"Run folder: {folder}")


def _warnings(done: Any) -> list[str]:
    """Of every scenario, what several say once."""
    return [*dict.fromkeys(text for each in (done.reference, *done.others) for text in each.warnings)]


def _print_json(done: Any, both: Any, folder: Path | None) -> None:
    said = {
        "format": 1, "seeds": list(done.reference.seeds), "folder": folder and str(folder),
        "warnings": _warnings(done), "measures": records(done.measures), "differences": records(done.summary),
    }  # fmt: skip
    if both:
        said["parts"] = records(both.table)
    click.echo(json.dumps(said, ensure_ascii=False, indent=2))


def _table(done: Any, number: int, lang: str) -> Any:
    from rich.table import Table

    from settlement_sim.record.measures import MEASURE
    from settlement_sim.report.numbers import called, interval, written

    label, question = done.labels[number], done.others[number - 1].loaded.scenario.question
    table = Table(title=f"{label} − {done.labels[0]}: {getattr(question, lang)}", title_justify="left")
    for place, head in enumerate(_HEADS[lang]):
        table.add_column(head, justify="right" if place else "left")
    found = done.measures
    rows = {row["measure"]: row for row in records(found[found["scenario"] == label])}
    for name in _told(rows, question.read):
        row, unit = rows[name], MEASURE[name].unit
        cells = [written(row[key], unit, lang) for key in ("reference", "other")]
        change = written(row["difference"], unit, lang, signed=True)
        table.add_row(called(name, lang), *cells, change, interval(row["low"], row["high"], unit, lang, signed=True))
    return table


def _told(rows: dict[str, Any], asked: list[str]) -> list[str]:
    """What the question asks for, the usual, and whatever else differs."""
    from settlement_sim.record.measures import MEASURES, told

    first = told([*rows], asked)
    return first + [m.name for m in MEASURES if m.name in rows and m.name not in first and rows[m.name]["difference"]]


def _parts(both: Any, lang: str) -> Any:
    from rich.table import Table

    from settlement_sim.record.measures import MEASURE
    from settlement_sim.report.numbers import called, written

    seeds = len(both.comparison.reference.seeds)
    title = f"{seeds} 个种子之和" if lang == "zh" else f"sums over {seeds} seeds"
    table = Table(title=title, title_justify="left")
    table.add_column(_HEADS[lang][0])
    frame = both.measures
    for column in frame.columns:
        table.add_column(_PARTS.get(column, (column, column))[lang == "en"], justify="right")
    for name, row in frame[frame.any(axis=1)].iterrows():
        unit = MEASURE[name].unit
        table.add_row(called(name, lang), *(written(value, unit, lang, signed=True) for value in row))
    return table
