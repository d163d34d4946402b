"""What if small amounts waited for the end of the quarter?"""

import numpy as np

import settlement_sim as ss
from settlement_sim import dates


@ss.policy("clearing")
class SmallAmountsWait(ss.ClearingPolicy):
    """The procedure, but what a pool owes another is stated from `at_least` on, and once a quarter whatever it is."""

    at_least: ss.Yuan = ss.param(
        10_000, "least amount of a statement within a quarter", low=0, high=100_000, grade="assumption"
    )

    def orders(self, day: int, obligations: ss.Obligations, calendar: object) -> ss.Orders:
        """Row by row, all that the procedure would state, or nothing yet."""
        due = super().orders(day, obligations, calendar).amount
        quarter = dates.date(day).month in (1, 4, 7, 10)
        return ss.Orders(np.where(quarter | (due >= self.at_least), due, 0))
