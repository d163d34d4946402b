"""What becomes of money that a patient has advanced? It is claimed at a desk, decided and paid back."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from settlement_sim.columns import Columns
from settlement_sim.dates import SECONDS_PER_DAY
from settlement_sim.engine.admissions import Episodes
from settlement_sim.engine.books import Books
from settlement_sim.engine.clock import Clock, Process
from settlement_sim.engine.desk import Desk
from settlement_sim.engine.plan import Plan
from settlement_sim.engine.probe import Probe
from settlement_sim.engine.settled import Settled
from settlement_sim.policies.answers import MANUAL

Whole = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Assistance(Columns):
    """Assistance that a patient advanced and now claims: need, cell of the recorder, group, amount, day settled."""

    id: Whole
    cell: Whole
    group: Whole
    amount: Whole
    day: Whole


class ByHand:
    """Claims by hand, and assistance claimed after a direct settlement; each kind has its desks."""

    def __init__(self, books: Books, plan: Plan, clock: Clock, probe: Probe) -> None:
        self.books, self.plan, self.clock, self.probe = books, plan, clock, probe
        calendar = books.world.calendar
        self._claims: Desk[Episodes] = Desk(calendar, plan.desk, "reimburse", probe)
        self._assistance: Desk[Assistance] = Desk(calendar, plan.desk, "assist", probe)

    def advance(self, day: int, episodes: Episodes) -> None:
        """The patient pays the whole bill; the claim reaches the desk after a fixed delay."""
        episodes = replace(episodes, path=np.full(len(episodes), MANUAL, np.int8))
        books, fees = self.books, episodes.gross.total_fee
        group = books.group(episodes.row).astype(np.int64)
        key = books.cells(episodes.row, episodes.care, episodes.gross.provider)
        books.rows("advance", day, group, key, {"total_fee": fees})
        books.outcome.open_manual += len(episodes)
        self.probe.note("advance", episodes)
        self.clock.env.process(self._hand_in(self._claims, group, episodes))

    def claims_paid(self, day: int) -> tuple[Episodes, Whole] | None:
        """Claims that are paid today, with the order in which they are adjudicated."""
        episodes = self._claims.open(day)
        if episodes is None:
            return None
        self.books.outcome.open_manual -= len(episodes)
        return episodes, np.lexsort((episodes.id, episodes.row))

    def claim_assistance(self, day: int, settled: Settled, key: Whole) -> None:
        """Assistance that the settlement left to the patient goes to its desk."""
        later = np.flatnonzero(settled.advances.claimed_later)
        if later.size:
            amount, visits = settled.advances.claimed_later[later], settled.visits
            group = self.books.group(visits.row[later]).astype(np.int64)
            claim = Assistance(visits.id[later], key[later], group, amount, np.full(later.size, day))
            self.clock.env.process(self._hand_in(self._assistance, group, claim))

    def pay_assistance(self, day: int) -> None:
        """Assistance that is paid back today."""
        claims = self._assistance.open(day)
        if claims is None:
            return
        self.books.rows("assist", day, claims.group, claims.cell, {"medical_assistance": claims.amount})
        self.probe.note("assist", claims)
        if self.plan.first <= day:
            self.books.outcome.advanced.add("assistance", claims.group, claims.amount, day - claims.day)

    def note_payment(self, event: str, day: int, settled: Settled, ending: Episodes, order: Whole, key: Whole) -> None:
        """Book what patients never pay, and sum what they had advanced until today."""
        payment, books, advanced = settled.advances, self.books, self.books.outcome.advanced
        back = settled.cleared if event == "reimburse" else np.zeros(0, np.int64)
        for kind, amount, since in (
            ("deposit", payment.deposit, ending.admitted), ("manual", back, ending.discharged),
            ("unpaid", payment.unpaid, ending.discharged),
        ):  # fmt: skip
            rows = np.flatnonzero(amount)
            if not rows.size:
                continue
            group = books.group(settled.visits.row[rows])
            if kind == "unpaid":
                books.rows("default", day, group, key[rows], {"unpaid": amount[rows]})
            if self.plan.first <= day:
                days = 0 if kind == "unpaid" else day - since[order[rows]] // SECONDS_PER_DAY
                advanced.add(kind, group, amount[rows], days)

    def undo_default(self, day: int, settled: Settled, key: Whole) -> None:
        """A reversal gives back what was never paid."""
        rows = np.flatnonzero(settled.advances.unpaid)
        if rows.size:
            amount, group = -settled.advances.unpaid[rows], self.books.group(settled.visits.row[rows])
            self.books.rows("default", day, group, key[rows], {"unpaid": amount})
            if self.plan.first <= day:
                self.books.outcome.advanced.add("unpaid", group, amount, 0)

    def _hand_in(self, desk: Desk[Any], group: Whole, claims: Any) -> Process:
        yield self.clock.until_day(self.clock.today + self.plan.desk.delay_days)
        desk.arrive(group, claims)
