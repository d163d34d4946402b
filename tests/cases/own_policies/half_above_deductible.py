"""A policy of one's own, for the cases beside it: half of what lies above the deductible, whatever the level."""

import numpy as np

from settlement_sim.policies.answers import Breakdown
from settlement_sim.policies.base import Policy, policy
from settlement_sim.policies.parameters import Percent, param


@policy("basic")
class HalfAboveDeductible(Policy):
    """Pays `pays` percent above the deductible of the level; no ceiling."""

    pays: Percent = param(50, "percent paid above the deductible", grade="assumption", low=0, high=100)

    def adjudicate(self, claims, standing, rules):
        """Deductible and pooled fund."""
        due = np.minimum(rules.take("inpatient.deductible", claims.rule, claims.level), claims.in_scope)
        paid = (claims.in_scope - due) * self.pays // 10_000
        return Breakdown.of(deductible_paid=due, pooled_fund=paid, adds={"pooled_fund": paid})
