"""Benefit by the rules of the insured place: basic insurance, then catastrophic insurance, then assistance.

Source: procedure annexed to 医保发〔2022〕22号 (insured-place policy for deductible, ratio and ceiling).
"""

from __future__ import annotations

from typing import ClassVar

from settlement_sim.policies.base import Breakdown, Claims, Policy, Standing
from settlement_sim.policies.benefit.assistance import assistance_layer
from settlement_sim.policies.benefit.basic import basic_layer
from settlement_sim.policies.benefit.catastrophic import catastrophic_layer
from settlement_sim.rules.compiled import Rules


class InsuredPlaceBenefit(Policy):
    """The national rule: the three layers in order, each on what the one before has left."""

    slot: ClassVar = "benefit"
    name: ClassVar = "insured_place"

    def adjudicate(self, claims: Claims, standing: Standing, rules: Rules) -> Breakdown:
        """Split the in-scope part of each claim among the layers."""
        paid = Breakdown.zeros(len(claims.care))
        burden = basic_layer(claims, standing, rules, paid)
        catastrophic_layer(claims, standing, rules, paid, burden)
        assistance_layer(claims, standing, rules, paid, burden - paid.catastrophic_fund)
        return paid
