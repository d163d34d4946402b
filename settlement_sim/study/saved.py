"""What does a run folder say about the reported figures, without running again?"""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

from settlement_sim.errors import InputError, Problem
from settlement_sim.observed import figures as reported
from settlement_sim.observed.check import Beside, Row, Run, beside, check
from settlement_sim.study.folder import MANIFEST
from settlement_sim.study.results import refuse_unless_history


def is_run_folder(path: Path) -> bool:
    """Whether a path is a finished run."""
    return (path / MANIFEST).is_file()


def read_run(folder: Path) -> tuple[list[Row], list[Beside]]:
    """The check of a saved run. Raises InputError where a file is broken or the scenario is no history."""
    try:
        run = _run(folder)
    except (KeyError, ValueError, OSError) as error:
        raise InputError(
            Problem(str(folder), f"a run folder that cannot be read ({error})", "an unchanged run folder")
        ) from error
    figures = reported.load()
    return check(run, figures), beside(run, figures)


def _run(folder: Path) -> Run:
    manifest = json.loads((folder / MANIFEST).read_text("utf-8"))
    totals = json.loads((folder / "totals.json").read_text("utf-8"))
    refuse_unless_history(manifest["kind"], str(folder / MANIFEST))
    direct: dict[str, Any] = totals["direct"]
    for row in _rows(folder / "tables/by_scheme.csv"):
        if row["scheme"] == "employee":
            direct[row["direction"]][row["care_type"]]["settlements_employee"] = int(row["settlements"])
    errors = {
        row["direction"]: {m: float(row[f"{m}_se"]) for m in ("settlements", "total_fee")}
        for row in _rows(folder / "tables/totals.csv") if row["care_type"] == "all"
    }  # fmt: skip
    fitted = manifest["calibration"] == "fitted"
    first, last = manifest["window"]
    return Run(
        first, last, manifest["scale"] == 1, fitted,
        "" if fitted else "; the calibration is stale: it rests on other inputs",
        manifest["readings"]["pharmacy_inside_a1"] == "yes", direct, totals["by_hand"], errors,
    )  # fmt: skip


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
