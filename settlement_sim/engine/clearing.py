"""What do the funds pay each other today, and is the day's ledger sound?"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from settlement_sim import dates
from settlement_sim.engine.books import Books
from settlement_sim.engine.checks import Unfit
from settlement_sim.engine.slots import Asked, Slots, joined
from settlement_sim.errors import PolicyError
from settlement_sim.ledger.ledger import GROUPS
from settlement_sim.policies.answers import Orders

Whole = npt.NDArray[np.int64]
_NEVER = -(10**6)


class Clearing:
    """Asks the clearing policies at the end of each day and books what they remit."""

    def __init__(self, books: Books, slots: Slots, last: int) -> None:
        self.books, self.slots, self.last = books, slots, last
        #: Last day on which anything of a pool and scheme was cleared.
        self.cleared_on = np.full(GROUPS, _NEVER)

    def close(self, day: int, account: Whole) -> None:
        """Clear, then assert the ledger. `account`: personal accounts, one per person."""
        outcome = self.books.outcome
        orders = self._orders(day, outcome.receivable)
        if orders.any():
            self.cleared_on[self.books.cleared(day, orders) > 0] = day
        controls = {"hospital_receivable": int(outcome.receivable.sum())}
        if day == self.last or dates.date(day + 1).day == 1:
            # A sum over all persons: at the end of each month, since it costs as much as a day's settlements.
            controls["personal_accounts"] = int(account.sum())
        outcome.ledger.check(day, controls)

    def _orders(self, day: int, receivable: Whole) -> Whole:
        """What the policies remit today, each for its own pools and schemes."""
        due = receivable.reshape(GROUPS, -1)

        def question(policy: Any, groups: Any) -> Orders:
            # A copy: what is remitted is kept after the obligations are met.
            amount, shape = policy.orders(day, due[groups].copy()), due[groups].shape
            if isinstance(amount, np.ndarray) and amount.shape != shape:
                raise Unfit(f"returned orders of shape {amount.shape}; expected that of the obligations, {shape}")
            return Orders(amount)

        asked = Asked(GROUPS, day, lambda: np.arange(GROUPS), np.zeros(0, np.int64))
        orders: Whole = joined(GROUPS, self.slots.ask("clearing", asked, Orders, question)).amount.ravel()
        wrong = np.flatnonzero((orders < 0) | (orders > receivable))
        if wrong.size:
            name = self.slots.who("clearing", asked, int(wrong[0]) // due.shape[1]).name
            raise PolicyError("clearing", name, dates.iso(day), "none", "remits more than is due, or less than nothing")
        return orders
