"""Rows that are adjudicated together, and what was decided about them."""

from __future__ import annotations

from dataclasses import dataclass

from settlement_sim.columns import Columns
from settlement_sim.engine.complete import Payment
from settlement_sim.engine.settled import Codes, Whole
from settlement_sim.policies.views import Claims


@dataclass(frozen=True)
class Batch(Columns):
    """Aligned columns of the rows that are adjudicated together; `place` is their person-year."""

    id: Whole
    row: Codes
    claims: Claims
    place: Whole
    day: int | Whole
    before: dict[str, Whole]

    def __len__(self) -> int:
        return len(self.id)


@dataclass(frozen=True)
class Round(Columns):
    """What one round decided."""

    paid: dict[str, Whole]
    advances: Payment
    adds: dict[str, Whole]
