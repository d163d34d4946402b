"""When do the funds pay each other? Here plainly: on the last day of a month, in full."""

from __future__ import annotations

import numpy as np

from settlement_sim import dates
from settlement_sim.policies.base import Policy, policy
from settlement_sim.policies.views import Money


@policy("clearing", name="month_end")
class MonthEndClearing(Policy):
    """Every obligation standing on the last day of a month is paid that day."""

    def orders(self, day: int, obligations: Money) -> Money:
        """Amounts to remit today; same shape as `obligations`."""
        last = dates.month_bounds(dates.month_index(day))[1]
        return obligations if day == last else np.zeros_like(obligations)
