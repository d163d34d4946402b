"""How do tests clear by hand? Three provinces of four pools, a bank with nothing in it, a house told what is posted.

Provinces a (pools a1, a2), b (b1) and c (c1), in numbers 0, 1, 2. A hospital has a slot: the insured of a may visit two
hospitals in b1 and one in c1; those of b one each in a1, a2, c1; those of c one each in a1, b1.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
import numpy.typing as npt

from settlement_sim import dates
from settlement_sim.clearing.bank import Bank
from settlement_sim.clearing.books import FundBooks
from settlement_sim.clearing.cohorts import Bills
from settlement_sim.clearing.house import ClearingHouse, Terms
from settlement_sim.clearing.log import Log
from settlement_sim.clearing.members import Members
from settlement_sim.clearing.payments import Kind, Part, Payment
from settlement_sim.draws import Draws
from settlement_sim.engine.clock import Clock
from settlement_sim.ledger.ledger import Ledger
from settlement_sim.policies.clearing.cycle import ClearingPolicy
from settlement_sim.policies.clearing.prepaid_monthly_gross import PrepaidMonthlyGross
from settlement_sim.policies.views import Obligations
from settlement_sim.world.calendar import Calendar

Whole = npt.NDArray[np.int64]
SCHEMES = ("employee", "resident")
#: Hospitals of each province's insured: slot → pool.
HOSPITALS = np.array([[2, 2, 3], [0, 1, 3], [0, 2, -1]])
#: Employees: their groups (pool · 2) and members (province · 2). Residents are one more.
A1, A2, B1, C1 = 0, 2, 4, 6
A, B, C = 0, 2, 4


def members() -> Members:
    return Members(("a", "b", "c"), ("a1", "a2", "b1", "c1"), SCHEMES, np.array([0, 0, 1, 2]), HOSPITALS)


@cache
def calendar() -> Calendar:
    return Calendar.load()


def policy(**parameters: Any) -> ClearingPolicy:
    """The national procedure with other parameters."""
    return PrepaidMonthlyGross.model_validate(parameters)


def by_group(*amounts: tuple[int, int, int], columns: int = 3) -> Whole:
    """Groups × care provinces (or other columns) from (group, column, fen)."""
    found = np.zeros((8, columns), np.int64)
    for group, column, fen in amounts:
        found[group, column] += fen
    return found


# the bank -----------------------------------------------------------------------------------------------


def bank() -> Bank:
    own = members()
    return Bank(own, FundBooks(Ledger(members=own.member_of_group), own), calendar(), Log(own))


def day(text: str) -> int:
    """A day of 2024, or of the year that is named."""
    return dates.day(text if len(text) > len("12-31") else f"2024-{text}")


def part(
    group: int, province: int, fen: int, *, due: int, of: ClearingPolicy | None = None, until: int = 0, code: int = 0
) -> Part:  # fmt: skip
    """What a group owes the first pool of a care province."""
    there = np.zeros(4, np.int64)
    there[[0, 2, 3][province]] = fen
    return Part(due, until, code, group, province, of or policy(), there)


def payment(
    kind: Kind, fen: int, *, due: int, member: int = A, place: int = 2, of: ClearingPolicy | None = None,
    until: int = 0, code: int = 0, posted: int = 0,
) -> Payment:  # fmt: skip
    """Bills of one day at the first hospital of a care pool; or what a member gets back from a care province."""
    own, chosen = members(), of or policy()
    if kind == "return":
        back = np.where(np.arange(8) == own.groups_of(member)[0], fen, 0)
        return Payment(kind, due, until, code, member, place, place, chosen, by_group=back)
    groups, slots = own.groups_of(member), own.hospitals_of(member, place)
    amount = np.zeros((len(groups), len(slots)), np.int64)
    amount[0, 0] = fen
    bills = Bills(groups, slots, amount, np.array([posted]), amount.sum(0, keepdims=True))
    return Payment(kind, due, until, code, member, int(own.province_of[place]), place, chosen, bills)


def prepaid(to: Bank, on: int, *amounts: tuple[int, int, int]) -> Bank:
    """Let prepayments arrive: (group, care province, fen)."""
    to.deposits.append(("opening", by_group(*amounts)))
    to.settle(on)
    return to


def owing(to: Bank, fen: int, *groups: int) -> Bank:
    """Let hospitals have claims against each of these groups, as settlements leave them."""
    owed = np.zeros(8, np.int64)
    owed[list(groups)] = fen
    to.books.ledger.post("settle", {"pooled_fund": owed, "cleared": owed})
    return to


def paid(of: Bank) -> list[tuple[str, str, int]]:
    """(month-day, kind, fen) of everything that was paid."""
    return [(dates.iso(p.day)[5:], p.kind, p.amount) for p in of.log.payments]


def moved(of: Bank) -> list[tuple[str, str, int, int, int]]:
    """(month-day, kind, payer, payee, fen) of everything between provinces, but for openings."""
    found = (t for t in of.log.transfers if t.kind != "opening")
    return [(dates.iso(t.day)[5:], t.kind, t.payer, t.payee, t.amount) for t in found]


# the house ----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Told:
    """Policies, and from which day on each answers for everybody."""

    policies: tuple[ClearingPolicy, ...]
    since: tuple[int, ...]

    def codes(self, day: int) -> Whole:
        return np.full(8, max(code for code, first in enumerate(self.since) if first <= day or code == 0))

    def orders(self, code: int, day: int, obligations: Obligations, calendar: Calendar) -> Whole:
        return self.policies[code].orders(day, obligations, calendar).amount


@dataclass
class Lived:
    """A house and the days on which it stands."""

    house: ClearingHouse
    posted: Mapping[int, Whole]

    def state(self, today: int) -> None:
        if today <= self.house.clock.last:
            owed = self.posted.get(today, np.zeros((8, 3), np.int64))
            self.house.ledger.post("settle", {"pooled_fund": owed.sum(1), "cleared": owed.sum(1)})
            self.house.open(today)
            self.house.post(today, owed)
        self.house.state(today)

    def settle(self, today: int) -> None:
        self.house.settle(today)
        self.house.ledger.check(today, self.house.controls)

    def window(self) -> ClearingHouse:
        """Live to the last day of the window."""
        self.house.clock.on("DESKS", self.state)
        self.house.clock.on("CENSUS", self.settle)
        self.house.clock.run()
        return self.house

    def life(self) -> ClearingHouse:
        """Live until nothing is left to be paid."""
        house = self.window()
        house.clock.run_on({"DESKS": self.state, "CENSUS": self.settle}, lambda: house.idle, house.limit)
        return house


def lived(
    *bills: tuple[str, int, int, int], until: str = "02-29", of: tuple[ClearingPolicy, ...] = (),
    since: tuple[str, ...] = ("01-01",), seed: int = 1, **terms: Any,
) -> Lived:  # fmt: skip
    """A house from 1 January 2024 in which (month-day, group, hospital slot, fen) are posted."""
    posted: dict[int, Whole] = {}
    for on, group, slot, fen in bills:
        posted.setdefault(day(on), np.zeros((8, 3), np.int64))[group, slot] += fen
    own, said = members(), Told(of or (policy(),), tuple(map(day, since)))
    clock, ledger = Clock(day("01-01"), day(until)), Ledger(members=own.member_of_group)
    house = ClearingHouse(
        own, said, ledger, clock, calendar(), Draws(seed), Terms(**({"run_in": 0} | terms)), day("01-01")
    )
    return Lived(house, posted)
