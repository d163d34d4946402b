"""Who is ill, what is wished for, and what does a person already have this year?"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from functools import cache

#: What a person has had in an insurance year; every year begins with nothing.
STANDING = (
    "discharges", "inpatient_deductible", "pooled_fund", "outpatient_deductible", "outpatient_fund",
    "chronic_deductible", "large_sum_fund", "catastrophic_base", "catastrophic_fund", "assistance_base",
    "medical_assistance", "tilt_base", "tilt_assistance",
)  # fmt: skip
FUNDS = ("pooled_fund", "large_sum_fund", "catastrophic_fund", "medical_assistance")
DAY = 86_400
EPOCH = dt.date(2023, 1, 1)


@cache
def date_of(day: int) -> dt.date:
    """The date of a day number."""
    return EPOCH + dt.timedelta(days=day)


def share(amount: int, ratio: int) -> int:
    """`ratio`/10,000 of an amount, half up."""
    whole, rest = divmod(amount * ratio, 10_000)
    return whole + (rest >= 5_000)


@dataclass(eq=False)
class Person:
    """One person; `standing` by insurance year; `away` while waiting for a bed or lying in one.

    `settlements`: those that have not been taken back, the latest last.
    """

    row: int
    pool: str
    unit: str
    scheme: str
    tier: str
    status: str
    assistance: str
    born: dt.date
    filing: str
    filing_until: int
    home_class: int
    account: int
    away: bool = False
    standing: dict[int, dict[str, int]] = field(default_factory=dict)
    settlements: list[Claim] = field(default_factory=list)

    @property
    def group(self) -> tuple[str, str]:
        """Pool and scheme: whose funds pay, whose desk decides."""
        return self.pool, self.scheme

    def of_year(self, year: int) -> dict[str, int]:
        """The standing of an insurance year."""
        return self.standing.setdefault(year, dict.fromkeys(STANDING, 0))

    def age(self, date: dt.date) -> int:
        """Whole years on a day."""
        return date.year - self.born.year - ((date.month, date.day) < (self.born.month, self.born.day))


@dataclass(frozen=True)
class Need:
    """A wish for care with all its draws: moment and length in seconds, bill in fen, shares in 1/10,000.

    `uniforms`: 0 … 9,999 by purpose; `acceptance`: the uniform of the response, 0 … 2**32 − 1.
    """

    id: int
    row: int
    care: str
    moment: int
    provider: int
    level: str
    care_pool: str
    care_unit: str
    total_fee: int
    cumulative_shares: tuple[int, ...]
    length: int
    emergency: bool
    uniforms: dict[str, int]
    acceptance: int

    @property
    def disease_group(self) -> str:
        """Whether a chronic need is for one of the first or of the later five diseases."""
        return "later_five" if self.id % 2**6 >= 48 else "first_five"


@dataclass(eq=False)
class Claim:
    """What became of a need: money in fen, moments in seconds, cut in 1/10,000, `settled` the day of settlement.

    `before`: standing and account as the settlement found them; `added`: what it added to standing.
    """

    need: Need
    person: Person
    by_hand: bool
    cut: int
    filing: str
    admitted: int
    discharged: int
    why: str = ""
    settled: int = -1
    money: dict[str, int] = field(default_factory=dict)
    before: dict[str, int] = field(default_factory=dict)
    added: dict[str, int] = field(default_factory=dict)
    limits: list[str] = field(default_factory=list)
    later: int = 0  # assistance that the patient advances and claims afterwards
    deposit: int = 0
    unpaid: int = 0

    @property
    def day(self) -> int:
        """The day of discharge, which governs all but access."""
        return self.discharged // DAY

    @property
    def funds(self) -> int:
        """What all funds pay in this settlement, so far."""
        return sum(self.money[fund] for fund in FUNDS)

    def again_by_hand(self) -> Claim:
        """The same visit, to be claimed by hand."""
        return Claim(self.need, self.person, True, self.cut, self.filing, self.admitted, self.discharged, self.why)


@dataclass(frozen=True)
class Terms:
    """Declared numbers that are no rules. `home_care`: fen a month by standing and class of home care.

    `working`: the working days around the run; `response`, `potential` and `growth` of money (by insured province)
    in 1/10,000.
    """

    first_day: int
    first_of_window: int
    last_day: int
    home_use: int  # percent
    home_price: int  # percent
    home_care: dict[str, tuple[int, ...]]
    discharge_month: int
    delay_days: int
    staff: int | None
    claims_per_day: int
    review_days: int
    working: frozenset[int]
    response: dict[str, int]
    potential: int
    growth: dict[str, int]

    def is_working(self, day: int) -> bool:
        """Whether desks decide on a day."""
        return day in self.working

    def working_days_after(self, day: int, number: int) -> int:
        """The n-th working day after a day; for none, the day itself."""
        while number:
            day += 1
            number -= self.is_working(day)
        return day
