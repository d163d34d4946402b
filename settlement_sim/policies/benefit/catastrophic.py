"""What does catastrophic insurance of residents pay on the year's in-scope burden of stays and chronic care?"""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt

from settlement_sim.money import share
from settlement_sim.policies.answers import Amounts, Breakdown
from settlement_sim.policies.benefit.away import Away, terms
from settlement_sim.policies.benefit.layers import covered, room_left
from settlement_sim.policies.views import Claims, Codes, Money, Standing
from settlement_sim.rules.compiled import Rules
from settlement_sim.vocabulary import AXES, SCHEMES

Index = npt.NDArray[np.int64]
_BRACKETS: Final = len(AXES["bracket"])
RESIDENT: Final = SCHEMES.index("resident")


def catastrophic_layer(claims: Claims, standing: Standing, rules: Rules) -> Breakdown:
    """What catastrophic insurance pays on the burden that basic insurance has left."""
    index = covered(claims)
    index = index[rules.insured("scheme", claims.rule[index]) == RESIDENT]
    if not index.size:
        return Breakdown()
    rule, burden = claims.rule[index], claims.burden(index)
    advance = paid_first(claims, rules, index)
    base = np.maximum(burden + advance - left_out_deductible(claims, rules, index), 0)
    before = standing.read("catastrophic_base", index)
    pays = _brackets(rules, rule, before, before + base)
    room = room_left(rules.take("catastrophic.ceiling", rule), standing.read("catastrophic_fund", index))
    pays = np.minimum(np.minimum(pays, room), burden + np.maximum(advance, 0))
    adds = Amounts("catastrophic_base", index, base), Amounts("catastrophic_fund", index, pays)
    return Breakdown((Amounts("catastrophic_fund", index, pays),), adds)


def left_out_deductible(claims: Claims, rules: Rules, index: Index) -> Money | int:
    """The deductible, where the base does not include it."""
    if rules.constant("catastrophic.base_includes_deductible") == 1:
        return 0
    included = rules.take("catastrophic.base_includes_deductible", claims.rule[index]) == 1
    return np.where(included, 0, claims.paid["deductible_paid"][index])


def paid_first(claims: Claims, rules: Rules, index: Index) -> Money | int:
    """What a person pays first: advance self-pay comes to the base where it includes it; where it does not, first-pay
    away from home leaves it (negative).
    """
    if rules.constant("catastrophic.base_includes_advance") == rules.constant("away.first_pay") == 0:
        return 0
    rule = claims.rule[index]
    first = Away(rules, rule, terms(claims, index)).first_pay(claims.in_scope[index])
    included = rules.take("catastrophic.base_includes_advance", rule) == 1
    return np.where(included, claims.advance_self_pay[index], -first)


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
