"""Which places are there, how far apart are they, and what care do they hold?

What these data cannot identify: a unit is one point (its seat), so a prefecture of four million is as near
or far as its seat; minutes come from a formula, not from roads or timetables; beds of a unit and insured of a
pool are shares of a provincial total, not counts; occupancy is one level per kind of day, not a hospital's.
The census is of November 2020. Grades and ranges stand in the rows of `world/data`, those behind the minutes
in `build_assumptions.csv`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from settlement_sim.errors import InputError
from settlement_sim.world import tables
from settlement_sim.world.geography_tables import COLUMNS, READERS, UNINHABITED, Found, Reader


@dataclass(frozen=True, eq=False)
class Geography:
    """Units, pools, distances and provider groups as aligned arrays; none can be written to.

    n units, in the order of `units.csv`: `unit_pool` int8 [n] codes of POOLS, `unit_province` int8 [n] codes
    of PROVINCES, `residents` int64 [n] persons of November 2020, `lat` and `lon` float64 [n] degrees (for
    pictures only), `border` bool [n], `minutes` int16 [n, n] door to door, symmetric, the diagonal inside the
    unit. `insured` int64 [22, 2] persons by pool and scheme. `border_pairs` int16 [m, 2]: Sichuan unit,
    Chongqing unit. p provider groups, by unit and level: `provider_unit` int16 [p], `provider_level` int8 [p]
    codes of LEVELS, `licensed_beds` int32 [p], 0 for pharmacies. `occupancy` int32 [5, 4], the share of
    licensed beds that local patients fill, in 1/10,000, by level and kind of day (`DAY_KINDS`). `travellers`
    int64 [n, 2] potential travellers by unit of insurance: temporary, and long-term residents elsewhere.
    """

    units: tuple[str, ...]
    unit_zh: tuple[str, ...]
    unit_en: tuple[str, ...]
    unit_pool: npt.NDArray[np.int8]
    unit_province: npt.NDArray[np.int8]
    residents: npt.NDArray[np.int64]
    lat: npt.NDArray[np.float64]
    lon: npt.NDArray[np.float64]
    border: npt.NDArray[np.bool_]
    minutes: npt.NDArray[np.int16]
    pool_zh: tuple[str, ...]
    pool_en: tuple[str, ...]
    insured: npt.NDArray[np.int64]
    border_pairs: npt.NDArray[np.int16]
    providers: tuple[str, ...]
    provider_unit: npt.NDArray[np.int16]
    provider_level: npt.NDArray[np.int8]
    licensed_beds: npt.NDArray[np.int32]
    occupancy: npt.NDArray[np.int32]
    travellers: npt.NDArray[np.int64]

    @classmethod
    def load(cls, overlays: Sequence[Path] = ()) -> Geography:
        """The packaged geography; files of the same names in the folders `overlays` stand in place of the packaged
        ones, those of a later folder in place of an earlier one's.

        Raises InputError with every problem of all files, in file order.
        """
        return cls._read(overlays, READERS)

    @classmethod
    def uninhabited(cls, overlays: Sequence[Path] = ()) -> Geography:
        """The same before anybody travels: what travellers.csv is made from."""
        return cls._read(overlays, UNINHABITED)

    @classmethod
    def _read(cls, overlays: Sequence[Path], readers: Sequence[Reader]) -> Geography:
        problems = [problem for folder in overlays for problem in tables.misnamed(folder, tuple(COLUMNS))]
        found: Found = {}
        for read in readers:
            read(found, problems, overlays)
            if problems and not found.get("units"):
                break
        if problems:
            raise InputError(tables.in_order(problems))
        for array in (value for value in found.values() if isinstance(value, np.ndarray)):
            array.flags.writeable = False
        return cls(**found)

    def fingerprint(self) -> str:
        """64 hex digits of what a run can depend on: everything but names and coordinates.

        Travellers count in the population that is drawn of them.
        """
        mixed = hashlib.sha256("\n".join((*self.units, *self.providers)).encode())
        for field in _COUNTED:
            array: npt.NDArray[Any] = getattr(self, field)
            mixed.update(f"{field} {array.dtype.str} {array.shape}".encode() + array.tobytes())
        return mixed.hexdigest()


_COUNTED: Final = (
    "unit_pool", "unit_province", "residents", "border", "minutes", "insured", "border_pairs",
    "provider_unit", "provider_level", "licensed_beds", "occupancy",
)  # fmt: skip
