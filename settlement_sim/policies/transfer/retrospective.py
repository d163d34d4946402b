"""T2: the fund left behind hands over what it has saved of the contributions.

Idea: fund transfers that match income and expenditure (agreement of 2020). No formula was published.
"""

from __future__ import annotations

from typing import Literal

from settlement_sim.money import WHOLE, share
from settlement_sim.policies.base import policy
from settlement_sim.policies.careers import Cases
from settlement_sim.policies.parameters import Percent, param
from settlement_sim.policies.transfer.base import TransferPolicy
from settlement_sim.policies.views import Money


@policy("transfer")
class Retrospective(TransferPolicy):
    """Transfer = pooled contributions of the recognised months × (1 − claims ratio)."""

    account: Literal["stays", "moves"] = param(
        "stays", "whether the personal account follows the person", grade="assumption"
    )
    claims_ratio: Percent = param(
        "65", "share of pooled contributions that active years have consumed", grade="assumption", low="40", high="85"
    )

    @property
    def moves_account(self) -> bool:
        """As the parameter says."""
        return self.account == "moves"

    def pooled(self, cases: Cases) -> Money:
        """The saved part, half up to the fen."""
        return share(cases.contributed, WHOLE - self.claims_ratio)
