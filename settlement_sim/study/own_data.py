"""With which files does a bureau begin that brings its own figures, priors, rules and places?

They are the examples of `docs/own-data.md`: a scenario, the files it names, a bill and a career to try rules on. All
numbers in them are invented.
"""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path
from typing import Final

from settlement_sim.errors import InputError, Problem

SCENARIO: Final = "own_data.yaml"
TEMPLATE: Final = (
    SCENARIO, "own_figures.yaml", "own_priors.yaml", "own_end.yaml", "own_rules.yaml", "own_bill.yaml",
    "own_years.yaml", "own_career.yaml", "own_world/occupancy.csv", "own_world/travellers.csv",
)  # fmt: skip


def template_folder() -> Path:
    """Where the files are: in the wheel, or among the documents of a source tree."""
    package = Path(str(files("settlement_sim")))
    inside = package / "own_data"
    return inside if inside.is_dir() else package.parent / "docs/examples"


def begin_with_own_data(folder: Path) -> list[Path]:
    """Write them into a folder; returns where they are, the scenario first. InputError where one of them is there."""
    written = [folder / name for name in TEMPLATE]
    if there := [path for path in written if path.exists()]:
        expected = "a new folder: nothing is replaced"
        raise InputError([Problem(str(path), "a file of this name", expected) for path in there])
    for name, path in zip(TEMPLATE, written, strict=True):
        text = (template_folder() / name).read_text("utf-8")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(_without_schema(text), "utf-8", newline="\n")
    return written


def _without_schema(text: str) -> str:
    """Without the line by which editors find a schema that is not there."""
    first, _, rest = text.partition("\n")
    return rest if first.startswith("# yaml-language-server") else text
