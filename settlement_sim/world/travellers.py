"""How many potential travellers live in each unit, where nobody has counted them?

    python -m settlement_sim.world.travellers [FOLDER]

makes travellers.csv from the declared totals: temporary travellers by residents times the accessibility of the
other side, long-term residents elsewhere by residents. With the folder of an overlay it is made for the units of
that folder and put beside them. Floating point is used in this routine only.
"""

from __future__ import annotations

import csv
import sys
from importlib.resources import files
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt

from settlement_sim.demand.destinations import destination_weights
from settlement_sim.demand.priors import Priors
from settlement_sim.vocabulary import CARE_TYPES, PROVINCES
from settlement_sim.world.geography import Geography
from settlement_sim.world.geography_tables import COLUMNS

NAME: Final = "travellers.csv"
PATH: Final = Path(str(files("settlement_sim") / "world/data" / NAME))
Counts = npt.NDArray[np.int64]


def make_travellers(geography: Geography, priors: Priors) -> Counts:
    """Temporary travellers and long-term residents elsewhere by unit, int64 [n, 2].

    Each province's declared travellers are spread over its units by largest remainder.
    """
    access = destination_weights(geography, priors, CARE_TYPES.index("inpatient")).sum(1, dtype=np.float64)
    counts = np.zeros((len(geography.units), 2), np.int64)
    for code, province in enumerate(PROVINCES):
        inside = geography.unit_province == code
        total = priors[f"travellers.{province}"]
        away = total * priors[f"travellers.long_term_resident_share.{province}"] // 100
        residents = geography.residents[inside].astype(np.float64)
        counts[inside, 0] = largest_remainder(residents * access[inside], total - away)
        counts[inside, 1] = largest_remainder(residents, away)
    return counts


def largest_remainder(weights: npt.NDArray[np.float64], total: int) -> Counts:
    """Whole numbers proportional to weights that sum to `total` (Hamilton's method)."""
    exact = weights / weights.sum() * total
    counts = np.floor(exact).astype(np.int64)
    rest = np.argsort(counts - exact, kind="stable")[: total - counts.sum()]
    counts[rest] += 1
    return counts


def main(*overlays: Path, path: Path = PATH) -> None:
    """Write the table of the packaged units, or of those of an overlay."""
    geography = Geography.uninhabited(overlays)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(COLUMNS[NAME])
        for unit, counts in zip(geography.units, make_travellers(geography, Priors.load()), strict=True):
            writer.writerow((unit, *counts, "assumption", "demand.yaml travellers"))


if __name__ == "__main__":
    folders = [Path(name) for name in sys.argv[1:]]
    main(*folders, path=folders[-1] / NAME if folders else PATH)
