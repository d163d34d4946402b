"""What does medical assistance pay, by category, on what the insurances have left in scope, and its tilt layer then?

Districts may set both: the rules of the district of insurance come before those of the pool.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from settlement_sim.money import share
from settlement_sim.policies.answers import Amounts, Breakdown
from settlement_sim.policies.benefit.layers import covered, room_left
from settlement_sim.policies.views import Claims, Money, Standing
from settlement_sim.rules.compiled import Rules


def assistance_layer(claims: Claims, standing: Standing, rules: Rules) -> Breakdown:
    """Assistance on the burden that the insurances have left, the tilt layer on what is left then."""
    index = covered(claims)
    index = index[rules.insured("assistance", claims.rule[index]) > 0]
    if not index.size:
        return Breakdown()
    burden = np.maximum(claims.burden(index), 0)
    assistance = _Layer("assistance", "assistance_base", "medical_assistance")
    tilt = _Layer("tilt", "tilt_base", "tilt_assistance")
    pays = assistance.pays(claims, standing, rules, index, burden)
    more = tilt.pays(claims, standing, rules, index, burden - pays)
    adds = *assistance.adds(index, burden, pays), *tilt.adds(index, burden - pays, more)
    return Breakdown((Amounts("medical_assistance", index, pays + more),), adds)


@dataclass(frozen=True)
class _Layer:
    """A share of the year's amount above a threshold, up to a yearly ceiling: its rules and its standing columns."""

    rule: str
    base: str
    fund: str

    def pays(
        self, claims: Claims, standing: Standing, rules: Rules, index: npt.NDArray[np.int64], amount: Money
    ) -> Money:
        """share(movement above the threshold, ratio), at most what is left under the ceiling."""
        rule, unit = claims.rule[index], claims.unit[index]
        threshold, ratio, ceiling = (
            rules.take(f"{self.rule}.{part}", rule, unit=unit) for part in ("threshold", "ratio", "ceiling")
        )
        before = standing.read(self.base, index)
        above = room_left(before + amount, threshold) - room_left(before, threshold)
        return np.minimum(share(above, ratio), room_left(ceiling, standing.read(self.fund, index)))

    def adds(self, index: npt.NDArray[np.int64], amount: Money, pays: Money) -> tuple[Amounts, Amounts]:
        """What the claim adds to the year."""
        return Amounts(self.base, index, amount), Amounts(self.fund, index, pays)
