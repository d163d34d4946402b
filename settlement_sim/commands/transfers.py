"""`settlement-sim transfers`: which transfer between pooled funds keeps each fund whole?"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click

from settlement_sim.commands.options import json_option, lang_option, progress, set_option


@click.command("transfers")
@click.argument("scenario", default="q10_transfers")
@click.option("-r", "--replications", type=click.IntRange(1, 100), default=4, show_default=True, help="Seeds, from 1.")
@click.option("--out", type=click.Path(path_type=Path), help="Folder for transfers.csv and transfers.svg.")
@set_option
@json_option
@lang_option
def transfers(
    scenario: str, replications: int, out: Path | None, settings: tuple[str, ...], as_json: bool, lang: str
) -> None:
    """Lay T0 to T4 beside each other on the recognitions of SCENARIO (q10_transfers by default).

    None of them was ever put in force, but for T1, the national rule: the answer is a counterfactual. Every assumption
    that it rests on is listed.

    \b
    Example:
      settlement-sim transfers q10_transfers -r 2 --out q10
    """
    from settlement_sim.report.transfers import assumptions, figure, page
    from settlement_sim.scenario.load import load
    from settlement_sim.study.transfers import compare

    loaded = load(scenario, settings)
    with progress(as_json) as bar:
        frame = compare(loaded, range(1, replications + 1), bar)
    if out:
        _write(out, frame, figure(frame, lang))
    if as_json:
        said = {"format": 1, "scenario": loaded.name, "seeds": replications, "formulas": frame.to_dict("records")}
        click.echo(json.dumps(said | {"assumptions": assumptions(loaded)}, ensure_ascii=False, indent=2))
        return
    from rich.console import Console

    Console(highlight=False, width=None if Console().is_terminal else 160).print(
        page(frame, loaded, replications, lang)
    )


def _write(out: Path, frame: Any, drawn: str) -> None:
    from settlement_sim.report.drawing import standalone

    out.mkdir(parents=True, exist_ok=True)
    frame.to_csv(out / "transfers.csv", index=False, lineterminator="\n")
    (out / "transfers.svg").write_text(standalone(drawn), "utf-8")
