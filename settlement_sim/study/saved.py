"""What does a run folder say about the reported figures, without running again?"""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

from settlement_sim.errors import InputError, Problem
from settlement_sim.observed import figures as reported
from settlement_sim.observed.check import Beside, Row, Run, beside, check
from settlement_sim.observed.terms import DIRECTIONS
from settlement_sim.observed.years import Years
from settlement_sim.study.folder import MANIFEST, OBSERVED, refuse_unless_one_run
from settlement_sim.study.results import STALE, refuse_unless_history
from settlement_sim.study.years import without_visits
from settlement_sim.vocabulary import CARE_TYPES, SCHEMES


def read_run(folder: Path) -> tuple[list[Row], list[Beside]]:
    """The check of a saved run. Raises InputError where a file is broken or the scenario is no history."""
    try:
        refuse_unless_one_run(folder)
        run = _run(folder)
    except (KeyError, ValueError, OSError) as error:
        found = f"a run folder that cannot be read ({error})"
        raise InputError(Problem(str(folder), found, "an unchanged run folder")) from error
    figures = reported.load(sorted((folder / OBSERVED).glob("*.yaml")))
    return check(run, figures), beside(run, figures)


def _run(folder: Path) -> Run:
    manifest = json.loads((folder / MANIFEST).read_text("utf-8"))
    totals = json.loads((folder / "totals.json").read_text("utf-8"))
    refuse_unless_history(manifest["kind"], str(folder / MANIFEST))
    years = Years.read(totals["recognition"]["check"]) if "recognition" in totals else None
    if manifest["visits"] == "off" and years:
        return without_visits(years)
    direct: dict[str, Any] = totals["direct"]
    for row in _rows(folder / "tables/by_scheme.csv", len(DIRECTIONS) * len(SCHEMES) * len(CARE_TYPES)):
        direct[row["direction"]][row["care_type"]][f"settlements_{row['scheme']}"] = int(row["settlements"])
    errors = {
        row["direction"]: {m: float(row[f"{m}_se"]) for m in ("settlements", "total_fee")}
        for row in _rows(folder / "tables/totals.csv", len(DIRECTIONS) * (len(CARE_TYPES) + 1))
        if row["care_type"] == "all"
    }
    first, last = manifest["window"]
    fitted = manifest["calibration"] == "fitted"
    return Run(
        first=first,
        last=last,
        full_scale=manifest["scale"] == 1,
        calibration_note="" if fitted else STALE,
        pharmacy_inside=manifest["readings"]["pharmacy_inside_a1"] == "yes",
        totals=direct,
        by_hand=totals["by_hand"],
        errors=errors,
        years=years,
    )


def _rows(path: Path, count: int) -> list[dict[str, str]]:
    """The rows of a table; ValueError unless there are `count`."""
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    if len(rows) != count:
        raise ValueError(f"{path.name} has {len(rows)} rows, not {count}")
    return rows
