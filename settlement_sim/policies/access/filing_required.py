"""A valid filing decides the path and the ratio: points off for referrals and for other temporary travellers.

Source: 医保发〔2022〕22号 with its procedure: long-term residents without a cut, referrals and emergencies at most
10 points off, other temporary travellers at most 20; an emergency is deemed filed.
"""

from __future__ import annotations

from typing import ClassVar

import numpy as np
from pydantic import Field

from settlement_sim.policies.access.filing_free import by_hand
from settlement_sim.policies.base import DIRECT, MANUAL, Needs, Policy, Route
from settlement_sim.rules.compiled import Rules
from settlement_sim.vocabulary import CARE_TYPES, FILINGS

_NONE, _LONG_TERM, _OTHER = (FILINGS.index(f) for f in ("none", "long_term_resident", "other"))


class FilingRequired(Policy):
    """Stays need a filing; ordinary outpatient care and pharmacies of the corridor do not.

    Who has not filed when admitted files before discharge (late filing) and settles as an other temporary
    traveller, so only the declared manual share is settled by hand.
    """

    slot: ClassVar = "access"
    name: ClassVar = "filing_required"
    cut_referral: int = Field(10, ge=0, le=10, description="points off for referrals and emergencies (ceiling 10)")
    cut_other: int = Field(20, ge=0, le=20, description="points off for other temporary travellers (ceiling 20)")
    manual_stays: int = Field(23, ge=0, le=100, description="percent of stays settled by hand (15-35, assumption)")
    manual_other: int = Field(0, ge=0, le=100, description="percent of other visits settled by hand (assumption)")

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
