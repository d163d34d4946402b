"""How does the person pay? From the personal account as far as it may and holds, the rest in cash.

A claim by hand is advanced in cash. A pharmacy purchase that meets an empty account is no settlement.
"""

from __future__ import annotations

from typing import ClassVar, Final

import numpy as np

from settlement_sim.policies.base import MANUAL, Advances, Breakdown, Claims, Money, Policy
from settlement_sim.rules.compiled import Rules
from settlement_sim.vocabulary import CARE_TYPES

_PHARMACY: Final = CARE_TYPES.index("pharmacy")


class DirectChannel(Policy):
    """Account first, then cash; what an account may pay is a rule of the insured place."""

    slot: ClassVar = "channel"
    name: ClassVar = "direct"

    def settle(self, claims: Claims, paid: Breakdown, balance: Money, rules: Rules) -> Advances:
        """`balance`: what each person's account holds (residents have none)."""
        fund = paid.fund_total
        person = claims.total_fee - fund
        whole = rules.take("account.pays", claims.rule) == 1
        payable = person if whole.all() else np.where(whole, person, claims.in_scope - fund)
        account = np.minimum(payable, balance)
        by_hand = claims.path == MANUAL
        if by_hand.any():
            account = np.where(by_hand, 0, account)
        settles = np.ones(len(person), bool)
        purchases = claims.of_care[_PHARMACY]
        settles[purchases] = (balance[purchases] > 0) | by_hand[purchases]
        return Advances(account, person - account, settles)
