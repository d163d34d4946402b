"""What goes into the adjudication of a block of visits, and what comes out?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from functools import cached_property, reduce
from typing import Any

import numpy as np
import numpy.typing as npt

from settlement_sim.columns import Columns
from settlement_sim.demand.bills import Gross
from settlement_sim.engine.complete import Payment
from settlement_sim.policies.answers import FUNDS, Scope

Whole = npt.NDArray[np.int64]
Codes = npt.NDArray[np.integer[Any]]


@dataclass(frozen=True)
class Visits(Columns):
    """Rows to adjudicate: need, person row, care type, path, cut and filing, in the order (person, time, need_id)."""

    id: Whole
    row: Codes
    care: npt.NDArray[np.int8]
    path: npt.NDArray[np.int8]
    cut: Whole
    filing: npt.NDArray[np.int8]
    gross: Gross

    def __len__(self) -> int:
        return len(self.id)


@dataclass(frozen=True)
class Settled(Columns):
    """Adjudicated rows: visit, provider and money columns (fen)."""

    visits: Visits
    provider: npt.NDArray[np.int16]
    scope: Scope
    total_fee: Whole
    paid: dict[str, Whole]  # deductible and funds, as paid at the counter
    advances: Payment
    before: Mapping[str, Whole]  # standing and account before each row; empty unless asked for
    counted: Whole  # 1; 0 for a purchase that met an empty account, which is no settlement and costs nothing
    adds: dict[str, Whole]  # what each row added to standing; empty unless a policy may reverse settlements

    @cached_property
    def cleared(self) -> Whole:
        """What crosses the border: funds and personal account."""
        return reduce(np.add, (self.paid[fund] for fund in FUNDS)) + self.advances.personal_account

    def void(self, rows: Whole) -> None:
        """Turn pharmacy purchases into nothing; no fund has paid on them."""
        scope = self.scope
        parts = (getattr(scope, f.name) for f in fields(scope))
        for column in (self.total_fee, self.advances.cash, self.counted, *parts):
            column[rows] = 0

    def money(self, name: str, sign: int = 1) -> Whole:
        """One money column by name; `sign` −1: as a reversal books it."""
        column = self.paid.get(name)
        if column is None:
            column = next(getattr(part, name) for part in (self.scope, self.advances, self) if hasattr(part, name))
        return column if sign > 0 else -column
