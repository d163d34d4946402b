"""What does an answer become once it is checked? All columns there, in the engine's types."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from settlement_sim.columns import Columns

Whole = npt.NDArray[np.int64]
Small = npt.NDArray[np.int8]


@dataclass(frozen=True)
class Routed(Columns):
    """A `Route` with the filing of every row."""

    path: Small
    cut: Whole
    reason: Small
    filing: Small


@dataclass(frozen=True)
class Payment(Columns):
    """`Advances` with every column; what a policy left out is 0."""

    personal_account: Whole
    cash: Whole
    settles: npt.NDArray[np.bool_]
    claimed_later: Whole
    deposit: Whole
    unpaid: Whole
    reversed_after: Whole
