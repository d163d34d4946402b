"""Who is ill, what is wished for, and what does a person already have this year?"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field

#: What a person has had in an insurance year; every year begins with nothing.
STANDING = (
    "discharges", "pooled_fund", "outpatient_deductible", "outpatient_fund", "chronic_deductible",
    "large_sum_fund", "catastrophic_base", "catastrophic_fund", "assistance_base", "medical_assistance",
)  # fmt: skip


@dataclass(eq=False)
class Person:
    """One person; `standing` by insurance year; `away` while waiting for a bed or lying in one."""

    row: int
    pool: str
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

    def of_year(self, year: int) -> dict[str, int]:
        """The standing of an insurance year."""
        return self.standing.setdefault(year, dict.fromkeys(STANDING, 0))

    def age(self, date: dt.date) -> int:
        """Whole years on a day."""
        return date.year - self.born.year - ((date.month, date.day) < (self.born.month, self.born.day))


@dataclass(frozen=True)
class Need:
    """A wish for care with all its draws: moment and length in seconds, bill in fen, shares in 1/10,000."""

    id: int
    row: int
    care: str
    moment: int
    provider: int
    level: str
    care_pool: str
    total_fee: int
    cumulative_shares: tuple[int, ...]
    length: int
    emergency: bool
    manual_draw: int


@dataclass(frozen=True)
class Access:
    """Who asks for a filing, and what its lack costs (points)."""

    filing_required: frozenset[str]
    cut_referral: int
    cut_other: int
    manual_stays: int  # percent


@dataclass(frozen=True)
class Terms:
    """Declared numbers that are no rules. `home_care`: fen a month by standing and class of home care."""

    first_day: int
    last_day: int
    manual_delay: int
    home_use: int  # percent
    home_care: dict[str, tuple[int, ...]]
    discharge_month: int
    access: Access


@dataclass
class Claim:
    """What became of a need: money in fen, moments in seconds, `settled` the day of its settlement."""

    need: int
    row: int
    care: str
    path: str
    provider: int
    cut: int
    born: int
    admitted: int
    discharged: int
    settled: int = -1
    year: int = -1
    money: dict[str, int] = field(default_factory=dict)
    limits: list[str] = field(default_factory=list)
