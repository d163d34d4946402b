"""T3: the fund left behind bears its share of what the retiree will cost.

Idea: fund transfers that match income and expenditure (agreement of 2020). No formula was published.
"""

from __future__ import annotations

from typing import Literal

import numpy as np

from settlement_sim.policies.base import policy
from settlement_sim.policies.careers import Cases
from settlement_sim.policies.parameters import param
from settlement_sim.policies.transfer.base import TransferPolicy
from settlement_sim.policies.views import Money


@policy("transfer")
class Prospective(TransferPolicy):
    """Transfer = expected cost of the retiree × recognised months there ÷ all months counted."""

    account: Literal["stays", "moves"] = param(
        "stays", "whether the personal account follows the person", grade="assumption"
    )
    paid: Literal["at_retirement", "yearly"] = param(
        "at_retirement", "once, as a present value, or every year while the person lives", grade="assumption"
    )

    @property
    def moves_account(self) -> bool:
        """As the parameter says."""
        return self.account == "moves"

    def pooled(self, cases: Cases) -> Money:
        """The share by months, half up to the fen; a person without months costs nobody anything."""
        whole = np.maximum(cases.months_total, 1)
        return (2 * cases.cost * cases.months + whole) // (2 * whole)

    @property
    def each_year(self) -> bool:
        """Every year while the person lives, where it is paid so."""
        return self.paid == "yearly"
