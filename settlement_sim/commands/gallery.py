"""`settlement-sim gallery`: every question that can be answered, with its answer and a page behind it."""

from __future__ import annotations

from pathlib import Path

import click

from settlement_sim.commands.options import progress, set_option


@click.command("gallery")
@click.option("--out", type=click.Path(path_type=Path), default="gallery", show_default=True, help="Folder.")
@click.option("--question", "questions", multiple=True, metavar="QID", help="Only this one; may be repeated.")
@click.option("-r", "--replications", "number", type=click.IntRange(2), default=4, show_default=True, help="Seeds.")
@click.option("-j", "--workers", type=click.IntRange(1), default=1, show_default=True, help="Processes.")
@set_option
def gallery(out: Path, questions: tuple[str, ...], number: int, workers: int, settings: tuple[str, ...]) -> None:
    """Run the packaged scenarios of all questions, write a page of each and an index, in Chinese and English.

    With --set world.scale=0.02 it is a quick look of some minutes; at full scale it takes an hour or more.

    \b
    Example:
      settlement-sim gallery --question Q9 -r 2 -j 2 --set world.scale=0.1 --out runs/gallery
    """
    from settlement_sim.report.gallery import write_gallery
    from settlement_sim.study.folder import can_be_written
    from settlement_sim.study.gallery import exhibits

    can_be_written(out)
    with progress(False, "runs") as bar:
        found = exhibits(questions, number, workers, settings, bar)
    write_gallery(found, out)
    click.echo(f"{out}/index.zh.html\n{out}/index.en.html")
