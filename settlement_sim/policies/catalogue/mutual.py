"""What if both places recognised each other's catalogues, local drugs being phased out excepted?

Source: 2020 agreement, mutual recognition of drug catalogues (地方消化药品除外), items and consumables as something to
explore (000_1c5d9a0484e198c9.txt); always a counterfactual.

Catalogues are known as shares of item classes, not item by item. So the smaller one is taken to lie inside the larger:
their union leaves out the smaller of both shares, their intersection the larger.
"""

from __future__ import annotations

from typing import Any, Final, Literal

import numpy as np

from settlement_sim.money import share
from settlement_sim.policies.answers import Scope
from settlement_sim.policies.base import Policy, policy
from settlement_sim.policies.catalogue.items import divide
from settlement_sim.policies.parameters import Percent, param
from settlement_sim.policies.views import Bills
from settlement_sim.rules.compiled import Rules
from settlement_sim.vocabulary import ITEMS

_DRUGS: Final = [ITEMS.index(item) for item in ("drug_a", "drug_b")]


@policy("catalogue", name="mutual")
class MutualCatalogue(Policy):
    """`union`: covered where either place covers; `intersection`: where both do."""

    rule: Literal["union", "intersection"] = param("union", "what counts as covered", grade="assumption")
    local_drugs: Percent = param(
        5, "percent of listed drugs that are local ones being phased out; they keep the care place's list",
        grade="assumption", low=0, high=15,
    )  # fmt: skip

    def scope(self, bills: Bills, rules: Rules) -> Scope:
        """Each item class by the shares of both places; the part that is local drugs by those of the care place."""
        combine = np.minimum if self.rule == "union" else np.maximum

        def ratio(leaf: str, item: int) -> Any:
            care = rules.place(leaf, bills.care_place, item)
            both = combine(care, rules.place(leaf, bills.insured_place, item))
            local = self.local_drugs if item in _DRUGS else 0
            return share(care, local) + both - share(both, local)

        return divide(bills, ratio)
