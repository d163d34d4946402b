"""What if nothing were settled at the counter? The patient advances everything; a reimbursement desk pays later."""

from __future__ import annotations

from typing import ClassVar

from settlement_sim.policies.answers import Advances
from settlement_sim.policies.base import Policy, policy
from settlement_sim.policies.channel.counter import at_the_counter
from settlement_sim.policies.views import Claims, Money
from settlement_sim.rules.compiled import Rules


@policy("channel", name="manual")
class Manual(Policy):
    """Every claim goes to the desk, whatever path access allowed."""

    #: The engine sends all visits to the desk and asks once the claim is decided, with the path MANUAL.
    at_the_desk: ClassVar[bool] = True
    reverses: ClassVar[bool] = False

    def settle(self, claims: Claims, balance: Money, rules: Rules) -> Advances:
        """Nothing from the account; what no fund pays was paid in cash."""
        return at_the_counter(claims, balance, rules)
