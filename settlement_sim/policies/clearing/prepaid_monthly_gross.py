"""What if the funds clear as the national procedure says? Every month in full, two months prepaid, nothing netted."""

from __future__ import annotations

from settlement_sim.policies.base import policy
from settlement_sim.policies.clearing.cycle import ClearingPolicy


@policy("clearing")
class PrepaidMonthlyGross(ClearingPolicy):
    """The national procedure of cross-province settlement, in force from 2023-01-01."""
