"""What if patients were treated as insured of the place of care? Equal treatment: its rules, the own fund's money."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from settlement_sim.policies.answers import LOCAL, Breakdown
from settlement_sim.policies.base import Policy, policy
from settlement_sim.policies.benefit.basic import basic_layer
from settlement_sim.policies.benefit.catastrophic import catastrophic_layer
from settlement_sim.policies.views import Claims, Standing
from settlement_sim.rules.compiled import Rules


def as_local(claims: Claims, rules: Rules) -> Claims:
    """The claims with the rules of the place of care, for the same scheme, tier, status, assistance and age, as local
    terms: no rule of care away from home. Points of the access policy stay.
    """
    local = np.full(len(claims), LOCAL, np.int8)
    return replace(claims, rule=rules.in_pool(claims.rule, claims.care_pool), filing=local)


@policy("basic", name="care_place")
class CarePlaceBasic(Policy):
    """Deductible, ratio and ceiling of the place of care; what was used before counts on."""

    def adjudicate(self, claims: Claims, standing: Standing, rules: Rules) -> Breakdown:
        """Deductible, pooled fund and large-sum insurance."""
        return basic_layer(as_local(claims, rules), standing, rules)


@policy("catastrophic", name="care_place")
class CarePlaceCatastrophic(Policy):
    """Threshold and brackets of the place of care."""

    def adjudicate(self, claims: Claims, standing: Standing, rules: Rules) -> Breakdown:
        """What catastrophic insurance pays."""
        return catastrophic_layer(as_local(claims, rules), standing, rules)
