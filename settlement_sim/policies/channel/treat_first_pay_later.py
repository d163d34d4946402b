"""Treat first, pay later: no deposit for eligible groups; some of them never pay their part.

Source: 2020 agreements (001_*.txt, 003_*.txt): for the registered poor, under the conditions of cross-province
settlement. The share that does not pay is an assumption without a source.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Literal

import numpy as np

from settlement_sim.policies.answers import MANUAL, Advances
from settlement_sim.policies.base import policy
from settlement_sim.policies.channel.counter import Counter
from settlement_sim.policies.parameters import Percent, param
from settlement_sim.policies.views import Claims, Flags, Money
from settlement_sim.rules.compiled import Rules
from settlement_sim.vocabulary import ASSISTANCE, CARE_TYPES


@policy("channel", name="treat_first_pay_later")
class TreatFirstPayLater(Counter):
    """One transaction for every layer as in `one_stop`; eligible patients of stays leave no deposit."""

    eligible: Literal["assistance", "everybody"] = param(
        "assistance", "who needs no deposit: those with an assistance category, or everybody", grade="assumption"
    )
    defaults: Percent = param(
        3, "percent of freed patients who never pay their part in cash", grade="assumption", low=0, high=15
    )

    def settle(self, claims: Claims, balance: Money, rules: Rules) -> Advances:
        """`balance`: what each person's account holds (residents have none)."""
        advances, freed = self.counter(claims, balance, rules), self._freed(claims, rules)
        unpaid = freed & (claims.uniform("default") < self.defaults)
        deposit = self.deposits(claims, freed)
        return replace(advances, deposit=deposit, unpaid=np.where(unpaid, advances.cash, 0))

    def _freed(self, claims: Claims, rules: Rules) -> Flags:
        stays = (claims.care_type == CARE_TYPES.index("inpatient")) & (claims.path != MANUAL)
        if self.eligible == "everybody":
            return stays
        return stays & (rules.insured("assistance", claims.rule) != ASSISTANCE.index("none"))
