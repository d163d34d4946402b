"""What do several runs leave on disk? A folder for each scenario, and what sets them apart beside it.

replications: replications.csv, summary.csv, measures.csv, tables/*.csv with the seed as first column, manifest.json
comparison:   0-REFERENCE/, 1-OTHER/, … as above, comparison.csv, measures.csv, parts.csv where asked for
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from settlement_sim.study.attribute import Attribution
from settlement_sim.study.compare import Comparison
from settlement_sim.study.folder import MEASURES, TABLES, write_about, write_manifest
from settlement_sim.study.manifest import about
from settlement_sim.study.replications import Replications

if TYPE_CHECKING:
    import pandas as pd

COMPARED = "comparison.csv"
PARTS = "parts.csv"
PARTS_OF_MEASURES = "parts_of_measures.csv"


def write_replications(found: Replications, work: Path) -> None:
    """All seeds of one scenario."""
    loaded = found.loaded
    _write(found.outputs.rename_axis("seed").reset_index(), work / "replications.csv")
    _write(found.summary, work / "summary.csv")
    _write(found.measures.rename_axis("seed").reset_index(), work / MEASURES)
    (work / TABLES).mkdir()
    for name, frame in found.tables.items():
        _write(frame, work / TABLES / f"{name}.csv")
    said = about(loaded, "replications") | several(found)
    write_about(work, loaded, found.warnings, said)


def write_comparison(found: Comparison, work: Path, **more: object) -> None:
    """Every scenario in a folder of its own, and the differences."""
    folders = []
    for number, each in enumerate((found.reference, *found.others)):
        folders.append(f"{number}-{each.loaded.name}")
        (work / folders[-1]).mkdir()
        write_replications(each, work / folders[-1])
    _write(found.summary, work / COMPARED)
    _write(found.measures, work / MEASURES)
    said = about(found.reference.loaded, "comparison") | several(found.reference)
    write_manifest(work, said | {"compared": [each.loaded.name for each in found.others], "folders": folders, **more})


def write_attribution(found: Attribution, work: Path) -> None:
    """A comparison, and the parts of its differences."""
    write_comparison(found.comparison, work, parts=[*found.parts])
    _write(found.table, work / PARTS)
    _write(found.measures.rename_axis("measure").reset_index(), work / PARTS_OF_MEASURES)


def several(found: Replications) -> dict[str, object]:
    """What manifests of several runs say besides."""
    scenario = found.loaded.scenario
    days = scenario.window if scenario.visits == "on" else scenario.years.window if scenario.years else scenario.window
    return {
        "seeds": list(found.seeds), "world_seed": scenario.world.world_seed, "scale": scenario.world.scale,
        "window": [days.first.isoformat(), days.last.isoformat()], "calibration": found.calibration,
    }  # fmt: skip


def _write(frame: pd.DataFrame, path: Path) -> None:
    frame.to_csv(path, index=False, lineterminator="\n")
