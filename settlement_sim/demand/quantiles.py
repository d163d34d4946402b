"""How does one draw become a bill or a stay? By integer quantile tables, so that every machine agrees to the fen."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from importlib.resources import files
from typing import Final

import numpy as np
import numpy.typing as npt

from settlement_sim.arrays import gather
from settlement_sim.draws import Bits

KNOT_BITS: Final = 12
FRACTION_BITS: Final = 16
#: Tables hold multiples of the mean in units of 1/2**20.
UNIT_BITS: Final = 20
SHAPES: Final = ("inpatient", "outpatient", "chronic", "pharmacy", "stay")
TRAVEL: Final = ("inpatient", "outpatient", "chronic", "pharmacy")


@dataclass(frozen=True)
class Shapes:
    """Unit-mean quantile tables: shapes × (4,096 + 1) knots, flat, in 1/2**20 of the mean."""

    knots: npt.NDArray[np.int64]

    def multiple(self, shape: npt.NDArray[np.integer] | int, bits: Bits) -> npt.NDArray[np.int64]:
        """The multiple of the mean (in 1/2**20) at the quantile given by the upper 28 bits of each draw."""
        knot = (bits >> np.uint64(64 - KNOT_BITS)).astype(np.int64)
        fraction = (bits >> np.uint64(64 - KNOT_BITS - FRACTION_BITS)).astype(np.int64) & 0xFFFF
        place = knot + np.asarray(shape, np.int64) * ((1 << KNOT_BITS) + 1)
        low = gather(self.knots, place)
        return low + ((gather(self.knots, place + 1) - low) * fraction >> FRACTION_BITS)


def load_shapes() -> Shapes:
    """The committed tables made by `settlement_sim.demand.build_tables`."""
    return Shapes(_columns("shapes.csv", SHAPES).ravel())


def load_decay() -> npt.NDArray[np.int64]:
    """Care types × minutes: weight of a destination this many minutes away, in 1/10,000 of one next door."""
    return _columns("decay.csv", TRAVEL)


def scaled(mean: npt.NDArray[np.int64], multiple: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """`mean` (fen or seconds) times a multiple in 1/2**20, half up."""
    return (mean * multiple + (1 << (UNIT_BITS - 1))) >> UNIT_BITS


def _columns(name: str, columns: tuple[str, ...]) -> npt.NDArray[np.int64]:
    text = (files("settlement_sim") / "demand/data" / name).read_text("utf-8").splitlines()
    header, *rows = csv.reader(text)
    assert tuple(header[1:]) == columns, f"{name}: columns {header[1:]}, expected {columns}"
    table = np.array(rows, dtype=np.int64)
    return np.ascontiguousarray(table[:, 1:].T)
