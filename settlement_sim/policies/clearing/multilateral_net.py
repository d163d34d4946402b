"""What if every province paid only its net position with all others, through the national centre?"""

from __future__ import annotations

from settlement_sim.policies.base import policy
from settlement_sim.policies.clearing.cycle import ClearingPolicy, Netting
from settlement_sim.policies.parameters import param


@policy("clearing")
class MultilateralNet(ClearingPolicy):
    """The national procedure, but each province pays to or receives from the centre one net position."""

    netting: Netting = param("multilateral", "what of mutual obligations of provinces crosses", grade="assumption")
