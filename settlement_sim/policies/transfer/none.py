"""T0: what if nothing followed recognised months?"""

from __future__ import annotations

from typing import Literal

from settlement_sim.policies.base import policy
from settlement_sim.policies.parameters import param
from settlement_sim.policies.transfer.base import TransferPolicy


@policy("transfer", name="none")
class NoTransfer(TransferPolicy):
    """Neither the pooled fund nor the account moves: transfer = 0."""

    account: Literal["stays"] = param("stays", "the personal account stays", grade="assumption")
