"""`settlement-sim report`: a page of a run or a comparison that a director can read."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from settlement_sim.commands.options import lang_option


@click.command("report")
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), help="HTML file; FOLDER.html by default.")
@click.option("--pool", default="", metavar="POOL", help="Also what the fund of this pool pays net, in one line.")
@lang_option
def report(folder: Path, out: Path | None, pool: str, lang: Any) -> None:
    """Write one self-contained HTML page of FOLDER, which `run` or `compare --out` left.

    The file needs no network, no script and no font, and may be sent, printed on A4 or read on a phone.

    \b
    Example:
      settlement-sim report runs/lapse --lang zh --out lapse.html
    """
    from settlement_sim.report.page.page import page
    from settlement_sim.study.folder import write_whole

    text = page(folder, lang, pool)
    here = folder.resolve()
    target = out or here.with_name(f"{here.name}.html")
    write_whole(target, text.encode())
    click.echo(f"报告：{target}" if lang == "zh" else f"Page: {target}")
