"""Everybody settles directly without filing, at local terms, except the declared share that stays manual.

Source: Chongqing Daily 2022-07-17 (intention for the corridor); dates of the corridor's relaxation in sources.
"""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np
import numpy.typing as npt

from settlement_sim.policies.base import DIRECT, MANUAL, Needs, Policy, Route, param
from settlement_sim.rules.compiled import Rules
from settlement_sim.vocabulary import CARE_TYPES


def manual_stays() -> Any:
    """The parameter both access policies share: what settles by hand whatever the rule."""
    meaning = "percent of stays settled by hand; 77 % of Sichuan's settled directly in June 2023 (plausible 15-35)"
    return param(23, meaning, grade="assumption", source="sichuan_direct_rate_2023", low=0, high=100)


def manual_other() -> Any:
    """Likewise for visits without a stay."""
    meaning = "percent of other visits settled by hand; no source, stated as 0 (plausible 0-20)"
    return param(0, meaning, grade="assumption", low=0, high=100)


class FilingFree(Policy):
    """No filing asked; `manual_stays` percent of stays settle by hand whatever the rule."""

    slot: ClassVar = "access"
    name: ClassVar = "filing_free"
    manual_stays: int = manual_stays()
    manual_other: int = manual_other()

    def route(self, needs: Needs, rules: Rules) -> Route:
        """Direct unless the draw of the need falls below the manual share."""
        manual = by_hand(needs, self.manual_stays, self.manual_other)
        path = np.where(manual, MANUAL, DIRECT).astype(np.int8)
        return Route(path, np.zeros(len(path), np.int64), path)


def by_hand(needs: Needs, stays: int, other: int) -> npt.NDArray[np.bool_]:
    """Rows that settle by hand for reasons outside the rule (network down, no card, late decision)."""
    manual = np.zeros(len(needs), bool)
    inpatient = needs.care == CARE_TYPES.index("inpatient")
    for rows, percent in ((inpatient, stays), (~inpatient, other)):
        if percent:
            index = np.flatnonzero(rows)
            manual[index] = needs.take(index).manual_draw < percent * 100
    return manual
