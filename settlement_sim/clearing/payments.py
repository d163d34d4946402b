"""What does a care place pay out of a prepayment, and in which order? One instruction at a time."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Final, Literal

import numpy as np
import numpy.typing as npt

from settlement_sim.clearing.cohorts import Bills
from settlement_sim.policies.clearing.cycle import ClearingPolicy

Whole = npt.NDArray[np.int64]
Kind = Literal["return", "hospitals", "advance", "retained"]
#: What is paid first among instructions due on one day.
PRIORITY: Final[dict[Kind, int]] = {"return": 0, "hospitals": 1, "advance": 2, "retained": 3}


@dataclass
class Payment:
    """An instruction against the prepayment of a member at a care province.

    `place`: the care pool whose hospitals are paid, or the care province to return from. Due instructions are settled
    in the order of `turn`, whatever the order in which they were written.
    """

    kind: Kind
    due: int
    until: int
    code: int
    member: int
    province: int
    place: int
    policy: ClearingPolicy
    bills: Bills | None = None
    by_group: Whole = field(default_factory=lambda: np.zeros(0, np.int64))

    @property
    def turn(self) -> tuple[Any, ...]:
        """Due day, priority, then what the instruction is about."""
        return (self.due, PRIORITY[self.kind], self.until, self.code, self.member, self.place)

    @property
    def account(self) -> tuple[int, int]:
        """Member and care province."""
        return self.member, self.province


@dataclass
class Part:
    """What one group owes one care province by one statement: fen by care pool, and the day it is to be remitted."""

    due: int
    until: int
    code: int
    group: int
    province: int
    policy: ClearingPolicy
    by_care_pool: Whole

    @property
    def turn(self) -> tuple[int, ...]:
        """The order in which parts are remitted."""
        return (self.due, self.until, self.code, self.group, self.province)

    @property
    def total(self) -> int:
        """Fen still to remit."""
        return int(self.by_care_pool.sum())

    def split(self, amount: int) -> Whole:
        """Take an amount off, the first care pools first; returns what was taken by care pool."""
        taken: Whole = np.diff(np.minimum(np.cumsum(self.by_care_pool), amount), prepend=0)
        self.by_care_pool = self.by_care_pool - taken
        return taken
