"""T0: what if nothing followed recognised months?"""

from __future__ import annotations

from settlement_sim.policies.base import policy
from settlement_sim.policies.transfer.base import TransferPolicy


@policy("transfer", name="none")
class NoTransfer(TransferPolicy):
    """Neither the pooled fund nor the account moves: transfer = 0."""
