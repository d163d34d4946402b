"""What does catastrophic insurance of residents pay on the year's in-scope burden of stays and chronic care?"""

from __future__ import annotations

from typing import Final

import numpy as np

from settlement_sim.money import share
from settlement_sim.policies.base import Breakdown, Claims, Codes, Increment, Money, Standing
from settlement_sim.policies.benefit.layers import covered, room_left
from settlement_sim.rules.compiled import Rules
from settlement_sim.vocabulary import AXES, SCHEMES

_BRACKETS: Final = len(AXES["bracket"])
RESIDENT: Final = SCHEMES.index("resident")


def catastrophic_layer(claims: Claims, standing: Standing, rules: Rules, paid: Breakdown, burden: Money) -> None:
    """Fill `catastrophic_fund`. `burden`: in-scope amount no fund has paid so far, per row."""
    index = covered(claims)
    index = index[rules.insured("scheme", claims.rule[index]) == RESIDENT]
    if not index.size:
        return
    rule = claims.rule[index]
    counted = rules.take("catastrophic.base_includes_deductible", rule) == 1
    base = burden[index] - np.where(counted, 0, paid.deductible_paid[index])
    before = standing.read("catastrophic_base", index)
    pays = _brackets(rules, rule, before, before + base)
    room = room_left(rules.take("catastrophic.ceiling", rule), standing.read("catastrophic_fund", index))
    pays = np.minimum(np.minimum(pays, room), burden[index])
    paid.catastrophic_fund[index] = pays
    paid.increments.append(Increment("catastrophic_base", index, base))
    paid.increments.append(Increment("catastrophic_fund", index, pays))


def _brackets(rules: Rules, rule: Codes, before: Money, after: Money) -> Money:
    """Sum over brackets of share(part of the increment inside the bracket, its ratio)."""
    threshold = rules.take("catastrophic.threshold", rule)
    pays = np.zeros_like(before)
    over = np.flatnonzero(after > threshold)
    if not over.size:
        return pays
    rule, threshold = rule[over], threshold[over]
    # Brackets are counted on the excess over the threshold, or on the absolute amount above it.
    shift = np.where(rules.take("catastrophic.counts_on", rule) == 1, 0, threshold)
    start, end = (np.maximum(x[over], threshold) - shift for x in (before, after))
    lower = [rules.take("catastrophic.bracket_from", rule, b) for b in range(_BRACKETS)]
    lower[0] = np.zeros_like(threshold)
    upper = [*lower[1:], np.full_like(threshold, np.iinfo(np.int64).max)]
    for bracket in range(_BRACKETS):
        inside = np.minimum(end, upper[bracket]) - np.maximum(start, lower[bracket])
        pays[over] += share(np.maximum(inside, 0), rules.take("catastrophic.ratio", rule, bracket))
    return pays
