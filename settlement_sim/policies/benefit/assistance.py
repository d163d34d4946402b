"""What does medical assistance pay, by category, on what basic and catastrophic insurance have left in scope?"""

from __future__ import annotations

import numpy as np

from settlement_sim.money import share
from settlement_sim.policies.base import Breakdown, Claims, Increment, Money, Standing
from settlement_sim.policies.benefit.layers import covered, room_left
from settlement_sim.rules.compiled import Rules


def assistance_layer(claims: Claims, standing: Standing, rules: Rules, paid: Breakdown, burden: Money) -> None:
    """Fill `medical_assistance`. `burden`: in-scope amount no fund has paid so far, per row."""
    index = covered(claims)
    index = index[rules.insured("assistance", claims.rule[index]) > 0]
    if not index.size:
        return
    rule, base = claims.rule[index], burden[index]
    before = standing.read("assistance_base", index)
    threshold = rules.take("assistance.threshold", rule)
    above = room_left(before + base, threshold) - room_left(before, threshold)
    room = room_left(rules.take("assistance.ceiling", rule), standing.read("medical_assistance", index))
    pays = np.minimum(share(above, rules.take("assistance.ratio", rule)), room)
    paid.medical_assistance[index] = pays
    paid.increments.append(Increment("assistance_base", index, base))
    paid.increments.append(Increment("medical_assistance", index, pays))
