"""What if the funds cleared twice a month?"""

from __future__ import annotations

from settlement_sim.policies.base import policy
from settlement_sim.policies.clearing.cycle import ClearingPolicy
from settlement_sim.policies.clearing.periods import Period
from settlement_sim.policies.parameters import Days, Months, param


@policy("clearing")
class HalfMonthly(ClearingPolicy):
    """Two statements a month, shorter steps, one month prepaid."""

    period: Period = param("half_month", "what one statement covers", grade="assumption")
    statement_after: Days = param(5, "calendar days from a period to its statement", grade="assumption", low=3, high=10)
    submission_days: Days = param(2, "working days from statement to submission", grade="assumption", low=1, high=5)
    collection_days: Days = param(2, "working days from submission to the province", grade="assumption", low=1, high=5)
    remittance_days: Days = param(5, "working days from submission to remittance", grade="assumption", low=1, high=10)
    hospital_after: Days = param(5, "calendar days from a period to reconciliation", grade="assumption", low=3, high=10)
    hospital_days: Days = param(3, "working days from there to hospitals' cash", grade="assumption", low=0, high=10)
    prepayment_months: Months = param(1, "months of the basis that are prepaid", grade="assumption", low=1, high=2)
