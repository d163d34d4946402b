"""What if the funds cleared every working day, net?"""

from __future__ import annotations

from typing import Literal

from settlement_sim.policies.base import policy
from settlement_sim.policies.clearing.cycle import ClearingPolicy, Netting
from settlement_sim.policies.clearing.periods import Period
from settlement_sim.policies.parameters import Days, Months, param


@policy("clearing")
class DailyNet(ClearingPolicy):
    """A statement on the next working day, net balances a working day later, hospitals with them; nothing prepaid."""

    period: Period = param("day", "what one statement covers", grade="assumption")
    netting: Netting = param("bilateral", "what of mutual obligations of provinces crosses", grade="assumption")
    statement_after: Days = param(1, "calendar days from a day to its statement", grade="assumption", low=1, high=3)
    upload_days: Days = param(1, "calendar days until a settlement is reconciled", grade="assumption", low=0, high=3)
    statement_roll: Literal["same_day", "next_working_day"] = param(
        "next_working_day", "what happens to a statement whose day is off", grade="assumption"
    )
    submission_days: Days = param(0, "working days from statement to submission", grade="assumption", low=0, high=1)
    collection_days: Days = param(0, "working days from submission to the province", grade="assumption", low=0, high=1)
    remittance_days: Days = param(1, "working days from submission to remittance", grade="assumption", low=0, high=2)
    hospital_after: Days = param(1, "calendar days from a day to reconciliation", grade="assumption", low=1, high=3)
    hospital_days: Days = param(1, "working days from there to hospitals' cash", grade="assumption", low=0, high=2)
    prepayment_months: Months = param(0, "months of the basis that are prepaid", grade="assumption", low=0, high=1)
