"""Who may retire in a pool by its own rule, and how many months are missing?

Source: the dated rules `years.*` (docs/rules.md). The place is where the application is made.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from settlement_sim.policies.base import Policy, policy, reasons
from settlement_sim.policies.careers import Careers, Months, Recognition, back_payment
from settlement_sim.policies.views import Codes, Flags
from settlement_sim.rules.careers import CareerRules


@policy("recognition")
class LocalRule(Policy):
    """Each pool counts by its own rule; months paid elsewhere count only where and as that rule says."""

    REACHED, TOO_FEW, TOO_FEW_LOCAL = reasons("reached", "too_few", "too_few_local")

    def covers(self, careers: Careers) -> Flags:
        """Nobody: there is nothing to recognise, so nobody applies in vain."""
        return np.zeros(len(careers), bool)

    def recognise(self, careers: Careers, rules: CareerRules) -> Recognition:
        """Rows as they are; `short` is the larger of what the total and the local minimum lack."""
        return self.at(careers.pool, careers, rules)

    def at(self, place: Codes, careers: Careers, rules: CareerRules) -> Recognition:
        """The same for one pool of your choice in each row."""

        def of(leaf: str) -> Any:
            return rules.take(leaf, place, careers.applied)

        here = careers.months(place)
        beside = deemed(place, careers, rules, here)
        needed = rules.take("years.cumulative", place, careers.first_day, careers.retiree)
        unbroken = rules.take("years.continuous", place, careers.first_day, careers.retiree)
        lacks, in_a_row = needed - here - beside, unbroken - careers.run(place)
        total = _short(np.minimum(lacks, in_a_row))
        local = _short(of("years.local") - here)
        reason = np.where(local > total, self.TOO_FEW_LOCAL, np.where(total > 0, self.TOO_FEW, self.REACHED))
        asked = np.where(in_a_row < lacks, unbroken, needed)
        required = np.where(local > total, of("years.local"), asked)
        return Recognition(place, here, beside, required, np.maximum(total, local), 1 << place.astype(np.int64), reason)


def deemed(place: Codes, careers: Careers, rules: CareerRules, paid: Months) -> Months:
    """Months that a pool deems paid beside those it counts as paid: its own deemed ones, and others paid elsewhere."""
    own = careers.deemed[np.arange(len(careers)), place] * rules.take("years.deemed", place, careers.applied)
    found: Months = own + (careers.all_months - paid) * rules.take("years.elsewhere", place, careers.applied)
    return found


def _short(missing: Months) -> Months:
    return np.maximum(missing, 0)


def price(recognised: Recognition, careers: Careers, rules: CareerRules) -> Any:
    """What the missing months cost the person, in fen, at the price of the place on the day of the application."""
    base = rules.take("back_payment.base", recognised.place, careers.applied, careers.insured_as)
    rate = rules.take("back_payment.rate", recognised.place, careers.applied, careers.insured_as)
    return back_payment(recognised.short, base, rate)
