"""What if every settlement were paid between the funds on its own day?"""

from __future__ import annotations

from settlement_sim.policies.base import policy
from settlement_sim.policies.clearing.cycle import ClearingPolicy
from settlement_sim.policies.clearing.periods import Bank, Period
from settlement_sim.policies.parameters import Days, Months, param


@policy("clearing")
class RealTimeGross(ClearingPolicy):
    """Stated, remitted and passed on to hospitals within the day, on every day of the year; nothing prepaid."""

    period: Period = param("day", "what one statement covers", grade="assumption")
    statement_after: Days = param(0, "calendar days from a day to its statement", grade="assumption", low=0, high=1)
    upload_days: Days = param(0, "calendar days until a settlement is reconciled", grade="assumption", low=0, high=1)
    submission_days: Days = param(0, "working days from statement to submission", grade="assumption", low=0, high=1)
    collection_days: Days = param(0, "working days from submission to the province", grade="assumption", low=0, high=1)
    remittance_days: Days = param(0, "working days from submission to remittance", grade="assumption", low=0, high=1)
    bank: Bank = param("every_day", "days on which money moves", grade="assumption")
    hospital_after: Days = param(0, "calendar days from a day to reconciliation", grade="assumption", low=0, high=1)
    hospital_days: Days = param(0, "working days from there to hospitals' cash", grade="assumption", low=0, high=1)
    prepayment_months: Months = param(0, "months of the basis that are prepaid", grade="assumption", low=0, high=1)
