"""What do policies of recognition and transfer see and return? Columns: months, fen, codes of the vocabulary."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from settlement_sim import dates
from settlement_sim.columns import Columns
from settlement_sim.policies.views import Codes, Money
from settlement_sim.vocabulary import POOLS

#: Month of the first column of `held`: employee insurance of the cities began in these years.
FIRST_MONTH: Final = dates.month_of("1999-01")
ALL_POOLS: Final = (1 << len(POOLS)) - 1
Months = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Careers(Columns):
    """Employee-scheme months of applicants, one row per person."""

    pool: Codes  # where the application is made: the pool of the last insurance
    retiree: Codes  # man, woman_at_55, woman_at_50
    insured_as: Codes  # employer, tier_1, tier_2
    applied: Codes  # day of the application
    held: npt.NDArray[np.uint32]  # rows × months from `FIRST_MONTH`: one bit per pool in which the month was paid
    deemed: Months  # rows × pools: months that a pool deems paid

    def __len__(self) -> int:
        return len(self.pool)

    @cached_property
    def actual(self) -> Months:
        """Rows × pools: months paid in each pool."""
        found = np.zeros((len(self), len(POOLS)), np.int64)
        for pool in self.present:
            found[:, pool] = self.distinct(1 << pool)
        return found

    @cached_property
    def present(self) -> list[int]:
        """Pools in which anybody has paid a month."""
        bits = int(np.bitwise_or.reduce(self.held, axis=None, initial=0))
        return [pool for pool in range(len(POOLS)) if bits >> pool & 1]

    @cached_property
    def all_months(self) -> Months:
        """Months paid anywhere, each once."""
        return self.distinct(ALL_POOLS)

    @cached_property
    def first_day(self) -> Codes:
        """Day on which each person was first insured anywhere; the day of the application for who never was."""
        some = self.held != 0
        days = dates.first_days(FIRST_MONTH + np.arange(max(self.held.shape[1], 1)))
        return np.where(some.any(1), days[some.argmax(1)], self.applied)

    def distinct(self, pools: int) -> Months:
        """Months paid in any of some pools (one bit each), every month of the calendar once."""
        return _counted(self.held & np.uint32(pools) != 0)

    def months(self, place: Codes) -> Months:
        """Months paid in one pool for each row."""
        return self.actual[np.arange(len(self)), place]

    def run(self, place: Codes) -> Months:
        """Months without a gap in one pool for each row, up to the last month paid anywhere."""
        here = (self.held >> place.astype(np.uint32)[:, None] & 1).astype(bool)[:, ::-1]
        ended = np.maximum.accumulate((self.held != 0)[:, ::-1], axis=1)
        return _counted(np.logical_and.accumulate(here | ~ended, axis=1) & here)


@dataclass(frozen=True)
class Recognition(Columns):
    """Where each person retires, what counts there and what is missing."""

    place: Codes  # pool whose fund bears the retiree
    counted: Months  # months actually paid that count, each once
    deemed: Months  # months counted beside them as if paid
    required: Months  # months that the deciding test asks for
    short: Months  # months to be paid back
    pools: Codes  # one bit for each pool whose months are among `counted`
    reason: Codes


@dataclass(frozen=True)
class Cases(Columns):
    """What a transfer policy sees: one row per retiree and pool left behind with recognised months."""

    pool_out: Codes  # where the months were paid
    pool_in: Codes  # where the person retires
    months: Months  # paid in `pool_out` alone and counted in `pool_in`
    months_total: Months  # all months counted in `pool_in`
    contributed: Money  # what the pooled fund of `pool_out` received for `months`
    cost: Money  # expected cost of the retiree to the pooled fund of `pool_in`: present value, or that of one year
    account: Money  # balance of the personal account left in `pool_out`

    def __len__(self) -> int:
        return len(self.months)

    def without_cost(self) -> Cases:
        """The same before any year of retirement has passed."""
        return replace(self, cost=np.zeros(len(self), np.int64))

    def without_account(self) -> Cases:
        """The same once the account has moved."""
        return replace(self, account=np.zeros(len(self), np.int64))


@dataclass(frozen=True)
class Claimed(Columns):
    """What the fund in which a person retires may claim from the fund left behind, and what account moves."""

    pooled: Money
    account: Money


@dataclass(frozen=True)
class Balances(Columns):
    """What pairs of funds owe each other, one row per pair."""

    debtor: Codes
    creditor: Codes
    amount: Money  # net, positive

    def __len__(self) -> int:
        return len(self.amount)


def _counted(months: npt.NDArray[np.bool_]) -> Months:
    return np.count_nonzero(months, axis=1).astype(np.int64)


def back_payment(months: Any, base: Any, rate: Any) -> Any:
    """Fen for months at a yearly base (fen) and a rate (1/10,000), half up, rounded once.

    >>> back_payment(38, 7_327_200, 1_100)
    2552308
    """
    return (months * base * rate + 60_000) // 120_000
