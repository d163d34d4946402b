"""How do tests run a whole small world? Few travellers who are often ill, the packaged rules, a short window.

    python tests/runs.py FOLDER KEY=VALUE …

runs one in a process of its own, writes the run folder and prints the digests of its files.
"""

from __future__ import annotations

import hashlib
import json
import sys
from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd

from settlement_sim.demand.calibration import Calibration
from settlement_sim.observed.targets import targets
from settlement_sim.scenario.load import load
from settlement_sim.study.calibrate import Step, write
from settlement_sim.study.folder import write_run
from settlement_sim.study.run import Finished, Prepared, prepare, run
from settlement_sim.vocabulary import CARE_TYPES, PROVINCES
from settlement_sim.world.population import Population
from settlement_sim.world.world import build_world

BASELINE = "baseline_2024q1q3"
#: Visits per person-year (1/1,000,000) where the relative rate is one: several times what the corridor sees.
WEIGHTS = {
    "chongqing": {"inpatient": 9_500_000, "outpatient": 3_800_000, "chronic": 2_200_000, "pharmacy": 2_200_000},
    "sichuan": {"inpatient": 11_000_000, "outpatient": 3_600_000, "chronic": 2_200_000, "pharmacy": 2_100_000},
}
#: Mean gross bill by level (community, 1, 2, 3, pharmacy) in fen, dear enough to reach ceilings.
PRICES = {
    "inpatient": (900_000, 1_000_000, 2_400_000, 4_100_000, 0),
    "outpatient": (11_000, 13_000, 21_000, 31_000, 0),
    "chronic": (67_000, 81_000, 122_000, 176_000, 0),
    "pharmacy": (0, 0, 0, 0, 26_000),
}
CALIBRATION = Calibration(
    WEIGHTS, np.array([[PRICES[care] for care in CARE_TYPES] for _ in PROVINCES], np.int64), "a small world"
)
#: Two weeks without a warm-up, 2,500 persons: enough to see whether anything changed.
TINY = ("world.scale=0.002", *(f"{key}=2024-01-01" for key in ("warm_up", "window.from")), "window.until=2024-01-14")


@cache
def prepared(*settings: str, scenario: str | Path = BASELINE) -> Prepared:
    """A small world with rules and plan; worlds are shared between tests, so nobody may write into one."""
    return prepare(load(scenario, settings), calibration=CALIBRATION)


def with_plan(of: Prepared, *settings: str, scenario: str | Path = BASELINE) -> Prepared:
    """The same world under another scenario: its plan and rules, which need no new people."""
    other = prepare(load(scenario, settings), calibration=CALIBRATION)
    assert other.world.fingerprint() == of.world.fingerprint(), "the scenario asks for another world"
    return replace(other, world=of.world)


def with_people(of: Prepared, population: Population) -> Prepared:
    """The same places, rules and plan with other people."""
    world = build_world(
        of.loaded.scenario.world.world_seed, of.world.calibration, calendar=of.world.calendar,
        priors=of.world.priors, geography=of.world.geography, population=population,
    )  # fmt: skip
    return replace(of, world=world)


def batched(of: Prepared, rows: int) -> Prepared:
    """The same run in batches of so many rows."""
    return replace(of, plan=replace(of.plan, batch=rows))


def run_claims(of: Prepared, folder: Path) -> tuple[Finished, pd.DataFrame]:
    """A run and its claims in the order of the file."""
    path = folder / "claims.parquet"
    finished = run(of, claims=path)
    return finished, pd.read_parquet(path)


def by_need(claims: pd.DataFrame) -> pd.DataFrame:
    """Claims in the order of their needs, every column as plain values."""
    plain = {name: claims[name].astype(str) for name in claims.select_dtypes("category")}
    return claims.assign(**plain).sort_values("need", ignore_index=True)


def files_of(finished: Finished, folder: Path) -> dict[str, bytes]:
    """The exact totals and every table as CSV, byte by byte, as a run folder holds them."""
    folder.mkdir(parents=True, exist_ok=True)
    write_run(finished, folder)
    paths = [folder / "totals.json", *sorted(folder.glob("tables/*.csv"))]
    return {path.name: path.read_bytes() for path in paths}


def digests(files: dict[str, bytes]) -> dict[str, str]:
    """sha256 of each file."""
    return {name: hashlib.sha256(content).hexdigest() for name, content in files.items()}


def write_calibration(path: Path, calibration: Calibration = CALIBRATION) -> Path:
    """A calibration file for the command line; residuals are of no account here."""
    from settlement_sim.observed.figures import load as load_figures

    nothing = np.zeros((2, 2))
    write(path, calibration, [Step(nothing, nothing)], targets(load_figures()))
    return path


def others(person: int, claims: pd.DataFrame) -> pd.DataFrame:
    """The claims of everybody else."""
    return claims[claims.person != person].reset_index(drop=True)


def main(folder: str, *settings: str) -> None:
    """Run one small world and print the digests of its files and which processor features numpy uses."""
    from numpy._core._multiarray_umath import __cpu_dispatch__, __cpu_features__

    found = digests(files_of(run(prepared(*settings)), Path(folder)))
    used = [name for name in __cpu_dispatch__ if __cpu_features__[name]]
    print(json.dumps({"files": found, "features": used}))


if __name__ == "__main__":
    main(*sys.argv[1:])
