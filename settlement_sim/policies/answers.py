"""What does a policy return? Decisions, one entry per row; the engine checks them and moves the money."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from settlement_sim.arrays import Rows
from settlement_sim.columns import Columns
from settlement_sim.policies.views import Flags, Money
from settlement_sim.vocabulary import FILINGS

DIRECT: Final = 0
MANUAL: Final = 1
#: Filing category with the terms of home.
LOCAL: Final = FILINGS.index("long_term_resident")
#: Funds in the order of the bill, and the slot that decides each.
FUNDS: Final = ("pooled_fund", "large_sum_fund", "catastrophic_fund", "medical_assistance")
PAYS: Final = {
    "basic": ("deductible_paid", "pooled_fund", "large_sum_fund"),
    "catastrophic": ("catastrophic_fund",),
    "assistance": ("medical_assistance",),
}


@dataclass(frozen=True)
class Route(Columns):
    """Path (DIRECT or MANUAL), cut off the ratio (1/10,000), the reason code of the class, and the filing category
    whose reductions away from home apply (left out: local terms for everybody).
    """

    path: npt.NDArray[np.integer[Any]]
    cut: npt.NDArray[np.integer[Any]]
    reason: npt.NDArray[np.integer[Any]]
    filing: npt.NDArray[np.integer[Any]] | None = None

    def set_free(self, rows: Flags, path: Any, cut: Any, free: int, rest: int) -> Route:
        """This route with some rows on terms of their own: path, cut, no reduction by filing, reason `free`."""
        filing = None if self.filing is None else np.where(rows, LOCAL, self.filing)
        reason = np.where(rows, free, rest)
        return Route(np.where(rows, path, self.path), np.where(rows, cut, self.cut), reason, filing)


@dataclass(frozen=True)
class Scope(Columns):
    """The four parts of a bill; they sum to the total fee."""

    outside_scope: Money
    above_price_limit: Money
    advance_self_pay: Money
    in_scope: Money


@dataclass(frozen=True)
class Amounts:
    """Amounts of one column for some rows of the batch; rows that are not named have 0."""

    column: str
    index: Rows
    amount: Money


@dataclass(frozen=True)
class Breakdown:
    """Which fund pays what, and what that adds to the persons' standing of the insurance year."""

    pays: tuple[Amounts, ...] = ()
    adds: tuple[Amounts, ...] = ()

    @classmethod
    def of(cls, adds: Mapping[str, Money] | None = None, **pays: Money) -> Breakdown:
        """From whole columns: `Breakdown.of(pooled_fund=…, adds={"pooled_fund": …})`."""
        everyone = slice(None)
        return cls(
            tuple(Amounts(name, everyone, amount) for name, amount in pays.items()),
            tuple(Amounts(name, everyone, amount) for name, amount in (adds or {}).items()),
        )


@dataclass(frozen=True)
class Orders(Columns):
    """What is stated today and then remitted, one row per obligation."""

    amount: Money


@dataclass(frozen=True)
class Advances(Columns):
    """How the person's part is paid at the counter, and whether this is a settlement at all.

    `account + cash = total_fee − funds + claimed_later`. What is left out is 0.
    """

    personal_account: Money
    cash: Money
    settles: Flags
    claimed_later: Money | None = None  # fund money that the patient advances and claims by hand afterwards
    deposit: Money | None = None  # what the patient left with the hospital from admission to discharge
    unpaid: Money | None = None  # the part of `cash` that the hospital never receives
    reversed_after: npt.NDArray[np.integer[Any]] | None = None  # days until the settlement is reversed; 0: never
