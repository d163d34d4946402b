"""Who retires with employee months on both sides of the border, and what does each career look like?

Nothing is known of these people but that 154 were recognised in Chongqing in ten months of 2024: every number of
`careers.yaml` is an assumption. All traits are drawn from `world_seed`, person by person, so that neither the window
nor a policy changes anybody.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Final

import numpy as np
import numpy.typing as npt

from settlement_sim import dates
from settlement_sim.columns import Columns
from settlement_sim.demand.alias import build
from settlement_sim.demand.priors import DATA, Priors
from settlement_sim.draws import Bits, Draws
from settlement_sim.policies.careers import FIRST_MONTH, Careers
from settlement_sim.rules.careers import CareerRules
from settlement_sim.vocabulary import POOLS, RETIREES

Whole = npt.NDArray[np.int64]
#: Insurance of employees began in the cities of the corridor about here; earlier work is deemed paid where it is.
BEGAN: Final = dates.month_of("2001-01")
_MOST_DEEMED: Final = 300
_CHENGDU: Final = POOLS.index("chengdu")
#: Births that may retire in any window: 1930 to 2009.
_BORN: Final = np.arange(dates.month_of("1930-01"), dates.month_of("2010-01"))


@cache
def career_priors() -> Priors:
    """The packaged priors of careers."""
    return Priors.load(DATA / "careers.yaml")


@dataclass(frozen=True)
class Workers(Columns):
    """One row per person, by pool of retirement, kind and month of birth."""

    id: Whole
    pool: Whole  # of the last insurance, where an application is made
    other: Whole  # pool on the other side with months of theirs
    retiree: Whole
    born: Whole  # month
    retires: Whole  # first month of retirement

    def __len__(self) -> int:
        return len(self.id)


def statutory(born: Whole, retiree: Whole, rules: CareerRules) -> Whole:
    """Month of the statutory retirement of people born in a month: dated rules, raised step by step from 2025."""
    pool = np.zeros(len(born), np.int64)
    first = born + rules.take("retirement.age", pool, dates.first_days(born + 600), retiree)
    on = dates.first_days(first)
    every = rules.take("retirement.raise_every", pool, on, retiree)
    since = dates.month_index(rules.since("retirement.raise_every", on)).astype(np.int64)
    steps = np.where(every > 0, (first - since) // np.maximum(every, 1) + 1, 0)
    return first + np.minimum(steps, rules.take("retirement.raise_most", pool, on, retiree))


def workers(
    priors: Priors, rules: CareerRules, employees: Whole, world_seed: int, months: tuple[int, int], scale_bp: int
) -> Workers:
    """Everybody who retires from the backlog before the first of `months` to the last; counts follow, unrounded, the
    insured employees of each pool. `scale_bp`: how many of 10,000.
    """
    first, last = months
    begin = first - 12 * priors["cohort.backlog_years"]
    ages = [statutory(_BORN, np.full(len(_BORN), kind), rules) for kind in range(len(RETIREES))]
    parts = []
    for pool in range(len(POOLS)):
        for kind, retires in enumerate(ages):
            births = np.flatnonzero((begin <= retires) & (retires <= last))
            count = _count(priors, int(employees[pool]), pool, kind, scale_bp, births)
            at = np.repeat(births, count)
            rank = np.arange(len(at)) - np.repeat(np.cumsum(count) - count, count)
            identity = ((pool * len(RETIREES) + kind) << 40) + (at << 20) + rank
            whose = np.full((2, len(at)), [[pool], [kind]])
            parts.append(Workers(identity, whose[0], whose[0], whose[1], _BORN[at], retires[at]))
    everybody = Workers.stack(parts)
    other = _others(priors, employees, everybody, Draws(world_seed))
    return Workers(**{**vars(everybody), "other": other})


def _count(priors: Priors, employees: int, pool: int, kind: int, scale_bp: int, months: Whole) -> Whole:
    """Persons of each month of birth: differences of a running total, so that small pools are not rounded away."""
    province = "chongqing" if pool == 0 else "sichuan"
    weights = priors.row("cohort.retiree")
    yearly = employees * priors["cohort.retiring_per_1000"] * priors[f"cohort.both_per_1000.{province}"]
    numerator = yearly * int(weights[kind]) * scale_bp
    denominator = 12 * 1_000 * 1_000 * int(weights.sum()) * 10_000
    total = [int(m) * numerator // denominator for m in (*months, *(months[-1:] + 1))]
    return np.diff(total) if len(months) else months


def _others(priors: Priors, employees: Whole, people: Workers, draws: Draws) -> Whole:
    """Chongqing for everybody of Sichuan; for those of Chongqing Chengdu, or another prefecture by its employees."""
    share, weights = priors["cohort.chengdu_share"], employees.copy()
    weights[0] = weights[_CHENGDU] = 0
    weights = weights * (100 - share)
    weights[_CHENGDU] = share * weights.sum() // (100 - share)
    tables = build(weights[None])
    picked = tables.pick(np.zeros(len(people), np.int64), draws.bits("career/other", people.id))
    return np.where(people.pool == 0, picked, 0)


class Lives:
    """The careers of some workers, trait by trait."""

    def __init__(self, people: Workers, priors: Priors, world_seed: int) -> None:
        self.people, self.priors, self.draws = people, priors, Draws(world_seed)

    def bits(self, stream: str) -> Bits:
        """64 bits for each person."""
        return self.draws.bits(f"career/{stream}", self.people.id)

    def knots(self, name: str) -> Whole:
        """A value between the knots of a row, all intervals equally likely."""
        return between(self.priors.row(name), self.bits(name))

    def happens(self, name: str) -> npt.NDArray[np.bool_]:
        """Whether something of a probability in percent is so."""
        return percent(self.bits(name)) < self.priors[name]

    def careers(self, applied: Whole) -> Careers:
        """Months paid and deemed of those who apply on these days. Nobody pays after the month of retirement."""
        people, began = self.people, self.people.born + self.knots("career.from_age")
        kind = build(self.priors.row("career.insured_as")[None])
        insured_as = kind.pick(np.zeros(len(people), np.int64), self.bits("insured_as"))
        return Careers(
            people.pool, people.retiree, insured_as, applied, self._held(np.maximum(began, BEGAN)), self._deemed(began)
        )  # fmt: skip

    def _held(self, start: Whole) -> npt.NDArray[np.uint32]:
        end = self.people.retires
        span = np.maximum(end - start, 2)
        paid = np.maximum(span * self.knots("career.insured_share") // 100, 2)
        away = np.clip(paid * self.knots("career.elsewhere_share") // 100, 1, paid - 1)
        gap = (span - paid) * self.priors["career.gap"] // 100
        before = np.where(self.happens("career.elsewhere_first"), 0, (paid - away) // 2)
        here = end - (paid - away - before)  # first month of the last time here
        both = np.where(self.happens("career.overlap_share"), self.knots("career.overlap"), -gap)
        left = here + np.minimum(both, np.minimum(away, end - here))  # first month no longer there
        months = np.arange(FIRST_MONTH, int(end.max(initial=FIRST_MONTH + 1)))[None]
        at_home = _within(months, here, end) | _within(months, left - away - before, left - away)
        elsewhere = _within(months, left - away, left)
        here_bit, other_bit = (np.left_shift(1, pool)[:, None] for pool in (self.people.pool, self.people.other))
        held = (at_home * here_bit | elsewhere * other_bit).astype(np.uint32)
        return held

    def _deemed(self, began: Whole) -> Whole:
        months = np.clip(BEGAN - began, 0, _MOST_DEEMED) * self.happens("career.deemed_share")
        place = np.where(self.happens("career.deemed_here"), self.people.pool, self.people.other)
        found = np.zeros((len(self.people), len(POOLS)), np.int64)
        found[np.arange(len(place)), place] = months
        return found


def between(knots: Whole, bits: Bits) -> Whole:
    """Integer interpolation between knots at the quantile of the upper 32 bits."""
    at = (bits >> np.uint64(32)).astype(np.int64) * (len(knots) - 1)
    low = at >> 32
    return knots[low] + ((knots[low + 1] - knots[low]) * (at >> 16 & 0xFFFF) >> 16)


def percent(bits: Bits) -> Whole:
    """0 … 99 from the upper 32 bits."""
    return (bits >> np.uint64(32)).astype(np.int64) * 100 >> 32


def _within(months: Whole, first: Whole, end: Whole) -> npt.NDArray[np.bool_]:
    return (first[:, None] <= months) & (months < end[:, None])
