"""T4: no money until what two funds owe each other exceeds a band.

Idea: the 2020 agreement of Sichuan and Chongqing; netting within a band saves transfers. No formula was published.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

import numpy as np
from pydantic import BeforeValidator

from settlement_sim.policies.answers import Orders
from settlement_sim.policies.base import policy
from settlement_sim.policies.careers import Balances, Cases
from settlement_sim.policies.parameters import Yuan, param
from settlement_sim.policies.registry import policy_of
from settlement_sim.policies.transfer.base import TransferPolicy
from settlement_sim.policies.views import Money

Inner: Any = policy_of("transfer")
Band = Annotated[Yuan | None, BeforeValidator(lambda value: None if value == "none" else value)]


@policy("transfer")
class ReciprocalBand(TransferPolicy):
    """Claims as under `of`; a balance above the band is paid, one within it waits."""

    of: Inner = param("retrospective", "what is claimed", grade="assumption")
    band: Band = param(
        "1000000", "balance of two funds that may stand open; none: without limit", grade="assumption",
        low="100000", high="10000000",
    )  # fmt: skip
    pays: Literal["all", "excess"] = param(
        "all", "whether a balance above the band is paid in full or down to it", grade="assumption"
    )

    def pooled(self, cases: Cases) -> Money:
        """As under `of`."""
        claimed: Money = self.of.pooled(cases)
        return claimed

    def orders(self, balances: Balances) -> Orders:
        """What lies above the band, or all of it."""
        if self.band is None:
            return Orders(np.zeros(len(balances), np.int64))
        keeps = self.band if self.pays == "excess" else 0
        return Orders(np.where(balances.amount > self.band, balances.amount - keeps, 0))

    @property
    def moves_account(self) -> bool:
        """As under `of`."""
        return bool(self.of.moves_account)

    @property
    def each_year(self) -> bool:
        """As under `of`."""
        return bool(self.of.each_year)
