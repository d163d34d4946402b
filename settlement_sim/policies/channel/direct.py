"""How does the person pay? Account first, then cash; by hand, everything is advanced and reimbursed later."""

from __future__ import annotations

from typing import ClassVar

import numpy as np

from settlement_sim.policies.base import Advances, Money, Policy


class DirectChannel(Policy):
    """The personal account pays what it may and holds; a claim by hand is advanced in cash."""

    slot: ClassVar = "channel"
    name: ClassVar = "direct"

    def settle(self, person_total: Money, payable_by_account: Money, balance: Money) -> Advances:
        """`payable_by_account`: the personal part an account may pay; `balance`: what it holds."""
        account = np.minimum(payable_by_account, balance)
        return Advances(account, person_total - account)
