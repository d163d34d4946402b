"""What does a run of the track need beside rules, priors and a calendar?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
import numpy.typing as npt

from settlement_sim.engine.slots import Timeline
from settlement_sim.vocabulary import SCHEMES

#: Employees of pool p are group p · STEP of the ledger and of timelines.
STEP: Final = len(SCHEMES)


@dataclass(frozen=True)
class TrackPlan:
    """Window, seeds, who may apply, and the policies of recognition and transfer."""

    first: int
    last: int
    seed: int
    world_seed: int
    scale_bp: int
    employees: npt.NDArray[np.int64]  # insured, by pool
    hazard: int  # thoughts of an application per million months of retirement
    staff: int | None
    payment: Literal["lump_sum", "monthly"]
    discount: int  # 1/10,000 a year
    timelines: dict[str, Timeline]
    predecessors: dict[str, Timeline]
    restated: frozenset[str]
