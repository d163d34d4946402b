"""A valid filing decides the path and the ratio: points off for referrals and for other temporary travellers.

Source: 医保发〔2022〕22号 with its procedure: long-term residents without a cut, referrals and emergencies at most
10 points off, other temporary travellers at most 20; an emergency is deemed filed; a temporary filing holds at least
six months; who files before the discharge settlement still settles directly.
"""

from __future__ import annotations

from typing import Any, Literal

import numpy as np

from settlement_sim.policies.access.manual_share import INPATIENT, manual_other, manual_stays, settles_by_hand
from settlement_sim.policies.answers import DIRECT, MANUAL, Route
from settlement_sim.policies.base import Policy, policy, reasons
from settlement_sim.policies.parameters import Months, Percent, Points, param
from settlement_sim.policies.views import Codes, Needs
from settlement_sim.rules.compiled import Rules
from settlement_sim.vocabulary import FILINGS

_NONE, _LONG_TERM, _REFERRAL, _EMERGENCY, _OTHER = range(len(FILINGS))
_SIX_MONTHS = 6


def cut(points: int, who: str) -> Any:
    """Points off the ratio; the national rule sets the highest."""
    meaning = f"points off the ratio for {who}; {points} is the national ceiling"
    return param(points, meaning, grade="secondary", source="cross_province_procedure", at_most=points)


@policy("access", governed_by="born")
class FilingRequired(Policy):
    """Stays need a filing; ordinary outpatient care and pharmacies of the corridor do not."""

    NONE, LONG_TERM_RESIDENT, REFERRAL, EMERGENCY, OTHER, FILED_LATE, NOT_FILED, BY_HAND, NO_STAY = reasons(
        *FILINGS, "filed_late", "not_filed", "by_hand", "no_filing_asked"
    )
    cut_referral: Points = cut(10, "referrals and emergencies")
    cut_other: Points = cut(20, "other temporary travellers and those who file late")
    validity: Months = param(
        _SIX_MONTHS, "months that a temporary filing holds; at least six", grade="secondary",
        source="cross_province_procedure",
    )  # fmt: skip
    late_filing: Literal["until_discharge", "not_allowed"] = param(
        "until_discharge", "whether who has not filed when admitted may file before the discharge settlement",
        grade="secondary", source="cross_province_procedure",
    )  # fmt: skip
    late_filers: Percent = param(
        100, "percent of those without a filing who file in time for the discharge settlement, where they may",
        grade="assumption", low=50, high=100,
    )  # fmt: skip
    manual_stays: Percent = manual_stays()
    manual_other: Percent = manual_other()

    def route(self, needs: Needs, rules: Rules) -> Route:
        """Direct with the cut of the filing; whoever has filed nothing at discharge claims by hand."""
        filing, stay = self._filing(needs), needs.care_type == INPATIENT
        late = self._files_late(needs)
        reason = np.where(filing != _NONE, filing, np.where(late, self.FILED_LATE, self.NOT_FILED))
        by_hand = settles_by_hand(needs, self.manual_stays, self.manual_other)
        reason = np.where(by_hand, self.BY_HAND, np.where(stay, reason, self.NO_STAY))
        points = np.array([self.cut_other, 0, self.cut_referral, self.cut_referral, self.cut_other])
        manual = by_hand | (reason == self.NOT_FILED)
        tier = np.where(stay, np.where(filing == _NONE, _OTHER, filing), _LONG_TERM)
        return Route(np.where(manual, MANUAL, DIRECT), np.where(stay, points[filing], 0), reason, tier)

    def _filing(self, needs: Needs) -> Codes:
        """Category that counts today: none where it has expired, an emergency is deemed filed."""
        temporary = needs.filing_until.astype(np.int64) + (self.validity - _SIX_MONTHS) * 30
        valid = np.where(needs.filing == _LONG_TERM, needs.filing_until, temporary) >= needs.day
        filing = np.where(valid, needs.filing, _NONE)
        return np.where(needs.emergency & (filing != _LONG_TERM), _EMERGENCY, filing)

    def _files_late(self, needs: Needs) -> Any:
        if self.late_filing == "not_allowed":
            return False
        return True if self.late_filers == 10_000 else needs.uniform("late_filing") < self.late_filers
