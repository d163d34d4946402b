"""How much money do patients advance, and for how long? Sums by kind and by pool and scheme."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

import numpy as np
import numpy.typing as npt

from settlement_sim.arrays import sum_by
from settlement_sim.ledger.ledger import GROUPS

Whole = npt.NDArray[np.int64]
#: `deposit`: left with the hospital during a stay; `manual`: fund money of a claim by hand; `assistance`: assistance
#: claimed after a direct settlement; `unpaid`: what hospitals never receive (no days).
KINDS: Final = ("deposit", "manual", "assistance", "unpaid")


@dataclass
class Advanced:
    """Cases, fen, and fen × days until they came back, by kind × (pool and scheme)."""

    sums: Whole = field(default_factory=lambda: np.zeros((3, len(KINDS), GROUPS), np.int64))

    def add(self, kind: str, group: npt.NDArray[np.integer], amount: Whole, days: Whole | int) -> None:
        """Add rows: pool and scheme, amount (fen; negative: taken back), whole days from payment to return."""
        for kept, weight in zip(self.sums, (np.sign(amount), amount, amount * days), strict=True):
            kept[KINDS.index(kind)] += sum_by(group, weight, GROUPS)
