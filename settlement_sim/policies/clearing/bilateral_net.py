"""What if two provinces remitted only the difference of what they owe each other?"""

from __future__ import annotations

from settlement_sim.policies.base import policy
from settlement_sim.policies.clearing.cycle import ClearingPolicy, Netting
from settlement_sim.policies.parameters import param


@policy("clearing")
class BilateralNet(ClearingPolicy):
    """The national procedure, but only net balances of each pair of provinces cross."""

    netting: Netting = param("bilateral", "what of mutual obligations of provinces crosses", grade="assumption")
