"""In the border area people settle as at home: the insured of its 17 counties and 13 districts, on the other side.

Source: 2020 agreement, support of the neighbouring area (000_1c5d9a0484e198c9.txt); that such visits would settle as
local ones is a counterfactual.
"""

from __future__ import annotations

from typing import Any, Literal

import numpy as np

from settlement_sim.policies.access.manual_share import INPATIENT
from settlement_sim.policies.answers import DIRECT, MANUAL, Route
from settlement_sim.policies.base import Policy, policy, reasons
from settlement_sim.policies.parameters import Percent, param
from settlement_sim.policies.registry import AccessPolicy
from settlement_sim.policies.views import Needs
from settlement_sim.rules.compiled import Rules


@policy("access", governed_by="born")
class BorderLocal(Policy):
    """Border units are local to one another: direct, without filing or cut. Everybody else as `otherwise` says."""

    LOCAL, OTHERWISE = reasons("local", "otherwise")
    counts: Literal["border_area", "neighbouring_units"] = param(
        "border_area", "whether any two border units are local to each other, or only those that touch",
        grade="assumption",
    )  # fmt: skip
    manual_stays: Percent = param(0, "percent of local stays settled by hand", grade="assumption", low=0, high=35)
    otherwise: AccessPolicy = param("filing_free", "the access policy of everybody else", grade="assumption")

    def route(self, needs: Needs, rules: Rules) -> Route:
        """The route of `otherwise`, with local needs set free."""
        rest: Any = self.otherwise.route(needs, rules)
        local = needs.border if self.counts == "border_area" else needs.neighbouring
        by_hand = (needs.care_type == INPATIENT) & (needs.uniform("path") < self.manual_stays)
        path = np.where(by_hand, MANUAL, DIRECT)
        freed: Route = rest.set_free(local, path, 0, self.LOCAL, self.OTHERWISE)
        return freed
