"""How do funds clear in a hand-written case, and is it as expected? The clearing house without anybody travelling."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import numpy.typing as npt

from settlement_sim import dates
from settlement_sim.clearing.disturbances import NEVER, Disturbance
from settlement_sim.clearing.house import ClearingHouse, Terms
from settlement_sim.clearing.members import Members
from settlement_sim.draws import Draws
from settlement_sim.engine.checks import Unfit, checked
from settlement_sim.engine.clearing import within
from settlement_sim.engine.clock import Clock
from settlement_sim.errors import PolicyError
from settlement_sim.ledger.ledger import Ledger
from settlement_sim.policies.answers import FUNDS, Orders
from settlement_sim.policies.clearing.cycle import ClearingPolicy
from settlement_sim.policies.clearing.periods import end_of
from settlement_sim.policies.views import Obligations
from settlement_sim.record.funds import CENTRE
from settlement_sim.study.clearing_case import ClearingCase, Disturbed, load_clearing
from settlement_sim.study.clearing_expect import COLUMNS, differences
from settlement_sim.vocabulary import SCHEMES
from settlement_sim.world.calendar import Calendar

if TYPE_CHECKING:
    import pandas as pd

Whole = npt.NDArray[np.int64]
#: Accounts that make up what a pool's funds hold or are owed.
POSITION: Final = (*FUNDS, "set_aside", "province_account", "prepayment")


@dataclass(frozen=True)
class CasePolicies:
    """The policies of a case: one for everybody at a time."""

    policies: tuple[ClearingPolicy, ...]
    spans: tuple[tuple[int, int], ...]
    groups: int

    def codes(self, day: int) -> Whole:
        """The policy of a day, for every group; the last where none is named."""
        code = next((i for i, (a, b) in enumerate(self.spans) if a <= day <= b), len(self.spans) - 1)
        return np.full(self.groups, code)

    def orders(self, code: int, day: int, obligations: Obligations, calendar: Calendar) -> Whole:
        """What a policy states today."""
        policy = self.policies[code]
        try:
            orders = checked(policy.orders(day, obligations, calendar), Orders, "clearing", len(obligations))
        except Unfit as error:
            raise PolicyError("clearing", policy.name, dates.iso(day), "none", str(error)) from error
        return within(policy, day, obligations, orders)


@dataclass(frozen=True)
class ClearingResult:
    """A case that was cleared. Money in tables is integer fen."""

    case: ClearingCase
    house: ClearingHouse

    @cached_property
    def tables(self) -> dict[str, pd.DataFrame]:
        """All tables by name."""
        import pandas as pd

        return {name: pd.DataFrame(rows, columns=COLUMNS[name]) for name, rows in self._rows.items()}

    @property
    def receivable(self) -> int:
        """What hospitals are still owed at the end, in fen."""
        return self.house.receivable

    @property
    def positions(self) -> dict[tuple[str, str], int]:
        """What the funds of each pool and scheme hold or have out in the end, less what they began with, in fen."""
        balances = self.house.ledger.balances
        total = np.sum([balances[name] for name in POSITION], axis=0)
        members = self.house.members
        return {members.of_group(group): int(total[group]) for group in range(members.groups)}

    def check(self) -> list[str]:
        """One sentence for each difference from what the case expects."""
        return [*differences(self.case.expect, self._rows, self.receivable)]

    @cached_property
    def _rows(self) -> dict[str, list[tuple[Any, ...]]]:
        log, members, policies = self.house.log, self.house.members, self.house.policies.policies
        statements, crossed, hospitals, prepaid = Counter[Any](), Counter[Any](), Counter[Any](), Counter[Any]()
        for statement in log.statements:
            for group, care in np.argwhere(statement.amount).tolist():
                pool, scheme = members.of_group(group)
                key = (dates.iso(statement.day), pool, members.pools[care], scheme)
                statements[key] += int(statement.amount[group, care])
        places = (*members.provinces, CENTRE)
        for row in log.transfers:
            key = (dates.iso(row.day), places[row.payer], places[row.payee], members.schemes[row.scheme])
            if row.kind == "clearing":
                crossed[key] += row.amount
            elif row.kind == "return":
                prepaid[(key[0], key[2], key[1], key[3])] -= row.amount
            elif row.kind != "set_off":
                prepaid[key] += row.amount
        for paid in log.payments:
            if paid.kind != "return":
                province, scheme = members.of_member(paid.member)
                hospitals[(dates.iso(paid.day), members.pools[paid.place], province, scheme)] += paid.amount
        found = {"statements": statements, "remittances": crossed, "hospitals": hospitals, "prepayments": prepaid}
        tables = {
            name: sorted((*key, amount) for key, amount in rows.items() if amount) for name, rows in found.items()
        }
        return {"dates": self._dates(policies), **tables}

    def _dates(self, policies: tuple[ClearingPolicy, ...]) -> list[tuple[Any, ...]]:
        clock, codes = self.house.clock, self.house.policies.codes
        rows = []
        for day in range(clock.first, clock.last + 1):
            policy = policies[codes(day)[0]]
            if day == end_of(policy.period, day):
                found = policy.dates(day, self.house.calendar)
                rows.append(tuple(dates.iso(getattr(found, name)) for name in COLUMNS["dates"]))
        return rows


def clear(source: str | Path | Mapping[str, Any], *, plugins: bool = True) -> ClearingResult:
    """Clear a hand-written case. Raises InputError where it cannot be read."""
    case = load_clearing(source, plugins=plugins).case
    first, last = dates.day(case.window.first), dates.day(case.window.last)
    calendar = Calendar.load(assume=None if case.calendar == "notices" else case.calendar)
    members = _members(case)
    spans = tuple(
        (dates.day(p.first) if p.first else first, dates.day(p.last) if p.last else NEVER) for p in case.policy
    )  # fmt: skip
    policies = CasePolicies(tuple(p.policy for p in case.policy), spans, members.groups)
    clock, ledger = Clock(first, last), Ledger(members=members.member_of_group)
    disturbances = tuple(_disturbance(case, said) for said in case.disturbances)
    terms = Terms(disturbances=disturbances, opening=_opening(case, members), run_in=0)
    house = ClearingHouse(members, policies, ledger, clock, calendar, Draws(1), terms, first)
    _run(house, _posted(case, members))
    return ClearingResult(case, house)


def _run(house: ClearingHouse, posted: Mapping[int, Whole]) -> None:
    nothing = np.zeros((house.members.groups, house.members.hospitals), np.int64)

    def state(day: int) -> None:
        if day <= house.clock.last:
            owed = posted.get(day, nothing)
            house.ledger.post("settle", {"pooled_fund": owed.sum(1), "cleared": owed.sum(1)})
            house.open(day)
            house.post(day, owed)
        house.state(day)

    def settle(day: int) -> None:
        house.settle(day)
        house.ledger.check(day, house.controls)

    house.clock.on("DESKS", state)
    house.clock.on("CENSUS", settle)
    house.clock.run()
    house.clock.run_on({"DESKS": state, "CENSUS": settle}, lambda: house.idle, house.limit)


def _members(case: ClearingCase) -> Members:
    """One hospital for each pool, which everybody from elsewhere may visit."""
    provinces, pools = [*case.provinces], case.pools
    home = [provinces.index(province) for province, own in case.provinces.items() for _ in own]
    hospital_pool = np.tile(np.arange(len(pools)), (len(provinces), 1))
    return Members(tuple(provinces), tuple(pools), SCHEMES, np.array(home), hospital_pool)


def _group(case: ClearingCase, pool: str, scheme: str) -> int:
    return case.pools.index(pool) * len(SCHEMES) + SCHEMES.index(scheme)


def _posted(case: ClearingCase, members: Members) -> dict[int, Whole]:
    """Groups × hospitals of each day."""
    posted: dict[int, Whole] = {}
    for owed in case.obligations:
        day = posted.setdefault(dates.day(owed.on), np.zeros((members.groups, members.hospitals), np.int64))
        day[_group(case, owed.payer, owed.scheme), case.pools.index(owed.at)] += owed.amount
    return posted


def _opening(case: ClearingCase, members: Members) -> Whole:
    standing = np.zeros((members.groups, len(members.provinces)), np.int64)
    for owed in case.opening:
        standing[_group(case, owed.payer, owed.scheme), members.provinces.index(owed.at)] += owed.amount
    return standing


def _disturbance(case: ClearingCase, said: Disturbed) -> Disturbance:
    names = [said.payer] if isinstance(said.payer, str) else said.payer
    pools = frozenset(case.pools.index(pool) for name in names for pool in case.provinces.get(name, [name]))
    last = NEVER if said.last is None else dates.day(said.last)
    return Disturbance(said.what, pools, dates.day(said.first), last, said.months or 0)
