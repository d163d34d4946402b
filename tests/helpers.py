"""What do several test files need? Weights of a plausible calibration, and the mass that an alias table gives."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from settlement_sim.demand.alias import AliasTables

#: Visits per person-year where the relative rate is one, in 1/1,000,000.
WEIGHTS = {
    "chongqing": {"inpatient": 1524342, "outpatient": 3174389, "chronic": 1463943, "pharmacy": 3176848},
    "sichuan": {"inpatient": 3094817, "outpatient": 3095798, "chronic": 1434088, "pharmacy": 3097038},
}


def masses(tables: AliasTables, table: int = 0) -> npt.NDArray[np.int64]:
    """How many of the 2**(32 + slot_bits) equally likely draws give each outcome of one table.

    A slot gives its own outcome for as many of its 2**32 draws as its threshold says, its alias for the rest.
    """
    slots = 1 << tables.slot_bits
    part = slice(table * slots, (table + 1) * slots)
    own, other = tables.threshold[part].astype(np.int64), tables.other[part]
    mass = own.copy()
    np.add.at(mass, other, (1 << 32) - own)
    return mass
