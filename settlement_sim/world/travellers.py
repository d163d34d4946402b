"""How many potential travellers live in each unit?

    python -m settlement_sim.world.travellers

makes travellers.csv from the declared totals: temporary travellers by residents times the accessibility of the
other side, long-term residents elsewhere by residents. Floating point is used in that routine only.
"""

from __future__ import annotations

import csv
from importlib.resources import files
from pathlib import Path

import numpy as np
import numpy.typing as npt

from settlement_sim.demand.destinations import destination_weights
from settlement_sim.demand.priors import Priors
from settlement_sim.vocabulary import CARE_TYPES, PROVINCES
from settlement_sim.world.geography import Geography

PATH = Path(str(files("settlement_sim") / "world/data/travellers.csv"))
Counts = npt.NDArray[np.int64]


def load_travellers(geography: Geography, path: Path = PATH) -> tuple[Counts, Counts]:
    """Temporary travellers and long-term residents elsewhere, by unit."""
    rows = list(csv.DictReader(path.read_text("utf-8").splitlines()))
    assert [row["unit"] for row in rows] == list(geography.units), "travellers.csv lists other units"
    temporary, long_term = (np.array([int(row[c]) for row in rows]) for c in ("temporary", "long_term"))
    return temporary, long_term


def make_travellers(geography: Geography, priors: Priors) -> tuple[Counts, Counts]:
    """Spread each province's declared travellers over its units by largest remainder."""
    access = destination_weights(geography, priors, CARE_TYPES.index("inpatient")).sum(1, dtype=np.float64)
    temporary, long_term = np.zeros(len(geography.units), np.int64), np.zeros(len(geography.units), np.int64)
    for code, province in enumerate(PROVINCES):
        inside = geography.unit_province == code
        total = priors[f"travellers.{province}"]
        away = total * priors[f"travellers.long_term_resident_share.{province}"] // 100
        residents = geography.residents[inside].astype(np.float64)
        temporary[inside] = largest_remainder(residents * access[inside], total - away)
        long_term[inside] = largest_remainder(residents, away)
    return temporary, long_term


def largest_remainder(weights: npt.NDArray[np.float64], total: int) -> Counts:
    """Whole numbers proportional to weights that sum to `total` (Hamilton's method)."""
    exact = weights / weights.sum() * total
    counts = np.floor(exact).astype(np.int64)
    rest = np.argsort(counts - exact, kind="stable")[: total - counts.sum()]
    counts[rest] += 1
    return counts


def main(path: Path = PATH) -> None:
    """Write travellers.csv."""
    geography, priors = Geography.load(), Priors.load()
    columns = make_travellers(geography, priors)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(("unit", "temporary", "long_term", "grade", "basis"))
        for unit, temporary, long_term in zip(geography.units, *columns, strict=True):
            writer.writerow((unit, temporary, long_term, "assumption", "demand.yaml travellers"))


if __name__ == "__main__":
    main()
