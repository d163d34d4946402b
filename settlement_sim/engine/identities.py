"""Do the answers of policies add up? The parts of a bill sum to it, its payers too, and nothing is negative."""

from __future__ import annotations

from dataclasses import fields
from functools import reduce

import numpy as np
import numpy.typing as npt

from settlement_sim.arrays import gather
from settlement_sim.engine.batch import Batch, Round
from settlement_sim.engine.complete import Payment
from settlement_sim.engine.settled import Whole
from settlement_sim.engine.slots import Asked, Slots
from settlement_sim.errors import BrokenLaw, PolicyError
from settlement_sim.money import ENTRY_LIMIT
from settlement_sim.policies.answers import FUNDS, PAYS, Scope
from settlement_sim.world.world import World


class Identities:
    """Refuses a batch whose sums are broken, and names the policy that broke them."""

    def __init__(self, world: World, slots: Slots) -> None:
        self.world, self.slots = world, slots

    def check(self, batch: Batch, scope: Scope, done: Round) -> None:
        """Raises PolicyError for the first law that an answer of a policy breaks."""
        self._parts_of_the_bill(batch, scope)
        covered = reduce(np.add, (done.paid[fund] for fund in FUNDS))
        self._funds(batch, scope, done, covered)
        self._payers(batch, done.advances, covered)
        if batch.claims.total_fee.max(initial=0) >= ENTRY_LIMIT:
            raise BrokenLaw("a bill is larger than one entry may be")

    def refuse(self, slot: str, batch: Batch, broken: npt.NDArray[np.bool_], what: str) -> None:
        """Raises PolicyError about the first row of a batch for which something is broken, if there is one."""
        if broken.any():
            row = int(np.flatnonzero(broken)[0])
            asked = Asked(len(batch), batch.day, lambda: gather(self.world.group, batch.row), batch.id)
            first = asked.first(np.array([row]))
            raise PolicyError(slot, self.slots.who(slot, asked, row).name, *first, f"returned {what}")

    def _parts_of_the_bill(self, batch: Batch, scope: Scope) -> None:
        parts = [getattr(scope, f.name) for f in fields(scope)]
        unequal = reduce(np.add, parts) != batch.claims.total_fee
        self.refuse("catalogue", batch, unequal, "parts that do not sum to the bill")
        for part in parts:
            self._not_negative("catalogue", batch, part, "part of the bill")

    def _funds(self, batch: Batch, scope: Scope, done: Round, covered: Whole) -> None:
        # What each layer returned has been found not negative; what is claimed later was taken off since.
        assistance = done.paid["medical_assistance"]
        if assistance.min(initial=0) < 0:
            later = (assistance < 0) & (done.advances.claimed_later > 0)
            self.refuse("channel", batch, later, "more claimed later than assistance pays")
        # A catastrophic insurance whose base includes the advance self-pay may pay that back.
        most = scope.in_scope + scope.advance_self_pay
        if (covered > most).any():
            self._too_much(batch, done.paid, most)

    def _payers(self, batch: Batch, payment: Payment, covered: Whole) -> None:
        unequal = covered + payment.personal_account + payment.cash != batch.claims.total_fee
        self.refuse("channel", batch, unequal, "account and cash that are not what the funds leave")
        for name in ("personal_account", "cash", "claimed_later", "deposit", "unpaid"):
            self._not_negative("channel", batch, getattr(payment, name), name)
        self.refuse("channel", batch, payment.unpaid > payment.cash, "more unpaid than was due in cash")
        if not payment.settles.all():
            moved = ~payment.settles & (covered + payment.claimed_later + payment.personal_account > 0)
            self.refuse("channel", batch, moved, "no settlement although somebody has paid")

    def _too_much(self, batch: Batch, paid: dict[str, Whole], most: Whole) -> None:
        """Tell the first slot whose funds, with those before it, pay too much."""
        so_far = np.zeros_like(most)
        for slot, columns in PAYS.items():
            so_far += reduce(np.add, (paid[column] for column in columns if column in FUNDS))
            self.refuse(slot, batch, so_far > most, "funds that pay more than what is in scope of the bill")

    def _not_negative(self, slot: str, batch: Batch, column: Whole, name: str) -> None:
        if column.min(initial=0) < 0:
            self.refuse(slot, batch, column < 0, f"a negative {name}")
