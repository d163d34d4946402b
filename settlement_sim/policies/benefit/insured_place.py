"""Benefit by the rules of the insured place: basic insurance, then catastrophic insurance, then assistance.

Source: procedure annexed to 医保发〔2022〕22号 (insured-place policy for deductible, ratio and ceiling).
"""

from __future__ import annotations

from settlement_sim.policies.answers import Breakdown
from settlement_sim.policies.base import Policy, policy
from settlement_sim.policies.benefit.assistance import assistance_layer
from settlement_sim.policies.benefit.basic import basic_layer
from settlement_sim.policies.benefit.catastrophic import catastrophic_layer
from settlement_sim.policies.views import Claims, Standing
from settlement_sim.rules.compiled import Rules


@policy("basic", name="insured_place")
class InsuredPlaceBasic(Policy):
    """The national rule: deductible, ratio and ceiling of the insured place; large-sum insurance above the ceiling."""

    def adjudicate(self, claims: Claims, standing: Standing, rules: Rules) -> Breakdown:
        """Deductible, pooled fund and large-sum insurance."""
        return basic_layer(claims, standing, rules)


@policy("catastrophic", name="insured_place")
class InsuredPlaceCatastrophic(Policy):
    """Catastrophic insurance of residents, on the year's in-scope burden."""

    def adjudicate(self, claims: Claims, standing: Standing, rules: Rules) -> Breakdown:
        """What the catastrophic insurance pays."""
        return catastrophic_layer(claims, standing, rules)


@policy("assistance", name="insured_place")
class InsuredPlaceAssistance(Policy):
    """Medical assistance by category, with its tilt layer, on what the insurances have left in scope."""

    def adjudicate(self, claims: Claims, standing: Standing, rules: Rules) -> Breakdown:
        """What medical assistance pays."""
        return assistance_layer(claims, standing, rules)
