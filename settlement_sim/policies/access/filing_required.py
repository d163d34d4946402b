"""A valid filing decides the path and the ratio: points off for referrals and for other temporary travellers.

Source: 医保发〔2022〕22号 with its procedure: long-term residents without a cut, referrals and emergencies at most
10 points off, other temporary travellers at most 20; an emergency is deemed filed.
"""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np

from settlement_sim.policies.access.filing_free import by_hand, manual_other, manual_stays
from settlement_sim.policies.base import DIRECT, MANUAL, Needs, Policy, Route, param
from settlement_sim.rules.compiled import Rules
from settlement_sim.vocabulary import CARE_TYPES, FILINGS

_NONE, _LONG_TERM, _OTHER = (FILINGS.index(f) for f in ("none", "long_term_resident", "other"))


def cut(points: int, who: str) -> Any:
    """Points off the ratio; the national rule sets the highest."""
    meaning = f"points off the ratio for {who}; {points} is the national ceiling"
    return param(points, meaning, grade="secondary", source="cross_province_procedure", low=0, high=points)


class FilingRequired(Policy):
    """Stays need a filing; ordinary outpatient care and pharmacies of the corridor do not.

    Who has not filed when admitted files before discharge (late filing) and settles as an other temporary
    traveller, so only the declared manual share is settled by hand.
    """

    slot: ClassVar = "access"
    name: ClassVar = "filing_required"
    cut_referral: int = cut(10, "referrals and emergencies")
    cut_other: int = cut(20, "other temporary travellers and those who file late")
    manual_stays: int = manual_stays()
    manual_other: int = manual_other()

    def route(self, needs: Needs, rules: Rules) -> Route:
        """Direct with the cut of the filing category; reason codes are filing categories."""
        valid = needs.filing_until >= needs.day
        filing = np.where(valid, needs.filing, _NONE)
        filing = np.where(needs.emergency & (filing != _LONG_TERM), FILINGS.index("emergency"), filing)
        points = np.array([self.cut_other, 0, self.cut_referral, self.cut_referral, self.cut_other]) * 100
        stay = needs.care == CARE_TYPES.index("inpatient")
        cut = np.where(stay, points[filing], 0)
        path = np.where(by_hand(needs, self.manual_stays, self.manual_other), MANUAL, DIRECT).astype(np.int8)
        return Route(path, cut, filing.astype(np.int8))
