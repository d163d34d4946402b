"""An access policy of one's own, for the case beside it: who lives near the hospital settles as at home."""

import numpy as np

from settlement_sim.policies.answers import DIRECT, MANUAL, Route
from settlement_sim.policies.base import Policy, policy, reasons
from settlement_sim.policies.parameters import Minutes, param


@policy("access", governed_by="born")
class Commuters(Policy):
    """Direct within `reach` minutes; everybody else claims by hand."""

    NEAR, FAR = reasons("near", "far")
    reach: Minutes = param(60, "minutes from home, one way", grade="assumption", low=30, high=120)

    def route(self, needs, rules):
        """By travel time alone."""
        near = needs.travel_minutes <= self.reach
        return Route(np.where(near, DIRECT, MANUAL), 0 * needs.day, np.where(near, self.NEAR, self.FAR))
