"""When do funds pay each other, how much of it crosses, when are hospitals paid? One policy, many parameters.

The defaults are the national procedure: the insured province prepays, the national centre states every month in full on
the 21st of the next, agencies submit to finance, finance remits, and the care place pays its hospitals meanwhile.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from settlement_sim import dates
from settlement_sim.policies.answers import Orders
from settlement_sim.policies.base import Policy
from settlement_sim.policies.clearing.periods import Bank, Period, latest_end, on_bank_day, working_days_on
from settlement_sim.policies.parameters import Days, MonthOfYear, Months, Percent, Ratio, Yuan, param
from settlement_sim.policies.views import Obligations
from settlement_sim.world.calendar import Calendar

Netting = Literal["none", "bilateral", "multilateral"]
Basis = Literal["last_q4_mean", "last_year_mean"]
Usage = Literal["month", "outstanding"]
Pooling = Literal["earmarked", "province", "together"]
_PROCEDURE = "cross_province_procedure"
_HEBEI = "hebei_prepayment_rules"
#: The procedure of 医保发〔2022〕22号 is in force from this day.
_SINCE = "2023-01-01"


@dataclass(frozen=True)
class Dates:
    """The days of a period's clearing: its last day, the statement, what follows in the insured place, and in the
    care place.
    """

    until: int
    statement: int
    submitted: int
    collected: int
    remitted: int
    reconciled: int
    hospitals: int


class ClearingPolicy(Policy):
    """Base of all clearing policies; every parameter may be overridden by a class or in a scenario."""

    period: Period = param("month", "what one statement covers", grade="assumption", source=_PROCEDURE, since=_SINCE)
    netting: Netting = param("none", "what of mutual obligations of provinces crosses", grade="assumption")
    statement_after: Days = param(
        21, "calendar days from the last day of a period to its statement: the 21st of the next month",
        grade="assumption", source=_PROCEDURE, since=_SINCE, low=1, high=31,
    )  # fmt: skip
    upload_days: Days = param(
        3, "calendar days until a settlement is uploaded and reconciled by care place, insured place and centre; "
        "no statement comes earlier", grade="assumption", source=_PROCEDURE, since=_SINCE, low=0, high=3,
    )  # fmt: skip
    statement_roll: Literal["same_day", "next_working_day"] = param(
        "same_day", "what happens to a statement whose day is off", grade="assumption"
    )
    submission_days: Days = param(
        5, "working days from the statement until agencies submit to finance", grade="secondary", source=_HEBEI
    )
    collection_days: Days = param(
        5, "working days from submission until a pool's money is at its province", grade="assumption", low=0, high=10
    )
    remittance_days: Days = param(
        10, "working days from submission until finance remits", grade="secondary", source=_HEBEI
    )
    delays: Literal["latest", "keyed"] = param(
        "latest", "whether every step takes all the days it may, or a drawn number from 1 on", grade="assumption"
    )
    bank: Bank = param("with_offices", "days on which money moves", grade="assumption")
    prepayment_months: Months = param(2, "months of the basis that are prepaid", grade="assumption", low=1, high=6)
    basis: Basis | None = param(
        None, "months whose mean is prepaid; the scenario's reading when left out", grade="assumption"
    )
    usage: Usage | None = param(
        None, "what is divided by the prepayment; the scenario's reading when left out", grade="assumption"
    )
    yellow: Ratio = param("70", "usage ratio of a yellow alert", grade="secondary", source=_HEBEI, since=_SINCE)
    red: Ratio = param(
        "90", "usage ratio of a red alert and an emergency top-up", grade="secondary", source=_HEBEI, since=_SINCE
    )
    top_up_to: Ratio = param(
        "70", "usage ratio that an emergency top-up aims at", grade="assumption", low="50", high="90"
    )
    pooling: Pooling = param(
        "province", "which prepayments at a care place may lend to each other: none, those of both schemes of one "
        "insured province, all", grade="secondary", source=_HEBEI, since=_SINCE,
    )  # fmt: skip
    cap: Yuan | None = param(None, "the most that a province and scheme remits in a day", grade="assumption")
    hospital_after: Days = param(
        20, "calendar days from the last day of a period until its bills are reconciled with hospitals: the 20th",
        grade="assumption", source=_PROCEDURE, since=_SINCE, low=1, high=31,
    )  # fmt: skip
    hospital_days: Days = param(
        5, "working days from reconciliation until hospitals are paid", grade="assumption", low=0, high=30
    )
    retention: Percent = param(
        "5", "share of hospitals' bills kept back until the annual closing", grade="assumption", low="0", high="10"
    )
    advance: Percent = param(
        "0", "share of the last period's bills that hospitals receive at the beginning of a period",
        grade="assumption", low="0", high="100",
    )  # fmt: skip
    closing_month: MonthOfYear = param(
        3, "the annual closing is the last working day of this month of the next year", grade="secondary",
        source="year_end_in_first_quarter",
    )  # fmt: skip

    def orders(self, day: int, obligations: Obligations, calendar: Calendar) -> Orders:
        """What is stated today: all that was posted until the end of the period, row by row."""
        until = self.covers(day, calendar)
        return Orders(np.zeros(len(obligations), np.int64) if until is None else obligations.until(until))

    def covers(self, day: int, calendar: Calendar) -> int | None:
        """Last day of what a statement of today covers; None on a day without one."""
        end = latest_end(self.period, day - self._statement_lag)
        return end if self._rolled(end + self._statement_lag, calendar) == day else None

    def dates(self, until: int, calendar: Calendar) -> Dates:
        """All days of the period that ends on `until`, where every step takes all its days."""
        statement = self._rolled(until + self._statement_lag, calendar)
        submitted = working_days_on(calendar, statement, self.submission_days)
        collected = self.collected(submitted, self.collection_days, calendar)
        remitted = max(self.remitted(submitted, self.remittance_days, calendar), collected)
        reconciled = until + self.hospital_after
        hospitals = on_bank_day(calendar, self.bank, working_days_on(calendar, reconciled, self.hospital_days))
        return Dates(until, statement, submitted, collected, remitted, reconciled, hospitals)

    def collected(self, submitted: int, days: int, calendar: Calendar) -> int:
        """Day on which a pool's money is at its province."""
        return on_bank_day(calendar, self.bank, working_days_on(calendar, submitted, days))

    def remitted(self, submitted: int, days: int, calendar: Calendar) -> int:
        """Day on which a province remits."""
        return on_bank_day(calendar, self.bank, working_days_on(calendar, submitted, days))

    def closing(self, year: int, calendar: Calendar) -> int:
        """Day of the annual closing of a year."""
        last = dates.month_bounds(dates.month_of(f"{year + 1}-{self.closing_month:02d}"))[1]
        while not calendar.is_working_day(last):
            last -= 1
        return on_bank_day(calendar, self.bank, last)

    @property
    def _statement_lag(self) -> int:
        return max(self.statement_after, self.upload_days)

    def _rolled(self, day: int, calendar: Calendar) -> int:
        return calendar.next_working_day(day) if self.statement_roll == "next_working_day" else day
