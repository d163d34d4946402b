"""What does basic insurance pay? Deductible, ratio and ceiling of the insured place, by care type.

Order and rounding are those of docs/model.md, "One claim": every payer line is rounded once, half up.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np

from settlement_sim.arrays import Rows
from settlement_sim.money import WHOLE, share
from settlement_sim.policies.base import Breakdown, Claims, Codes, Increment, Money, Standing
from settlement_sim.policies.benefit.layers import room_left, under_ceiling
from settlement_sim.rules.compiled import Rules
from settlement_sim.vocabulary import CARE_TYPES

#: The last admission axis entry stands for the fifth and every further admission.
_LAST_ADMISSION: Final = 4


@dataclass(frozen=True)
class _Part:
    """The rows of one care type: their index in the batch and the columns basic insurance needs."""

    index: Rows
    rule: Codes
    level: Codes
    cut: Money
    in_scope: Money
    standing: Standing
    rules: Rules

    def used(self, column: str) -> Money:
        return self.standing.read(column, self.index)

    def rule_value(self, leaf: str, local: Codes | None = None) -> Money:
        return self.rules.take(leaf, self.rule, local)


def basic_layer(claims: Claims, standing: Standing, rules: Rules, paid: Breakdown) -> Money:
    """Fill deductible, pooled and large-sum payments into `paid`; returns nothing a fund has covered twice.

    The result is the in-scope amount that no fund has paid, per row.
    """
    for care, work in _BY_CARE.items():
        index = claims.of_care[care]
        part = _Part(
            index,
            claims.rule[index],
            claims.level[index],
            claims.cut[index],
            claims.in_scope[index],
            standing,
            rules,
        )
        if part.rule.size:
            work(part, paid)
    return claims.in_scope - paid.pooled_fund - paid.large_sum_fund


def inpatient(part: _Part, paid: Breakdown) -> None:
    """Deductible per admission with reduction for further admissions; ratio by level plus age bonus."""
    ratio = part.rule_value("inpatient.ratio", part.level) + part.rule_value("inpatient.age_bonus")
    _pool(part, paid, admission_deductible(part), ratio)
    paid.increments.append(Increment("discharges", part.index, np.ones_like(part.in_scope)))


def admission_deductible(part: _Part) -> Money:
    """share(deductible, share due at this admission of the year), not below the floor of the level."""
    admission = np.minimum(part.used("discharges"), _LAST_ADMISSION)
    full = part.rule_value("inpatient.deductible", part.level)
    due = share(full, part.rule_value("inpatient.deductible_share", admission))
    return np.maximum(due, np.minimum(part.rule_value("inpatient.deductible_floor", part.level), full))


def chronic(part: _Part, paid: Breakdown) -> None:
    """Deductible once a year; the ratio of chronic and special diseases; the ceiling is that of stays."""
    due = room_left(part.rule_value("chronic.deductible"), part.used("chronic_deductible"))
    deductible = _pool(part, paid, due, part.rule_value("chronic.ratio", part.level))
    paid.increments.append(Increment("chronic_deductible", part.index, deductible))


def outpatient(part: _Part, paid: Breakdown) -> None:
    """Outpatient pooled benefit: deductible once a year, ratio by level, a ceiling of its own."""
    due = room_left(part.rule_value("outpatient.deductible"), part.used("outpatient_deductible"))
    deductible = np.minimum(due, part.in_scope)
    ratio = reduced(part.rule_value("outpatient.ratio", part.level), part.cut)
    room = room_left(part.rule_value("outpatient.ceiling"), part.used("outpatient_fund"))
    _, pooled = under_ceiling(part.in_scope - deductible, ratio, room)
    paid.deductible_paid[part.index], paid.pooled_fund[part.index] = deductible, pooled
    paid.increments.append(Increment("outpatient_deductible", part.index, deductible))
    paid.increments.append(Increment("outpatient_fund", part.index, pooled))


def reduced(ratio: Money, cut: Money) -> Money:
    """A ratio less the points of an access policy, clamped to 0 … 100 %."""
    return np.clip(ratio - cut, 0, WHOLE)


def _pool(part: _Part, paid: Breakdown, due: Money, ratio: Money) -> Money:
    """Pooled fund up to the annual ceiling, then large-sum insurance; returns the deductible paid."""
    deductible = np.minimum(due, part.in_scope)
    layer = part.in_scope - deductible
    room = room_left(part.rule_value("pooled.ceiling"), part.used("pooled_fund"))
    in_layer, pooled = under_ceiling(layer, reduced(ratio, part.cut), room)
    paid.deductible_paid[part.index], paid.pooled_fund[part.index] = deductible, pooled
    paid.increments.append(Increment("pooled_fund", part.index, pooled))
    _large_sum(part, paid, layer - in_layer)
    return deductible


def _large_sum(part: _Part, paid: Breakdown, above: Money) -> None:
    """Large-sum insurance of employees on what lies above the ceiling (residents: ratio 0)."""
    rows = np.flatnonzero(above > 0)
    if not rows.size:
        return
    index = rows + part.index.start if isinstance(part.index, slice) else part.index[rows]
    rule = part.rule[rows]
    used = part.standing.read("large_sum_fund", index)
    ratio = reduced(part.rules.take("large_sum.ratio", rule), part.cut[rows])
    _, pays = under_ceiling(above[rows], ratio, room_left(part.rules.take("large_sum.ceiling", rule), used))
    paid.large_sum_fund[index] = pays
    paid.increments.append(Increment("large_sum_fund", index, pays))


_BY_CARE: Final[dict[int, Callable[[_Part, Breakdown], None]]] = {
    CARE_TYPES.index("inpatient"): inpatient,
    CARE_TYPES.index("outpatient"): outpatient,
    CARE_TYPES.index("chronic"): chronic,
}
