"""Which months do Chongqing and Chengdu recognise of each other, and where does a person retire?

Source: 成渝两地职工基本医疗保险缴费年限互认管理办法（暂行）, in force from 2024-03-01 to 2028-03-01:
months actually paid as an employee, overlaps once; a local rule reached anywhere: retire there; else 20 years together:
retire where most were paid; else pay back up to 20 years there.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

import numpy as np
from pydantic import Field

from settlement_sim import dates
from settlement_sim.columns import names
from settlement_sim.policies.base import Policy, policy, reasons
from settlement_sim.policies.careers import Careers, Months, Recognition
from settlement_sim.policies.parameters import CareerMonths, Day, param
from settlement_sim.policies.recognition.local_rule import LocalRule, price
from settlement_sim.policies.views import Codes, Flags
from settlement_sim.rules.careers import CareerRules
from settlement_sim.vocabulary import POOLS

_MEASURES = "recognition_measures"
_SINCE = "2024-03-01"
Pool = Literal[POOLS]  # type: ignore[valid-type]
Members = Annotated[list[Pool], Field(min_length=1)]
_NEVER = np.iinfo(np.int64).min


@policy("recognition", name="mutual_2024")
class Mutual2024(Policy):
    """Months paid in the pools of the agreement count together; whoever is better off by the local rule keeps it."""

    LOCAL, NOT_COVERED, ELSEWHERE, POOLED, BACK_PAY, LAPSED = reasons(
        "local_rule", "not_covered", "reached_elsewhere", "pooled_years", "back_payment", "lapsed"
    )
    pools: Literal["all"] | Members = param(
        ["chongqing", "chengdu"], "pools that recognise each other's months", grade="secondary", source=_MEASURES,
        since=_SINCE,
    )  # fmt: skip
    threshold: CareerMonths = param(
        240, "months together that suffice, and up to which missing ones are paid back", grade="secondary",
        source=_MEASURES, since=_SINCE,
    )  # fmt: skip
    place: Literal["longest", "last"] = param(
        "longest", "where a person retires who reaches no local rule: where most months were paid, or where they apply",
        grade="secondary", source=_MEASURES, since=_SINCE,
    )  # fmt: skip
    expires: Day = param("2028-03-01", "last day in force", grade="secondary", source=_MEASURES, since=_SINCE)
    after_expiry: Literal["continue", "lapse"] = param(
        "continue", "what holds for applications after the last day", grade="assumption"
    )
    choice: Literal["cheaper", "recognition"] = param(
        "cheaper", "whether a person whom the local rule costs no more keeps it", grade="assumption"
    )

    def recognise(self, careers: Careers, rules: CareerRules) -> Recognition:
        """Rows as they are; a tie for most months goes to where the person applies."""
        locally = LocalRule()
        own = locally.recognise(careers, rules)
        mutual = self._together(careers, rules, locally)
        covered, in_force = self._covered(careers), self._in_force(careers)
        cheaper = price(own, careers, rules) <= price(mutual, careers, rules)
        stays = ~covered | ~in_force | (own.short == 0) | (cheaper & (self.choice == "cheaper"))
        why = np.where(~in_force, self.LAPSED, np.where(covered, self.LOCAL, self.NOT_COVERED))
        columns = {name: np.where(stays, getattr(own, name), getattr(mutual, name)) for name in names(Recognition)}
        return Recognition(**columns | {"reason": np.where(stays, why, mutual.reason)})

    def covers(self, careers: Careers) -> Flags:
        """Who has months in two pools of the agreement while it is in force."""
        return self._covered(careers) & self._in_force(careers)

    def _together(self, careers: Careers, rules: CareerRules, locally: LocalRule) -> Recognition:
        """What the agreement gives to everybody in its pools."""
        reached, where = self._reached(careers, rules, locally)
        own = locally.at(where, careers, rules)
        pooled = careers.distinct(self._mask)
        # Months that a local rule deems paid because they were paid elsewhere are among those that count together.
        twice = np.where(rules.take("years.elsewhere", where, careers.applied), pooled - own.counted, 0)
        longest = self._longest(careers)
        short = np.maximum(self.threshold - pooled, 0)
        why = np.where(reached, self.ELSEWHERE, np.where(short > 0, self.BACK_PAY, self.POOLED))
        return Recognition(
            place=np.where(reached, where, longest), counted=pooled, deemed=np.where(reached, own.deemed - twice, 0),
            required=np.where(reached, own.required, self.threshold), short=np.where(reached, 0, short),
            pools=np.full(len(careers), self._mask), reason=why,
        )  # fmt: skip

    def _reached(self, careers: Careers, rules: CareerRules, locally: LocalRule) -> tuple[Flags, Codes]:
        """Whether a local rule is reached in any pool of the agreement, and in which most months were paid."""
        found, best = careers.pool.copy(), np.full(len(careers), _NEVER)
        for pool in self._members(careers):
            here = np.full(len(careers), pool)
            kept = (careers.actual[:, pool] > 0) & (locally.at(here, careers, rules).short == 0)
            rank = np.where(kept, _rank(careers, pool), _NEVER)
            found, best = np.where(rank > best, pool, found), np.maximum(rank, best)
        return best > _NEVER, found

    def _longest(self, careers: Careers) -> Codes:
        if self.place == "last":
            return careers.pool
        ranks = np.stack([_rank(careers, pool) for pool in range(len(POOLS))], axis=1)
        ranks[:, [pool for pool in range(len(POOLS)) if not self._mask >> pool & 1]] = _NEVER
        return np.argmax(ranks, axis=1)

    def _covered(self, careers: Careers) -> Flags:
        """Applies in a pool of the agreement and has months in another."""
        member = (self._mask >> careers.pool & 1).astype(bool)
        others = np.count_nonzero(careers.actual[:, self._members(careers)], axis=1)
        return member & (others - (careers.months(careers.pool) > 0) > 0)

    def _in_force(self, careers: Careers) -> Flags:
        return (careers.applied <= dates.day(self.expires)) | (self.after_expiry == "continue")

    def _members(self, careers: Careers) -> list[int]:
        return [pool for pool in careers.present if self._mask >> pool & 1]

    @property
    def _mask(self) -> int:
        """One bit for each pool of the agreement."""
        named: Any = POOLS if self.pools == "all" else self.pools
        return sum(1 << POOLS.index(pool) for pool in set(named))


def _rank(careers: Careers, pool: int) -> Months:
    """Orders pools by months paid; among equals, where the person applies comes first."""
    return 2 * careers.actual[:, pool] + (careers.pool == pool)
