"""Which part of a bill is in scope? By the catalogue of the care place; by hand, that of the insured place.

Source: procedure annexed to 医保发〔2022〕22号 (care-place catalogue); a claim by hand follows the insured place.
"""

from __future__ import annotations

from typing import Literal

import numpy as np

from settlement_sim.policies.answers import MANUAL, Scope
from settlement_sim.policies.base import Policy, policy
from settlement_sim.policies.catalogue.items import divide
from settlement_sim.policies.parameters import param
from settlement_sim.policies.views import Bills
from settlement_sim.rules.compiled import Rules


@policy("catalogue", name="care_place")
class CarePlaceCatalogue(Policy):
    """The national rule: items, price limits and first-pay shares of the place where care is given."""

    manual: Literal["insured_place", "care_place"] = param(
        "insured_place", "whose catalogue a claim by hand follows", grade="assumption"
    )

    def scope(self, bills: Bills, rules: Rules) -> Scope:
        """The four parts of each bill."""
        place = bills.care_place
        if self.manual == "insured_place" and bills.path.any():
            place = np.where(bills.path == MANUAL, bills.insured_place, place)
        return divide(bills, lambda leaf, item: rules.place(leaf, place, item))
