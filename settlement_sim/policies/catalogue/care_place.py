"""Which part of a bill is in scope? By the catalogue of the care place; by hand, that of the insured place.

Source: procedure annexed to 医保发〔2022〕22号 (care-place catalogue); a claim by hand follows the insured place.
"""

from __future__ import annotations

from typing import ClassVar, Literal

import numpy as np

from settlement_sim.money import share
from settlement_sim.policies.base import MANUAL, Bills, Policy, Scope, param
from settlement_sim.rules.compiled import Rules


class CarePlaceCatalogue(Policy):
    """Item by item: outside the catalogue, above the price limit, advance self-pay of class B, each of what is
    left; the rest is in scope.
    """

    slot: ClassVar = "catalogue"
    name: ClassVar = "care_place"
    by_hand: Literal["insured_place", "care_place"] = param(
        "insured_place", "whose catalogue a claim by hand follows", grade="assumption"
    )

    def scope(self, bills: Bills, rules: Rules) -> Scope:
        """The four parts of each bill, summed over its items."""
        place = bills.care_place
        if self.by_hand == "insured_place" and bills.path.any():
            place = np.where(bills.path == MANUAL, bills.insured_place, place)
        parts = {leaf: np.zeros_like(bills.total_fee) for leaf in ("outside", "above_limit", "advance")}
        for item, amount in enumerate(bills.items):
            left = amount
            for leaf, part in parts.items():
                ratio = rules.place(f"catalogue.{leaf}", place, item)
                if not isinstance(ratio, int) or ratio:
                    portion = share(left, ratio)
                    part += portion
                    left = left - portion
        outside, above, advance = parts.values()
        return Scope(outside, above, advance, bills.total_fee - outside - above - advance)
