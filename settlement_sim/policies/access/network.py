"""Only hospitals linked to the network settle directly. Date the entries of a scenario to let the network grow.

Source: 2020 agreement, target of all hospitals of level 2 and above by the end of 2020; shares below level 2 are
assumptions.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from settlement_sim.policies.answers import MANUAL, Route
from settlement_sim.policies.base import Policy, policy, reasons
from settlement_sim.policies.parameters import Percent, param
from settlement_sim.policies.registry import AccessPolicy
from settlement_sim.policies.views import Needs
from settlement_sim.rules.compiled import Rules


def linked(percent: int, who: str, grade: str = "assumption", source: str = "") -> Any:
    """Share of the visits to providers of a level that meet a linked one."""
    spread: dict[str, Any] = {"low": 0, "high": 100} if grade == "assumption" else {}
    return param(percent, f"percent of visits to {who} that meet a linked one", grade=grade, source=source, **spread)


@policy("access", governed_by="born")
class Network(Policy):
    """A visit to a provider that is not linked is claimed by hand; at a linked one as `otherwise` says."""

    LINKED, NOT_LINKED = reasons("linked", "not_linked")
    community: Percent = linked(0, "community centres")
    level_1: Percent = linked(0, "level-1 hospitals")
    level_2: Percent = linked(100, "level-2 hospitals", "article", "000_1c5d9a0484e198c9")
    level_3: Percent = linked(100, "level-3 hospitals", "article", "000_1c5d9a0484e198c9")
    pharmacy: Percent = linked(100, "pharmacies")
    otherwise: AccessPolicy = param("filing_free", "the access policy at linked providers", grade="assumption")

    def route(self, needs: Needs, rules: Rules) -> Route:
        """The route of `otherwise`; by hand where the provider is not linked."""
        route: Any = self.otherwise.route(needs, rules)
        share = np.array([self.community, self.level_1, self.level_2, self.level_3, self.pharmacy])[needs.level]
        off = needs.uniform("network") >= share
        reason = np.where(off, self.NOT_LINKED, self.LINKED)
        return Route(np.where(off, MANUAL, route.path), route.cut, reason, route.filing)
