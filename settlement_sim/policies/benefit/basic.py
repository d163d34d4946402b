"""What does basic insurance pay? Deductible, ratio and ceiling, by care type; then large-sum insurance.

Order and rounding are those of docs/model.md, "One claim": every payer line is rounded once, half up.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np

from settlement_sim.arrays import Rows
from settlement_sim.money import WHOLE, share
from settlement_sim.policies.answers import Amounts, Breakdown
from settlement_sim.policies.benefit.away import Away, terms
from settlement_sim.policies.benefit.layers import room_left, under_ceiling
from settlement_sim.policies.views import Claims, Codes, Money, Standing
from settlement_sim.rules.compiled import Rules
from settlement_sim.rules.units import NO_LIMIT
from settlement_sim.vocabulary import CARE_TYPES

#: The last admission axis entry stands for the fifth and every further admission.
_LAST_ADMISSION: Final = 4


@dataclass(frozen=True)
class _Part:
    """The rows of one care type, the columns basic insurance needs, and what is decided about them."""

    index: Rows
    rule: Codes
    level: Codes
    cut: Money
    filing: Codes
    total_fee: Money
    in_scope: Money
    standing: Standing
    rules: Rules
    pays: list[Amounts]
    adds: list[Amounts]

    @property
    def away(self) -> Away:
        """The rules of care away from home for these rows."""
        return Away(self.rules, self.rule, self.filing)

    def used(self, column: str) -> Money:
        return self.standing.read(column, self.index)

    def rule_value(self, leaf: str, local: Codes | None = None) -> Money:
        return self.rules.take(leaf, self.rule, local)

    def pay(self, column: str, amount: Money) -> None:
        self.pays.append(Amounts(column, self.index, amount))

    def add(self, column: str, amount: Money) -> None:
        self.adds.append(Amounts(column, self.index, amount))


def basic_layer(claims: Claims, standing: Standing, rules: Rules) -> Breakdown:
    """Deductible, pooled fund and large-sum insurance of stays, outpatient and chronic care."""
    pays: list[Amounts] = []
    adds: list[Amounts] = []
    for care, work in _BY_CARE.items():
        index = claims.of_care[care]
        rule, level, cut = claims.rule[index], claims.level[index], claims.cut[index]
        if rule.size:
            bill = claims.total_fee[index], claims.in_scope[index]
            work(_Part(index, rule, level, cut, terms(claims, index), *bill, standing, rules, pays, adds))
    return Breakdown(tuple(pays), tuple(adds))


def inpatient(part: _Part) -> None:
    """First-pay away from home, deductible of the admission, then the ratio by level plus age bonus."""
    payable = part.in_scope - part.away.first_pay(part.in_scope)
    ratio = part.rule_value("inpatient.ratio", part.level) + part.rule_value("inpatient.age_bonus")
    deductible = _pool(part, payable, admission_deductible(part), ratio)
    part.add("discharges", np.ones_like(part.in_scope))
    part.add("inpatient_deductible", deductible)


def admission_deductible(part: _Part) -> Money:
    """share(deductible, share due at this admission of the year), not below the floor of the level."""
    admission = np.minimum(part.used("discharges"), _LAST_ADMISSION)
    full = part.away.deductible(part.rule_value("inpatient.deductible", part.level), part.total_fee)
    due = share(full, part.rule_value("inpatient.deductible_share", admission))
    floor = part.rule_value("inpatient.deductible_floor", part.level)
    return within_the_year(part, np.maximum(due, np.minimum(floor, full)))


def within_the_year(part: _Part, due: Money) -> Money:
    """A deductible up to what those of a year may still sum to."""
    if part.rules.constant("inpatient.deductible_year_most") == NO_LIMIT:
        return due
    most = part.rule_value("inpatient.deductible_year_most")
    return np.minimum(due, room_left(most, part.used("inpatient_deductible")))


def chronic(part: _Part) -> None:
    """Deductible once a year; the ratio of chronic and special diseases; the ceiling is that of stays."""
    due = room_left(part.rule_value("chronic.deductible"), part.used("chronic_deductible"))
    deductible = _pool(part, part.in_scope, due, part.rule_value("chronic.ratio", part.level))
    part.add("chronic_deductible", deductible)


def outpatient(part: _Part) -> None:
    """Outpatient pooled benefit: deductible once a year, ratio by level, a ceiling of its own."""
    due = room_left(part.rule_value("outpatient.deductible"), part.used("outpatient_deductible"))
    deductible = np.minimum(due, part.in_scope)
    ratio = less_points(part.rule_value("outpatient.ratio", part.level), part.cut)
    room = room_left(part.rule_value("outpatient.ceiling"), part.used("outpatient_fund"))
    _, pooled = under_ceiling(part.in_scope - deductible, ratio, room)
    part.pay("deductible_paid", deductible)
    part.pay("pooled_fund", pooled)
    part.add("outpatient_deductible", deductible)
    part.add("outpatient_fund", pooled)


def less_points(ratio: Money, cut: Money) -> Money:
    """A ratio less the points of an access policy, clamped to 0 … 100 %."""
    return np.clip(ratio - cut, 0, WHOLE)


def _pool(part: _Part, payable: Money, due: Money, ratio: Money) -> Money:
    """Pooled fund up to the annual ceiling, then large-sum insurance; returns the deductible paid."""
    deductible = np.minimum(due, payable)
    layer = payable - deductible
    room = room_left(part.rule_value("pooled.ceiling"), part.used("pooled_fund"))
    in_layer, pooled = under_ceiling(layer, less_points(part.away.factored(ratio), part.cut), room)
    part.pay("deductible_paid", deductible)
    part.pay("pooled_fund", pooled)
    part.add("pooled_fund", pooled)
    _large_sum(part, layer - in_layer)
    return deductible


def _large_sum(part: _Part, above: Money) -> None:
    """Large-sum insurance of employees on what lies above the ceiling (residents: ratio 0)."""
    rows = np.flatnonzero(above > 0)
    if not rows.size:
        return
    index = rows + part.index.start if isinstance(part.index, slice) else part.index[rows]
    rule = part.rule[rows]
    used = part.standing.read("large_sum_fund", index)
    ratio = Away(part.rules, rule, part.filing[rows]).factored(part.rules.take("large_sum.ratio", rule))
    ratio = less_points(ratio, part.cut[rows])
    _, pays = under_ceiling(above[rows], ratio, room_left(part.rules.take("large_sum.ceiling", rule), used))
    part.pays.append(Amounts("large_sum_fund", index, pays))
    part.adds.append(Amounts("large_sum_fund", index, pays))


_BY_CARE: Final[dict[int, Callable[[_Part], None]]] = {
    CARE_TYPES.index("inpatient"): inpatient,
    CARE_TYPES.index("outpatient"): outpatient,
    CARE_TYPES.index("chronic"): chronic,
}
