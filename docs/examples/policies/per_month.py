"""What if the fund left behind paid a fixed amount for each recognised month?"""

import numpy as np

import settlement_sim as ss


@ss.policy("transfer")
class PerMonth(ss.TransferPolicy):
    """Transfer = recognised months × a fixed amount; the personal account stays."""

    amount: ss.Yuan = ss.param(200, "for each recognised month", low=100, high=400, grade="assumption")

    def pooled(self, cases: ss.Cases) -> np.ndarray:
        """Fen for each retiree and pool left behind."""
        return cases.months * self.amount
