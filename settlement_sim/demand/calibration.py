"""Which numbers were fitted, to what, and on which inputs does the fit rest?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib.resources import files
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from settlement_sim import yamlio
from settlement_sim.errors import InputError, Problem
from settlement_sim.vocabulary import CARE_TYPES, LEVELS, PROVINCES

PACKAGED = Path(str(files("settlement_sim") / "demand/data/calibration.yaml"))
#: The base year of a file that names none.
BASE_YEAR: Final = 2024


@dataclass(frozen=True)
class Calibration:
    """Visits per person-year where the relative rate is one (1/1,000,000), prices by level (fen), fingerprint.

    `year` is the base year: its volumes are the fitted ones, those of earlier years follow by a reading of growth.
    `own_priors`: values that prices and the mix of visits were worked out from in place of the packaged ones.
    """

    weights: Mapping[str, Mapping[str, int]]
    price: npt.NDArray[np.int64]  # provinces × care types × levels
    fingerprint: str
    year: int = BASE_YEAR
    own_priors: Mapping[str, tuple[int, ...]] = field(default_factory=dict)

    @classmethod
    def load(cls, path: Path = PACKAGED) -> Calibration:
        """Read a calibration file; raises InputError where it is incomplete."""
        document = yamlio.read(path)
        try:
            weights = {p: {c: int(document.data["weights"][p][c]) for c in CARE_TYPES} for p in PROVINCES}
            price = np.array([[_levels(document.data["prices"][p][c]) for c in CARE_TYPES] for p in PROVINCES])
            year, said = int(document.data.get("year", BASE_YEAR)), document.data.get("own_priors") or {}
            own = {name: tuple(map(int, values)) for name, values in said.items()}
            return cls(weights, price, str(document.data["fingerprint"]), year, own)
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            expected = "weights and prices of both provinces and a fingerprint; run `settlement-sim calibrate`"
            raise InputError(Problem(document.where(()), f"no usable {error}", expected)) from error


def _levels(row: Mapping[str, Any]) -> list[int]:
    return [int(row[level]) for level in LEVELS]
