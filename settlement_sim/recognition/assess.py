"""What is recognised of each applicant, what does it save them, what money lies behind it? Columns, no clock."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from settlement_sim import dates
from settlement_sim.columns import Columns
from settlement_sim.demand.priors import Priors
from settlement_sim.policies.careers import Careers, Cases, Recognition
from settlement_sim.policies.recognition.local_rule import price
from settlement_sim.recognition.contributions import Contributions
from settlement_sim.recognition.life import LifeTable
from settlement_sim.rules.careers import CareerRules

Whole = npt.NDArray[np.int64]
Codes = npt.NDArray[np.integer[Any]]
_LAST_AGE: Final = 105


@dataclass(frozen=True)
class Persons(Columns):
    """What is known of applicants beside their careers."""

    id: Whole
    born: Whole  # month
    retires: Whole  # month
    ratio: Whole  # contribution base over the mean, percent


@dataclass(frozen=True)
class Assessed(Columns):
    """One row per applicant. `before`: by the rule that recognition stands against; `after`: by the policy asked."""

    id: Whole
    pool: Whole
    retiree: Whole
    insured_as: Whole
    born: Whole
    retires: Whole
    applied: Whole
    before: Recognition
    after: Recognition
    price_before: Whole  # fen of the months missing
    price_after: Whole
    months_here: Whole  # paid in the place of retirement
    months_elsewhere: Whole  # paid elsewhere alone and counted there
    overlapping: Whole  # calendar months paid in several pools
    own: Whole  # pooled contributions of the place of retirement
    cost: Whole  # present value of what the retiree will cost it
    cost_before: Whole  # the same for the place of retirement before
    yearly: Whole  # mean yearly cost of a retiree there, at the prices of the application

    def __len__(self) -> int:
        return len(self.id)

    @cached_property
    def gains(self) -> npt.NDArray[np.bool_]:
        """Who pays less than before."""
        return self.price_after < self.price_before

    @cached_property
    def age(self) -> Whole:
        """Age in whole years on the day of the application."""
        return _age(self.applied, self.born)


@dataclass(frozen=True)
class Left(Columns):
    """Recognised months in one pool left behind: one row per applicant and pool."""

    person: Whole  # row of the applicant
    pool: Whole
    months: Whole
    contributed: Whole
    account: Whole

    def after(self, rows: int) -> Left:
        """The same behind so many applicants."""
        return replace(self, person=self.person + rows)


@dataclass(frozen=True)
class Assessor:
    """Assesses careers under the rules and the priors."""

    rules: CareerRules
    priors: Priors
    life: LifeTable

    def saving(self, careers: Careers, old: Recognition, new: Recognition) -> Whole:
        """Fen of back-payment that each row is spared."""
        saved: Whole = price(old, careers, self.rules) - price(new, careers, self.rules)
        return saved

    def assess(self, people: Persons, careers: Careers, old: Recognition, new: Recognition) -> tuple[Assessed, Left]:
        """Both recognitions of each row, and what they leave behind."""
        money = Contributions(careers, people.ratio, self.rules, self.priors)
        left = self._left(careers, new, money)
        here = _bit(careers, new.place)
        yearly, before = (self._yearly(found, careers) for found in (new, old))
        age = _age(careers.applied, people.born)
        elsewhere = np.bincount(left.person, left.months, len(careers)).astype(np.int64)
        whole = {name: getattr(careers, name).astype(np.int64) for name in ("pool", "retiree", "insured_as", "applied")}
        return Assessed(
            **whole, id=people.id, born=people.born, retires=people.retires, before=old, after=new,
            price_before=price(old, careers, self.rules), price_after=price(new, careers, self.rules),
            months_here=np.count_nonzero(here, 1), months_elsewhere=elsewhere,
            overlapping=np.count_nonzero(_several(careers.held), 1), own=money.pooled(new.place, here),
            cost=self.life.present_value(yearly, age, careers.retiree), yearly=yearly,
            cost_before=self.life.present_value(before, age, careers.retiree),
        ), left  # fmt: skip

    def _yearly(self, found: Recognition, careers: Careers) -> Whole:
        """Mean yearly cost of a retiree in the place of each row, at the prices of the application."""
        stated = self.rules.take("retiree.cost", found.place, careers.applied)
        return self.life.in_year(stated, dates.years(careers.applied).astype(np.int64))

    def _left(self, careers: Careers, new: Recognition, money: Contributions) -> Left:
        """No month is counted twice: those of the place are its own, others belong to the first pool of the list."""
        free = ~_bit(careers, new.place)
        parts = []
        for pool in careers.present:
            counted = (new.pools >> pool & 1).astype(bool) & (new.place != pool)
            months = (careers.held >> np.uint32(pool) & 1).astype(bool) & free & counted[:, None]
            free &= ~months
            rows, whose = np.flatnonzero(months.any(1)), np.full(len(careers), pool)
            pooled, account = money.pooled(whose, months), self._kept(money.credited(whose, months))
            columns = (np.count_nonzero(months, 1), pooled, account)
            parts.append(Left(rows, whose[rows], *(column[rows] for column in columns)))
        return Left.stack(parts) if parts else Left(*np.zeros((5, 0), np.int64))

    def _kept(self, credited: Whole) -> Whole:
        return credited * self.priors["career.account_kept"] // 100


def cases_of(left: Left, assessed: Assessed, cost: Whole) -> Cases:
    """What a transfer policy is shown; `cost`: of each row of `left`, a present value or that of a year."""
    person = left.person
    total = assessed.months_here + assessed.months_elsewhere
    return Cases(
        left.pool, assessed.after.place[person], left.months, total[person], left.contributed, cost, left.account
    )  # fmt: skip


def _age(applied: Codes, born: Whole) -> Whole:
    """Age in whole years on the day of the application; life tables end."""
    return np.minimum((dates.month_index(applied) - born) // 12, _LAST_AGE)


def _bit(careers: Careers, pool: Codes) -> npt.NDArray[np.bool_]:
    """Rows × months: paid in one pool of each row."""
    return (careers.held >> pool.astype(np.uint32)[:, None] & 1).astype(bool)


def _several(held: npt.NDArray[np.uint32]) -> npt.NDArray[np.uint32]:
    """Non-zero where more than one bit is set."""
    return held & (held - np.minimum(held, 1))
