"""Patients sent across the border by a hospital go through a green channel: registered there, direct, without a cut.

Source: 2020 agreements, two-way referral and green channel (001_*.txt, 003_*.txt); terms are a counterfactual.
"""

from __future__ import annotations

from typing import Any, Literal

from settlement_sim.policies.access.manual_share import INPATIENT
from settlement_sim.policies.answers import DIRECT, Route
from settlement_sim.policies.base import Policy, policy, reasons
from settlement_sim.policies.parameters import Points, param
from settlement_sim.policies.registry import AccessPolicy
from settlement_sim.policies.views import Needs
from settlement_sim.rules.compiled import Rules
from settlement_sim.vocabulary import FILINGS, LEVELS


@policy("access", governed_by="born")
class ReferralGreenChannel(Policy):
    """Referred stays at hospitals of `from_level` and above settle directly; everybody else as `otherwise` says."""

    GREEN, OTHERWISE = reasons("green_channel", "otherwise")
    from_level: Literal["1", "2", "3"] = param("2", "lowest level that receives referrals", grade="assumption")
    cut: Points = param(0, "points off the ratio of a referred stay", grade="assumption", low=0, high=10, at_most=10)
    otherwise: AccessPolicy = param("filing_required", "the access policy of everybody else", grade="assumption")

    def route(self, needs: Needs, rules: Rules) -> Route:
        """The route of `otherwise`, with referred stays set free."""
        rest: Any = self.otherwise.route(needs, rules)
        referred = needs.filed & (needs.filing == FILINGS.index("referral")) & (needs.care_type == INPATIENT)
        green = referred & (needs.level >= LEVELS.index(self.from_level)) & (needs.level < LEVELS.index("pharmacy"))
        freed: Route = rest.set_free(green, DIRECT, self.cut, self.GREEN, self.OTHERWISE)
        return freed
