"""Insurance is settled at the counter; medical assistance is claimed by hand afterwards."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from settlement_sim.policies.answers import MANUAL, Advances
from settlement_sim.policies.base import policy
from settlement_sim.policies.channel.counter import Counter
from settlement_sim.policies.views import Claims, Money
from settlement_sim.rules.compiled import Rules


@policy("channel", name="direct")
class Direct(Counter):
    """The patient advances what assistance will pay, and gets it back from the reimbursement desk."""

    def settle(self, claims: Claims, balance: Money, rules: Rules) -> Advances:
        """`balance`: what each person's account holds (residents have none)."""
        later = np.where(claims.path == MANUAL, 0, claims.paid["medical_assistance"])
        return replace(self.counter(claims, balance, rules, later), claimed_later=later)
