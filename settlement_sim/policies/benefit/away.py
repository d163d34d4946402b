"""What does a stay away from home cost extra? First-pay, another deductible, a factor on the ratio; else local terms.

The fourth kind of cut, points off the ratio, is the access policy's. Order: docs/model.md, "One claim".
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from settlement_sim.arrays import Rows
from settlement_sim.money import WHOLE, share
from settlement_sim.policies.answers import LOCAL
from settlement_sim.policies.views import Claims, Codes, Money
from settlement_sim.rules.compiled import Rules
from settlement_sim.rules.units import NO_LIMIT
from settlement_sim.vocabulary import CARE_TYPES

_INPATIENT = CARE_TYPES.index("inpatient")


def terms(claims: Claims, index: Rows) -> Codes:
    """Filing category whose rules apply to each claim; care other than stays is on local terms."""
    return np.where(claims.care_type[index] == _INPATIENT, claims.filing[index], LOCAL)


@dataclass(frozen=True)
class Away:
    """Rows with the rules of their insured place and the filing category that counts."""

    rules: Rules
    rule: Codes
    filing: Codes

    def first_pay(self, in_scope: Money) -> Money:
        """What the person pays of the in-scope cost before anything else."""
        ratio = self._values("away.first_pay", 0)
        return np.zeros_like(in_scope) if ratio is None else share(in_scope, ratio)

    def deductible(self, local: Money, total_fee: Money) -> Money:
        """A fixed deductible, else a share of the whole bill within bounds, else the local one."""
        full, of_bill = local, self._values("away.deductible_share", 0)
        if of_bill is not None:
            least, most = self._values("away.deductible_least", 0), self._values("away.deductible_most", NO_LIMIT)
            amount = np.clip(
                share(total_fee, of_bill), 0 if least is None else least, NO_LIMIT if most is None else most
            )
            full = np.where(of_bill > 0, amount, full)
        fixed = self._values("away.deductible", NO_LIMIT)
        return full if fixed is None else np.where(fixed == NO_LIMIT, full, fixed)

    def factored(self, ratio: Money) -> Money:
        """A ratio times the factor of the category."""
        factor = self._values("away.factor", WHOLE)
        return ratio if factor is None else share(ratio, factor)

    def _values(self, leaf: str, neutral: int) -> Money | None:
        """Values of a leaf, neutral on local terms; None where they are neutral for everybody."""
        if self.rules.constant(leaf) == neutral:
            return None
        away = np.flatnonzero(self.filing != LOCAL)
        values = np.full(len(self.rule), neutral, np.int64)
        values[away] = self.rules.take(leaf, self.rule[away], self.filing[away])
        return values
